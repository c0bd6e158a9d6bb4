"""A small OpenID Connect provider as a process of its own: `python provider.py FILE` writes its port to the file.

The authorization code flow with PKCE, a signed identity token, userinfo. Whoever comes is the person that the file
`FILE.person` describes (JSON claims); nothing is asked of them. Only tests run it.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "scorecards", "ความลับ-of-the-client"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CODES: dict[str, dict] = {}
TOKENS: dict[str, dict] = {}


class Provider(BaseHTTPRequestHandler):
    """The five addresses of the flow."""

    place: Path

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self):
        where = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(where.query).items()}
        match where.path:
            case "/.well-known/openid-configuration":
                self._json(self._configuration())
            case "/authorize":
                self._authorize(asked)
            case "/userinfo":
                self._json(TOKENS[self.headers["Authorization"].removeprefix("Bearer ")])
            case "/keys":
                key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                self._json({"keys": [key | {"kid": "1", "alg": "RS256", "use": "sig"}]})
            case _:
                self.send_error(404)

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = {name: values[0] for name, values in parse_qs(sent).items()}
        granted = CODES.pop(said.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(said.get("code_verifier", "").encode()).digest())
        known = (said.get("client_id"), said.get("client_secret")) == (CLIENT, SECRET)
        if not granted or not known or granted["challenge"] != challenge.decode().rstrip("="):
            self._json({"error": "invalid_grant"}, status=400)
            return
        token, now = secrets.token_urlsafe(), int(time.time())
        TOKENS[token] = granted["claims"]
        times = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
        identity = jwt.encode(granted["claims"] | times, KEY, algorithm="RS256", headers={"kid": "1"})
        self._json({"access_token": token, "token_type": "Bearer", "expires_in": 60, "id_token": identity})

    def _configuration(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _authorize(self, asked):
        person = json.loads(self.place.with_suffix(".person").read_text(encoding="utf-8"))
        code = secrets.token_urlsafe()
        if asked["client_id"] != CLIENT or asked["code_challenge_method"] != "S256":
            self.send_error(400)
            return
        CODES[code] = {"claims": person, "challenge": asked["code_challenge"]}
        back = urlencode({"code": code, "state": asked["state"]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.end_headers()

    def _json(self, content, status=200):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        """Nothing: the test tells what went wrong."""


if __name__ == "__main__":
    Provider.place = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    Provider.place.write_text(str(server.server_address[1]))
    server.serve_forever()
