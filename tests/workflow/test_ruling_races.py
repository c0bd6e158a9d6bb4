"""Two reviewers and the agency at once on one indicator: no ruling is lost, and none stands on an answer that its
reviewer did not see."""

import pytest
from django.db import transaction

from indicators.refusals import Refused, Stale
from scorecards import workflow
from scorecards.events import verify
from scorecards.models import Correction, ReviewAssignment, Ruling
from scorecards.reviewing import review
from scorecards.reviewing.rulings import RulingChange
from scorecards.scoring import find_indicator, score_official
from scorecards.states import Decision, ScorecardState
from tests.workflow.test_races import at_once
from tests.world import STEPS, changes, disagreement, make_world, walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def crowded():
    """In review: กมล has the scorecard, ขวัญ this indicator."""
    world = make_world()
    walk(world, ScorecardState.IN_REVIEW)
    ReviewAssignment.objects.create(entry=world.entry, reviewer=world.khwan, assigned_by=world.khamron)
    return world


def ruling(world, submission, actor, *rulings):
    """That person's rulings, as work for a thread."""
    return lambda: review.rule(
        submission, actor=actor, indicator=world.entry.indicator, rulings=list(rulings)
    )


def agreed(*keys):
    return [RulingChange(key, Decision.AGREE) for key in keys]


def official(submission) -> str:
    return find_indicator(score_official(submission), "4")["score_shown"]


def test_what_two_reviewers_rule_at_once_is_all_kept_and_the_agency_changes_nothing(crowded):
    sent = crowded.card.submissions.get()
    works = [ruling(crowded, sent, crowded.kamon, one) for one in agreed("step1", "step2")]
    works += [
        ruling(crowded, sent, crowded.khwan, one) for one in [*agreed("step4", "step5"), disagreement()]
    ]
    works += [lambda: workflow.recall(crowded.card, actor=crowded.chat)]
    works += [
        lambda: workflow.save_entry(
            crowded.entry, actor=crowded.arun, changes=changes({"step3": "no"}, version=1)
        )
    ]
    found = at_once(*works)
    assert [one for one in found[:5] if isinstance(one, Exception)] == []
    assert all(isinstance(one, Refused) for one in found[5:]), found
    assert set(sent.rulings.values_list("criterion_key", flat=True)) == set(STEPS)
    assert official(sent) == "2.0000"
    assert verify(crowded.agencies["ict"]) == []


def test_of_two_rulings_on_one_criterion_one_holds_and_the_other_reviewer_is_told(crowded):
    sent = crowded.card.submissions.get()
    found = at_once(
        ruling(crowded, sent, crowded.kamon, *agreed("step3")),
        ruling(crowded, sent, crowded.khwan, disagreement()),
    )
    assert sum(isinstance(one, Stale) for one in found) == 1, found
    held = sent.rulings.get()
    assert held.reviewer == (crowded.khwan if isinstance(found[0], Stale) else crowded.kamon)
    told = next(one for one in found if isinstance(one, Stale))
    assert told.theirs["step3"]["decision"] == held.decision


def sent_again(world, answer):
    """กมล returns step 3, the agency answers it anew and sends: the second submission."""
    asked = Correction(indicator=world.entry.indicator, criterion_key="step3", remark="โปรดตรวจปีของผลสำรวจ")
    review.return_for_correction(world.card, actor=world.kamon, remark="", corrections=[asked])
    workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step3": answer}, version=1))
    workflow.propose(world.entry, actor=world.arun)
    workflow.endorse(world.entry, actor=world.busaba)
    return workflow.submit(world.card, actor=world.chat, declared=True)


def test_no_ruling_reaches_an_answer_that_changed_after_the_reviewer_saw_it(crowded):
    seen = crowded.card.submissions.get()
    found = at_once(
        lambda: sent_again(crowded, "no"),
        ruling(crowded, seen, crowded.khwan, *agreed("step3")),
    )
    assert not isinstance(found[0], Exception), found
    review.begin_review(crowded.card, actor=crowded.kamon)
    latest = crowded.card.submissions.latest("number")
    assert not latest.rulings.filter(criterion_key="step3").exists()
    with pytest.raises(Refused, match="2"):
        ruling(crowded, seen, crowded.khwan, *agreed("step3"))()
    assert official(latest) == "2.0000"
    assert verify(crowded.agencies["ict"]) == []


def test_rulings_that_name_no_snapshot_would_agree_to_what_nobody_saw(crowded):
    """The control: the same, with the ruling written to whatever is latest."""
    sent_again(crowded, "no")
    latest = crowded.card.submissions.latest("number")
    with transaction.atomic():
        Ruling.objects.create(
            submission=latest, indicator=crowded.entry.indicator, criterion_key="step3", decision=Decision.AGREE,
            reviewer=crowded.khwan,
        )  # fmt: skip
    assert latest.content["answers"]["4"]["step3"] == {"value": "no"}
    assert latest.rulings.get().decision == Decision.AGREE
