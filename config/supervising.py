"""Keeps the demo's processes running: web, worker and beat as children that never outlive it.

Each child leads its own session, so that a key pressed in the terminal reaches only the supervisor, which then stops
them in order; the kernel stops them if the supervisor itself is killed.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
SECONDS_TO_STOP = 10
QUICK_DEATH_SECONDS = 20
QUICK_DEATHS_ALLOWED = 3
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildFailed(Exception):
    """A child died again and again. Arguments: its name, its log file."""


@dataclass
class Child:
    """One process to keep running, with its output in `log`."""

    name: str
    command: list[str]
    log: Path
    inherited: tuple[int, ...] = ()  # open file descriptors that it needs, such as the listening socket
    process: subprocess.Popen | None = None
    started: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        """Start the process; its output goes to the end of the log."""
        parent = os.getpid()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.inherited,
                preexec_fn=lambda: die_with(parent),
            )
        self.started = time.monotonic()

    def has_died(self) -> bool:
        """True when the process was started and is no longer there."""
        return self.process is not None and self.process.poll() is not None

    def restart(self) -> None:
        """Start it again after its death; raises ChildFailed when that keeps happening within seconds."""
        quick = time.monotonic() - self.started < QUICK_DEATH_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        if self.quick_deaths >= QUICK_DEATHS_ALLOWED:
            raise ChildFailed(self.name, self.log)
        self.start()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


@dataclass
class Supervisor:
    """Starts children, restarts those that die, stops all on INT, TERM or HUP."""

    children: list[Child]
    on_restart: Callable[[str], None] = lambda name: None
    stopping: bool = field(default=False, init=False)

    def __enter__(self) -> "Supervisor":
        for number in STOP_SIGNALS:
            signal.signal(number, self.ask_to_stop)
        for child in self.children:
            child.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        """Signal handler: the loop ends at its next turn."""
        self.stopping = True

    def watch(self, *, until: Callable[[], bool] = lambda: False, seconds: float | None = None) -> bool:
        """Keep the children running until asked to stop, `until()` holds or `seconds` are over. True when it held."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self.stopping and (deadline is None or time.monotonic() < deadline):
            for child in self.children:
                if child.has_died():
                    self.on_restart(child.name)
                    child.restart()
            if until():
                return True
            time.sleep(0.2)
        return False

    def stop(self) -> None:
        """Ask every child to end, wait, and end by force those that stay. Returns when none is left."""
        for child in self.children:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        for child in self.children:
            if child.process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            child.send(signal.SIGKILL)
            child.process.wait()


def die_with(parent: int) -> None:
    """In the child, before its program: be told to stop when the supervisor dies, even by force (Linux only)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
