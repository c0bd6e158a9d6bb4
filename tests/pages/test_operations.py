"""The page of those who run it: what is shown, to whom, and that a failed document can be tried again."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config import slowness
from config.models import Sign, Slow
from config.operations import signs
from reports.models import AgencyGroup, Job
from scorecards.events import verify
from scorecards.models import Event
from scorecards.record.disclosure import readable_events
from tests.world import walk


@pytest.fixture
def failed(world):
    return Job.objects.create(
        kind="scorecard_pdf", scorecard=world.card, record_hash="a" * 64, state="failed", attempts=3,
        reason="OSError: ดิสก์เต็ม", requested_by=world.arun, finished_at=timezone.now(),
    )  # fmt: skip


def shown(sit) -> str:
    return sit("chawi").get(reverse("operations")).content.decode()


def test_a_failed_document_is_shown_with_its_reason_and_tried_again(
    world, sit, failed, queue, django_capture_on_commit_callbacks
):
    assert "OSError: ดิสก์เต็ม" in shown(sit)
    with django_capture_on_commit_callbacks(execute=True):
        answer = sit("chawi").post(reverse("try_again", args=[failed.pk]))
    assert answer.url == reverse("operations")
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.reason) == ("queued", 0, "")
    assert queue == [str(failed.pk)]


def test_who_had_it_made_again_stands_on_the_record(world, sit, failed, queue):
    walk(world, "submitted")
    for _time in range(2):  # the second one is refused: it is no failed one any more
        sit("chawi").post(reverse("try_again", args=[failed.pk]))
    event = Event.objects.get(action="make_again")
    assert (event.actor, event.scorecard, event.agency) == (world.chawi, world.card, world.card.agency)
    assert event.before == {"failed": "OSError: ดิสก์เต็ม"}
    assert event in readable_events(world.card, world.khamron)
    assert event not in readable_events(world.card, world.chat)


def test_of_a_group_it_stands_on_the_record_of_the_administrators_office(world, sit, failed, queue):
    group = AgencyGroup.objects.create(round=world.round, form_code=world.framework.code)
    Job.objects.filter(pk=failed.pk).update(scorecard=None, group=group, kind="group_summary")
    sit("chawi").post(reverse("try_again", args=[failed.pk]))
    event = Event.objects.get(action="make_again")
    assert (event.actor, event.scorecard, event.agency) == (world.chawi, None, world.agencies["opdc"])
    assert event.before == {"failed": "OSError: ดิสก์เต็ม"}
    assert event.after == {"record": "a" * 64, "form": "moi-ict-2556", "round": "2556 / 12", "ministry": ""}
    assert verify(event.agency) == []


def test_a_document_that_is_not_failed_is_refused(world, sit, failed, queue):
    Job.objects.update(state="queued")
    assert sit("chawi").post(reverse("try_again", args=[failed.pk])).status_code == 409
    assert queue == []


def test_one_that_is_being_made_again_already_is_refused(world, sit, failed, queue):
    Job.objects.create(kind="scorecard_pdf", scorecard=world.card, record_hash="a" * 64)
    answer = sit("chawi").post(reverse("try_again", args=[failed.pk]))
    assert answer.status_code == 409
    failed.refresh_from_db()
    assert failed.state == "failed"


@pytest.mark.parametrize("stranger", ["arun", "chat", "kamon", "khamron", "cho"])
def test_it_is_for_administrators_alone(world, sit, failed, stranger):
    assert sit(stranger).get(reverse("operations")).status_code == 404
    assert sit(stranger).post(reverse("try_again", args=[failed.pk])).status_code == 404


def test_a_missing_worker_and_a_silent_beat_are_said_aloud(world, sit):
    assert shown(sit).count('notice-error" role') == 2
    signs._written.clear()
    signs.seen("celery@a")
    signs.seen("beat")
    page = shown(sit)
    assert "celery@a" in page
    assert page.count('notice-error" role') == 0


def test_a_sign_of_life_is_written_now_and_then_only(db, django_assert_num_queries):
    signs._written.clear()
    signs.seen("celery@a")
    with django_assert_num_queries(0):
        signs.seen("celery@a")
    assert Sign.objects.get().name == "celery@a"


def test_slow_pages_and_statements_are_counted_without_their_values(world, sit, settings):
    settings.SLOW_REQUEST_MS = settings.SLOW_QUERY_MS = 0
    sit("chawi").get(reverse("scorecard", args=[world.card.pk]))
    assert not Slow.objects.exists()
    settings.SLOW_REQUEST_MS = 1
    statements = slowness.Statements()
    with connection.execute_wrapper(statements), connection.cursor() as cursor:
        cursor.execute("SELECT 'สมชาย', 42 WHERE 1 IN (%s, %s, %s)", [1, 2, 3])
    ((pattern, _ms),) = statements.slow
    assert pattern == "SELECT …, … WHERE … IN (…)"
    slowness.note(Slow.Kind.QUERY, pattern, 300)
    slowness.note(Slow.Kind.QUERY, pattern, 500)
    sit("chawi").get(reverse("scorecard", args=[world.card.pk]) + "?q=สมชาย")
    page = shown(sit)
    assert "SELECT …, … WHERE … IN (…)" in page
    assert "GET /scorecards/&lt;int:pk&gt;/" in page
    line = Slow.objects.get(kind="query")
    assert (line.count, line.total_ms, line.longest_ms) == (2, 800, 500)


def test_a_long_list_of_columns_does_not_hide_what_is_asked():
    columns = ", ".join(f'"job"."column_{letter}"' for letter in "abcdefghij")
    said = slowness.without_values(f'SELECT DISTINCT {columns} FROM "job" WHERE "job"."id" = %s')
    assert said == 'SELECT DISTINCT … FROM "job" WHERE "job"."id" = %s'
    assert slowness.without_values("SELECT 1 FROM a WHERE b IN (SELECT c FROM d)").startswith(
        "SELECT … FROM a WHERE b"
    )


def test_what_is_noted_stays_small(db, monkeypatch):
    monkeypatch.setattr(slowness, "PATTERNS_AN_HOUR", 3)
    Slow.objects.create(
        hour=timezone.now() - dt.timedelta(days=20),
        kind="query",
        pattern="SELECT old",
        total_ms=1,
        longest_ms=1,
    )
    for number in "abcde":
        slowness.note(Slow.Kind.QUERY, f"SELECT {number}", 300)
    assert sorted(Slow.objects.values_list("pattern", flat=True)) == ["SELECT a", "SELECT b", "SELECT c"]


def test_the_page_costs_the_same_with_many_rows(world, sit, failed):
    browser = sit("chawi")
    few = queries_of(browser)
    for number in range(3):
        Job.objects.create(
            kind="scorecard_pdf",
            scorecard=world.other,
            record_hash=f"{number}" * 64,
            state="failed",
            reason="x",
        )
    assert queries_of(browser) == few


def queries_of(browser) -> int:
    with CaptureQueriesContext(connection) as asked:
        browser.get(reverse("operations"))
    return len(asked)
