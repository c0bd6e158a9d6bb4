"""Who is told what, when, and that it happens once: also after days without a worker, and after an extension."""

import datetime as dt
import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from scorecards import workflow
from scorecards.models import Agency, Delegation, Entry, Membership, Notice
from scorecards.reviewing import review
from scorecards.rounds.deadlines import extend
from scorecards.rounds.opening import open_scorecard
from scorecards.states import Role, ScorecardState
from scorecards.waiting.reminders import make_notices, mark_seen, notices_due, reminder_moment, unseen_notices
from tests.workflow.test_races import at_once
from tests.world import entry_in, fill, make_world, walk

DAY = dt.timedelta(days=1)


def told(person) -> list[str]:
    """The occasions of which somebody was told, in the order of telling."""
    return list(person.notices.order_by("made_at", "pk").values_list("occasion", flat=True))


def run(start, *, days, every=dt.timedelta(hours=6)):
    """What beat does, for so many days from a moment on."""
    for step in range(int(days * DAY / every)):
        make_notices(start + step * every)


@pytest.fixture
def now(world):
    """The moment now, with twenty days until the round closes."""
    moment = timezone.now()
    world.round.closes_at = moment + 20 * DAY
    world.round.save()
    return moment


def test_each_occasion_is_told_once_to_those_whom_it_concerns(world, now):
    run(now, days=25)
    assert told(world.arun) == ["opened", "closing_14", "closing_7", "closing_3", "closing_1"]
    assert told(world.chat) == told(world.arun)
    assert told(world.busaba) == ["opened"]  # nothing waits for the supervisor yet
    run(now, days=25)
    assert Notice.objects.filter(scorecard=world.card).count() == 11


def test_the_supervisor_is_reminded_while_something_waits_and_the_collector_not_any_more(world, now):
    workflow.propose(fill(world), actor=world.arun)
    make_notices(now + 18 * DAY)
    assert told(world.busaba) == ["opened", "closing_3"]
    assert told(world.arun) == ["opened"]
    assert told(world.chat) == ["opened", "closing_3"]


def test_after_an_outage_of_ten_days_only_the_nearest_reminder_is_told(world, now):
    make_notices(now)
    make_notices(now + 17.5 * DAY)  # the moments of 14 and 7 days, and of 3, went by meanwhile
    assert told(world.arun) == ["opened", "closing_3"]
    make_notices(now + 19.5 * DAY)
    assert told(world.arun) == ["opened", "closing_3", "closing_1"]


def test_after_the_closing_nobody_is_told_anything(world, now):
    make_notices(now + 20 * DAY)
    assert not Notice.objects.exists()


def test_before_the_opening_nobody_is_told_anything(world, now):
    make_notices(world.round.opens_at - DAY)
    assert not Notice.objects.exists()


def test_an_extension_is_told_and_brings_reminders_of_its_own(world):
    now = timezone.now()
    make_notices(now + 6 * DAY)  # closes in twelve days
    until = now + 20 * DAY
    extend(world.card, until=until, reason="น้ำท่วม", actor=world.khamron)
    for day in (6.5, 13.5, 13.6, 17.5, 19.5):
        make_notices(now + day * DAY)
    assert told(world.arun) == [
        "opened", "closing_7", "extended", "closing_14", "closing_7", "closing_3", "closing_1",
    ]  # fmt: skip
    assert "extended" not in told(world.duangjai)


def test_an_extension_that_is_told_today_is_not_told_as_a_missed_reminder_too(world, now):
    extend(world.card, until=now + 21 * DAY, reason="น้ำท่วม", actor=world.khamron)
    world.round.closes_at = now + DAY
    world.round.save()
    world.card.extended_to = now + 5 * DAY  # the moments of 14 and 7 days before lie before the extension
    world.card.save()
    make_notices(now)
    assert told(world.arun) == ["opened", "extended"]


def test_a_return_is_told_to_all_three_with_reminders_of_its_own_date(world):
    card = walk(world, ScorecardState.RETURNED)
    now = timezone.now()
    card.correction_due_at = now + 5 * DAY
    card.save()
    run(now, days=8)
    assert told(world.arun) == ["returned", "closing_3", "closing_1"]  # and no "sent back" of each indicator
    assert told(world.chat) == told(world.arun)
    assert told(world.busaba) == ["returned"]


def test_what_was_sent_back_and_mended_before_the_return_is_not_told_after_it(world):
    workflow.propose(entry_in(world, "returned"), actor=world.arun)
    walk_on(world)
    review.begin_review(world.card, actor=world.kamon)
    review.return_for_correction(world.card, actor=world.kamon, remark="ยังขาดหน้า ๓")
    make_notices()
    assert told(world.arun) == ["returned"]
    workflow.propose(world.entry, actor=world.arun)
    workflow.send_back(world.entry, actor=world.busaba, remark="ยังไม่ครบ")
    make_notices()
    assert told(world.arun) == ["returned", "sent_back"]


def walk_on(world):
    """The proposed indicator is endorsed and the report sent."""
    workflow.endorse(world.entry, actor=world.busaba)
    workflow.submit(world.card, actor=world.chat, declared=True)


def test_an_extension_that_a_later_date_of_correction_overtook_is_not_told(world):
    card = walk(world, ScorecardState.RETURNED)
    card.extended_to, card.correction_due_at = timezone.now() + 3 * DAY, timezone.now() + 5 * DAY
    card.save()
    make_notices()
    assert told(world.arun) == ["returned"]


def test_a_second_return_is_told_again(world):
    walk(world, ScorecardState.RETURNED)
    make_notices()
    workflow.propose(world.entry, actor=world.arun)
    walk_on(world)
    make_notices()
    review.begin_review(world.card, actor=world.kamon)
    review.return_for_correction(world.card, actor=world.kamon, remark="ยังขาดหน้า ๓")
    make_notices()
    assert told(world.arun) == ["returned", "returned"]


def test_what_is_sent_back_is_told_to_its_collector_each_time(world):
    entry = entry_in(world, "returned")
    make_notices()
    make_notices()
    assert told(world.arun) == ["opened", "sent_back"]
    workflow.propose(entry, actor=world.arun)
    make_notices()
    workflow.send_back(entry, actor=world.busaba, remark="ยังไม่ครบ")
    make_notices()
    assert told(world.arun) == ["opened", "sent_back", "sent_back"]
    assert told(world.chat) == told(world.busaba) == ["opened"]


def test_when_the_proposer_is_gone_every_collector_is_told(world):
    entry_in(world, "returned")
    world.arun.memberships.all().delete()
    colleague = User.objects.create_user("nid")
    Membership.objects.create(user=colleague, agency=world.agencies["ict"], role=Role.COLLECTOR)
    make_notices()
    assert told(colleague) == ["opened", "sent_back"]
    assert told(world.arun) == []


def test_a_deputy_is_reminded_in_place_of_the_head_while_the_delegation_lasts(world, now):
    Delegation.objects.create(
        agency=world.agencies["ict"], role=Role.HEAD, giver=world.chat, deputy=world.busaba, reason="ลาพักผ่อน",
        starts_at=now, ends_at=now + 15 * DAY,
    )  # fmt: skip
    run(now, days=20)
    assert told(world.busaba) == ["opened", "closing_14", "closing_7"]


def test_an_indicator_whose_result_comes_from_a_host_waits_for_nobody(world, now):
    Entry.objects.filter(scorecard=world.card).update(host=world.agencies["policy"])
    make_notices(now + 18 * DAY)
    assert told(world.arun) == ["opened"]
    assert told(world.duangjai) == ["opened", "closing_3"]


def test_strangers_and_people_who_left_are_told_nothing(world, now):
    User.objects.filter(pk=world.busaba.pk).update(is_active=False)
    run(now, days=20)
    entry_in(world, "returned")
    make_notices()
    for person in ("busaba", "kamon", "khwan", "khamron", "chan", "chawi", "cho"):
        assert told(getattr(world, person)) == []
    assert told(world.arun) != []
    for notice in Notice.objects.select_related("scorecard"):
        assert notice.person.memberships.filter(agency=notice.scorecard.agency).exists()


@pytest.mark.parametrize(("closes", "told_at"), [("23:59", "08:00"), ("16:30", "08:00"), ("06:00", "06:00")])
def test_reminders_come_in_the_morning(closes, told_at):
    closing = dt.datetime.fromisoformat(f"2026-12-20T{closes}:00+07:00")
    assert reminder_moment(closing, 7) == dt.datetime.fromisoformat(f"2026-12-13T{told_at}:00+07:00")


def test_news_is_what_was_not_ticked_off_and_still_holds(world):
    entry = entry_in(world, "returned")
    make_notices()
    make_notices(timezone.now() + 6 * DAY)
    assert {one.occasion for one in unseen_notices(world.arun)} == {
        "opened",
        "sent_back",
    }  # not "7 days": 12 are left
    mark_seen(world.arun.notices.filter(occasion="opened"))
    assert [one.occasion for one in unseen_notices(world.arun)] == ["sent_back"]
    workflow.propose(entry, actor=world.arun)
    assert unseen_notices(world.arun) == []
    assert len(unseen_notices(world.busaba)) == 1


def test_who_left_the_agency_reads_no_news_of_it(world):
    make_notices()
    assert unseen_notices(world.arun)
    world.arun.memberships.all().delete()
    assert unseen_notices(world.arun) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_tell_nothing_twice():
    """Both have read what was told before either of them writes."""
    make_world()
    both_read = threading.Barrier(2)

    def wait_after_reading(execute, sql, *details):
        result = execute(sql, *details)
        if sql.startswith("SELECT") and '"scorecards_notice"."key"' in sql:
            both_read.wait(20)
        return result

    def make():
        with connection.execute_wrapper(wait_after_reading):
            make_notices()

    assert at_once(make, make) == [None, None]
    assert Notice.objects.count() == 6


def queries_of(work, *arguments) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        work(*arguments)
    return len(caught)


def add_agencies(world, number):
    """More agencies, each with a collector, a head and a scorecard in the round."""
    for place in range(number):
        agency = Agency.objects.create(
            code=f"more-{place}",
            name_th=f"สำนัก {place}",
            ministry=world.agencies["ict"].ministry,
            kind="office",
        )
        for role in (Role.COLLECTOR, Role.HEAD):
            person = User.objects.create(username=f"{role}-{place}")
            Membership.objects.create(user=person, agency=agency, role=role)
        open_scorecard(agency, world.framework, world.round)


def test_the_queries_do_not_grow_with_the_scorecards(db):
    world = make_world()
    tables = [queries_of(make_notices), queries_of(make_notices), queries_of(notices_due, timezone.now())]
    add_agencies(world, 30)
    assert [
        queries_of(make_notices), queries_of(make_notices), queries_of(notices_due, timezone.now())
    ] == tables  # fmt: skip
    assert Notice.objects.count() == 2 * 3 + 30 * 2
    assert queries_of(unseen_notices, world.arun) <= 9
