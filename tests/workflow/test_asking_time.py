"""An agency asks for more time: who may, when, once; how the request ends, and that it ends once."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from indicators.refusals import Refused
from scorecards import workflow
from scorecards.events import verify
from scorecards.models import Notice, TimeRequest
from scorecards.presenting.date_fields import end_of
from scorecards.record.disclosure import readable_events
from scorecards.rounds.asking_time import ask_for_time, grant_request, refuse_request, withdraw_request
from scorecards.rounds.calendar import Dates, seen, set_rounds
from scorecards.rounds.deadlines import extend, extend_many
from scorecards.rounds.last_days import last_for_agencies
from scorecards.states import ScorecardState
from scorecards.time_requests import last_request
from scorecards.waiting import mailing
from scorecards.waiting.reminders import make_notices, unseen_notices
from scorecards.waiting.worklist import work_of
from tests.workflow.test_races import at_once
from tests.world import PEOPLE, add_coordinator, fill, make_world, walk

DAY = dt.timedelta(days=1)
Outcome = TimeRequest.Outcome


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.MAIL_IS_SET_UP = True
    with translation.override("en"):
        yield


def later(world, days=5):
    """The end of a day so many days after the round closes."""
    return end_of(timezone.localdate(world.round.closes_at)) + days * DAY


def asked(world, **facts):
    said = {"until": later(world), "reason": "น้ำท่วม", "actor": world.chat} | facts
    return ask_for_time(world.card, **said)


def grant(world, found, **facts):
    return grant_request(found, **{"until": found.until, "reason": "ตามที่ขอ", "actor": world.chawi} | facts)


def refuse(world, found, **facts):
    return refuse_request(found, **{"reason": "มีเวลาเพียงพอแล้ว", "actor": world.chawi} | facts)


def close_round(world):
    world.round.closes_at = timezone.now() - DAY
    world.round.save()
    world.card.refresh_from_db()


def send(world):
    workflow.endorse(workflow.propose(fill(world), actor=world.arun), actor=world.busaba)
    return workflow.submit(world.card, actor=world.chat, declared=True)


def done_by(world, work) -> set[str]:
    """The people for whom this is not refused; nothing of it stays."""
    able = set()
    for name in [*PEOPLE, "thep"]:
        try:
            with transaction.atomic():
                work(getattr(world, name))
                able.add(name)
                transaction.set_rollback(True)
        except Refused:
            pass
    return able


# ── who may, when ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_may_send_asks_and_withdraws_and_who_may_extend_answers(world):
    add_coordinator(world)
    senders, extending = {"chat", "thep"}, {"chawi", "khamron", "chan"}
    assert done_by(world, lambda person: asked(world, actor=person)) == senders
    found = asked(world)
    assert done_by(world, lambda person: withdraw_request(found, actor=person)) == senders
    assert done_by(world, lambda person: grant(world, found, actor=person)) == extending
    assert done_by(world, lambda person: refuse(world, found, actor=person)) == extending


@pytest.mark.parametrize("state", ScorecardState)
def test_time_is_asked_for_while_the_agency_works(world, state):
    walk(world, state)
    facts = {"until": last_for_agencies(world.round)}  # later than any date of correction
    if state in (ScorecardState.OPEN, ScorecardState.RETURNED):
        assert asked(world, **facts)
    else:
        with pytest.raises(Refused):
            asked(world, **facts)


def test_also_when_the_round_is_closed(world):
    close_round(world)
    found = asked(world)
    grant(world, found)
    world.card.refresh_from_db()
    assert world.card.closes_at == found.until > timezone.now()


def test_all_reasons_are_told(world):
    asked(world)
    with pytest.raises(Refused) as refused:
        asked(world, until=world.round.closes_at, reason=" ")
    assert len(refused.value.reasons) == 3
    for until in (None, last_for_agencies(world.round) + DAY):
        with pytest.raises(Refused):
            ask_for_time(world.other, until=until, reason="น้ำท่วม", actor=world.fah)
    assert TimeRequest.objects.count() == 1


def test_the_database_keeps_one_open_request(world):
    found = asked(world)
    found.pk, found._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save(force_insert=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "refused", "answered_at": timezone.now()},  # without a reason
        {"outcome": "granted", "answered_at": timezone.now()},  # until when?
        {"outcome": "withdrawn"},  # when?
        {"answered_at": timezone.now()},
        {"granted_until": timezone.now()},
    ],
)
def test_the_database_keeps_the_answer_whole(world, wrong):
    found = asked(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeRequest.objects.filter(pk=found.pk).update(**wrong)


# ── how it ends ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_grant_is_an_extension_and_the_answer_at_once(world):
    found = grant(world, asked(world))
    world.card.refresh_from_db()
    assert (found.outcome, found.granted_until, found.answered_by) == ("granted", found.until, world.chawi)
    assert world.card.closes_at == found.until
    told = readable_events(world.card, world.arun).order_by("number").values_list("action", "reason")
    assert list(told)[1:] == [("ask_time", "น้ำท่วม"), ("extend", "ตามที่ขอ"), ("answer_time", "")]
    assert verify(world.card.agency) == []


@pytest.mark.parametrize("days", [2, 9])
def test_another_day_may_be_granted(world, days):
    found = grant(world, asked(world), until=later(world, days))
    assert (found.outcome, found.granted_until) == ("granted", later(world, days))


def test_a_grant_that_is_no_extension_leaves_the_request_open(world):
    found = asked(world)
    extend(world.card, until=later(world, 3), reason="ทุกหน่วยงาน", actor=world.chawi)
    for until in (later(world, 2), None, last_for_agencies(world.round) + DAY):
        with pytest.raises(Refused):
            grant(world, found, until=until)
    found.refresh_from_db()
    assert found.outcome == ""


def test_a_refusal_has_a_reason_and_the_agency_may_ask_anew(world):
    found = asked(world)
    with pytest.raises(Refused):
        refuse(world, found, reason=" ")
    found = refuse(world, found)
    assert (found.outcome, found.answer) == ("refused", "มีเวลาเพียงพอแล้ว")
    event = world.card.events.get(action="answer_time")
    assert (event.reason, event.after) == ("มีเวลาเพียงพอแล้ว", {"outcome": "refused"})
    assert asked(world).pk != found.pk


def by_extension(world, until):
    extend(world.card, until=until, reason="ทุกหน่วยงาน", actor=world.chawi)


def by_extension_of_many(world, until):
    extend_many([world.card, world.other], until=until, reason="ทุกหน่วยงาน", actor=world.chawi)


def by_the_rounds_dates(world, until):
    dates = Dates(world.round.opens_at, until, max(world.round.review_closes_at, until))
    seen_before = {12: seen(Dates.of(world.round.year.rounds.get()))}
    set_rounds(world.round.year, {12: dates}, before=seen_before, actor=world.chawi, reason="ทุกหน่วยงาน")


@pytest.mark.parametrize("give", [by_extension, by_extension_of_many, by_the_rounds_dates])
def test_time_that_is_given_otherwise_answers_a_request_that_it_reaches(world, give):
    found = asked(world)
    give(world, later(world, 2))
    found.refresh_from_db()
    assert found.outcome == ""
    give(world, later(world, 7))
    found.refresh_from_db()
    assert (found.outcome, found.granted_until, found.answered_by) == (
        "granted", later(world, 7), world.chawi,
    )  # fmt: skip


def test_it_falls_away_when_the_report_is_sent(world):
    found = asked(world)
    send(world)
    found.refresh_from_db()
    world.card.refresh_from_db()
    assert (found.outcome, found.answered_by) == (Outcome.SENT, world.chat)
    assert last_request(world.card) == found  # it is said
    assert world.card.events.get(action="end_time_request").after == {"outcome": "sent"}
    for answer in (grant, refuse):
        with pytest.raises(Refused):
            answer(world, found)
    workflow.recall(world.card, actor=world.chat)
    world.card.refresh_from_db()
    assert last_request(world.card) is None
    assert verify(world.card.agency) == []


def test_what_was_withdrawn_or_answered_is_not_answered_again(world):
    found = withdraw_request(asked(world), actor=world.chat)
    assert found.outcome == Outcome.WITHDRAWN
    newer = asked(world)
    for answer in (grant, refuse):
        with pytest.raises(Refused, match="does not wait any more"):
            answer(world, found)  # from a page that was loaded before
    with pytest.raises(Refused):
        withdraw_request(found, actor=world.chat)
    newer.refresh_from_db()
    assert newer.outcome == ""


def test_the_same_request_does_a_thing_once(world):
    found = asked(world, request_key="a" * 32)
    assert asked(world, request_key="a" * 32) == found
    for key, work in {
        "b": lambda key: withdraw_request(found, actor=world.chat, request_key=key),
        "c": lambda key: grant(world, asked(world, request_key="d" * 32), request_key=key),
    }.items():
        outcomes = {work(key * 32).outcome for _time in range(2)}
        assert len(outcomes) == 1
    last = asked(world, until=later(world, 20))
    assert {refuse(world, last, request_key="e" * 32).outcome for _time in range(2)} == {"refused"}
    assert world.card.events.filter(action="extend").count() == 1


# ── who is told ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_open_request_waits_for_the_administrators(world):
    close_round(world)  # also when nobody at the agency has work any more
    asked(world)
    assert [(one.title, one.told) for one in work_of(world.chawi)] == [(world.card.agency.name, "น้ำท่วม")]
    for person in (world.khamron, world.cho, world.kamon, world.chat):
        assert not [one for one in work_of(person) if "asks for" in one.asked.lower()]
    refuse(world, TimeRequest.objects.get())
    assert work_of(world.chawi) == []


def test_an_administrator_of_the_agency_itself_does_not_answer(world):
    found = asked(world)
    world.chawi.memberships.create(agency=world.card.agency, role="observer")
    chawi = User.objects.get(username="chawi")  # as of a new request
    assert not [one for one in work_of(chawi) if one.told]
    with pytest.raises(Refused):
        grant(world, found, actor=chawi)


def test_the_administrators_are_mailed_what_is_asked_and_the_asker_a_no(world):
    for person in (world.chawi, world.chat, world.arun):
        person.email = f"{person.username}@example.org"
        person.save()
    close_round(world)  # else the others are told of the round as well
    found = asked(world)
    for _time in range(2):
        mailing.remind()
    assert [one.to for one in mail.outbox] == [["chawi@example.org"]]
    assert unseen_notices(world.chawi) == []  # no news beside the same in the work list
    assert f"/frameworks/more-time/{world.card.pk}/" in mail.outbox[0].body
    refuse(world, found)
    for _time in range(2):
        mailing.remind()
    assert [one.to for one in mail.outbox[1:]] == [["chat@example.org"]]
    assert [one.occasion for one in unseen_notices(world.chat)] == ["time_refused"]


def test_a_mail_that_nobody_needs_any_more_is_not_sent(world):
    world.chawi.email = "chawi@example.org"
    world.chawi.save()
    found = asked(world)
    make_notices()
    withdraw_request(found, actor=world.chat)
    mailing.send_waiting()
    assert mail.outbox == []
    assert world.chawi.notices.get().mail == Notice.Mail.OVERTAKEN


def test_who_left_the_agency_is_told_nothing_of_it(world):
    found = asked(world)
    refuse(world, found)
    world.chat.memberships.all().delete()
    make_notices()
    assert not world.chat.notices.exists()


# ── at once ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_administrators_answer_at_once_and_one_of_them_does():
    world = make_world()
    found = asked(world)
    answers = at_once(lambda: grant(world, found), lambda: refuse(world, found, actor=world.khamron))
    [done] = [one for one in answers if isinstance(one, TimeRequest)]
    assert sum(isinstance(one, Refused) for one in answers) == 1, answers
    found.refresh_from_db()
    world.card.refresh_from_db()
    assert found.outcome == done.outcome
    assert (world.card.extended_to is not None) == (found.outcome == "granted")
    assert verify(world.agencies["ict"]) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_ask_at_once_and_one_request_waits():
    world = make_world()
    found = at_once(*[lambda: asked(world)] * 4)
    assert sum(isinstance(one, TimeRequest) for one in found) == 1, found
    assert sum(isinstance(one, Refused) for one in found) == 3, found


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_answering_while_the_whole_round_is_put_off_ends_it_once():
    world = make_world()
    found = asked(world)
    answers = at_once(
        lambda: by_the_rounds_dates(world, later(world, 7)), lambda: refuse(world, found, actor=world.khamron)
    )
    assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)], (
        answers
    )
    assert world.card.events.filter(action="answer_time").count() == 1
    assert verify(world.agencies["ict"]) == []
