"""A real worker on the real queue is killed by force while it sets a PDF; the next one finishes the job."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from reports import jobs, store
from reports.models import Job
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


def wait_until(job, state):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = Job.objects.get(pk=job.pk)
        if found.state == state:
            return found
        time.sleep(0.02)
    pytest.fail(f"{found.state}, not {state}: {found.reason}")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_job_is_finished_by_the_next(start_worker, tmp_path, settings, monkeypatch):
    settings.REPORTS_DIR = tmp_path / "reports"
    sample = make_sample()
    monkeypatch.setattr(
        jobs, "send", lambda job_id: False
    )  # as if no queue answered: the worker's start sends it
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
