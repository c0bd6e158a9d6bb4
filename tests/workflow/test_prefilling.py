"""A new round begins with what was reported in the last one, without its states."""

import datetime as dt

import pytest

from scorecards import workflow
from scorecards.models import Round
from scorecards.rounds.opening import open_scorecard
from scorecards.states import EntryState
from tests.world import changes, make_world

CODES = {"moi-ict-2556": "4"}


@pytest.fixture
def world(db):
    world = make_world(months=6)
    workflow.save_entry(
        world.entry, actor=world.arun, changes=changes({"step1": "yes", "step2": "no"}, obstacles="น้ำท่วม")
    )
    workflow.propose(complete(world), actor=world.arun)
    return world


def complete(world):
    answers = {f"step{n}": "no" for n in (3, 4, 5)}
    return workflow.save_entry(world.entry, actor=world.arun, changes=changes(answers))


def next_round(world, months=12):
    facts = {
        "year": world.framework.year,
        "opens_at": world.round.opens_at,
        "closes_at": world.round.closes_at,
    }
    round_ = Round.objects.create(
        months=months, review_closes_at=world.round.closes_at + dt.timedelta(days=9), **facts
    )
    return open_scorecard(world.agencies["ict"], world.framework, round_)


def test_answers_and_words_are_taken_over_without_states(world):
    entry = next_round(world).entries.get()
    assert entry.state == EntryState.DRAFT
    assert entry.proposed_by is None
    assert entry.obstacles == "น้ำท่วม"
    answers = {one.criterion_key: one for one in entry.answers.all()}
    assert answers["step1"].content == {"value": "yes"}
    assert answers["step1"].taken_from == 6
    assert len(answers) == 5


def test_once_somebody_saves_an_answer_it_is_this_rounds(world):
    entry = next_round(world).entries.get()
    workflow.save_entry(entry, actor=world.arun, changes=changes({"step1": "yes", "step2": "yes"}))
    taken = {one.criterion_key: one.taken_from for one in entry.answers.all()}
    assert taken == {"step1": None, "step2": None, "step3": 6, "step4": 6, "step5": 6}


def test_a_result_of_its_own_months_begins_anew(world, tampering):
    indicator = world.entry.indicator
    indicator.card["period"] = "period"
    indicator.save()
    assert not next_round(world).entries.get().answers.exists()


def test_work_that_has_begun_is_not_written_over(world):
    card = next_round(world)
    entry = card.entries.get()
    workflow.save_entry(entry, actor=world.arun, changes=changes({"step1": "no"}))
    again = open_scorecard(card.agency, card.framework, card.round)
    assert again.entries.get().answers.get(criterion_key="step1").content == {"value": "no"}


def test_another_agencys_round_is_never_taken(world):
    card = next_round(world)
    other = open_scorecard(world.agencies["policy"], card.framework, card.round)
    assert not other.entries.get().answers.exists()
