"""Who may do what, when: the whole matrix of state × action × person, against an independent table."""

import pytest

from scorecards.events import record_entry
from scorecards.models import Entry, ReviewAssignment, Scorecard
from scorecards.permissions import POLICY, may
from scorecards.states import TRANSITIONS, Action, EntryState, ScorecardState
from tests.world import PEOPLE, add_coordinator

E, S, A = EntryState, ScorecardState, Action
ANYONE = {*PEOPLE, "thep"}

# Written down by hand from the issue, not read from the product: (action, state) → who may. All else is denied.
ENTRY = {
    (A.ANSWER, E.DRAFT): {"arun", "busaba"},
    (A.ANSWER, E.RETURNED): {"arun", "busaba"},
    (A.PROPOSE, E.DRAFT): {"arun", "busaba"},
    (A.PROPOSE, E.RETURNED): {"arun", "busaba"},
    (A.TAKE_BACK, E.PROPOSED): {"arun"},
    (A.ENDORSE, E.PROPOSED): {"busaba"},
    (A.WITHDRAW_ENDORSEMENT, E.ENDORSED): {"busaba"},
    (A.SEND_BACK, E.PROPOSED): {"busaba", "chat"},
    (A.SEND_BACK, E.ENDORSED): {"busaba", "chat"},
    (A.CANCEL_SEND_BACK, E.RETURNED): {"busaba"},  # who sent it back
}
SCORECARD = {
    (A.SUBMIT, S.OPEN): {"chat", "thep"},
    (A.SUBMIT, S.RETURNED): {"chat", "thep"},
    (A.RECALL, S.SUBMITTED): {"chat", "thep"},
    (A.ASK_TIME, S.OPEN): {"chat", "thep"},
    (A.ASK_TIME, S.RETURNED): {"chat", "thep"},
    (A.EXTEND, S.OPEN): {"khamron", "chan", "chawi"},
    (A.EXTEND, S.RETURNED): {"khamron", "chan", "chawi"},
    **{
        (A.ASSIGN, state): {"khamron", "chan", "chawi"}
        for state in (S.OPEN, S.SUBMITTED, S.IN_REVIEW, S.RETURNED, S.CONCLUDED, S.PUBLISHED)
    },
    **{
        (A.HAND_OVER, state): {"kamon"}
        for state in (S.OPEN, S.SUBMITTED, S.IN_REVIEW, S.RETURNED, S.CONCLUDED)
    },
    (A.BEGIN_REVIEW, S.SUBMITTED): {"kamon"},
    (A.RULE, S.IN_REVIEW): {"kamon"},
    (A.ASK, S.IN_REVIEW): {"kamon"},
    (A.CLARIFY, S.IN_REVIEW): {"arun", "busaba", "chat", "thep"},
    (A.RETURN, S.IN_REVIEW): {"kamon"},
    (A.CONCLUDE, S.IN_REVIEW): {"kamon"},
    (A.REOPEN_REVIEW, S.CONCLUDED): {"khamron", "chan"},
    (A.AMEND, S.CONCLUDED): {"khamron", "chan"},
    (A.APPROVE, S.CONCLUDED): {"khamron", "chan"},
    (A.PUBLISH, S.APPROVED): {"khamron", "chan", "chawi"},
    (A.APPEAL, S.PUBLISHED): {"chat", "thep"},
    (A.DECIDE_APPEAL, S.PUBLISHED): {"kamon", "khwan", "khamron", "chan"},
    (A.PUBLISH_REVISION, S.PUBLISHED): {"khamron", "chan", "chawi"},
    **{(A.SAMPLE, state): {"khamron", "chan"} for state in (S.CONCLUDED, S.APPROVED, S.PUBLISHED)},
    **{(A.RULE_AGAIN, state): {"khwan"} for state in (S.CONCLUDED, S.APPROVED, S.PUBLISHED)},
}


ENTRY_ACTIONS = {action for action, _state in ENTRY}


@pytest.fixture
def world(world):
    """With a coordinator."""
    return add_coordinator(world)


def allowed(world, action, subject):
    return {name for name in ANYONE if may(getattr(world, name), action, subject)}


@pytest.mark.parametrize("state", ScorecardState)
def test_scorecards(world, state):
    Scorecard.objects.filter(pk=world.card.pk).update(state=state)
    world.card.refresh_from_db()
    actions = [action for action in Action if action not in {key for key, _state in ENTRY}]
    found = {action: allowed(world, action, world.card) for action in actions}
    assert found == {action: SCORECARD.get((action, state), set()) for action in actions}


@pytest.mark.parametrize("card_state", ScorecardState)
@pytest.mark.parametrize("state", EntryState)
def test_entries(world, state, card_state):
    Scorecard.objects.filter(pk=world.card.pk).update(state=card_state)
    Entry.objects.filter(pk=world.entry.pk).update(state=state)
    entry = Entry.objects.select_related("scorecard").get(pk=world.entry.pk)
    record_entry(entry, actor=world.busaba, action="send_back")
    works = card_state in (S.OPEN, S.RETURNED)
    actions = {action for action, _state in ENTRY}
    found = {action: allowed(world, action, entry) for action in actions}
    assert found == {action: ENTRY.get((action, state), set()) if works else set() for action in actions}


def test_every_action_has_a_rule_and_a_transition():
    assert set(POLICY) == set(TRANSITIONS) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_a_denial_says_why(world, action):
    subject = world.entry if action in {key for key, _state in ENTRY} else world.card
    denied = may(world.cho, action, subject)
    assert not denied
    assert len(str(denied)) > 10


def test_two_people(world):
    Entry.objects.filter(pk=world.entry.pk).update(state=E.PROPOSED, proposed_by=world.busaba)
    world.entry.refresh_from_db()
    assert "ท่านเป็นผู้เสนอเอง" in str(may(world.busaba, A.ENDORSE, world.entry))
    Scorecard.objects.filter(pk=world.card.pk).update(state=S.CONCLUDED, concluded_by=world.khamron)
    world.card.refresh_from_db()
    assert "ท่านเป็นผู้สรุปผลการตรวจเอง" in str(may(world.khamron, A.APPROVE, world.card))
    assert may(world.chan, A.APPROVE, world.card)
    Scorecard.objects.filter(pk=world.card.pk).update(state=S.APPROVED, approved_by=world.khamron)
    world.card.refresh_from_db()
    assert "ท่านเป็นผู้เห็นชอบเอง" in str(may(world.khamron, A.PUBLISH, world.card))


def test_nobody_reviews_the_agency_they_belong_to(world):
    world.kamon.memberships.create(agency=world.agencies["ict"], role="observer")
    Scorecard.objects.filter(pk=world.card.pk).update(state=S.SUBMITTED)
    world.card.refresh_from_db()
    assert "ท่านสังกัดหน่วยงานนี้" in str(may(world.kamon, A.BEGIN_REVIEW, world.card))


def test_only_the_assigned_reviewer(world):
    Scorecard.objects.filter(pk=world.card.pk).update(state=S.SUBMITTED)
    world.card.refresh_from_db()
    assert "มอบหมายให้ผู้ประเมินอื่น" in str(may(world.khwan, A.BEGIN_REVIEW, world.card))


@pytest.mark.parametrize("state", ScorecardState)
def test_a_reviewer_of_one_indicator_rules_there_and_does_nothing_else(world, state):
    Scorecard.objects.update(state=state)
    ReviewAssignment.objects.create(entry=world.entry, reviewer=world.khwan, assigned_by=world.khamron)
    entry = Entry.objects.select_related("scorecard").get(pk=world.entry.pk)
    elsewhere = Entry.objects.select_related("scorecard").get(scorecard=world.other)
    assert allowed(world, A.RULE, entry) == ({"kamon", "khwan"} if state == S.IN_REVIEW else set())
    assert allowed(world, A.RULE, elsewhere) == ({"kamon"} if state == S.IN_REVIEW else set())
    every_reviewers = {A.RULE_AGAIN, A.DECIDE_APPEAL}  # whoever did not rule first, assigned or not
    for action in set(Action) - every_reviewers - {A.HAND_OVER}:
        assert not may(world.khwan, action, entry if action in ENTRY_ACTIONS else entry.scorecard)
        assert action in (A.RULE, A.ASK) or not may(world.khwan, action, entry)


def test_the_agency_works_within_the_round(world):
    world.round.closes_at, closes = world.round.opens_at, world.round.closes_at
    world.round.opens_at -= closes - world.round.closes_at
    world.round.save()
    world.card.refresh_from_db()
    assert "รอบนี้ปิดแล้ว" in str(may(world.chat, A.SUBMIT, world.card))
    Scorecard.objects.filter(pk=world.card.pk).update(state=S.RETURNED)
    world.card.refresh_from_db()
    assert may(world.chat, A.SUBMIT, world.card)  # what came back may be sent until the review closes
