"""People at the pages of an installation, as a browser without JavaScript sends them: cookies, forms, files."""

import html
import http.client
import re
import secrets
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

SECONDS_TO_ANSWER = 30
INPUT = re.compile(r"<input\b[^>]*>")
SELECT = re.compile(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
SELECTED = re.compile(r'<option value="([^"]*)"[^>]* selected')
AREA = re.compile(r'<textarea\b[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
ATTRIBUTE = re.compile(r'([\w:-]+)(?:="([^"]*)")?')


@dataclass(frozen=True)
class Answer:
    """What the server said, and how long that took."""

    status: int
    text: str
    headers: dict[str, str]
    seconds: float

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


class Visitor:
    """One person with a session, each request on a connection of its own, as a proxy asks. An answer that was lost is
    an OSError or an HTTPException: nothing is sent twice by itself."""

    def __init__(self, port: int, session: str):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_ANSWER)
        self.token = secrets.token_hex(16)
        cookies = f"sessionid={session}; csrftoken={self.token}"
        self.always = {"Cookie": cookies, "Connection": "close"}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def post(
        self, path: str, fields: dict | list = (), *, files: dict | None = None, **headers: str
    ) -> Answer:
        """`files`: {field: (name, bytes)}; they make the form a multipart one."""
        pairs = list(fields.items() if isinstance(fields, dict) else fields)
        pairs = [(name, value) for name, value in pairs if name != "csrfmiddlewaretoken"]
        pairs.append(("csrfmiddlewaretoken", self.token))
        body, kind = multipart(pairs, files) if files else (urlencode(pairs).encode(), FORM)
        return self._ask("POST", path, body, {"Content-Type": kind, **headers})

    def _ask(self, method, path, body, headers) -> Answer:
        begun = time.perf_counter()
        try:
            self.connection.request(method, path, body=body, headers=self.always | headers)
            response = self.connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            self.connection.close()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, text, found, time.perf_counter() - begun)


FORM = "application/x-www-form-urlencoded"


def multipart(pairs, files) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
        for k, v in pairs
    ]
    for name, (file_name, content) in files.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def fields_of(page: str, form: str) -> dict[str, str]:
    """What the form with this id would send: hidden fields, ticked and selected choices, texts."""
    begin = page.index(f'id="{form}"')
    page = page[begin : page.find("</form>", begin)]
    found = {}
    for tag in INPUT.findall(page):
        said = dict(ATTRIBUTE.findall(tag))
        if "name" not in said or said.get("type") in {"file", "submit"}:
            continue
        if said.get("type") in {"radio", "checkbox"} and "checked" not in said:
            continue
        found[html.unescape(said["name"])] = html.unescape(said.get("value", ""))
    for name, options in SELECT.findall(page):
        if chosen := SELECTED.search(options):
            found[html.unescape(name)] = html.unescape(chosen[1])
    return found | {html.unescape(name): html.unescape(text) for name, text in AREA.findall(page)}
