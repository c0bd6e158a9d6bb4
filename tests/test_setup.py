"""Setting up and running: the two commands, their sentences, the supervisor, the embedded queue."""

import json
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.management.commands import demo
from config.supervising import Child, ChildFailed, Supervisor

PROJECT = Path(__file__).resolve().parent.parent
THAI = re.compile(r"[ก-๙]{5}")
SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def setup(tmp_path):
    """The set-up module as manage.py loads it, pointed at an empty project folder."""
    loaded = runpy.run_path(str(PROJECT / "config" / "setup_environment.py"))
    place = loaded["ensure"].__globals__
    environment = tmp_path / ".venv"
    place.update(PROJECT=tmp_path, ENVIRONMENT=environment, PYTHON=environment / "bin" / "python")
    place.update(
        STAMP=environment / "installed.json", LOG=environment / "setup.log", NATIVE=environment / "native"
    )
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "requirements-dev.txt").write_text("")
    return place


def sentence_of(setup, capsys, word="demo"):
    """What a person reads when the set-up ends: Thai and English, never a traceback."""
    with pytest.raises(SystemExit) as ended:
        setup["ensure"](word, arguments=[word])
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "Traceback" not in said
    assert THAI.search(said)
    return said


def test_an_old_python_is_told_so(setup, capsys):
    setup["OLDEST"] = (9, 9)
    assert "Python 3.11 or newer is needed" in sentence_of(setup, capsys)


def test_a_python_without_venv_is_told_which_package_to_install(setup, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert "apt-get install python3-venv" in sentence_of(setup, capsys)


def test_a_failing_installation_says_why_and_where_to_read_on(setup, capsys):
    setup["make_environment"] = lambda: setup["ENVIRONMENT"].mkdir()
    setup["PYTHON"] = Path("/bin/sh")  # answers "Can't open -m" in place of pip
    said = sentence_of(setup, capsys)
    assert "Python packages could not be installed" in said
    assert "setup.log" in said


def test_a_folder_that_cannot_be_written_is_a_sentence(setup, capsys, tmp_path):
    (tmp_path / ".venv").write_text("a file where the folder should be")
    assert "cannot be written or opened" in sentence_of(setup, capsys)


def test_libraries_that_cannot_be_brought_are_named_and_the_rest_goes_on(
    setup, capsys, tmp_path, monkeypatch
):
    (tmp_path / ".venv").mkdir()
    setup["LIBRARIES"] = ("libdoes-not-exist.so.9",)
    monkeypatch.setenv("PATH", str(tmp_path))  # no apt-get, no dpkg
    assert "PATH" in setup["bring_libraries"](dict(os.environ))
    said = capsys.readouterr().out
    assert "libpangoft2-1.0-0 libharfbuzz-subset0" in said
    assert THAI.search(said)


def test_what_is_started_keeps_its_bytecode_where_a_container_forbids_it(setup, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    setup.update(install=lambda lock: None, bring_libraries=lambda environment: environment)
    started = []
    monkeypatch.setattr(os, "execve", lambda program, words, environment: started.append(environment))
    setup["ensure"]("test", arguments=["test"])
    program = "import os, sys; print(sys.dont_write_bytecode, os.environ['PATH'])"
    told = subprocess.check_output([sys.executable, "-c", program], env=started[0], text=True)
    assert told == f"False {os.environ['PATH']}\n"


def test_the_lock_is_installed_once_and_again_when_it_changes(setup, tmp_path):
    setup["PYTHON"].parent.mkdir(parents=True)
    setup["PYTHON"].write_text("")
    setup["STAMP"].write_text(
        json.dumps({"requirements-dev.txt": setup["fingerprint"]("requirements-dev.txt")})
    )
    assert setup["is_installed"]("requirements-dev.txt")
    assert setup["is_installed"]("requirements.txt")  # the tests' lock contains it
    (tmp_path / "requirements-dev.txt").write_text("django==5.2.19")
    assert not setup["is_installed"]("requirements-dev.txt")


@pytest.mark.parametrize("content", ["", "[]", "{", "null"])
def test_a_spoilt_stamp_means_not_installed(setup, content):
    setup["ENVIRONMENT"].mkdir()
    setup["STAMP"].write_text(content)
    assert setup["read_stamp"]() == {}


# The locks


def pins(lock):
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (PROJECT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_locks_pin_everything_by_hash_and_name_no_index(lock):
    text = (PROJECT / lock).read_text()
    entries = [entry for entry in re.split(r"\n(?=[a-z0-9])", text) if not entry.startswith("#")]
    assert len(entries) == len(pins(lock)) > 40
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.search(r"index-url|find-links|file:|https?://|^/", text, re.MULTILINE) is None


def test_the_tests_lock_contains_the_products_lock():
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_every_wanted_package_has_its_reason_and_is_locked():
    for name in ("requirements", "requirements-dev"):
        lines = [line for line in (PROJECT / f"{name}.in").read_text().splitlines() if "==" in line]
        assert [line for line in lines if "  # " not in line] == []
        said = [re.sub(r"\[.*\]", "", line.partition("  #")[0]) for line in lines]  # a lock names no extras
        wanted = dict(one.split("==") for one in said)
        assert wanted.items() <= pins(f"{name}.txt").items()


# The demo


def test_a_port_in_use_is_a_sentence_before_anything_is_loaded(settings, tmp_path):
    settings.VAR_DIR, settings.DATABASE_URL, settings.BROKER_URL = tmp_path, "", ""
    with socket.socket() as other:
        other.bind((demo.HOST, 0))
        other.listen()
        with pytest.raises(CommandError, match="is in use or not allowed"):
            call_command("demo", port=other.getsockname()[1])


@pytest.mark.parametrize("port", [-1, 70000])
def test_an_impossible_port_is_a_sentence(port):
    with pytest.raises(CommandError, match="--port 8001"), demo.listening(port):
        pass


def test_a_second_demo_on_the_same_data_is_refused(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with demo.only_demo() as place, demo.listening(0) as listener:
        demo.tell_address(place, listener)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for _time in range(2):  # asking does not wipe it out
            with pytest.raises(CommandError, match=f"at {address};"), demo.only_demo():
                pass
    with demo.only_demo():
        pass


@pytest.mark.parametrize("name", ["DATABASE_URL", "BROKER_URL"])
def test_the_demo_never_runs_on_a_production_database_or_queue(settings, name):
    settings.DATABASE_URL, settings.BROKER_URL = "", ""
    setattr(settings, name, "somewhere")
    with pytest.raises(CommandError, match="unset DATABASE_URL and BROKER_URL"):
        call_command("demo")


# The supervisor


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(holds, seconds=10):
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


@pytest.fixture
def kept_signals():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("kept_signals")
def test_a_child_that_dies_is_started_again(tmp_path):
    child = Child("worker", SLEEPER, tmp_path / "log")
    told = []
    with Supervisor([child], told.append) as supervisor:
        first = child.process.pid
        os.kill(first, signal.SIGKILL)
        assert supervisor.watch(until=lambda: child.process.pid != first, seconds=10)
        second = child.process.pid
    assert told == ["worker"]
    assert not is_alive(second)


@pytest.mark.usefixtures("kept_signals")
def test_a_child_that_cannot_start_ends_the_demo_with_its_log(tmp_path):
    child = Child("web", [sys.executable, "-c", "raise SystemExit('no such module')"], tmp_path / "log")
    with Supervisor([child]) as supervisor, pytest.raises(ChildFailed):
        supervisor.watch(seconds=20)
    assert "no such module" in child.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_child_outlives_the_supervisor(tmp_path, number):
    """However the supervisor ends, by force too, its children end."""
    program = (
        "import sys; from pathlib import Path; from config.supervising import Child, Supervisor\n"
        f"child = Child('worker', {SLEEPER!r}, Path({str(tmp_path / 'log')!r}))\n"
        "with Supervisor([child]) as supervisor:\n"
        "    print(child.process.pid, flush=True)\n"
        "    supervisor.watch()\n"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    with supervisor:
        child = int(supervisor.stdout.readline())
        assert is_alive(child)
        supervisor.send_signal(number)
        supervisor.wait(15)
    assert wait_until(lambda: not is_alive(child))
