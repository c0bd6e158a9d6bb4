"""A machine whose clock is wrong: leases are by the database's clock, as deadlines are."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from reports import jobs
from reports.models import Job
from tests.reports.conftest import make_sample

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def an_hour_ahead(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no clock of its own: it stands on the machine that uses it")
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + HOUR)


def test_a_worker_whose_clock_is_ahead_takes_nobodys_job(an_hour_ahead, queue, monkeypatch):
    sample = make_sample("moi-ict-2556")
    held = jobs.claim(jobs.request_report(sample.scorecard, actor=sample.people["head"]).pk, worker="w@1")
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: dt.datetime.now(dt.UTC) - HOUR)
        jobs.update(held, lease_until=jobs.database_now() + jobs.lease())  # written by a clock that is behind
    jobs.sweep()
    assert Job.objects.get().state == "running"


def test_by_the_workers_own_clock_it_would(an_hour_ahead, queue):
    """The control: the same question asked of the wrong clock."""
    sample = make_sample("moi-ict-2556")
    jobs.claim(jobs.request_report(sample.scorecard, actor=sample.people["head"]).pk, worker="w@1")
    assert Job.objects.filter(lease_until__lt=timezone.now()).exists()
