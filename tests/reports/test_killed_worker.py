"""A real worker on the real queue is killed by force while it sets a PDF; the next one finishes the job or the batch.
A single report overtakes a batch on its way."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from kombu import Connection

from reports import batches, jobs, store
from reports.models import Batch, Document, Job
from scorecards.models import Membership
from scorecards.states import Role
from tests.reports import samples
from tests.reports.conftest import make_sample

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = """
import os
from tests.settings import *
DATABASES["default"]["NAME"] = os.environ["DATABASE_UNDER_TEST"]
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT = "filesystem://localhost", "config.filesystem_transport:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": FOLDER + "/queue", "data_folder_out": FOLDER + "/queue",
    "processed_folder": FOLDER + "/taken", "control_folder": FOLDER + "/control", "polling_interval": 0.05,
}
REPORTS_DIR = FOLDER + "/reports"
"""
SECONDS = 60


@pytest.fixture
def start_worker(tmp_path):
    """Start workers of one name, one after another, on a queue of this test's own; all are ended afterwards."""
    (tmp_path / "worker_settings.py").write_text(f"FOLDER = {str(tmp_path)!r}\n{SETTINGS}")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "worker_settings",
        "WORKER_NICE": "1",
        "DATABASE_UNDER_TEST": str(connection.settings_dict["NAME"]),
        "PYTHONPATH": os.pathsep.join([str(PROJECT), str(tmp_path)]),
    }
    options = ["--pool", "solo", "--hostname", "embedded@test", "--without-gossip", "--without-mingle"]
    started = []

    def start():
        with (tmp_path / "worker.log").open("ab") as log:
            command = [
                sys.executable,
                "-m",
                "celery",
                "--app",
                "config",
                "worker",
                "--loglevel",
                "INFO",
                *options,
            ]
            started.append(subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(row, state):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = type(row).objects.get(pk=row.pk)
        if found.state == state:
            return found
        time.sleep(0.02)
    pytest.fail(f"{found.state}, not {state}: {found.reason}")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_job_is_finished_by_the_next(start_worker, tmp_path, settings, monkeypatch):
    settings.REPORTS_DIR = tmp_path / "reports"
    sample = make_sample()
    # as if no queue answered: the worker's start sends it
    monkeypatch.setattr(jobs, "send", lambda job_id, **order: False)
    job = jobs.request_report(sample.scorecard, actor=sample.people["head"])
    first = start_worker()
    wait_until(job, "running")
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, first.pid) == min(19, own + 1)  # behind the pages
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert Job.objects.get(pk=job.pk).state == "running"
    start_worker()
    done = wait_until(job, "done")
    assert done.attempts == 2
    assert store.read(done.document).startswith(b"%PDF")


@pytest.fixture
def book(tmp_path, settings, monkeypatch):
    """A batch of four agencies; what this process sends goes to the queue of the test's own workers."""
    settings.REPORTS_DIR = tmp_path / "reports"
    folders = dict.fromkeys(["data_folder_in", "data_folder_out"], str(tmp_path / "queue"))
    folders |= {"processed_folder": str(tmp_path / "taken"), "control_folder": str(tmp_path / "control")}
    transport = "config.filesystem_transport:Transport"
    connection = Connection("filesystem://localhost", transport=transport, transport_options=folders)
    send_task = partial(jobs.current_app.send_task, connection=connection)
    monkeypatch.setattr("reports.jobs.current_app.send_task", send_task)
    framework, document = samples.form("ict-2550")
    cards = [samples.blank_scorecard(samples.office(f"office-{number}")[0], framework) for number in range(5)]
    central, people = samples.office("opdc")
    for card in cards:
        samples.published(samples.sent(card, document, people), document)
    Membership.objects.create(user=people[Role.HEAD], agency=central, role=Role.CHIEF)
    batch = batches.start(
        cards[:4], actor=people[Role.HEAD], wanted=batches.Wanted("official"), title="ปี 2550"
    )
    yield SimpleNamespace(batch=batch, card=cards[4], chief=people[Role.HEAD])
    connection.release()


def wait_for_items(batch, count):
    deadline = time.monotonic() + SECONDS
    while batch.items.filter(state="done").count() < count and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_batch_goes_on_after_its_worker_was_killed(start_worker, book):
    first = start_worker()
    wait_for_items(book.batch, 1)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert Batch.objects.get().state == "running"
    made = set(Document.objects.values_list("pk", "made_at"))
    start_worker()
    wait_until(book.batch, "done")
    assert book.batch.items.filter(state="done").count() == 4
    assert made <= set(Document.objects.values_list("pk", "made_at"))  # what was there is not set again
    assert [store.hash_of_file(store.path_of_file(one)) == one.sha256 for one in book.batch.files.all()] == [
        True,
        True,
    ]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_single_report_does_not_wait_for_the_batch(start_worker, book):
    start_worker()
    wait_for_items(book.batch, 1)
    alone = jobs.request_report(book.card, actor=book.chief)
    wait_until(alone, "done")
    assert book.batch.items.filter(state="done").count() < 4
    wait_until(book.batch, "done")
