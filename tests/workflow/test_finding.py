"""What an address names is found by whom visible_to says, and by nobody else."""

import pytest
from django.contrib.auth.models import User
from django.http import Http404

from scorecards.finding import find_scorecard
from scorecards.models import Membership, Scorecard
from scorecards.states import Role, ScorecardState
from tests.world import walk


def found_by(user, cards) -> set[int]:
    found = set()
    for card in cards:
        try:
            found.add(find_scorecard(user, card.pk).pk)
        except Http404:
            continue
    return found


def anew(person) -> User:
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize(
    "state",
    [ScorecardState.OPEN, ScorecardState.SUBMITTED, ScorecardState.RETURNED, ScorecardState.PUBLISHED],
)
def test_everybody_finds_what_they_may_see(world, state):
    if state != ScorecardState.OPEN:
        walk(world, state)
    cards = list(Scorecard.objects.all())
    people = [anew(one) for one in User.objects.all()]
    seen = {one.username: found_by(one, cards) for one in people}
    assert seen == {
        one.username: {*Scorecard.objects.visible_to(one).values_list("pk", flat=True)} for one in people
    }
    assert world.card.pk in seen["arun"]
    assert world.card.pk not in seen["duangjai"]
    assert (world.card.pk in seen["kamon"]) == (state != ScorecardState.OPEN)


def test_a_membership_that_came_or_went_holds_for_the_next_request(world):
    cards, opdc = list(Scorecard.objects.all()), world.agencies["opdc"]
    walk(world, ScorecardState.SUBMITTED)
    stranger = User.objects.create(username="stranger")
    assert found_by(anew(stranger), cards) == set()
    observing = Membership.objects.create(user=stranger, agency=opdc, role=Role.OBSERVER)
    assert found_by(anew(stranger), cards) == {world.card.pk}
    observing.delete()
    Membership.objects.create(user=stranger, agency=opdc, role=Role.REVIEWER)
    assert found_by(anew(stranger), cards) == set()
    world.card.reviewers.add(stranger)
    assert found_by(anew(stranger), cards) == {world.card.pk}
