"""Sets the project up for `manage.py demo` and `manage.py test`, with the standard library alone.

Loaded by path before anything is installed, so it imports nothing of the project and keeps to syntax that an older
Python can read: that Python must be told in a sentence that it is too old.
Every failure is a sentence in Thai and English.
"""

from __future__ import annotations  # an older Python than the types know reads them as text

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn
from xml.sax.saxutils import escape

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "installed.json"
LOG = ENVIRONMENT / "setup.log"
NATIVE = ENVIRONMENT / "native"
READY = "SCORECARDS_ENVIRONMENT"
OLDEST = (3, 11)
LOCKS = {"demo": "requirements.txt", "test": "requirements-dev.txt"}

# What WeasyPrint loads, and the packages (Debian's and Ubuntu's names) that bring it with all it needs.
LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
PACKAGES = ("libpangoft2-1.0-0", "libharfbuzz-subset0")
# Never beside the system's own: a second C library makes every program crash.
LEFT_TO_THE_SYSTEM = re.compile(
    r"libc6|libc-bin|libgcc-s1|libstdc\+\+6|gcc-.*-base|libcrypt1|dpkg|base-files"
)


class SetupError(Exception):
    """The set-up cannot go on. Arguments: the sentence in Thai, the sentence in English."""


def ensure(word: str, arguments: list[str]) -> None:
    """Return inside a complete environment for `word` ("demo" or "test"); otherwise build it and start over in it.

    arguments: the command line after manage.py. Ends the process with status 1 and a sentence when it cannot be done.
    """
    started_here = os.environ.get(READY) == str(ENVIRONMENT) and Path(sys.prefix) == ENVIRONMENT
    if started_here and is_installed(LOCKS[word]):
        return
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # since Python 3.7
            stream.reconfigure(errors="replace")  # a terminal without Thai letters is no reason to fail
    try:
        check_python()
        with one_at_a_time():
            install(LOCKS[word])
            environment = bring_libraries(with_bytecode(os.environ))
        environment[READY] = str(ENVIRONMENT)
        sys.stdout.flush()
        os.execve(str(PYTHON), [str(PYTHON), str(PROJECT / "manage.py")] + list(arguments), environment)
    except SetupError as error:
        stop(*error.args)
    except OSError as error:
        stop(
            f"ติดตั้งไม่สำเร็จ: เขียนหรือเปิดไฟล์ในโฟลเดอร์โครงการไม่ได้ ({error})",
            f"Set-up failed: a file of the project folder cannot be written or opened ({error}).",
        )
    except KeyboardInterrupt:
        stop("ยกเลิกการติดตั้งแล้ว เรียกคำสั่งเดิมเพื่อทำต่อ", "Set-up was interrupted; the same command continues it.")


def stop(thai: str, english: str) -> NoReturn:
    """Print the sentence in both languages and end with status 1."""
    sys.stderr.write(f"\n{thai}\n{english}\n")
    sys.exit(1)


def say(thai: str, english: str) -> None:
    """Tell what is going on, in both languages."""
    print(f"{thai} · {english}", flush=True)


def check_python() -> None:
    """Refuse a Python that is too old or came without venv."""
    if sys.version_info < OLDEST:
        found = "{}.{}".format(*sys.version_info[:2])
        raise SetupError(
            f"ต้องใช้ Python 3.11 ขึ้นไป เครื่องนี้เรียกด้วย Python {found}",
            f"Python 3.11 or newer is needed; this is Python {found}.",
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise SetupError(
            "Python ของเครื่องนี้ไม่มี venv ให้ผู้ดูแลเครื่องติดตั้งด้วยคำสั่ง: apt-get install python3-venv",
            "This Python has no venv. Ask the machine's administrator for: apt-get install python3-venv",
        ) from None


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the set-up for this process alone: a demo and a test may be started together."""
    with open(str(PROJECT / "requirements.txt"), "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(*command: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a program with its output in the log; return the finished process. A missing program counts as status 127."""
    with open(str(LOG), "ab") as log:
        log.write("\n$ {}\n".format(" ".join(command)).encode())
        log.flush()
        try:
            return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
        except FileNotFoundError:
            return subprocess.CompletedProcess(command, 127)


# The environment


def is_installed(lock: str) -> bool:
    """True when .venv holds exactly this lock, or the tests' lock, which contains it, for the Python that runs now."""
    stamp = read_stamp() if PYTHON.exists() else {}
    return any(name in stamp and stamp[name] == fingerprint(name) for name in (lock, LOCKS["test"]))


def read_stamp() -> dict[str, str]:
    """What was installed: lock file name → fingerprint. Nothing when the stamp is missing or unreadable."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def fingerprint(lock: str) -> str:
    """SHA-256 of the lock file and of Python's version."""
    version = "{}.{}".format(*sys.version_info[:2])
    return hashlib.sha256((PROJECT / lock).read_bytes() + version.encode()).hexdigest()


def install(lock: str) -> None:
    """Make .venv and install the lock with hashes checked; nothing to do when it is there already."""
    if is_installed(lock):
        return
    make_environment()
    say("กำลังติดตั้งแพ็กเกจ Python (ราวหนึ่งนาที)", "Installing Python packages (about a minute)")
    # The lock is complete, so pip need not resolve anything; bytecode is written when a module is first used.
    pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--no-compile")
    if run(*pip, "-r", str(PROJECT / lock), cwd=str(PROJECT)).returncode:
        fault = last_line()
        raise SetupError(
            f"ติดตั้งแพ็กเกจ Python ไม่สำเร็จ: {fault}\nตรวจการเชื่อมต่อเครือข่ายหรือคลังแพ็กเกจ รายละเอียดอยู่ที่ {LOG}",
            f"Python packages could not be installed: {fault}\nCheck the network or the index; details are in {LOG}",
        )
    stamp = dict(read_stamp(), **{lock: fingerprint(lock)})
    STAMP.write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def make_environment() -> None:
    """Make .venv, or make it anew when it belongs to another Python or is broken."""
    ENVIRONMENT.mkdir(exist_ok=True)
    same_python = (ENVIRONMENT / "lib" / "python{}.{}".format(*sys.version_info[:2])).is_dir()
    if same_python and PYTHON.exists() and run(str(PYTHON), "-m", "pip", "--version").returncode == 0:
        return
    say("กำลังสร้างสภาพแวดล้อม .venv", "Making the environment .venv")
    if run(sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)).returncode:
        raise SetupError(
            "สร้าง .venv ไม่สำเร็จ ติดตั้ง python3-venv แล้วลองอีกครั้ง",
            "The environment .venv could not be made. Install python3-venv and try again.",
        )


def with_bytecode(environment: Mapping[str, str]) -> dict[str, str]:
    """These variables without the one that forbids bytecode, which images of containers often set: the demo's six
    processes, and all that the tests start, would each compile two thousand modules again."""
    return {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}


def last_line() -> str:
    """The last line of the log that says something, for the sentence on the screen."""
    lines = [line.strip() for line in LOG.read_text(encoding="utf-8", errors="replace").splitlines()]
    errors = [line for line in lines if line.startswith(("ERROR:", "E:"))]
    return (errors or [line for line in lines if line] or ["?"])[-1][:300]


# WeasyPrint's libraries


def bring_libraries(environment: dict[str, str]) -> dict[str, str]:
    """The environment variables with which WeasyPrint finds its libraries, after bringing them where they are missing.

    Without them the product still runs and only PDFs fail, so being unable to bring them is a warning.
    """
    if libraries_load(environment):
        return environment
    beside = with_libraries_beside(environment)
    if libraries_load(beside):
        return beside
    say("กำลังติดตั้งไลบรารีสำหรับ PDF", "Bringing the libraries for PDFs")
    if os.geteuid() == 0 and install_packages() and libraries_load(environment):
        return environment
    if unpack_packages():
        beside = with_libraries_beside(environment)
        if libraries_load(beside):
            return beside
    command = "apt-get install --no-install-recommends " + " ".join(PACKAGES)
    say(
        f"คำเตือน: ยังสร้าง PDF ไม่ได้ ให้ผู้ดูแลเครื่องติดตั้งด้วยคำสั่ง {command}",
        f"Warning: PDFs cannot be made until the administrator runs {command}",
    )
    return environment


def libraries_load(environment: dict[str, str]) -> bool:
    """True when a Python started with these variables can load all libraries."""
    program = f"import ctypes\nfor name in {LIBRARIES!r}: ctypes.CDLL(name)"
    return run(sys.executable, "-c", program, env=environment).returncode == 0


def install_packages() -> bool:
    """Install with apt, as root. The lists are fetched only when the first try shows that they are missing or old."""
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    apt = ("apt-get", "install", "--yes", "--no-install-recommends") + PACKAGES
    if run(*apt, env=quiet).returncode == 0:
        return True
    run("apt-get", "update", env=quiet)
    return run(*apt, env=quiet).returncode == 0


def unpack_packages() -> bool:
    """Without root: fetch the missing packages and unpack them under .venv/native. True when they were unpacked."""
    downloads = NATIVE / "packages"
    for folder in (downloads, NATIVE / "lists" / "partial", NATIVE / "cache" / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    own = ["-o", "Debug::NoLocking=1", "-o", "Dir::Cache={}".format(NATIVE / "cache")]
    names = missing_packages(own)
    if not names:  # no list of packages on this machine, or an old one: fetch our own
        own += ["-o", "Dir::State::Lists={}".format(NATIVE / "lists")]
        run("apt-get", *own, "update")
        names = missing_packages(own)
    if not names or run("apt-get", *own, "download", *names, cwd=str(downloads)).returncode:
        return False
    unpacked = [
        run("dpkg", "-x", str(package), str(NATIVE)).returncode == 0 for package in downloads.glob("*.deb")
    ]
    for folder in (downloads, NATIVE / "lists", NATIVE / "cache"):
        shutil.rmtree(str(folder), ignore_errors=True)
    return all(unpacked)


def missing_packages(options: list[str]) -> list[str]:
    """What apt would install for PACKAGES, by name."""
    command = ["apt-get"] + options + ["--simulate", "--no-install-recommends", "install"] + list(PACKAGES)
    try:
        plan = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except FileNotFoundError:
        return []
    names = re.findall(r"^Inst (\S+)", plan.stdout.decode(errors="replace"), re.MULTILINE)
    return [name for name in names if not LEFT_TO_THE_SYSTEM.match(name)]


def with_libraries_beside(environment: dict[str, str]) -> dict[str, str]:
    """The variables that point at the libraries, Thai dictionary and fonts under .venv/native."""
    folders = sorted({str(path.parent) for path in NATIVE.glob("**/*.so.*")})
    if not folders:
        return environment
    configuration = NATIVE / "fonts.conf"
    text = (
        '<?xml version="1.0"?>\n<fontconfig><dir>{0}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>'
        "<cachedir>{0}/fontcache</cachedir></fontconfig>\n"
    )
    configuration.write_text(text.format(escape(str(NATIVE))), encoding="utf-8")
    search = folders + [part for part in environment.get("LD_LIBRARY_PATH", "").split(":") if part]
    changed = dict(environment, LD_LIBRARY_PATH=":".join(search), FONTCONFIG_FILE=str(configuration))
    if (NATIVE / "usr/share/libthai").is_dir():
        changed["LIBTHAI_DICTDIR"] = str(NATIVE / "usr/share/libthai")
    return changed
