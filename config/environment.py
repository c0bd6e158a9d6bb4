"""Every setting that an installation may make, in one table: what it is, what it may hold, what a wrong one is told.

Settings come from environment variables. Each may be given as NAME or, as secrets should, as NAME_FILE: the path of a
file that holds the value. An empty value counts as unset. `read` tells everything that is wrong at once; `misspelt`
names variables that look like one of ours and are none. `python -m config.environment` prints the table of
docs/configuration.md.
"""

import difflib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# Names that begin like this are ours, or of a part of ours: any other one is probably misspelt.
PREFIXES = (
    "DJANGO_",
    "HELP_",
    "EVIDENCE_",
    "REPORTS_",
    "WORKER_",
    "EMAIL_",
    "METRICS_",
    "SLOW_",
    "PROXY_",
    "CLAMD_",
    "APPEAL_",
    "OIDC_",
    "SESSION_",
    "BACKUP_",
    "S3_",
)
OF_OTHERS = {
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "WORKER_PROCESSES",
    "DJANGO_COLORS",
    "DJANGO_RUNSERVER_HIDE_WARNING",
    "DJANGO_SUPERUSER_USERNAME",
    "DJANGO_SUPERUSER_EMAIL",
    "DJANGO_SUPERUSER_PASSWORD",
}
ALIKE = 0.8
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
SECRET_LENGTH = 50
EMBEDDED_KEY = "embedded-demo-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class Wrong(ValueError):
    """A value that cannot be used; the text says what may stand there."""


def text(value: str) -> str:
    """Any text, as it stands."""
    return value


def flag(value: str) -> bool:
    """1, true, yes, on; 0, false, no, off."""
    if value.lower() in YES | NO:
        return value.lower() in YES
    raise Wrong("write 1 or 0")


def second_factor(value: str) -> str:
    """Of whom one is asked: "" nobody, "assessing" those who review or administer, "all" everybody."""
    if value.lower() == "all":
        return "all"
    try:
        return "assessing" if flag(value) else ""
    except Wrong as wrong:
        raise Wrong("write 1, 0 or all") from wrong


def number(value: str) -> int:
    """A whole number, not negative."""
    if not value.isascii() or not value.isdigit():
        raise Wrong("write a whole number, such as 30")
    return int(value)


def count(value: str) -> int:
    """A whole number from 1."""
    if number(value) == 0:
        raise Wrong("write a whole number from 1")
    return number(value)


def names(value: str) -> list[str]:
    """Several, separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()]


def hosts(value: str) -> list[str]:
    """Host names alone: no https://, no port, no path."""
    if any("/" in host for host in names(value)):
        raise Wrong("write host names alone, without https:// and without a path")
    return names(value)


def origins(value: str) -> list[str]:
    """Addresses of sites, each with its scheme."""
    if not all(origin.startswith(("https://", "http://")) for origin in names(value)):
        raise Wrong("write each with https:// in front")
    return names(value)


def site(value: str) -> str:
    """The address of a site."""
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        raise Wrong("write the whole address, such as https://scorecards.example.go.th")
    return value


def secret_text(value: str) -> str:
    """Random text, long enough not to be guessed."""
    if value and len(value) < SECRET_LENGTH:
        raise Wrong(f"write at least {SECRET_LENGTH} characters; this one has {len(value)}")
    if value == EMBEDDED_KEY:
        raise Wrong("write one of your own; this one everybody can read in the program")
    return value


def secret_texts(value: str) -> list[str]:
    """Several such texts, separated by commas or line breaks."""
    return [secret_text(one) for one in names(value.replace("\n", ","))]


def database(value: str) -> str:
    """The address of a PostgreSQL database."""
    if value and (
        urlsplit(value).scheme not in {"postgres", "postgresql"} or not urlsplit(value).path.strip("/")
    ):
        raise Wrong("write postgres://user@host:5432/name")
    return value


def broker(value: str) -> str:
    """The address of a Redis database, or of its socket."""
    if value and urlsplit(value).scheme not in {"redis", "rediss", "redis+socket", "unix"}:
        raise Wrong("write redis://host:6379/0")
    return value


def mail(value: str) -> str:
    """The address of a mail server."""
    try:
        environ.Env.email_url_config(value or "smtp://localhost")
    except (ImproperlyConfigured, KeyError, ValueError) as fault:
        raise Wrong("write smtp+tls://user:password@host:587, special characters %-encoded") from fault
    return value


def log_level(value: str) -> str:
    """From which level on something is logged."""
    if value not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise Wrong("write DEBUG, INFO, WARNING or ERROR")
    return value


def log_format(value: str) -> str:
    """How a line of the log is written."""
    if value not in {"json", "line"}:
        raise Wrong("write json or line")
    return value


def readable_file(value: str) -> str:
    """The path of a file."""
    if value and not Path(value).is_file():
        raise Wrong("write the path of a file that can be read here")
    return value


def nice(value: str) -> int:
    """0 to 19, as nice(1) counts."""
    if number(value) > 19:
        raise Wrong("write a number from 0 to 19")
    return number(value)


def bucket(value: str) -> str:
    """The name of a bucket."""
    if value and not BUCKET.fullmatch(value):
        raise Wrong("write 3 to 63 small letters, digits and hyphens")
    return value


def age_key(value: str) -> str:
    """One half of a key of age, alone or as its tool writes it, with remarks after #."""
    found = [line.strip() for line in value.splitlines() if line.strip() and not line.startswith("#")]
    if value and (len(found) != 1 or not found[0].startswith(("age1", "AGE-SECRET-KEY-1"))):
        raise Wrong("write the public half of a key, age1…; manage.py new_backup_key makes one")
    return found[0] if found else ""


@dataclass(frozen=True)
class Variable:
    """A line of the table. `in_production` is the default there, where it differs; `hint` is what to do when it is
    missing or wrong."""

    name: str
    what: str
    kind: Callable[[str], Any] = text
    default: str = ""
    in_production: str | None = None
    required: bool = False  # in production
    needed_with: tuple[str, ...] = ()  # required everywhere when one of these is set
    secret: bool = False
    hint: str = ""

    def default_for(self, production: bool) -> str:
        return self.in_production if production and self.in_production is not None else self.default


V = Variable
S3 = ("EVIDENCE_BUCKET", "S3_ENDPOINT_URL", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")  # all or none
TABLE = [
    V("DATABASE_URL", "PostgreSQL: postgres://user@host:5432/name. Unset: embedded, SQLite under VAR_DIR",
      database, secret=True),
    V("DATABASE_PASSWORD", "Password of the database, where it does not stand in DATABASE_URL", secret=True),
    V("BROKER_URL", "Redis: redis://host:6379/0. Unset: a queue of files under VAR_DIR, for one machine", broker,
      secret=True),
    V("DJANGO_SECRET_KEY", "Signs sessions and links; at least 50 random characters", secret_text, required=True,
      secret=True, hint='make one: python3 -c "import secrets; print(secrets.token_urlsafe(50))"'),
    V("DJANGO_SECRET_KEY_FALLBACKS", "Keys before that one, separated by commas or lines: what they signed still holds",
      secret_texts, secret=True),
    V("DJANGO_ALLOWED_HOSTS", "Host names of the site, separated by commas", hosts, "localhost,127.0.0.1,[::1]",
      required=True, hint="the names that people type, such as scorecards.example.go.th"),
    V("DJANGO_CSRF_TRUSTED_ORIGINS", "The same with https:// in front, where a proxy changes the Host header", origins),
    V("SITE_URL", "Where links in mails and codes on documents lead. Unset: https:// and the first host name", site),
    V("DJANGO_SSL_REDIRECT", "Lead http:// to https:// and send cookies over https:// alone (production)", flag, "1"),
    V("PROXY_HOPS", "How many proxies of ours stand in front of web: a visitor's address is the one that the first "
      "of them saw. 0: none, their headers are not believed", number, "0", in_production="1"),
    V("VAR_DIR", "Folder of files: evidence, reports, embedded database. Unset: var/ in the project"),
    V("STATIC_DIR", "Folder of the static files that manage.py collectstatic gathers, served compressed and under "
      "hashed names. Unset: served from where they stand"),
    V("SECOND_FACTOR", "Who must have a second factor before anything else. 1: those who review or administer; all: "
      "everybody; 0: nobody", second_factor, "0", in_production="1"),
    V("BREACHED_PASSWORDS", "File of passwords known from break-ins, by SHA-1 in order (docs/security/upkeep.md): "
      "none of them is taken as a new password", readable_file),
    V("OIDC_SERVER_URL", "Single sign-on: the address of the OpenID Connect provider. Unset: none", site),
    V("OIDC_NAME", "What the button for it says", default="OpenID Connect"),
    V("OIDC_CLIENT_ID", "What the provider calls this site", needed_with=("OIDC_SERVER_URL",)),
    V("OIDC_CLIENT_SECRET", "What it gave this site to prove itself", needed_with=("OIDC_SERVER_URL",), secret=True),
    V("OIDC_HAS_SECOND_FACTOR", "The provider asks for a second factor itself", flag, "0"),
    V("HELP_CONTACT", "Whom people ask, as the foot of every page says it: an office, a telephone number, an address. "
      "Unset: no foot"),
    V("INVITATION_DAYS", "Days for which an invitation holds", count, "14"),
    V("SESSION_IDLE_MINUTES", "Minutes without a page after which somebody is signed out", count, "120"),
    V("RATE_LIMIT_FACTOR", "How many times the usual limits of requests of one person hold (config/rate_limits.py); 0: "
      "none", number, "1"),
    V("EMAIL_URL", "Mail server: smtp+tls://user:password@host:587. Unset: mails wait in the outbox; in the demo they "
      "are files", mail, secret=True),
    V("DEFAULT_FROM_EMAIL", "Whom mails come from", default="scorecards@localhost"),
    V("CLAMD_HOST", "Virus scanner: host, host:port or the path of a socket. Unset: files are not scanned"),
    V("EVIDENCE_BUCKET", "Bucket of an S3-compatible server for files of evidence. Unset: they are in a folder under "
      "VAR_DIR", bucket, needed_with=S3, hint="see docs/deployment/files-in-a-bucket.md"),
    V("S3_ENDPOINT_URL", "Address of that server: https://host:port", site, needed_with=S3),
    V("S3_ACCESS_KEY_ID", "Name of the key to it", needed_with=S3, secret=True),
    V("S3_SECRET_ACCESS_KEY", "The key itself", needed_with=S3, secret=True),
    V("S3_REGION", "The region that the server expects in signatures", default="us-east-1"),
    V("EVIDENCE_AGENCY_QUOTA_BYTES", "How many bytes of evidence one agency may keep", number, "5368709120"),
    V("APPEAL_DAYS", "Days after publication in which an agency may appeal", number, "15"),
    V("REPORTS_KEEP_BATCH_DAYS", "Days for which the files of several reports at once are kept", number, "30"),
    V("REPORTS_KEEP_REPLACED_DAYS", "Days for which a report is kept that a newer one replaced", number, "365"),
    V("BACKUP_KEY", "Backups are encrypted to this key of age: its public half. Unset: they are not", age_key,
      secret=True),
    V("WORKER_NICE", "How far workers step back behind the pages: 0 not at all, 19 as far as they can", nice, "19"),
    V("WEB_BIND", "Where web listens: address:port or unix:/path; closed to all but the proxy", default="0.0.0.0:8000"),
    V("WEB_PROCESSES", "Processes of one web", count, "2"),
    V("WEB_THREADS", "Threads of each of them", count, "16"),
    V("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", log_level, "INFO"),
    V("LOG_FORMAT", "json: one object a line, without personal data; line: to be read in a terminal", log_format,
      "line", in_production="json"),
    V("METRICS_TOKEN", "Prometheus sends it as a bearer token to /metrics. Unset: there is no /metrics", secret=True),
    V("SLOW_REQUEST_MS", "Answers that took longer are counted on the operators' page; 0: none are", number, "1000"),
    V("SLOW_QUERY_MS", "Statements that took longer are counted on the operators' page; 0: none are", number, "250"),
    V("DJANGO_DEBUG", "Error pages with details; never where others can reach it", flag, "0"),
]  # fmt: skip
KNOWN = {variable.name for variable in TABLE}


def read(given: Mapping[str, str]) -> dict[str, Any]:
    """{name: value} of the whole table, and "PRODUCTION": a database is named and debugging is off. Raises
    ImproperlyConfigured with a line for everything that is wrong or missing."""
    problems: list[str] = []
    raw = {one.name: _given(one.name, given, problems) for one in TABLE}
    debug = raw["DJANGO_DEBUG"].lower() in YES
    production = bool(raw["DATABASE_URL"]) and not debug
    needed = {
        one.name
        for one in TABLE
        if (one.required and production) or any(raw[other] for other in one.needed_with)
    }
    found = {
        one.name: _parsed(one, raw[one.name], problems, needed=one.name in needed, production=production)
        for one in TABLE
    }
    if problems:
        raise ImproperlyConfigured(
            "The settings cannot be used (docs/configuration.md):\n"
            + "\n".join(f"  {one}" for one in problems)
        )
    return found | {"PRODUCTION": production}


def _given(name: str, given: Mapping[str, str], problems: list[str]) -> str:
    path = given.get(f"{name}_FILE")
    if not path:
        return given.get(name, "")
    if given.get(name):
        problems.append(f"{name} and {name}_FILE are both set: leave one of them out")
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        problems.append(
            f"{name}_FILE: {path} cannot be read ({getattr(fault, 'strerror', None) or 'not UTF-8'})"
        )
        return ""


def _parsed(one: Variable, raw: str, problems: list[str], *, needed: bool, production: bool) -> Any:
    if needed and not raw:
        if not any(line.startswith(f"{one.name}_FILE:") for line in problems):
            problems.append(f"{one.name} is missing: {one.what}. {one.hint}".strip())
        return None
    try:
        return one.kind(raw or one.default_for(production))
    except Wrong as wrong:
        shown = "" if one.secret else f" “{raw}”"
        problems.append(f"{one.name}{shown} cannot be used: {wrong}")
        return None


def misspelt(given: Mapping[str, str]) -> dict[str, str]:
    """{name: the known name nearest to it, or ""} of variables that look like ours and are not in the table."""
    found = {}
    for name in sorted(given):
        plain = name.removesuffix("_FILE")
        if plain in KNOWN or name in OF_OTHERS:
            continue
        near = difflib.get_close_matches(plain, KNOWN, n=1, cutoff=ALIKE)
        if near or name.startswith(PREFIXES):
            found[name] = near[0] if near else ""
    return found


def table() -> str:
    """The table as it stands in docs/configuration.md."""
    lines = ["| name | what it is | default | in production |", "|---|---|---|---|"]
    for one in TABLE:
        said = (
            one.default if one.in_production is None else f"{one.default}; in production {one.in_production}"
        )
        notes = [word for word, holds in [("required", one.required), ("secret", one.secret)] if holds]
        others = [other for other in one.needed_with if other != one.name]
        notes += [f"required with {', '.join(others)}"] if others else []
        lines.append(f"| `{one.name}` | {one.what} | {f'`{said}`' if said else ''} | {', '.join(notes)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
