"""An installation as it stands in production, on this machine: a PostgreSQL, a Redis, web and worker processes, beat.

All are real processes of this installation's own, in a folder of its own, on ports that the system gives; whatever
happens they end with it. Sessions are made in the database, so that nobody waits for a slow hash of a password.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from config.supervising import die_with

PROJECT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 180
THREADS = 16
SECONDS_FOR_THE_DATABASE = 4.0
# The product's settings; only what would make a test wait is shorter.
SETTINGS = f"""
import datetime, os
from django.utils import timezone
from config.settings import *
CELERY_BEAT_SCHEDULE["sweep-jobs"]["schedule"] = 1.0
REPORTS_LEASE_SECONDS = 3
DATABASE_SECONDS_TO_ANSWER = {SECONDS_FOR_THE_DATABASE}
if "CLOCK_AHEAD" in os.environ:  # the machine of this process has a wrong clock, by so many seconds
    timezone.now = lambda now=timezone.now: now() + datetime.timedelta(seconds=float(os.environ["CLOCK_AHEAD"]))
"""
SIGN_IN = """
import json, sys
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
found = {}
for user in User.objects.filter(is_active=True):
    client = Client()
    client.force_login(user)
    found[user.username] = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps(found))
"""


class CannotRun(Exception):
    """This machine lacks something; the argument says what."""


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs, the newest; raises CannotRun."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if not found:
        raise CannotRun("There is no PostgreSQL server on this machine: apt-get install postgresql")
    return Path(found).parent


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def wait_until(holds, seconds: float = SECONDS_TO_START, *, what: str = "it"):
    """What `holds` says as soon as it is true; TimeoutError when it never is."""
    deadline = time.monotonic() + seconds
    while not (held := holds()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come true within {seconds} seconds")
        time.sleep(0.02)
    return held


@dataclass
class Process:
    """One program in a session of its own, with its output in a file."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str]
    folder: Path
    user: str | None = None
    by_force: signal.Signals = signal.SIGKILL
    running: subprocess.Popen | None = None

    def start(self) -> None:
        parent = os.getpid()
        options = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment,
                cwd=self.folder, start_new_session=True, preexec_fn=lambda: die_with(parent), **options,
            )  # fmt: skip

    def send(self, number: signal.Signals, to: list[int] | None = None) -> None:
        """A signal to the process and everything that it started, or to these of them."""
        for one in to or [self.running.pid]:
            with contextlib.suppress(ProcessLookupError):
                (os.kill if to else os.killpg)(one, number)

    def kill(self) -> None:
        """End it by force, with everything that it started."""
        if self.running is not None:
            self.send(self.by_force)
            self.running.wait()

    def processor_seconds(self) -> float:
        """What it and those that it started have used, the dead ones among them."""
        ticks = 0
        for number in [self.running.pid, *self.children()]:
            with contextlib.suppress(OSError):  # it ended meanwhile
                facts = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(int(one) for one in facts[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")

    def children(self) -> list[int]:
        """Process ids of those that it started."""
        tasks = Path(f"/proc/{self.running.pid}/task").glob("*/children")
        return [int(number) for task in tasks for number in task.read_text().split()]


@dataclass
class Installation:
    """Whole or in parts: each of its processes can be killed, frozen and started again."""

    place: Path
    webs: int = 1
    workers: int = 1
    together: bool = False  # all web processes on one port, as people see them behind a proxy
    durable: bool = False  # whether PostgreSQL waits for the disk: for measuring, not for tests
    settings: str = SETTINGS
    cluster: Path | None = None  # where PostgreSQL has its files
    processes: dict[str, Process] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)  # what the test's filling made: name → primary key

    def __enter__(self) -> "Installation":
        try:
            self._prepare()
            self.start_database()
            self.start_redis()
            self.manage("migrate", "--verbosity", "0")
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *failure) -> None:
        self.end()

    def end(self) -> None:
        for process in reversed(self.processes.values()):
            process.kill()
        if self.cluster:
            shutil.rmtree(self.cluster, ignore_errors=True)

    # ---------------------------------------------------------------- parts

    def _prepare(self) -> None:
        if not shutil.which("redis-server"):
            raise CannotRun("There is no Redis on this machine: apt-get install redis-server")
        (self.place / "installed.py").write_text(self.settings)
        for name in ["database", "redis", *self.web_names]:
            self.ports[name] = free_port()
        if self.together:
            self.ports |= dict.fromkeys(self.web_names, self.ports["web0"])
        self.environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "SCORECARDS_"))
        }
        self.environment |= {
            "DATABASE_URL": f"postgres://scorecards@127.0.0.1:{self.ports['database']}/postgres",
            "BROKER_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "DJANGO_SECRET_KEY": secrets.token_urlsafe(64),
            "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
            "DJANGO_SSL_REDIRECT": "0",
            "SECOND_FACTOR": "0",  # tests/pages has that; here nobody has a telephone
            "DJANGO_SETTINGS_MODULE": "installed",
            "VAR_DIR": str(self.place / "var"),
            "WORKER_NICE": "0",
            "PYTHONPATH": os.pathsep.join([str(PROJECT), str(self.place)]),
        }
        self._make_cluster()

    def _make_cluster(self) -> None:
        """PostgreSQL refuses to run as root: then its own account has the cluster. It stands apart, since the
        parents of the place are closed to that account by any other run of pytest."""
        programs = postgres_programs()
        cluster = self.cluster = Path(tempfile.mkdtemp(prefix="cluster-"))
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            shutil.chown(cluster, user, user)
        command = [str(programs / "initdb"), "--pgdata", str(cluster), "--username", "scorecards"]
        command += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        made = self._add("initdb", command, user)
        made.start()
        if made.running.wait():
            raise CannotRun(made.log.read_text())
        del self.processes["initdb"]
        server = [str(programs / "postgres"), "-D", str(cluster), "-p", str(self.ports["database"])]
        server += ["-k", str(cluster), "-c", f"fsync={'on' if self.durable else 'off'}"]
        server += ["-c", "max_connections=150"]
        # PostgreSQL's processes lead sessions of their own: at this signal they end at once, without tidying up.
        self._add("database", server, user).by_force = signal.SIGQUIT

    def _add(self, name, command, user=None) -> Process:
        log = self.place / f"{name}.log"
        folder = self.cluster if user else self.place
        self.processes[name] = Process(name, command, log, self.environment, folder, user)
        return self.processes[name]

    @property
    def web_names(self) -> list[str]:
        return [f"web{number}" for number in range(self.webs)]

    @property
    def worker_names(self) -> list[str]:
        return [f"worker{number}" for number in range(self.workers)]

    def start_database(self) -> None:
        self.processes["database"].start()
        wait_until(self._database_answers, what="PostgreSQL")

    def _database_answers(self) -> bool:
        try:
            self.rows("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True

    def start_redis(self) -> None:
        port = str(self.ports["redis"])
        command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._add("redis", command).start()
        wait_until(lambda: answers(self.ports["redis"]), what="Redis")

    def start_web(self, name: str = "web0", **environment: str) -> None:
        """One web process: `environment` is what differs on its machine."""
        python = [sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket"]
        options = ["--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)]
        options += ["--reuse-port"] if self.together else []
        process = self._add(name, [*python, *options, "--bind", f"127.0.0.1:{self.ports[name]}"])
        process.environment = process.environment | environment
        process.start()
        wait_until(lambda: is_alive(self.ports[name]), what=name)

    def start_worker(self, name: str = "worker0", *, children: int = 1) -> None:
        options = ["--hostname", f"{name}@test", "--concurrency", str(children), "--loglevel", "INFO"]
        self._add(name, [sys.executable, "-m", "celery", "--app", "config", "worker", *options]).start()
        log = self.processes[name].log
        before = log.stat().st_size
        wait_until(lambda: b" ready." in log.read_bytes()[before:], what=name)

    def start_beat(self) -> None:
        options = ["--schedule", str(self.place / "rings"), "--pidfile", "", "--loglevel", "INFO"]
        self._add("beat", [sys.executable, "-m", "celery", "--app", "config", "beat", *options]).start()

    # ---------------------------------------------------------------- looking in

    def manage(self, *command: str) -> str:
        """What a command of manage.py prints."""
        manage = [sys.executable, str(PROJECT / "manage.py"), *command]
        done = subprocess.run(
            manage, env=self.environment, cwd=self.place, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def run(self, program: str):
        """What a program of Python in the installation prints, read as JSON."""
        return json.loads(self.manage("shell", "--verbosity", "0", "--command", program))

    def sign_everybody_in(self) -> None:
        self.sessions = self.run(SIGN_IN)

    def rows(self, query: str, values=()) -> list[tuple]:
        """What the database says, asked past the product; also for a change that a test needs."""
        address = {"host": "127.0.0.1", "port": self.ports["database"], "user": "scorecards"}
        connection = psycopg2.connect(dbname="postgres", connect_timeout=5, **address)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def value(self, query: str, values=()):
        return self.rows(query, values)[0][0]


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def is_alive(port: int) -> bool:
    """Whether a web process answers requests: an open port alone is gunicorn's, not Django's."""
    return _says(port, "/health/live").startswith(b"HTTP/1.1 200")


def is_ready(port: int) -> bool:
    """Whether it has all that it needs, the queue among it."""
    return _says(port, "/health/ready").endswith(b"\r\n\r\nready")


def _says(port: int, path: str) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            ask = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            connection.sendall(ask.encode())
            return b"".join(iter(lambda: connection.recv(4096), b""))
    except OSError:
        return b""
