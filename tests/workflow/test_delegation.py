"""While somebody is away a colleague of the same agency holds their role, for the days set and no longer."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from indicators.refusals import Refused
from scorecards import workflow
from scorecards.answering.standing_in import delegate, end_delegation
from scorecards.models import Delegation, Event, Membership
from scorecards.permissions import may
from scorecards.states import Action, EntryState, Role
from tests.world import entry_in

DAY = dt.timedelta(days=1)


def away(world, **facts):
    now = timezone.now()
    facts = {"giver": world.busaba, "deputy": world.chat, "role": Role.SUPERVISOR, "starts_at": now - DAY,
             "ends_at": now + DAY, "reason": "ลาพักผ่อน", "agency": world.agencies["ict"]} | facts  # fmt: skip
    return Delegation(**facts)


def again(person):
    """The person in a new request: what they may do is asked once for each."""
    return User.objects.get(pk=person.pk)


def test_the_deputy_endorses_and_the_record_names_both(world):
    entry = entry_in(world, EntryState.PROPOSED)
    assert not may(world.chat, Action.ENDORSE, entry)
    delegate(away(world), actor=world.busaba)
    workflow.endorse(entry, actor=again(world.chat))
    submission = workflow.submit(world.card, actor=again(world.chat), declared=True)
    people = submission.content["people"]["4"]
    assert people["supervisor"] == "ชาติ (แทนบุษบา)"
    assert people["head"] == "ชาติ"


def test_nobody_endorses_what_they_proposed_not_even_as_deputy(world):
    entry = entry_in(world, EntryState.PROPOSED)
    delegate(away(world, deputy=world.arun), actor=world.busaba)
    assert "ท่านเป็นผู้เสนอเอง" in str(may(again(world.arun), Action.ENDORSE, entry))


@pytest.mark.parametrize(("starts", "ends"), [(-3, -1), (1, 3)])
def test_it_holds_on_its_days_only(world, starts, ends):
    entry = entry_in(world, EntryState.PROPOSED)
    now = timezone.now()
    away(world, starts_at=now + starts * DAY, ends_at=now + ends * DAY).save()
    assert not may(again(world.chat), Action.ENDORSE, entry)


def test_it_ends_with_the_givers_own_role_and_when_they_are_back(world):
    entry = entry_in(world, EntryState.PROPOSED)
    given = delegate(away(world), actor=world.busaba)
    Membership.objects.filter(user=world.busaba).update(role=Role.COLLECTOR)
    assert not may(again(world.chat), Action.ENDORSE, entry)
    Membership.objects.filter(user=world.busaba).update(role=Role.SUPERVISOR)
    assert may(again(world.chat), Action.ENDORSE, entry)
    end_delegation(given, actor=world.busaba)
    end_delegation(given, actor=world.busaba)
    assert not may(again(world.chat), Action.ENDORSE, entry)
    assert Event.objects.filter(action="end_delegation").count() == 1


def test_nobody_stands_in_for_longer_than_a_year_from_now(world):
    """A mistyped year would leave the role there for good."""
    with pytest.raises(Refused, match="ช้าเกินไป"):
        delegate(away(world, ends_at=timezone.now() + 367 * DAY), actor=world.busaba)
    delegate(away(world, ends_at=timezone.now() + 364 * DAY), actor=world.busaba)


def test_the_head_arranges_it_for_somebody_who_is_away_already(world):
    delegate(away(world, deputy=world.arun), actor=world.chat)
    assert Delegation.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "actor"),
    [
        ({}, "arun"),
        ({"deputy": "duangjai"}, "busaba"),
        ({"deputy": "busaba"}, "busaba"),
        ({"role": Role.HEAD}, "busaba"),
        ({"role": Role.REVIEWER}, "busaba"),
        ({"reason": " "}, "busaba"),
        ({"ends_at": timezone.now() - 2 * DAY}, "busaba"),
        ({}, "fah"),
    ],
)
def test_what_is_refused(world, facts, actor):
    facts = {
        name: getattr(world, value, value) if isinstance(value, str) else value
        for name, value in facts.items()
    }
    with pytest.raises(Refused):
        delegate(away(world, **facts), actor=getattr(world, actor))
    assert not Delegation.objects.exists()


def test_a_stranger_cannot_end_it(world):
    given = delegate(away(world), actor=world.busaba)
    for person in (world.arun, world.fah, world.kamon):
        with pytest.raises(Refused):
            end_delegation(given, actor=person)
