"""The verbs: what each writes, refuses and records; nothing is lost between two people."""

import pytest
from django.utils.translation import override

from indicators.refusals import Refused, Stale
from scorecards import workflow
from scorecards.models import Answer, Event, Ruling
from scorecards.presenting.answer_words import in_words
from scorecards.reviewing import review
from scorecards.states import Decision, EntryState, ScorecardState
from tests.world import add_coordinator, changes, disagreement, fill, publish_denied, walk

S = ScorecardState


def reasons(refusal) -> str:
    return " ".join(str(reason) for reason in refusal.value.reasons)


def test_saving_keeps_the_answer_and_records_before_and_after(world):
    workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step1": "yes"}, obstacles="ล่าช้า"))
    world.entry.refresh_from_db()
    assert world.entry.obstacles == "ล่าช้า"
    workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step1": "no"}, version=1))
    event = Event.objects.filter(subject=f"entry:{world.entry.pk}").latest("number")
    assert event.before["step1"] == {"value": "yes"}
    assert event.after["step1"] == {"value": "no"}
    assert event.actor == world.arun


def test_an_answer_that_does_not_fit_saves_nothing(world):
    with pytest.raises(Refused) as refusal:
        workflow.save_entry(
            world.entry, actor=world.arun, changes=changes({"step1": "yes", "step2": "maybe", "step9": "yes"})
        )
    assert len(refusal.value.reasons) == 2
    assert "step9" in reasons(refusal)
    assert not Answer.objects.exists()


def test_a_colleagues_newer_answer_is_not_written_over(world):
    workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step1": "yes"}))
    with pytest.raises(Stale) as stale:
        workflow.save_entry(world.entry, actor=world.busaba, changes=changes({"step1": "no", "step2": "yes"}))
    assert stale.value.mine == {"step1": {"value": "no"}}
    assert stale.value.theirs == {"step1": {"value": "yes"}}
    assert {one.criterion_key: one.content["value"] for one in Answer.objects.all()} == {"step1": "yes"}


def test_a_colleagues_newer_detail_is_not_written_over(world):
    def noted(note):
        return workflow.EntryChanges(
            answers={"step1": workflow.AnswerChange({"value": "yes"}, {"value": "yes"}, note, version=0)}
        )

    workflow.save_entry(world.entry, actor=world.arun, changes=noted("คำสั่งที่ ๑"))
    with pytest.raises(Stale) as stale:
        workflow.save_entry(world.entry, actor=world.busaba, changes=noted("คำสั่งที่ ๒"))
    assert in_words(stale.value.mine["step1"]).endswith("“คำสั่งที่ ๒”")
    assert in_words(stale.value.theirs["step1"]).endswith("“คำสั่งที่ ๑”")
    assert Answer.objects.get().note == "คำสั่งที่ ๑"


def test_a_refusal_names_the_fields_as_the_form_does(world):
    workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step1": "yes"}))
    with pytest.raises(Stale) as stale:
        workflow.save_entry(world.entry, actor=world.busaba, changes=changes({"step1": "no"}))
    assert "step1" not in reasons(stale)


def test_a_colleagues_newer_text_is_not_written_over(world):
    seen = world.entry.version
    workflow.save_entry(world.entry, actor=world.arun, changes=changes({}, obstacles="ของอรุณ"))
    mine = workflow.EntryChanges(narrative={"obstacles": "ของบุษบา"}, version=seen)
    with pytest.raises(Stale):
        workflow.save_entry(world.entry, actor=world.busaba, changes=mine)
    world.entry.refresh_from_db()
    assert world.entry.obstacles == "ของอรุณ"


def test_the_same_request_twice_does_the_thing_once(world):
    fill(world)
    for _twice in range(2):
        entry = workflow.propose(world.entry, actor=world.arun, request_key="k" * 32)
    assert entry.state == EntryState.PROPOSED
    assert Event.objects.filter(action="propose").count() == 1


def test_proposing_is_refused_with_everything_that_is_missing(world):
    with pytest.raises(Refused) as refusal:
        workflow.propose(world.entry, actor=world.arun)
    assert len(refusal.value.reasons) == 5
    assert all(
        reason.url.endswith(f"#criterion-step{n}") for n, reason in enumerate(refusal.value.reasons, 1)
    )


def test_sending_back_takes_a_remark(world):
    workflow.propose(fill(world), actor=world.arun)
    with pytest.raises(Refused):
        workflow.send_back(world.entry, actor=world.busaba, remark="  ")
    entry = workflow.send_back(world.entry, actor=world.busaba, remark="โปรดแนบผลสำรวจ")
    assert (entry.state, entry.remark) == (EntryState.RETURNED, "โปรดแนบผลสำรวจ")


def test_a_proposal_is_taken_back_until_the_supervisor_has_decided(world):
    entry = workflow.propose(fill(world), actor=world.arun)
    for _twice in range(2):
        entry = workflow.take_back(entry, actor=world.arun, request_key="k" * 32)
    assert entry.state == EntryState.DRAFT
    assert world.card.events.filter(action="take_back").count() == 1
    with pytest.raises(Refused):
        workflow.endorse(entry, actor=world.busaba)
    workflow.endorse(workflow.propose(entry, actor=world.arun), actor=world.busaba)
    with pytest.raises(Refused) as late, override("en"):
        workflow.take_back(entry, actor=world.arun)
    assert "endorsed" in str(late.value)


def test_nobody_endorses_what_was_changed_after_they_read_it(world):
    read = workflow.propose(fill(world), actor=world.arun).version
    workflow.take_back(world.entry, actor=world.arun)
    workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step3": "no"}, version=1))
    entry = workflow.propose(world.entry, actor=world.arun)
    with pytest.raises(Refused):
        workflow.endorse(entry, actor=world.busaba, seen=read)
    entry.refresh_from_db()
    assert entry.state == EntryState.PROPOSED
    assert workflow.endorse(entry, actor=world.busaba, seen=entry.version).state == EntryState.ENDORSED


def test_sending_is_refused_with_all_reasons(world):
    with pytest.raises(Refused) as refusal:
        workflow.submit(world.card, actor=world.chat, declared=False)
    assert len(refusal.value.reasons) == 5 + 1 + 1  # five answers, the endorsement, the declaration


def test_what_was_sent_is_frozen_with_its_hash(world):
    card = walk(world, S.SUBMITTED)
    submission = card.submissions.get()
    assert submission.framework_hash == world.framework.content_hash
    assert submission.scored["score_shown"] == "3.0000"
    assert submission.scored["weighted_shown"] == "0.7500"
    assert submission.content["people"]["4"] == {"collector": "อรุณ", "supervisor": "บุษบา", "head": "ชาติ"}
    assert len(submission.content_hash) == 64


def test_a_coordinator_sends_in_the_heads_name(world):
    workflow.endorse(workflow.propose(fill(world), actor=world.arun), actor=world.busaba)
    add_coordinator(world)
    submission = workflow.submit(world.card, actor=world.thep, declared=True)
    assert submission.submitted_by == world.thep
    assert submission.content["people"]["4"]["head"] == "ชาติ"


def test_what_was_sent_keeps_the_senders_name_and_the_words_of_the_declaration(world):
    walk(world, S.SUBMITTED)
    content = world.card.submissions.get().content
    assert content["agency"]["th"] == world.card.agency.name_th
    assert content["ministry"]["th"] == "กระทรวงมหาดไทย"
    assert content["declaration"]["th"].startswith("ข้าพเจ้าขอรับรอง")
    assert content["declaration"]["en"].startswith("I declare")


def test_sending_records_the_closing_that_held_then(world):
    held = world.round.closes_at
    walk(world, S.SUBMITTED)
    assert Event.objects.get(action="submit").after["closes_at"] == held.isoformat()


def test_recalled_and_sent_again_is_a_second_submission(world):
    card = walk(world, S.SUBMITTED)
    assert workflow.recall(card, actor=world.chat).state == S.OPEN
    workflow.submit(card, actor=world.chat, declared=True)
    assert [one.number for one in card.submissions.all()] == [2, 1]


def test_a_ruling_that_differs_needs_a_reason(world):
    card = walk(world, S.IN_REVIEW)
    submission = card.submissions.get()
    with pytest.raises(Refused, match="เหตุผล"):
        review.rule(
            submission, actor=world.kamon, indicator=world.entry.indicator, rulings=[disagreement(reason=" ")]
        )
    review.rule(submission, actor=world.kamon, indicator=world.entry.indicator, rulings=[disagreement()])
    assert Ruling.objects.get().decision == Decision.CHANGE


def test_another_reviewers_ruling_is_not_written_over(world):
    card = walk(world, S.IN_REVIEW)
    card.reviewers.add(world.khwan)
    facts = {"indicator": world.entry.indicator}
    submission = card.submissions.get()
    review.rule(submission, actor=world.khwan, rulings=[disagreement()], **facts)
    with pytest.raises(Stale) as stale:
        review.rule(submission, actor=world.kamon, rulings=[disagreement(reason="เหตุผลอื่น")], **facts)
    assert stale.value.theirs["step3"]["reason"] == "ผลสำรวจเป็นของปีก่อน"
    assert Ruling.objects.get().reviewer == world.khwan


def test_a_ruling_names_the_submission_it_saw(world):
    card = walk(world, S.RETURNED)
    old = card.submissions.get()
    workflow.propose(world.entry, actor=world.arun)
    workflow.endorse(world.entry, actor=world.busaba)
    workflow.submit(card, actor=world.chat, declared=True)
    review.begin_review(card, actor=world.kamon)
    with pytest.raises(Refused, match="ฉบับที่ 2"):
        review.rule(old, actor=world.kamon, indicator=world.entry.indicator, rulings=[disagreement()])


def test_concluding_is_refused_with_what_is_not_ruled_on(world):
    card = walk(world, S.IN_REVIEW)
    submission = card.submissions.get()
    review.rule(submission, actor=world.kamon, indicator=world.entry.indicator, rulings=[disagreement()])
    with pytest.raises(Refused) as refusal:
        review.conclude(card, actor=world.kamon)
    assert len(refusal.value.reasons) == 4


def test_the_chief_sends_back_to_the_reviewer_with_a_reason(world):
    card = walk(world, S.CONCLUDED)
    with pytest.raises(Refused):
        review.reopen_review(card, actor=world.khamron, reason="")
    card = review.reopen_review(card, actor=world.khamron, reason="โปรดทบทวนขั้นตอนที่ ๓")
    assert (card.state, card.concluded_by) == (S.IN_REVIEW, None)


def test_the_published_record_holds_rulings_and_both_scores(world):
    publication = publish_denied(world)
    assert (publication.submission.scored["score_shown"], publication.scored["score_shown"]) == (
        "3.0000",
        "2.0000",
    )
    assert publication.content["rulings"]["4"]["step3"]["reason"] == "ผลสำรวจเป็นของปีก่อน"
    assert publication.approved_by != publication.published_by


def test_a_change_in_the_code_of_the_fold_cannot_touch_a_record(world):
    card = walk(world, S.PUBLISHED)
    before = card.publications.get().scored
    Answer.objects.update(content={"value": "no"})
    assert card.publications.get().scored == before
