"""What the agency is told of the review: nothing while it runs; the files and what to mend after a return; the official
result with its reasons after publication."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence.intake import receive, replace
from scorecards import workflow
from scorecards.answering.outcomes import told_file_rulings
from scorecards.models import Appeal
from scorecards.results.appealing import appeal, decide, publish_revision
from scorecards.reviewing import review
from scorecards.reviewing.file_rulings import judge_file
from scorecards.states import Decision
from tests.world import disagreement, fill

CANARY, REMARK = "ผลสำรวจเป็นของปีก่อน", "คำสั่งไม่ได้ลงนาม"


def text(answer) -> str:
    return answer.content.decode()


def send(world):
    entry = workflow.propose(world.entry, actor=world.arun)
    workflow.endorse(entry, actor=world.busaba)
    return workflow.submit(world.card, actor=world.chat, declared=True)


@pytest.fixture
def ruled(world):
    """Under review: step 3 denied and the only file rejected, each with its reason."""
    fill(world)
    upload = SimpleUploadedFile("คำสั่ง.txt", "แต่งตั้งคณะทำงาน".encode())
    world.file = receive(world.entry, "step1", actor=world.arun, upload=upload)
    world.entry.refresh_from_db()
    world.submission = send(world)
    review.begin_review(world.card, actor=world.kamon)
    review.rule(
        world.submission, actor=world.kamon, indicator=world.entry.indicator, rulings=[disagreement()]
    )
    judge_file(world.submission, str(world.file.pk), verdict="reject", remark=REMARK, actor=world.kamon)
    return world


def finish(world, *, until):
    """Concluded, approved, published, as far as asked."""
    review.agree_to_all(world.submission, actor=world.kamon, indicator=world.entry.indicator)
    review.conclude(world.card, actor=world.kamon)
    if until != "conclude":
        review.approve(world.card, actor=world.khamron)
    if until == "publish":
        world.publication = review.publish(world.card, actor=world.chan)


def pages_of(world):
    card, entry = world.card.pk, world.entry.pk
    names = [("scorecard", card), ("missing", card), ("scorecard_changes", card), ("scorecard_record", card)]
    names += [("entry", entry), ("entry_history", entry), ("entry_plan", entry)]
    paths = [reverse(name, args=[pk]) for name, pk in names]
    return [*paths, reverse("scorecard_record", args=[card]) + "?indicator=4", "/"]


@pytest.mark.parametrize("until", ["", "conclude", "approve"])
@pytest.mark.parametrize("person", ["arun", "busaba", "chat"])
def test_before_publication_nothing_of_a_draft_ruling_reaches_the_agency(ruled, sit, until, person):
    if until:
        finish(ruled, until=until)
    client = sit(person)
    for path in pages_of(ruled):
        page = text(client.get(path))
        assert CANARY not in page, path
        assert REMARK not in page, path
        assert "2.0000" not in page, path


def test_after_a_return_the_agency_reads_why_a_file_is_not_accepted_but_no_ruling(ruled, sit, entry_url):
    review.return_for_correction(ruled.card, actor=ruled.kamon, remark="โปรดแนบคำสั่งที่ลงนามแล้ว")
    page = text(sit("arun").get(entry_url))
    assert REMARK in page
    assert "ไม่รับ" in page
    assert "โปรดแนบคำสั่งที่ลงนามแล้ว" in text(sit("chat").get(reverse("scorecard", args=[ruled.card.pk])))
    assert all(CANARY not in text(sit("arun").get(path)) for path in pages_of(ruled))


def test_the_remark_stays_with_the_version_that_it_was_said_of(ruled, sit, entry_url):
    review.return_for_correction(ruled.card, actor=ruled.kamon, remark="โปรดแนบคำสั่งที่ลงนามแล้ว")
    signed = SimpleUploadedFile("คำสั่ง-ลงนาม.txt", "ลงนามแล้ว".encode())
    newer = replace(ruled.file, actor=ruled.arun, upload=signed)
    ruled.entry.refresh_from_db()
    submission = send(ruled)
    review.begin_review(ruled.card, actor=ruled.kamon)
    judge_file(submission, str(newer.pk), verdict="reject", remark="ยังอ่านไม่ออก", actor=ruled.kamon)
    ruled.card.refresh_from_db()
    assert set(told_file_rulings(ruled.card)) == {str(ruled.file.pk)}  # the newer one's is a draft
    page = text(sit("arun").get(entry_url))
    assert REMARK in page
    assert "ยังอ่านไม่ออก" not in page


def test_after_publication_both_scores_stand_side_by_side_with_what_moved_and_why(ruled, sit, entry_url):
    finish(ruled, until="publish")
    page = text(sit("chat").get(entry_url))
    outcome = page[page.index('id="outcome"') : page.index('id="appeal"')]
    for expected in ("3.0000", "2.0000", "−1.0000", "มี", "ไม่มี", CANARY, "กมล", "1.0000 → 0.0000"):
        assert expected in outcome, expected
    assert REMARK in page
    assert "คะแนนผู้ประเมินคิดอย่างไร" in page


def test_a_revised_result_says_why_and_names_what_was_brought(ruled, sit, entry_url):
    finish(ruled, until="publish")
    survey = SimpleUploadedFile("สำรวจ.txt", "ปีนี้".encode())
    ruled.entry.refresh_from_db()
    file = receive(ruled.entry, "_appeal", actor=ruled.chat, upload=survey)
    found = appeal(ruled.publication, indicator=ruled.entry.indicator, reason="ดูหน้า 3", actor=ruled.chat)
    agreed = [review.RulingChange("step3", Decision.AGREE)]
    decide(found, outcome=Appeal.Outcome.UPHELD, decision="หลักฐานเป็นของปีนี้", rulings=agreed, actor=ruled.khwan)
    publish_revision(found, actor=ruled.chan)
    page = text(sit("chat").get(entry_url))
    outcome = page[page.index('id="outcome"') : page.index('id="appeal"')]
    assert "หลักฐานเป็นของปีนี้" in outcome
    assert file.sha256 in outcome
