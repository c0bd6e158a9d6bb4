"""The demo as a newcomer starts it, in a folder of its own, for the tests that look at the whole."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SECONDS_TO_OPEN = 90


@dataclass(frozen=True)
class Demo:
    """A running demo: its process, its port, its folder, and what it printed until it was open."""

    process: subprocess.Popen
    port: int
    place: Path
    said: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def environment_of(place) -> dict[str, str]:
    """What a demo in this folder is started with."""
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "BROKER_URL"}}
    return environment | {"VAR_DIR": str(place), "DJANGO_SETTINGS_MODULE": "config.settings"}


def fill(place, kept: Path):
    """Fill a folder with the demo data. They are loaded once for all processes that name the same `kept` folder."""
    kept.mkdir(parents=True, exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "whole").exists():
            for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
                manage = [sys.executable, str(PROJECT / "manage.py"), *command]
                subprocess.run(
                    manage, env=environment_of(kept / "data"), check=True, stdout=subprocess.DEVNULL
                )
            (kept / "whole").touch()
    shutil.copytree(kept / "data", place, dirs_exist_ok=True)


@contextmanager
def running_demo(place):
    """`manage.py demo` until the block ends; then it is interrupted and must end well by itself."""
    command = [sys.executable, str(PROJECT / "manage.py"), "demo", "--port", "0"]
    output = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment_of(place), stdout=output, stderr=subprocess.STDOUT, text=True
    ) as process:
        watchdog = threading.Timer(SECONDS_TO_OPEN, process.kill)
        watchdog.start()
        said = ""
        while not (address := re.search(r"Open http://127\.0\.0\.1:(\d+)/", said)):
            line = process.stdout.readline()
            assert line, said
            said += line
        watchdog.cancel()
        try:
            yield Demo(process, int(address[1]), Path(place), said)
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            assert process.wait(30) == 0


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


def wait_until(holds, seconds):
    """What `holds` says, as soon as it is true or when the time is over."""
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return held
