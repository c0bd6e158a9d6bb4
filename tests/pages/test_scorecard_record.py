"""The record page: every event in words for those whom it concerns, whole pages in as many queries as one line."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence.intake import receive
from scorecards import workflow
from scorecards.events import record
from scorecards.models import Event, Scorecard
from scorecards.reviewing import review
from scorecards.reviewing.clarifying import ask
from scorecards.reviewing.file_rulings import judge_file
from scorecards.states import ScorecardState
from tests.world import disagreement, fill, walk

S = ScorecardState


@pytest.fixture
def told(world):
    """Sent with a file, ruled on, asked about; the file rejected; under review."""
    fill(world)
    upload = SimpleUploadedFile("คำสั่ง.txt", "แต่งตั้ง".encode())
    file = receive(world.entry, "step1", actor=world.arun, upload=upload)
    world.entry.refresh_from_db()
    entry = workflow.propose(world.entry, actor=world.arun)
    workflow.endorse(entry, actor=world.busaba)
    submission = workflow.submit(world.card, actor=world.chat, declared=True)
    review.begin_review(world.card, actor=world.kamon)
    indicator = world.entry.indicator
    review.rule(submission, actor=world.kamon, indicator=indicator, rulings=[disagreement()])
    judge_file(submission, str(file.pk), verdict="reject", remark="ไม่ได้ลงนาม", actor=world.kamon)
    ask(submission, indicator=indicator, criterion_key="step2", question="รายงานฉบับใด", actor=world.kamon)
    world.submission = submission
    return world


@pytest.fixture
def path(world):
    return reverse("scorecard_record", args=[world.card.pk])


def text(answer) -> str:
    return answer.content.decode()


def test_the_agency_reads_its_work_in_words_with_before_after_who_and_when(told, sit, path):
    page = text(sit("arun").get(path))
    for expected in ("อรุณ", "บันทึกคำตอบ", "มี", "ไม่มี", "คำสั่ง.txt", "บุษบา", "รายงานฉบับใด"):
        assert expected in page, expected
    assert "กมล" not in page  # whoever reviews is not named before the publication
    assert "หน่วยงานผู้ประเมิน" in page


def test_a_reviewer_reads_the_rulings_with_before_after_and_reason(told, sit, path):
    review.rule(
        told.submission, actor=told.kamon, indicator=told.entry.indicator,
        rulings=[review.RulingChange("step3", "agree", version=1)],
    )  # fmt: skip
    page = text(sit("kamon").get(path))
    for expected in ("กมล", "ผลสำรวจเป็นของปีก่อน", "เห็นด้วย", "ไม่ได้ลงนาม", "ไม่รับ"):
        assert expected in page, expected
    assert "บันทึกคำตอบ" not in page  # the agency's own work


def test_after_the_publication_the_agency_reads_who_ruled_what(told, sit, path):
    assert "ผลสำรวจเป็นของปีก่อน" not in text(sit("chat").get(path))
    Scorecard.objects.filter(pk=told.card.pk).update(state=S.PUBLISHED)
    page = text(sit("chat").get(path))
    for expected in ("กมล", "ผลสำรวจเป็นของปีก่อน", "ไม่ได้ลงนาม"):
        assert expected in page, expected


def test_narrowed_to_an_indicator(told, sit, path):
    Scorecard.objects.filter(pk=told.card.pk).update(state=S.PUBLISHED)
    record(
        told.card.agency, actor=told.arun, action="comment", subject="entry:0", scorecard=told.card,
        after={"step1": "ของตัวชี้วัดอื่น"},
    )  # fmt: skip
    page = text(sit("chat").get(path, {"indicator": "4"}))
    assert "ของตัวชี้วัดอื่น" in text(sit("chat").get(path))
    assert "ของตัวชี้วัดอื่น" not in page
    for expected in ("บันทึกคำตอบ", "คำสั่ง.txt", "ไม่ได้ลงนาม", "รายงานฉบับใด", "ผลสำรวจเป็นของปีก่อน", "ส่งรายงาน"):
        assert expected in page, expected
    assert sit("chat").get(path, {"indicator": "ไม่มี"}).status_code == 404


def test_every_kind_can_be_printed(world, sit, path):
    walk(world, S.RETURNED)
    for person in ("arun", "kamon", "khamron"):
        assert sit(person).get(path).status_code == 200


def test_a_changed_line_and_a_broken_chain_are_said(told, sit, path, tampering):
    whole = text(sit("chat").get(path, {"check": "1"}))
    assert "สายบันทึกครบถ้วน" in whole
    assert "ไม่ตรงกับที่บันทึกไว้" not in whole
    Event.objects.filter(action="endorse").update(reason="ปลอม")
    page = text(sit("chat").get(path, {"check": "1"}))
    assert "สายบันทึกไม่ต่อเนื่อง" in page
    assert "ไม่ตรงกับที่บันทึกไว้" in page


def test_as_many_queries_for_a_full_page_as_for_a_few_lines(told, sit, path):
    chat = sit("chat")
    chat.get(path)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert chat.get(path).status_code == 200
        return len(found)

    few = queries()
    for number in range(60):
        record(
            told.card.agency, actor=[told.arun, told.busaba][number % 2], action="answer",
            subject=f"entry:{told.entry.pk}", scorecard=told.card, before={"step1": {"value": "no"}},
            after={"step1": {"value": "yes"}},
        )  # fmt: skip
    assert queries() == few
    assert few <= 14
    assert "บันทึกคำตอบ" in text(chat.get(path, {"page": "2", "indicator": "4"}))


def test_a_resolution_of_the_committee_is_read_with_what_it_changed(told, sit, path):
    ruling = {"decision": "change", "content": {"value": "no"}, "reason": "ตามมติ"}
    record(
        told.card.agency, actor=told.khamron, action="amend", subject=f"submission:{told.submission.pk}/4",
        scorecard=told.card, before={"step1": {"decision": "agree", "content": {}, "reason": ""}},
        after={"step1": ruling, "resolution": {"number": "3/2569", "date": "2026-01-05"}},
    )  # fmt: skip
    page = text(sit("khamron").get(path))
    assert "3/2569" in page
    assert "ตามมติ" in page
    assert "3/2569" not in text(sit("chat").get(path))
