"""`manage.py demo [--port N]`: the whole application on this machine, embedded database and queue, with demo data."""

import fcntl
import http.client
import os
import shutil
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction

from config.supervising import Child, ChildFailed, Supervisor

SECONDS_TO_ANSWER = 90
HOST = "127.0.0.1"


class Command(BaseCommand):
    """Migrate, load the demo data, run web, worker and beat until stopped."""

    help = "Sets up and runs the application with demo data; prints the address and the demo accounts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="default 8000; 0 takes any free port")

    def handle(self, *args, port, **options):
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="replace", line_buffering=True)
        if settings.DATABASE_URL or settings.BROKER_URL:
            raise CommandError(
                "เดโมใช้ฐานข้อมูลและคิวของตัวเองเท่านั้น ให้ยกเลิกตัวแปร DATABASE_URL และ BROKER_URL ก่อน\n"
                "The demo runs on its own database and queue only: unset DATABASE_URL and BROKER_URL."
            )
        with only_demo() as place, listening(port) as listener:
            tell_address(place, listener)
            try:
                self.prepare()
            except KeyboardInterrupt:
                raise CommandError(
                    "ยกเลิกแล้ว เรียกคำสั่งเดิมเพื่อเริ่มใหม่ · Interrupted; the same command starts again."
                ) from None
            self.serve(listener)

    def prepare(self) -> None:
        """Fill the database, wholly or not at all; load_demo tells its progress and the accounts."""
        self.stdout.write("กำลังเตรียมข้อมูลตัวอย่าง · Preparing the demo data")
        call_command("migrate", verbosity=0, interactive=False)
        with transaction.atomic():
            call_command("load_demo", stdout=self.stdout)
        connections.close_all()

    def serve(self, listener: socket.socket) -> None:
        """Run the three processes until a signal comes; print the address once the page answers."""
        port = listener.getsockname()[1]
        logs = settings.VAR_DIR / "log"
        os.environ.setdefault("SITE_URL", f"http://{HOST}:{port}")  # for the links in the worker's mails
        with Supervisor(children(listener, logs), self.tell_restart) as supervisor:
            try:
                if supervisor.watch(until=lambda: answers(port), seconds=SECONDS_TO_ANSWER):
                    self.welcome(f"http://{HOST}:{port}/")
                elif not supervisor.stopping:
                    raise ChildFailed("web", logs / "web.log")
                supervisor.watch()
            except ChildFailed as failure:
                name, log = failure.args
                raise CommandError(
                    f"โปรเซส {name} เริ่มไม่ได้ รายละเอียดอยู่ที่ {log}\n"
                    f"The {name} process does not start; details are in {log}"
                ) from None
        self.stdout.write("หยุดเดโมแล้ว · The demo has stopped.")

    def tell_restart(self, name: str) -> None:
        """Say that a process died and is started again."""
        self.stderr.write(f"เริ่ม {name} ใหม่ · Restarting {name}")

    def welcome(self, address: str) -> None:
        """The address, and how to stop."""
        self.stdout.write(f"\nเปิดใช้งานได้ที่ · Open {address}\nหยุดด้วย Ctrl+C · Stop with Ctrl+C")


def children(listener: socket.socket, logs: Path) -> list[Child]:
    """Web, worker and beat, with empty logs. The listening socket is ours: no other program can take the port."""
    logs.mkdir(parents=True, exist_ok=True)
    taken = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["processed_folder"])
    shutil.rmtree(taken, ignore_errors=True)  # what a killed worker held; the sweeper sends those jobs again
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--app", "config", "--workdir", str(settings.BASE_DIR)]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    web = ["--bind", f"fd://{listener.fileno()}", "--chdir", str(settings.BASE_DIR), "--no-control-socket"]
    threads = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "5"]
    commands = {
        "web": [*python, "gunicorn", "config.wsgi", *web, *threads, "--log-level", "warning"],
        "worker": [
            *celery,
            "worker",
            "--pool",
            "solo",
            "--hostname",
            "embedded@demo",
            "--loglevel",
            "INFO",
            *quiet,
        ],
        "beat": [*celery, "beat", "--pidfile=", "--loglevel", "INFO"],
    }
    for name in commands:
        (logs / f"{name}.log").write_bytes(b"")
    return [
        Child(name, command, logs / f"{name}.log", (listener.fileno(),) if name == "web" else ())
        for name, command in commands.items()
    ]


@contextmanager
def only_demo():
    """Refuse a second demo on the same data, and say where the first one is; gives the file for its address."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            address = lock.read() or "…"
            raise CommandError(
                f"มีเดโมทำงานอยู่แล้วบนข้อมูลชุดนี้ที่ {address} ให้ใช้ที่นั่น หรือหยุดก่อนแล้วเริ่มใหม่\n"
                f"A demo is already running on this data at {address}; use it there, or stop it first."
            ) from None
        lock.truncate(0)
        yield lock


def tell_address(place, listener: socket.socket) -> None:
    """Write where this demo is to be found, for whoever starts a second one."""
    place.write(f"http://{HOST}:{listener.getsockname()[1]}/")
    place.flush()


@contextmanager
def listening(port: int):
    """A socket that listens on `port`; a port in use or not allowed is a sentence."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except (OSError, OverflowError):
            raise CommandError(
                f"พอร์ต {port} ใช้ไม่ได้หรือมีโปรแกรมอื่นใช้อยู่ ลอง: python3 manage.py demo --port {other_port(port)}\n"
                f"Port {port} is in use or not allowed; try: python3 manage.py demo --port {other_port(port)}"
            ) from None
        listener.listen(128)
        yield listener


def other_port(port: int) -> int:
    """A port worth trying instead."""
    return port + 1 if 1024 <= port < 65535 else 8001


def answers(port: int) -> bool:
    """True when the application answers on `port`."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
