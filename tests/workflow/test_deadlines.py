"""Until when an agency may work: the round's closing, an extension of its own, the date of a correction."""

import datetime as dt
import time

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators.refusals import Refused
from scorecards import workflow
from scorecards.clock import database_now
from scorecards.events import verify
from scorecards.models import Agency, Event, Scorecard
from scorecards.permissions import may
from scorecards.presenting.dates import day
from scorecards.rounds.assigning import assign, open_late
from scorecards.rounds.deadlines import extend, extend_many
from scorecards.rounds.last_days import last_for_agencies
from scorecards.states import Action, ScorecardState
from scorecards.waiting.worklist import work_of
from tests.world import fill, walk

DAY = dt.timedelta(days=1)


@pytest.fixture
def closed(world):
    """The round closed yesterday."""
    world.round.closes_at = timezone.now() - DAY
    world.round.save()
    world.card.refresh_from_db()
    return world


def test_an_extension_opens_one_agencys_scorecard_again_and_no_other(closed):
    assert not may(closed.arun, Action.ANSWER, closed.entry)
    extend(closed.card, until=timezone.now() + DAY, reason="น้ำท่วม", actor=closed.khamron)
    entry = closed.card.entries.select_related("scorecard__round").get()
    assert may(closed.arun, Action.ANSWER, entry)
    assert not may(closed.duangjai, Action.ANSWER, closed.other.entries.get())
    assert [item.url for item in work_of(closed.arun)]
    assert not work_of(closed.duangjai)


def test_an_extension_is_only_ever_later_and_says_why(world):
    for until in (world.round.closes_at, world.round.closes_at - DAY, None):
        with pytest.raises(Refused) as refused:
            extend(world.card, until=until, reason=" ", actor=world.chawi)
        assert len(refused.value.reasons) == 2
    later = world.round.closes_at + DAY
    extend(world.card, until=later, reason="น้ำท่วม", actor=world.chawi)
    with pytest.raises(Refused):
        extend(world.card, until=later - dt.timedelta(hours=1), reason="สั้นลง", actor=world.chawi)


@pytest.mark.parametrize("give", [extend, lambda card, **facts: extend_many([card], **facts)])
def test_a_day_of_a_far_year_is_refused_with_the_last_possible_one(world, give):
    last = last_for_agencies(world.round)
    facts = {"reason": "น้ำท่วม", "actor": world.chawi}
    with pytest.raises(Refused, match=day(last)):
        give(world.card, until=last + DAY, **facts)
    assert not Scorecard.objects.exclude(extended_to=None).exists()
    give(world.card, until=last, **facts)


@pytest.mark.parametrize("give", [extend, lambda card, **facts: extend_many([card], **facts)])
def test_more_time_that_is_over_already_is_none(closed, give):
    closed.round.closes_at = timezone.now() - 3 * DAY
    closed.round.save()
    with pytest.raises(Refused):
        give(closed.card, until=timezone.now() - DAY, reason="น้ำท่วม", actor=closed.chawi)


def test_after_the_review_half_a_year_is_counted_from_now(closed):
    closed.round.review_closes_at = timezone.now() - 400 * DAY
    assert last_for_agencies(closed.round) > timezone.now() + 180 * DAY


def test_an_extension_is_on_record_with_its_reason(world):
    until = world.round.closes_at + DAY
    extend(world.card, until=until, reason="น้ำท่วม", actor=world.chawi, request_key="once")
    extend(world.card, until=until + DAY, reason="อีกครั้ง", actor=world.chawi, request_key="once")
    event = Event.objects.get(action="extend")
    assert (event.reason, event.actor, event.agency) == ("น้ำท่วม", world.chawi, world.card.agency)
    assert event.after == {"closes_at": until.isoformat()}


def test_the_agency_reads_the_reason_on_its_card(world, client):
    extend(world.card, until=world.round.closes_at + DAY, reason="น้ำท่วมพื้นที่", actor=world.chawi)
    client.force_login(world.arun)
    assert "น้ำท่วมพื้นที่" in client.get(f"/scorecards/{world.card.pk}/").content.decode()


def test_what_was_sent_cannot_be_extended(world):
    walk(world, ScorecardState.SUBMITTED)
    with pytest.raises(Refused):
        extend(world.card, until=world.round.closes_at + DAY, reason="ขอเวลา", actor=world.chawi)


class TestSeveralAtOnce:
    def test_each_has_its_own_record_with_the_reason(self, world):
        until = world.round.closes_at + DAY
        both = [world.card, world.other]
        done = extend_many(both, until=until, reason=" น้ำท่วม ", actor=world.chawi, request_key="once")
        assert {card.closes_at for card in done} == {until}
        events = Event.objects.filter(action="extend")
        assert {(one.scorecard, one.reason) for one in events} == {(one, "น้ำท่วม") for one in both}
        assert [verify(card.agency) for card in both] == [[], []]
        assert extend_many(both, until=until + DAY, reason="ซ้ำ", actor=world.chawi, request_key="once") == []
        assert events.count() == 2

    def test_who_may_work_longer_already_is_left_as_they_are(self, world):
        until = world.round.closes_at + DAY
        extend(world.other, until=until + DAY, reason="น้ำท่วม", actor=world.chawi)
        done = extend_many([world.card, world.other], until=until, reason="ระบบขัดข้อง", actor=world.chawi)
        assert done == [world.card]
        world.other.refresh_from_db()
        assert world.other.extended_to == until + DAY

    @pytest.mark.parametrize(("days", "reason"), [(1, " "), (0, "น้ำท่วม"), (-1, "น้ำท่วม")])
    def test_without_a_reason_or_not_later_nobody_gets_any(self, world, days, reason):
        until = world.round.closes_at + days * DAY
        with pytest.raises(Refused):
            extend_many([world.card, world.other], until=until, reason=reason, actor=world.chawi)
        assert not Scorecard.objects.exclude(extended_to=None).exists()

    def test_one_that_may_not_be_extended_is_named_and_nobody_gets_any(self, world):
        walk(world, ScorecardState.SUBMITTED)
        until = world.round.closes_at + DAY
        with pytest.raises(Refused, match="ศูนย์เทคโนโลยีสารสนเทศ"):
            extend_many([world.card, world.other], until=until, reason="น้ำท่วม", actor=world.chawi)
        assert not Scorecard.objects.exclude(extended_to=None).exists()

    def test_nobody_is_not_enough(self, world):
        with pytest.raises(Refused):
            extend_many([], until=world.round.closes_at + DAY, reason="น้ำท่วม", actor=world.chawi)


class TestOpenedLate:
    @pytest.fixture
    def late(self, closed):
        """An office that got the form when the round was closed."""
        agency = Agency.objects.create(
            code="late", name_th="สำนักใหม่", kind="office", ministry=closed.card.agency.ministry
        )
        assign(closed.framework, [agency], actor=closed.chawi)
        closed.late = agency.assignments.get()
        return closed

    def give(self, world, **more):
        facts = {"until": timezone.now() + 3 * DAY, "reason": "ตั้งขึ้นใหม่", "actor": world.chawi} | more
        return open_late(world.late, world.round, **facts)

    def test_one_agency_works_and_the_reason_stands_on_its_record(self, late):
        card = self.give(late, request_key="once")
        assert self.give(late, request_key="once") == card
        assert card in Scorecard.objects.open_at(timezone.now())
        assert late.other not in Scorecard.objects.open_at(timezone.now())
        assert [one.action for one in card.events.order_by("number")] == ["open", "extend"]
        assert card.events.get(action="extend").reason == "ตั้งขึ้นใหม่"
        assert verify(card.agency) == []

    @pytest.mark.parametrize(
        "wrong", [{"reason": " "}, {"until": timezone.now() - 2 * DAY}, {"until": timezone.now() + 999 * DAY}]
    )
    def test_without_a_reason_or_a_sensible_day_nothing_is_opened(self, late, wrong):
        with pytest.raises(Refused):
            self.give(late, **wrong)
        assert not late.late.agency.scorecards.exists()
        assert not Event.objects.filter(agency=late.late.agency, action="open").exists()

    def test_never_twice_never_in_an_open_round_and_by_administrators_alone(self, late):
        with pytest.raises(Refused):
            self.give(late, actor=late.khamron)
        closed_at, late.round.closes_at = late.round.closes_at, timezone.now() + DAY
        with pytest.raises(Refused):
            self.give(late)
        late.round.closes_at = closed_at
        self.give(late)
        with pytest.raises(Refused):
            self.give(late)

    def test_the_agencys_page_leads_there_while_it_has_no_report(self, late, client):
        client.force_login(late.chawi)
        place, page = (
            reverse("assignment", args=[late.late.pk]),
            reverse("open_late", args=[late.late.pk, 12]),
        )
        assert page in client.get(place).content.decode()
        day_typed = timezone.localdate() + 3 * DAY
        answer = client.post(page, {"until": day_typed.isoformat(), "reason": "ตั้งขึ้นใหม่"})
        assert answer["Location"] == place
        assert page not in client.get(place).content.decode()
        assert client.post(page, {"until": day_typed.isoformat(), "reason": "ซ้ำ"}).status_code == 409


@pytest.mark.parametrize(
    ("state", "extended", "correction", "expected"),
    [
        ("open", None, None, "closes_at"),
        ("open", 20, None, 20),
        ("open", None, 40, "closes_at"),
        ("returned", None, None, "review_closes_at"),
        ("returned", None, 5, 5),
        ("returned", 3, 5, 5),
        ("returned", 9, 5, 9),
    ],
)
def test_the_closing_and_the_list_of_open_scorecards_agree(world, state, extended, correction, expected):
    now = timezone.now()
    card = world.card
    card.state = state
    card.extended_to = now + extended * DAY if extended else None
    card.correction_due_at = now + correction * DAY if correction else None
    card.save()
    closes = getattr(world.round, expected) if isinstance(expected, str) else now + expected * DAY
    assert card.closes_at == closes
    second = dt.timedelta(seconds=1)
    assert card in Scorecard.objects.open_at(closes - second)
    assert card not in Scorecard.objects.open_at(closes)


def test_what_was_sent_in_time_bears_a_moment_before_the_deadline(world, monkeypatch):
    """On a busy machine freezing takes its time, and the round closes meanwhile."""
    workflow.endorse(workflow.propose(fill(world), actor=world.arun), actor=world.busaba)
    until_closed = dt.timedelta(seconds=2)
    world.round.closes_at = database_now() + until_closed
    world.round.save()

    def slow(scorecard):
        time.sleep(until_closed.total_seconds() + 0.1)
        return {}

    monkeypatch.setattr("scorecards.snapshots.PARTS", [slow])
    submission = workflow.submit(world.card, actor=world.chat, declared=True)
    assert submission.submitted_at < world.round.closes_at < database_now()
