"""The commands of docker-compose.yml, run by hand as Compose would run them, each with its health check."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import connection

PROJECT = Path(__file__).resolve().parent.parent
SERVICES = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
SECONDS = 90
WORD = re.compile(r"\${(\w+)(?::-([^${}]*))?}")

pytestmark = [
    pytest.mark.slow,
    # The services write on connections of their own, their signs of life among it: no rollback takes that back.
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (settings.DATABASE_URL and settings.BROKER_URL),
        reason="needs PostgreSQL and Redis, as production does",
    ),
]


def filled(text: str, given: dict[str, str]) -> str:
    """What Compose makes of ${NAME:-default}, from the inside out."""
    while WORD.search(text):
        text = WORD.sub(lambda found: given.get(found[1]) or found[2] or "", text)
    return text


@pytest.fixture
def given(tmp_path):
    """The environment of a service as Compose fills it; only the places differ."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    facts = connection.settings_dict
    address = f"{facts['USER']}@{facts['HOST']}:{facts['PORT'] or 5432}/{facts['NAME']}"
    (tmp_path / "key").write_text("k" * 60 + "\n")
    said = {
        "DATABASE_URL": f"postgres://{address}",
        "POSTGRES_PASSWORD": facts["PASSWORD"],
        "BROKER_URL": settings.BROKER_URL,
        "DJANGO_SECRET_KEY_FILE": str(tmp_path / "key"),
        "DJANGO_ALLOWED_HOSTS": "kpi.example.org",
    }
    service = {name: filled(str(text), said) for name, text in SERVICES["web"]["environment"].items()}
    places = {"VAR_DIR": str(tmp_path), "WEB_BIND": f"127.0.0.1:{port}", "WORKER_NICE": "0"}
    return {"PATH": f"{PROJECT / '.venv' / 'bin'}:{os.environ['PATH']}"} | service | places


def run(words, given) -> int:
    """The status of a command that ends by itself."""
    return subprocess.run(in_place(words, given), cwd=PROJECT, env=given, timeout=SECONDS).returncode


def in_place(words, given) -> list[str]:
    """The command with its variables filled in and this Python in the place of the image's."""
    return [sys.executable if word == "python" else filled(word, given) for word in words]


@contextmanager
def running(name, given, log):
    """A service from its start until the block ends."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            in_place(SERVICES[name]["command"], given),
            cwd=PROJECT, env=given, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def becomes(name, healthy: bool, given) -> bool:
    """Whether its health check says so in time; the check itself takes most of a second."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if (run(SERVICES[name]["healthcheck"]["test"][1:], given) == 0) == healthy:
            return True
    return False


def test_migrations_are_applied_and_a_second_time_there_is_nothing_to_do(given):
    assert run(SERVICES["migrate"]["command"], given) == 0


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_service_becomes_healthy_and_unhealthy_once_it_is_killed(name, given, tmp_path):
    log = tmp_path / "log"
    with running(name, given, log) as process:
        assert becomes(name, True, given), log.read_text()
        os.killpg(process.pid, 9)
        process.wait()
        assert becomes(name, False, given)


def test_beat_is_healthy_as_long_as_it_writes_its_schedule(given, tmp_path):
    log = tmp_path / "log"
    with running("beat", given, log):
        assert becomes("beat", True, given), log.read_text()
    for path in tmp_path.glob("beat-schedule*"):
        os.utime(path, (0, 0))
    assert becomes("beat", False, given)


def test_a_service_without_its_settings_ends_and_names_them(given):
    words = in_place(SERVICES["migrate"]["command"], given)
    lacking = given | {"DJANGO_SECRET_KEY_FILE": "", "DJANGO_ALLOWED_HOSTS": ""}
    ended = subprocess.run(words, cwd=PROJECT, env=lacking, capture_output=True, text=True, timeout=SECONDS)
    assert ended.returncode == 1
    assert "DJANGO_SECRET_KEY is missing" in ended.stderr
    assert "DJANGO_ALLOWED_HOSTS is missing" in ended.stderr
