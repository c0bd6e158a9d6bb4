"""A scorecard that comes back: rulings stand on what did not change, what changed waits for a new one."""

import pytest

from indicators.refusals import Refused
from scorecards import workflow
from scorecards.models import Correction
from scorecards.reviewing import review
from scorecards.states import ScorecardState
from tests.world import changes, disagreement, walk


@pytest.fixture
def again(world):
    """Ruled on, returned for step 4, mended there and sent again; the review has begun."""
    card = walk(world, ScorecardState.IN_REVIEW)
    first = card.submissions.get()
    review.rule(first, actor=world.kamon, indicator=world.entry.indicator, rulings=[disagreement()])
    review.agree_to_all(first, actor=world.kamon, indicator=world.entry.indicator)
    wanted = Correction(indicator=world.entry.indicator, criterion_key="step4", remark="จัดทำคู่มือ")
    review.return_for_correction(card, actor=world.kamon, remark="", corrections=[wanted])
    entry = workflow.save_entry(
        card.entries.get(), actor=world.arun, changes=changes({"step4": "yes"}, version=1)
    )
    workflow.endorse(workflow.propose(entry, actor=world.arun), actor=world.busaba)
    workflow.submit(card, actor=world.chat, declared=True)
    return review.begin_review(card, actor=world.kamon)


def test_only_what_changed_waits_for_a_ruling(again, world):
    second = again.submissions.latest("number")
    kept = {one.criterion_key: (one.decision, one.reason) for one in second.rulings.all()}
    assert set(kept) == {"step1", "step2", "step3", "step5"}
    assert kept["step3"] == ("change", "ผลสำรวจเป็นของปีก่อน")
    with pytest.raises(Refused) as refused:
        review.conclude(again, actor=world.kamon)
    assert len(refused.value.reasons) == 1
    assert "ขั้นตอนที่ ๔" in str(refused.value)


def test_the_page_marks_what_changed(again, world, client):
    client.force_login(world.kamon)
    page = client.get(f"/review/{again.pk}/4/").content.decode()
    assert page.count("แก้ไขหลังจากส่งครั้งก่อน") == 1


def test_the_first_submission_keeps_its_own_rulings(again):
    assert again.submissions.get(number=1).rulings.count() == 5


def test_beginning_twice_carries_nothing_over_twice(again, world):
    with pytest.raises(Refused):
        review.begin_review(again, actor=world.kamon)
    assert again.submissions.latest("number").rulings.count() == 4
