"""Returned for correction: only what the reviewer wants mended opens again, until the date that was set."""

import datetime as dt

import pytest
from django.utils import timezone

from evidence import permissions
from indicators.refusals import Refused
from scorecards import workflow
from scorecards.models import Correction
from scorecards.permissions import may
from scorecards.reviewing import review
from scorecards.states import Action, EntryState, ScorecardState
from tests.world import changes, walk


def mend(world, key="step3", remark="แนบผลสำรวจปีนี้"):
    return Correction(indicator=world.entry.indicator, criterion_key=key, remark=remark)


def returned(world, *corrections, due_at=None):
    card = walk(world, ScorecardState.IN_REVIEW)
    card = review.return_for_correction(
        card, actor=world.kamon, remark="", corrections=corrections, due_at=due_at
    )
    world.entry.refresh_from_db()
    world.entry.scorecard = card
    return card


def test_only_the_criteria_with_a_remark_open_again(world):
    returned(world, mend(world))
    assert world.entry.state == EntryState.RETURNED
    assert world.entry.remark == "แนบผลสำรวจปีนี้"
    assert may(world.arun, Action.ANSWER, world.entry)
    assert may(world.arun, Action.ANSWER, world.entry, criterion="step3")
    assert not may(world.arun, Action.ANSWER, world.entry, criterion="step1")
    version = {one.criterion_key: one.version for one in world.entry.answers.all()}
    workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step3": "no"}, version["step3"]))
    with pytest.raises(Refused) as refused:
        workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step1": "no"}, version["step1"]))
    assert "ขั้นตอนที่ ๑" in str(refused.value)
    assert {a.criterion_key: a.content["value"] for a in world.entry.answers.all()}["step1"] == "yes"


def test_a_remark_on_a_group_opens_all_below_it(world):
    root = world.entry.indicator.rubric["key"]
    returned(world, mend(world, key=root))
    assert may(world.arun, Action.ANSWER, world.entry, criterion="step5")


def test_files_are_attached_only_where_something_is_to_be_mended(world):
    returned(world, mend(world))
    permissions.require(world.entry, "step3", actor=world.arun)
    with pytest.raises(Refused) as refused:
        permissions.require(world.entry, "step1", actor=world.arun)
    assert "ไม่ได้ขอให้แก้ไข" in str(refused.value)


def test_an_indicator_without_a_remark_stays_endorsed_and_closed(world):
    returned(world, mend(world))
    Correction.objects.update(indicator=world.entry.indicator.parent or other_indicator(world))
    world.entry.scorecard.refresh_from_db()
    denied = may(world.arun, Action.ANSWER, world.entry)
    assert "ไม่ได้ขอให้แก้ไข" in str(denied)
    assert not may(world.busaba, Action.SEND_BACK, world.entry)


def other_indicator(world):
    return world.framework.indicators.exclude(pk=world.entry.indicator_id).first()


def test_returned_as_a_whole_everything_opens(world):
    walk(world, ScorecardState.RETURNED)
    world.entry.refresh_from_db()
    assert may(world.arun, Action.ANSWER, world.entry, criterion="step1")


def test_the_due_date_is_the_closing(world):
    due = timezone.now() + dt.timedelta(days=3)
    card = returned(world, mend(world), due_at=due)
    assert card.closes_at == due
    world.entry.scorecard = card
    card.correction_due_at = timezone.now() - dt.timedelta(seconds=1)
    assert "รอบนี้ปิดแล้ว" in str(may(world.arun, Action.ANSWER, world.entry))


@pytest.mark.parametrize(
    ("remark", "key", "said", "days"),
    [("", "step3", " ", 1), ("", "nowhere", "แก้", 1), ("", "step3", "แก้", -1), ("", "step3", "แก้", 50_000)],
)
def test_a_return_without_a_remark_a_known_place_or_a_sensible_day_to_come_is_refused(
    world, remark, key, said, days
):
    card = walk(world, ScorecardState.IN_REVIEW)
    due = timezone.now() + dt.timedelta(days=days)
    with pytest.raises(Refused):
        review.return_for_correction(
            card, actor=world.kamon, remark=remark, corrections=[mend(world, key, said)], due_at=due
        )
    assert not Correction.objects.exists()


def test_a_correction_is_not_taken_back_to_open_everything(world):
    returned(world, mend(world))
    workflow.propose(world.entry, actor=world.arun)
    workflow.endorse(world.entry, actor=world.busaba)
    workflow.submit(world.card, actor=world.chat, declared=True)
    with pytest.raises(Refused) as refused:
        workflow.recall(world.card, actor=world.chat)
    assert "ขอให้ผู้ประเมินส่งคืน" in str(refused.value)


def test_after_sending_again_the_next_return_counts(world):
    returned(world, mend(world))
    workflow.propose(world.entry, actor=world.arun)
    workflow.endorse(world.entry, actor=world.busaba)
    workflow.submit(world.card, actor=world.chat, declared=True)
    review.begin_review(world.card, actor=world.kamon)
    review.return_for_correction(world.card, actor=world.kamon, remark="ทั้งหมด")
    entry = world.card.entries.select_related("scorecard__round").get()
    assert may(world.arun, Action.ANSWER, entry, criterion="step1")
