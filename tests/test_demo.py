"""The demo as a newcomer starts it: one command, the page is up, a killed worker comes back, nothing stays behind."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SECONDS_TO_OPEN = 90


def processes_of(place):
    """Process id → command line of everything that runs with this VAR_DIR."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"VAR_DIR={place}\0".encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def wait_until(holds, seconds):
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return held


@pytest.mark.slow
def test_one_command_opens_the_application_and_leaves_nothing_behind(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "BROKER_URL"}}
    environment |= {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, str(PROJECT / "manage.py"), "demo", "--port", "0"]
    output = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
    ) as running:
        watchdog = threading.Timer(SECONDS_TO_OPEN, running.kill)
        watchdog.start()
        said = ""
        while not (address := re.search(r"Open http://127\.0\.0\.1:(\d+)/", said)):
            line = running.stdout.readline()
            assert line, said
            said += line
        watchdog.cancel()
        port = int(address[1])
        status, page = get(port, "/login/")
        assert (status, "csrfmiddlewaretoken" in page) == (200, True)
        assert "reviewer" in said  # the accounts

        def workers():
            return [
                pid for pid, line in processes_of(tmp_path).items() if "celery" in line and " worker " in line
            ]

        assert wait_until(workers, 20)
        first = workers()
        os.kill(first[0], signal.SIGKILL)
        assert wait_until(lambda: set(workers()) - set(first), 20)
        running.send_signal(signal.SIGINT)
        running.stdout.read()
        assert running.wait(30) == 0
    assert wait_until(lambda: processes_of(tmp_path) == {}, 10)
