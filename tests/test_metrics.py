"""Numbers for Prometheus: who may read them, and what they count."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from config.models import Sign
from reports.models import Job

TOKEN = "t" * 40


@pytest.fixture
def numbers(client, settings):
    """numbers(): {(name, labels): value} as Prometheus reads them."""
    settings.METRICS_TOKEN = TOKEN

    def read():
        answer = client.get(reverse("metrics"), headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.content.decode())
        return {
            (one.name, tuple(sorted(one.labels.items()))): one.value
            for family in families
            for one in family.samples
        }

    return read


def test_without_a_token_set_there_is_no_such_page(client, db):
    assert client.get(reverse("metrics")).status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", TOKEN, "Basic " + TOKEN, "Bearer สมชาย"])
def test_with_another_token_it_is_refused(client, db, settings, sent):
    settings.METRICS_TOKEN = TOKEN
    assert client.get(reverse("metrics"), headers={"Authorization": sent}).status_code == 403


def test_answers_are_counted_by_their_pattern(client, db, numbers):
    route = "/" + client.get("/results/2556/nobody/").resolver_match.route
    assert "<" in route
    name = ("scorecards_answer_seconds_count", (("method", "GET"), ("route", route), ("status", "404")))
    before = numbers()[name]
    client.get("/results/2556/nobody/")
    client.get("/results/2557/nobody/")
    assert numbers()[name] == before + 2


def test_work_in_the_background_is_counted(world, numbers):
    asked = timezone.now() - dt.timedelta(minutes=3)
    job = Job.objects.create(kind="scorecard_pdf", scorecard=world.card, record_hash="a" * 64)
    Job.objects.filter(pk=job.pk).update(requested_at=asked)
    Sign.objects.create(name="celery@a", seen_at=timezone.now())
    Sign.objects.create(name="celery@gone", seen_at=timezone.now() - dt.timedelta(hours=1))
    Sign.objects.create(name="beat", seen_at=timezone.now())
    found = numbers()
    assert found["scorecards_jobs", (("kind", "scorecard_pdf"), ("state", "queued"))] == 1
    assert 180 <= found["scorecards_oldest_job_seconds", ()] < 200
    assert found["scorecards_workers", ()] == 1
    assert found["scorecards_last_sweep_timestamp_seconds", ()] > asked.timestamp()
