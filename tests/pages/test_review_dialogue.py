"""Saving rulings while one goes on, asking without returning, accepting or rejecting a single file."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence.intake import receive
from indicators.refusals import Refused
from scorecards import workflow
from scorecards.models import Clarification, Correction, Event, FileRuling, Ruling
from scorecards.reviewing import review
from scorecards.reviewing.clarifying import ask, clarify
from scorecards.reviewing.file_rulings import judge_file
from scorecards.states import Decision, ScorecardState
from tests.pages.conftest import posted
from tests.world import changes, fill

S = ScorecardState


@pytest.fixture
def reviewed(world):
    """Sent with one file at step 1, under review."""
    fill(world)
    upload = SimpleUploadedFile("คำสั่ง.txt", "แต่งตั้งคณะทำงาน".encode())
    receive(world.entry, "step1", actor=world.arun, upload=upload)
    world.entry.refresh_from_db()
    entry = workflow.propose(world.entry, actor=world.arun)
    workflow.endorse(entry, actor=world.busaba)
    workflow.submit(world.card, actor=world.chat, declared=True)
    review.begin_review(world.card, actor=world.kamon)
    world.submission = world.card.submissions.get()
    world.file = world.submission.content["evidence"][0]["id"]
    return world


def text(answer) -> str:
    return answer.content.decode()


# ── saving while one goes on ──────────────────────────────────────────────────────────────────────────────────────


def test_what_is_whole_is_saved_and_what_lacks_a_reason_is_said(sit, reviewed):
    kamon, page = sit("kamon"), reverse("review", args=[reviewed.card.pk, "4"])
    form = posted(kamon.get(page)) | {
        "decision.step1": "agree",
        "decision.step3": "change",
        "value.step3": "no",
    }
    saved = text(kamon.post(reverse("save_rulings", args=[reviewed.card.pk, "4"]), form))
    assert "ยังไม่ได้บันทึก" in saved or "โปรดระบุเหตุผล" in saved
    assert [one.criterion_key for one in Ruling.objects.all()] == ["step1"]
    again = form | {"reason.step3": "ผลสำรวจเป็นของปีก่อน"}
    saved = text(kamon.post(reverse("save_rulings", args=[reviewed.card.pk, "4"]), again))
    assert 'class="error"' not in saved
    assert "เห็นด้วยกับ 3 ข้อที่เหลือ" in saved  # the page counts along
    assert Ruling.objects.count() == 2


def test_a_ruling_on_an_older_submission_is_not_saved(sit, reviewed):
    kamon = sit("kamon")
    form = posted(kamon.get(reverse("review", args=[reviewed.card.pk, "4"]))) | {"decision.step1": "agree"}
    saved = text(
        kamon.post(reverse("save_rulings", args=[reviewed.card.pk, "4"]), form | {"submission": "999"})
    )
    assert 'class="error"' in saved
    assert not Ruling.objects.exists()


# ── two reviewers on one indicator ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two_pages(sit, reviewed):
    """กมล and ขวัญ have the indicator open, everything agreed to; then ขวัญ denies step 3. Returns กมล with the form."""
    review.agree_to_all(reviewed.submission, actor=reviewed.kamon, indicator=reviewed.entry.indicator)
    reviewed.card.reviewers.add(reviewed.khwan)
    page = reverse("review", args=[reviewed.card.pk, "4"])
    kamon = sit("kamon")
    form = posted(kamon.get(page))
    denied = review.RulingChange("step3", Decision.CHANGE, {"value": "no"}, "ผลสำรวจเป็นของปีก่อน", version=1)
    review.rule(
        reviewed.submission, actor=reviewed.khwan, indicator=reviewed.entry.indicator, rulings=[denied]
    )
    return kamon, page, form


def fresh_fields(answer) -> dict:
    return dict(re.findall(r'name="(seen\.[^"]+)" id="[^"]+" value="([^"]*)"', text(answer)))


def test_a_line_left_as_it_was_never_touches_what_a_colleague_ruled_there(two_pages):
    kamon, page, form = two_pages
    said = form | {"decision.step1": "change", "value.step1": "no", "reason.step1": "ยังไม่ลงนาม"}
    for _again in range(2):  # the second time with what the first one gave back
        answer = kamon.post(f"{page}save", said)
        assert 'class="error"' not in text(answer)
        said |= fresh_fields(answer)
    assert "seen.step3" not in fresh_fields(kamon.post(f"{page}save", said))
    assert kamon.post(page, said).status_code == 302
    assert Ruling.objects.get(criterion_key="step3").reason == "ผลสำรวจเป็นของปีก่อน"
    assert Ruling.objects.get(criterion_key="step1").reason == "ยังไม่ลงนาม"


def test_two_rulings_on_one_criterion_are_both_shown_and_never_written_over(two_pages, reviewed):
    kamon, page, form = two_pages
    said = form | {"decision.step3": "change", "value.step3": "no", "reason.step3": "ไม่มีผู้รับบริการ"}
    for address in (f"{page}save", f"{page}save", page):
        answer = kamon.post(address, said)
        for words in ("ขวัญ", "ขั้นตอนที่ ๓", "ผลสำรวจเป็นของปีก่อน", "ไม่มีผู้รับบริการ", "mine:2", "theirs:2"):
            assert words in text(answer), (address, words)
        said |= fresh_fields(answer)
    held = Ruling.objects.get(criterion_key="step3")
    assert (held.reviewer, held.reason) == (reviewed.khwan, "ผลสำรวจเป็นของปีก่อน")


@pytest.mark.parametrize(("choice", "holds"), [("mine:2", "ไม่มีผู้รับบริการ"), ("theirs:2", "ผลสำรวจเป็นของปีก่อน")])
def test_the_ruling_that_is_chosen_holds_once_it_is_saved(two_pages, choice, holds):
    kamon, page, form = two_pages
    said = form | {"decision.step3": "change", "value.step3": "no", "reason.step3": "ไม่มีผู้รับบริการ"}
    said |= {"choose.step3": choice}
    assert 'id="conflicts"' not in text(kamon.post(f"{page}save", said))  # the choice stays on the page
    assert Ruling.objects.get(criterion_key="step3").reason == "ผลสำรวจเป็นของปีก่อน"
    assert kamon.post(page, said).status_code == 302
    assert Ruling.objects.get(criterion_key="step3").reason == holds


# ── a report that comes back ──────────────────────────────────────────────────────────────────────────────────────────


def send_again(world):
    """Steps 3 and 5 are returned; step 3 is answered anew and proved, step 5 stays as it was; the review goes on."""
    asked = {"step3": "โปรดตรวจปีของผลสำรวจ", "step5": "โปรดแนบคู่มือที่ลงนามแล้ว"}
    rows = [
        Correction(indicator=world.entry.indicator, criterion_key=key, remark=asked[key]) for key in asked
    ]
    review.return_for_correction(world.card, actor=world.kamon, remark="แก้ไขสองข้อตามรายข้อ", corrections=rows)
    entry = workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step3": "no"}, version=1))
    upload = SimpleUploadedFile("ผลสำรวจ ๒๕๕๖.txt", "ผลสำรวจ".encode())
    receive(entry, "step3", actor=world.arun, upload=upload)
    entry.refresh_from_db()
    workflow.endorse(workflow.propose(entry, actor=world.arun), actor=world.busaba)
    workflow.submit(world.card, actor=world.chat, declared=True)
    review.begin_review(world.card, actor=world.kamon)


def test_of_a_report_that_comes_back_the_page_tells_what_was_asked_what_it_was_and_what_is_new(sit, reviewed):
    send_again(reviewed)
    seen = sit("kamon").get(reverse("review", args=[reviewed.card.pk, "4"]))
    told = {row["line"].key: row["before"] for row in seen.context["lines"]}
    assert told["step3"] == {"changed": True, "words": "มี", "asked": "โปรดตรวจปีของผลสำรวจ"}
    assert told["step5"] == {"changed": False, "words": "มี", "asked": "โปรดแนบคู่มือที่ลงนามแล้ว"}
    for words in ("แก้ไขสองข้อตามรายข้อ", "โปรดตรวจปีของผลสำรวจ", "โปรดแนบคู่มือที่ลงนามแล้ว"):
        assert words in text(seen)
    new = text(seen).split('class="evidence-file')[1:]
    assert ["new-file" in one.split("</li>")[0] for one in new] == [False, True]  # คำสั่ง, ผลสำรวจ


def test_the_page_names_who_ruled(sit, reviewed):
    review.agree_to_all(reviewed.submission, actor=reviewed.kamon, indicator=reviewed.entry.indicator)
    reviewed.card.reviewers.add(reviewed.khwan)
    seen = text(sit("khwan").get(reverse("review", args=[reviewed.card.pk, "4"])))
    assert re.search(r'ruled-by">\s*กมล · ', seen)


# ── questions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_asked_seen_at_home_and_answered_while_the_report_stays_sent(sit, reviewed, entry_url):
    kamon, arun = sit("kamon"), sit("arun")
    asking = reverse("ask_agency", args=[reviewed.card.pk, "4", "step3"])
    kamon.post(asking, {"text": "ใช้แบบสอบถามชุดใด", "request_key": "a" * 20})
    kamon.post(asking, {"text": "ใช้แบบสอบถามชุดใด", "request_key": "a" * 20})  # a double click
    assert "ผู้ประเมินสอบถาม" in text(arun.get("/"))
    assert "ใช้แบบสอบถามชุดใด" in text(arun.get(entry_url))
    question = Clarification.objects.get()
    arun.post(reverse("answer_reviewer", args=[reviewed.entry.pk, question.pk]), {"text": "ชุดที่แนบในภาคผนวก"})
    assert "ชุดที่แนบในภาคผนวก" in text(kamon.get(reverse("review", args=[reviewed.card.pk, "4"])))
    assert "ผู้ประเมินสอบถาม" not in text(arun.get("/"))
    reviewed.card.refresh_from_db()
    assert reviewed.card.state == S.IN_REVIEW
    assert [event.action for event in Event.objects.order_by("-number")[:2]] == ["clarify", "ask"]


def test_an_answer_is_given_once(reviewed):
    asked = {"indicator": reviewed.entry.indicator, "criterion_key": "step3", "question": "ชุดใด"}
    ask(reviewed.submission, actor=reviewed.kamon, **asked)
    question = Clarification.objects.get()
    clarify(question, answer="ชุดแรก", actor=reviewed.arun)
    with pytest.raises(Refused) as refused:
        clarify(question, answer="ชุดที่สอง", actor=reviewed.busaba)
    assert "เพื่อนร่วมงานตอบข้อนี้แล้ว" in str(refused.value)


@pytest.mark.parametrize(("key", "said"), [("nowhere", "ก"), ("step3", " "), ("step3", "ก" * 4001)])
def test_a_question_that_cannot_stand_is_refused(reviewed, key, said):
    with pytest.raises(Refused):
        ask(reviewed.submission, indicator=reviewed.entry.indicator, criterion_key=key, question=said,
            actor=reviewed.kamon)  # fmt: skip
    assert not Clarification.objects.exists()


def test_another_agencys_question_is_nobodys_business(sit, reviewed):
    ask(reviewed.submission, indicator=reviewed.entry.indicator, criterion_key="step3", question="ชุดใด",
        actor=reviewed.kamon)  # fmt: skip
    question = Clarification.objects.get()
    own = reviewed.other.entries.get()
    assert (
        sit("duangjai")
        .post(reverse("answer_reviewer", args=[own.pk, question.pk]), {"text": "ก"})
        .status_code
        == 404
    )


# ── single files ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_rejected_with_a_remark_by_the_hash_that_was_sent(sit, reviewed):
    kamon = sit("kamon")
    page = reverse("judge_file", args=[reviewed.card.pk, "4", reviewed.file])
    shown = text(kamon.get(page))
    assert reverse("evidence_download", args=[reviewed.file]) in shown  # one looks at what one judges
    assert "ขั้นตอนที่ ๑" in shown
    refused = kamon.post(page, {"verdict": "reject", "remark": ""})
    assert refused.status_code == 409
    assert kamon.post(page, {"verdict": "reject", "remark": "ยังไม่ลงนาม"}).status_code == 302
    ruling = FileRuling.objects.get()
    assert ruling.sha256 == reviewed.submission.content["evidence"][0]["sha256"]
    assert "ยังไม่ลงนาม" in text(kamon.get(reverse("review", args=[reviewed.card.pk, "4"])))
    judge_file(reviewed.submission, reviewed.file, verdict="accept", actor=reviewed.kamon)
    assert FileRuling.objects.get().verdict == "accept"
    assert Event.objects.filter(action="judge_file").count() == 2


def test_a_file_that_was_not_sent_has_no_ruling(reviewed):
    with pytest.raises(Refused):
        judge_file(reviewed.submission, "0" * 36, verdict="accept", actor=reviewed.kamon)
    with pytest.raises(Refused):
        judge_file(reviewed.submission, reviewed.file, verdict="accept", actor=reviewed.khwan)  # not assigned
