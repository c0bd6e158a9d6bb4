"""The embedded queue: every message arrives once, whole, from several processes, through a real worker."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from kombu import Connection

from config.filesystem_transport import write_whole

PROJECT = Path(__file__).resolve().parent.parent
SENDERS, EACH = 2, 250

APPLICATION = """
import os, sys
from celery import Celery
folder = sys.argv[-1] if sys.argv[-1].startswith("/") else os.environ["QUEUE_UNDER_TEST"]
app = Celery("under_test", broker="filesystem://localhost", set_as_current=True)
app.conf.update(
    broker_transport="config.filesystem_transport:Transport",
    broker_transport_options={
        "data_folder_in": folder + "/queue", "data_folder_out": folder + "/queue",
        "processed_folder": folder + "/taken", "control_folder": folder + "/control", "polling_interval": 0.01,
    },
    task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1, worker_enable_remote_control=False,
)

@app.task
def note(text):
    with open(folder + "/arrived", "a") as arrived:
        arrived.write(text + "\\n")

if __name__ == "__main__":
    for number in range(int(sys.argv[2])):
        note.delay(f"{sys.argv[1]}-{number}")
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with the little application, and the environment in which its processes run."""
    (tmp_path / "under_test.py").write_text(APPLICATION)
    (tmp_path / "arrived").touch()
    monkeypatch.setenv("QUEUE_UNDER_TEST", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PROJECT), str(tmp_path)]))
    return tmp_path


def start_worker(place):
    options = ["--pool", "solo", "--hostname", "embedded@test", "--without-gossip", "--without-mingle"]
    command = [sys.executable, "-m", "celery", "--app", "under_test", "worker", *options]
    return subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def arrived(place):
    return (place / "arrived").read_text().split()


def wait_for(place, count, seconds=60):
    deadline = time.monotonic() + seconds
    while len(arrived(place)) < count and time.monotonic() < deadline:
        time.sleep(0.1)


@pytest.mark.slow
def test_no_message_is_lost_or_doubled(place):
    """Two processes send while two workers take."""
    workers = [start_worker(place), start_worker(place)]
    senders = [
        subprocess.Popen([sys.executable, "under_test.py", str(sender), str(EACH), str(place)], cwd=place)
        for sender in range(SENDERS)
    ]
    assert [sender.wait(60) for sender in senders] == [0] * SENDERS
    wait_for(place, SENDERS * EACH)
    for worker in workers:
        worker.kill()
        worker.wait()
    wanted = sorted(f"{sender}-{number}" for sender in range(SENDERS) for number in range(EACH))
    assert sorted(arrived(place)) == wanted
    assert list((place / "queue").iterdir()) == list((place / "taken").iterdir()) == []


@pytest.fixture
def channel(tmp_path):
    """A channel of the transport on an empty folder."""
    app = Celery("channel", broker="filesystem://localhost", set_as_current=False)
    folders = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "processed_folder": str(tmp_path / "taken"),
        "control_folder": str(tmp_path / "control"),
    }
    with app.connection_for_write(
        transport="config.filesystem_transport:Transport", transport_options=folders
    ) as connection:
        yield connection.default_channel


def test_messages_come_in_the_order_of_sending(channel):
    for number in range(5):
        channel._put("celery", {"number": number})
    assert [channel._get("celery")["number"] for _ in range(5)] == list(range(5))


def test_a_broken_file_is_put_aside_and_the_queue_goes_on(channel, tmp_path):
    (tmp_path / "queue" / "000_half.celery.msg").write_text('{"body": "half')
    channel._put("celery", {"number": 1})
    assert channel._get("celery") == {"number": 1}
    assert [path.suffix for path in (tmp_path / "taken").iterdir()] == [".broken"]


def test_a_file_being_written_is_not_taken(channel, tmp_path, monkeypatch):
    """The control of write_whole: until the rename nobody sees the message."""
    seen = []
    replace = os.replace

    def look_first(aside, target):
        seen.extend(path.name for path in (tmp_path / "queue").glob("*.msg"))
        replace(aside, target)

    monkeypatch.setattr(os, "replace", look_first)
    write_whole(tmp_path / "queue" / "1.celery.msg", '{"number": 1}')
    assert seen == []
    assert channel._get("celery") == {"number": 1}


def test_everything_that_beat_rings_for_exists():
    from config.celery import app

    app.loader.import_default_modules()
    rung = {ring["task"] for ring in app.conf.beat_schedule.values()}
    assert rung
    assert rung <= set(app.tasks)


@pytest.fixture(params=["files", "redis"])
def either_queue(request, tmp_path):
    """A connection to either kind of queue."""
    folders = dict.fromkeys(["data_folder_in", "data_folder_out"], str(tmp_path / "queue"))
    folders |= {"processed_folder": str(tmp_path / "taken"), "control_folder": str(tmp_path / "control")}
    address, transport = "filesystem://localhost", "config.filesystem_transport:Transport"
    options = {"transport": transport, "transport_options": folders}
    if request.param == "redis":
        if not settings.BROKER_URL:
            pytest.skip("BROKER_URL is not set: there is no Redis to try")
        address, options = (
            settings.BROKER_URL,
            {"transport_options": {"global_keyprefix": f"{tmp_path.name}-"}},
        )
    with Connection(address, **options) as connection:
        yield connection


def test_what_people_wait_for_comes_before_work_in_the_background(either_queue):
    queue = either_queue.SimpleQueue("fair", serializer="json")
    for text, priority in [("batch 1", 9), ("batch 2", 9), ("single 1", None), ("single 2", 0)]:
        queue.put(text, **({} if priority is None else {"priority": priority}))
    found = []
    for _message in range(4):
        message = queue.get(timeout=5)
        message.ack()
        found.append(message.payload)
    queue.close()
    assert found == ["single 1", "single 2", "batch 1", "batch 2"]
