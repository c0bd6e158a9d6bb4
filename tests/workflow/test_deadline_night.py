"""The deadline, by the database's clock after the lock is held: a second before, a second after, forty at once."""

import datetime as dt
import threading

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from indicators.refusals import Refused
from scorecards import workflow
from scorecards.clock import database_now
from scorecards.events import verify
from scorecards.models import Agency, Event, Membership, Round, Scorecard, Submission
from scorecards.permissions import may
from scorecards.rounds.opening import open_scorecard
from scorecards.states import Action, Role
from tests.workflow.test_races import at_once
from tests.world import fill, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SECOND = dt.timedelta(seconds=1)
AGENCIES = 20


@pytest.fixture
def ready():
    """The ICT centre's scorecard, complete and endorsed."""
    world = make_world()
    workflow.endorse(workflow.propose(fill(world), actor=world.arun), actor=world.busaba)
    return world


def close(world, moment):
    Round.objects.filter(pk=world.round.pk).update(closes_at=moment, opens_at=moment - dt.timedelta(days=30))


def send(card, head):
    return workflow.submit(card, actor=head, declared=True)


def test_a_second_before_it_is_sent_and_a_second_after_refused(ready):
    close(ready, database_now() - SECOND)
    with pytest.raises(Refused) as refused:
        send(ready.card, ready.chat)
    assert "รอบนี้ปิดแล้ว" in str(refused.value)
    close(ready, database_now() + SECOND)
    assert send(ready.card, ready.chat).number == 1


def test_who_waits_for_the_lock_past_the_deadline_is_refused(ready):
    """Asked before the lock the answer was yes (the control); what counts is the clock once the lock is held."""
    close(ready, database_now() + SECOND / 2)
    card = Scorecard.objects.select_related("round", "agency").get(pk=ready.card.pk)
    held, asked = threading.Event(), []

    def hold():
        with transaction.atomic():
            workflow.locked_scorecard(card)
            held.set()
            while database_now() < card.closes_at:
                pass

    def wait_and_send():
        held.wait(20)
        asked.append(bool(may(ready.chat, Action.SUBMIT, card)))
        return send(card, ready.chat)

    _held, found = at_once(hold, wait_and_send)
    assert asked == [True]
    assert isinstance(found, Refused)
    assert not Submission.objects.exists()


@pytest.fixture
def twenty(ready):
    """Twenty more agencies with complete, endorsed scorecards: (scorecard, head)."""
    found = []
    for number in range(AGENCIES):
        agency = Agency.objects.create(
            code=f"office-{number}",
            name_th=f"สำนัก {number}",
            ministry=ready.agencies["ict"].ministry,
            kind="office",
        )
        people = {}
        for role in (Role.COLLECTOR, Role.SUPERVISOR, Role.HEAD):
            people[role] = User.objects.create(username=f"{role}-{number}", first_name=f"{role} {number}")
            Membership.objects.create(user=people[role], agency=agency, role=role)
        card = open_scorecard(agency, ready.framework, ready.round)
        entry = fill(ready, card, collector=people[Role.COLLECTOR])
        workflow.endorse(workflow.propose(entry, actor=people[Role.COLLECTOR]), actor=people[Role.SUPERVISOR])
        found.append((card, people[Role.HEAD]))
    return found


def test_forty_at_once_on_the_deadline_each_is_sent_once_or_told_why_not(ready, twenty):
    close(ready, database_now() + SECOND / 2)
    twice = [(card, head) for card, head in twenty for _click in range(2)]
    found = at_once(*(lambda one=one: workflow.submit(
        one[0], actor=one[1], declared=True, request_key=f"send-{one[0].pk}") for one in twice))  # fmt: skip
    assert all(isinstance(one, Submission | Refused) for one in found), found
    for place, (card, _head) in enumerate(twenty):
        told = found[2 * place : 2 * place + 2]
        card.refresh_from_db()
        sent = card.submissions.count()
        assert sent == any(isinstance(one, Submission) for one in told)
        assert card.state == ("submitted" if sent else "open")
        assert Event.objects.filter(scorecard=card, action="submit").count() == sent
        assert verify(card.agency) == []
    assert all("รอบนี้ปิดแล้ว" in str(one) for one in found if isinstance(one, Refused))


def test_forty_at_once_well_before_it_are_all_sent_once(ready, twenty):
    twice = [(card, head) for card, head in twenty for _click in range(2)]
    found = at_once(*(lambda one=one: workflow.submit(
        one[0], actor=one[1], declared=True, request_key=f"send-{one[0].pk}") for one in twice))  # fmt: skip
    assert len({one.pk for one in found}) == AGENCIES
    assert Submission.objects.count() == AGENCIES
