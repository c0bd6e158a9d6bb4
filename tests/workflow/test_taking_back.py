"""A wrong click of the KPI supervisor is taken back, as long as nobody has built on it."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override

from evidence.intake import receive
from evidence.particulars import Particulars
from indicators.refusals import Refused
from scorecards import workflow
from scorecards.answering.comments import comment
from scorecards.blockers import submission_blockers
from scorecards.models import Entry, Membership, Round, Scorecard
from scorecards.permissions import may
from scorecards.reviewing import review
from scorecards.states import Action, EntryState, Role, ScorecardState
from scorecards.waiting.reminders import make_notices, unseen_notices
from scorecards.waiting.worklist import work_of
from tests.world import changes, entry_in, fill, walk


def second_supervisor(world):
    """นิด, who supervises at the ICT centre, too."""
    person = User.objects.create_user("nid", first_name="นิด")
    Membership.objects.create(user=person, agency=world.agencies["ict"], role=Role.SUPERVISOR)
    return person


def again(person):
    """As of the next request: roles are read once for each."""
    return User.objects.get(pk=person.pk)


class TestEndorsement:
    def test_it_awaits_endorsement_again_as_it_stands(self, world):
        entry = entry_in(world, EntryState.ENDORSED)
        answers = {one.criterion_key: one.content for one in entry.answers.all()}
        entry = workflow.withdraw_endorsement(entry, actor=world.busaba)
        entry.refresh_from_db()
        assert (entry.state, entry.proposed_by, entry.endorsed_by) == (EntryState.PROPOSED, world.arun, None)
        assert {one.criterion_key: one.content for one in entry.answers.all()} == answers
        assert workflow.endorse(entry, actor=world.busaba).state == EntryState.ENDORSED

    def test_it_stands_on_the_record_with_who_did_it(self, world):
        workflow.withdraw_endorsement(entry_in(world, EntryState.ENDORSED), actor=world.busaba)
        event = world.card.events.latest("number")
        assert (event.action, event.actor) == ("withdraw_endorsement", world.busaba)
        assert (event.before, event.after) == ({"state": "endorsed"}, {"state": "proposed"})

    def test_a_double_click_takes_it_back_once(self, world):
        entry = entry_in(world, EntryState.ENDORSED)
        for _twice in range(2):
            entry = workflow.withdraw_endorsement(
                entry, actor=world.busaba, seen=entry.version, request_key="k" * 32
            )
        assert entry.state == EntryState.PROPOSED
        assert world.card.events.filter(action="withdraw_endorsement").count() == 1

    def test_one_that_was_given_anew_after_the_page_was_opened_is_not_taken_back(self, world):
        entry = entry_in(world, EntryState.ENDORSED)
        seen = entry.version
        workflow.withdraw_endorsement(entry, actor=world.busaba, seen=seen)
        workflow.endorse(entry, actor=second_supervisor(world))
        with pytest.raises(Refused) as late, override("en"):
            workflow.withdraw_endorsement(entry, actor=world.busaba, seen=seen)
        assert "endorsed anew" in str(late.value)
        entry.refresh_from_db()
        assert entry.state == EntryState.ENDORSED

    def test_whoever_proposed_it_does_not_take_the_endorsement_back(self, world):
        colleague = second_supervisor(world)
        entry = workflow.endorse(workflow.propose(fill(world), actor=world.busaba), actor=colleague)
        assert not may(world.busaba, Action.WITHDRAW_ENDORSEMENT, entry)
        assert may(again(colleague), Action.WITHDRAW_ENDORSEMENT, entry)

    def test_not_once_the_report_is_sent_but_again_once_it_is_recalled(self, world):
        card = walk(world, ScorecardState.SUBMITTED)
        with pytest.raises(Refused) as sent, override("en"):
            workflow.withdraw_endorsement(world.entry, actor=world.busaba)
        assert "Submitted" in str(sent.value)
        workflow.recall(card, actor=world.chat)
        entry = workflow.withdraw_endorsement(world.entry, actor=world.busaba)
        assert entry.state == EntryState.PROPOSED

    def test_not_after_the_closing(self, world):
        entry = entry_in(world, EntryState.ENDORSED)
        Round.objects.update(closes_at=timezone.now() - dt.timedelta(seconds=1))
        with pytest.raises(Refused) as late, override("en"):
            workflow.withdraw_endorsement(entry, actor=world.busaba)
        assert "closed on" in str(late.value)

    def test_not_where_a_returned_report_is_not_to_be_mended(self, world):
        card = walk(world, ScorecardState.IN_REVIEW)
        elsewhere = world.framework.indicators.exclude(pk=world.entry.indicator_id).first()
        review.return_for_correction(card, actor=world.kamon, remark="แก้ไข")
        card.submissions.get().corrections.create(indicator=elsewhere, criterion_key="", remark="แก้ไข")
        card.entries.update(state=EntryState.ENDORSED)
        with pytest.raises(Refused) as closed, override("en"):
            workflow.withdraw_endorsement(world.entry, actor=world.busaba)
        assert "nothing mended here" in str(closed.value)

    def test_the_report_is_no_longer_ready_to_be_sent(self, world):
        entry = entry_in(world, EntryState.ENDORSED)
        assert [one.asked for one in work_of(world.chat)] == ["พร้อมส่ง"]
        workflow.withdraw_endorsement(entry, actor=world.busaba)
        assert "พร้อมส่ง" not in [one.asked for one in work_of(again(world.chat))]
        assert [one.asked for one in work_of(again(world.busaba))] == ["รอท่านรับรอง"]
        assert Scorecard.objects.filter(pk=world.card.pk).with_progress().get().endorsed == 0
        assert submission_blockers(world.card)
        with pytest.raises(Refused):
            workflow.submit(world.card, actor=world.chat, declared=True)

    def test_the_collector_may_then_work_on_without_being_sent_anything_back(self, world):
        entry = workflow.withdraw_endorsement(entry_in(world, EntryState.ENDORSED), actor=world.busaba)
        entry = workflow.take_back(entry, actor=world.arun)
        workflow.save_entry(entry, actor=world.arun, changes=changes({"step3": "no"}, version=1))
        assert workflow.propose(entry, actor=world.arun).state == EntryState.PROPOSED


class TestSendingBack:
    def test_it_awaits_endorsement_again_without_the_remark(self, world):
        entry = workflow.cancel_send_back(entry_in(world, EntryState.RETURNED), actor=world.busaba)
        entry.refresh_from_db()
        assert (entry.state, entry.remark, entry.proposed_by) == (EntryState.PROPOSED, "", world.arun)
        event = world.card.events.latest("number")
        assert (event.action, event.before, event.after) == (
            "cancel_send_back", {"state": "returned"}, {"state": "proposed"},
        )  # fmt: skip
        assert workflow.endorse(entry, actor=world.busaba).state == EntryState.ENDORSED

    def test_a_double_click_cancels_once(self, world):
        entry = entry_in(world, EntryState.RETURNED)
        for _twice in range(2):
            entry = workflow.cancel_send_back(entry, actor=world.busaba, request_key="k" * 32)
        assert world.card.events.filter(action="cancel_send_back").count() == 1

    def test_nobody_cancels_it_for_whoever_sent_it_back(self, world):
        entry = workflow.propose(fill(world), actor=world.arun)
        entry = workflow.send_back(entry, actor=world.chat, remark="โปรดแก้ไข")
        assert not may(world.busaba, Action.CANCEL_SEND_BACK, entry)
        assert workflow.cancel_send_back(entry, actor=world.chat).state == EntryState.PROPOSED

    @pytest.mark.parametrize("change", ["answer", "narrative", "file"])
    def test_not_once_anything_has_changed(self, world, change):
        entry = entry_in(world, EntryState.RETURNED)
        if change == "file":
            upload = SimpleUploadedFile("ผล.txt", "ผล".encode())
            receive(entry, "step1", actor=world.arun, upload=upload, said=Particulars())
        else:
            answers = {"step3": "no"} if change == "answer" else {}
            said = {"obstacles": "น้ำท่วม"} if change == "narrative" else {}
            workflow.save_entry(entry, actor=world.arun, changes=changes(answers, version=1, **said))
        with pytest.raises(Refused) as late, override("en"):
            workflow.cancel_send_back(entry, actor=world.busaba)
        assert "nothing has changed" in str(late.value)
        entry.refresh_from_db()
        assert (entry.state, entry.remark) == (EntryState.RETURNED, "โปรดแก้ไขขั้นตอนที่ ๓")

    def test_a_comment_is_no_change(self, world):
        entry = entry_in(world, EntryState.RETURNED)
        comment(entry, "step3", "ส่งผิดครับ", actor=world.busaba)
        assert workflow.cancel_send_back(entry, actor=world.busaba).state == EntryState.PROPOSED

    def test_not_where_what_was_proposed_is_incomplete_by_now(self, world):
        entry = entry_in(world, EntryState.RETURNED)
        entry.answers.filter(criterion_key="step1").delete()  # as where the form moved to another version
        with pytest.raises(Refused) as incomplete:
            workflow.cancel_send_back(entry, actor=world.busaba)
        assert incomplete.value.reasons[0].url.endswith("#criterion-step1")

    def test_not_after_the_closing(self, world):
        entry = entry_in(world, EntryState.RETURNED)
        Round.objects.update(closes_at=timezone.now() - dt.timedelta(seconds=1))
        assert not may(world.busaba, Action.CANCEL_SEND_BACK, Entry.objects.get(pk=entry.pk))

    def test_what_the_reviewer_returned_is_not_the_supervisors_to_cancel(self, world):
        workflow.propose(entry_in(world, EntryState.RETURNED), actor=world.arun)
        workflow.endorse(world.entry, actor=world.busaba)
        workflow.submit(world.card, actor=world.chat, declared=True)
        review.begin_review(world.card, actor=world.kamon)
        review.return_for_correction(world.card, actor=world.kamon, remark="แก้ไข")
        entry = Entry.objects.get(pk=world.entry.pk)
        assert entry.state == EntryState.RETURNED
        assert not may(world.busaba, Action.CANCEL_SEND_BACK, entry)

    def test_the_collector_is_no_longer_told_of_it(self, world):
        entry = entry_in(world, EntryState.RETURNED)
        make_notices()
        assert "sent_back" in [one.occasion for one in unseen_notices(world.arun)]
        workflow.cancel_send_back(entry, actor=world.busaba)
        assert "sent_back" not in [one.occasion for one in unseen_notices(world.arun)]
        assert [one.asked for one in work_of(world.busaba)] == ["รอท่านรับรอง"]
        workflow.send_back(entry, actor=world.busaba, remark="คราวนี้ตั้งใจ")
        make_notices()
        assert [one.occasion for one in unseen_notices(world.arun)].count("sent_back") == 1
