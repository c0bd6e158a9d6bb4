"""The receipt of a submission: what it says is the record's, and it says the same for ever."""

import datetime as dt
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from django.utils import translation

from reports.drawable import width_of
from reports.pdf import print_record
from reports.receipts import NAME_WIDTH, build_receipt, shortened
from scorecards import workflow
from scorecards.models import Agency, Submission
from scorecards.reviewing import review
from scorecards.rounds.deadlines import extend
from scorecards.rounds.moving import move_to_form
from scorecards.states import ScorecardState
from tests.reports import samples
from tests.reports.conftest import text_of
from tests.reports.test_pdf import flat
from tests.reports.test_record import other_form
from tests.world import walk

PROJECT = Path(__file__).resolve().parents[2]
PRINT = """
import hashlib, json, sys, django
django.setup()
from reports.pdf import print_record
print(hashlib.sha256(print_record(json.load(sys.stdin)).content).hexdigest())
"""


@pytest.fixture
def sent(world):
    """The ICT centre's first submission."""
    walk(world, ScorecardState.SUBMITTED)
    return world.card.submissions.get()


def with_files(submission, number, *, name="คำสั่งแต่งตั้งคณะทำงานขับเคลื่อนตัวชี้วัด.pdf"):
    """The same submission as if it held so many files."""
    first = next(iter(submission.content["answers"]))
    files = [
        {
            "indicator": first,
            "name": name,
            "pages": "หน้า 2",
            "sha256": hashlib.sha256(b"%d" % one).hexdigest(),
        }
        for one in range(number)
    ]
    submission.content = submission.content | {"evidence": files}
    return submission


def test_the_text_is_that_of_the_record(sample):
    record = build_receipt(sample.submission)
    text = flat(text_of(print_record(record).content))
    facts = [value for name, value in record["head"].items() if name not in ("year", "closing")]
    lines = [line[name] for line in record["lines"] for name in ("name", "weight", "self", "weighted")]
    files = [one[name] for one in record["evidence"] for name in ("name", "sha256")]
    shown = [*facts, *record["hash"], *lines, record["total"]["self"], *files, record["declaration"]]
    assert [one for one in shown if flat(str(one)) not in text] == []


def test_figures_and_hashes_are_those_that_were_sent(sent):
    record = build_receipt(sent)
    assert [(one["code"], one["self"], one["weighted"]) for one in record["lines"]] == [
        ("4", "3.0000", "0.7500")
    ]
    assert "".join(record["hash"]) == sent.content_hash
    assert {len(one) for one in record["hash"]} == {8}
    assert record["head"]["sent_by"] == "ชาติ"
    assert sent.framework_hash.startswith(record["head"]["form_hash"])


def test_the_files_of_an_indicator_are_counted_and_named(sample):
    record = build_receipt(sample.submission)
    files = sample.submission.content["evidence"]
    assert record["total"]["files"] == sum(line["files"] for line in record["lines"]) == len(files)
    assert record["evidence"][0]["sha256"].replace(" ", "") == files[0]["sha256"][:16]


def test_it_speaks_the_language_asked_for(sample):
    thai, english = (build_receipt(sample.submission, language=one) for one in ("th", "en"))
    assert thai["head"]["sent_at"] == "14 ต.ค. 2562 เวลา 16.00 น."
    assert english["head"]["sent_at"] == "14 Oct 2019, 16:00"
    assert english["declaration"].startswith("I declare")


def test_the_same_submission_gives_the_same_bytes_here_and_elsewhere(sample):
    record = build_receipt(sample.submission)
    here = print_record(record).content
    assert print_record(build_receipt(Submission.objects.get(pk=sample.submission.pk))).content == here
    elsewhere = subprocess.run(
        [sys.executable, "-c", PRINT],
        input=json.dumps(record),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_what_happens_afterwards_changes_no_receipt(world, sent):
    before = build_receipt(sent)
    Agency.objects.filter(pk=world.card.agency_id).update(name_th="ชื่อใหม่")
    type(world.chat).objects.filter(pk=world.chat.pk).update(first_name="ชื่อใหม่")
    type(world.round).objects.filter(pk=world.round.pk).update(
        closes_at=world.round.closes_at - dt.timedelta(days=5)
    )
    world.card.entries.get().answers.update(content={"value": "no"})
    assert build_receipt(Submission.objects.get(pk=sent.pk)) == before


def test_it_repeats_the_words_under_which_it_was_sent(sent):
    sent.content = sent.content | {"declaration": {"th": "ถ้อยคำของปีนั้น", "en": "That year's words"}}
    assert build_receipt(sent)["declaration"] == "ถ้อยคำของปีนั้น"
    assert build_receipt(sent, language="en")["declaration"] == "That year's words"


def test_a_move_to_another_form_leaves_what_was_sent_under_its_own(world, sent):
    review.begin_review(world.card, actor=world.kamon)
    review.return_for_correction(world.card, actor=world.kamon, remark="โปรดแก้ไข")
    before = build_receipt(sent)
    world.card.refresh_from_db()
    move_to_form(world.card, other_form(world), actor=world.chawi, reason="มติที่ ๑")
    after = Submission.objects.get(pk=sent.pk)
    assert after.scorecard.framework.content_hash != after.framework_hash
    assert build_receipt(after) == before


def closing_of(submission):
    with translation.override("en"):
        return build_receipt(submission, language="en")["head"]["closing"]


def test_it_was_in_time_for_the_end_of_the_round(sent):
    assert (closing_of(sent)["kind"], closing_of(sent)["in_time"]) == ("end of the round", True)


def test_what_came_after_the_closing_is_not_called_in_time(sent):
    sent.submitted_at += dt.timedelta(days=300)
    assert closing_of(sent)["in_time"] is False


def test_it_was_in_time_for_an_extension(world):
    until = world.round.closes_at + dt.timedelta(days=1)
    extend(world.card, until=until, reason="น้ำท่วม", actor=world.chawi)
    world.card.refresh_from_db()
    walk(world, ScorecardState.SUBMITTED)
    assert closing_of(world.card.submissions.get())["kind"] == "extension"


def test_it_was_in_time_for_a_correction(world):
    walk(world, ScorecardState.RETURNED)
    workflow.endorse(workflow.propose(world.entry, actor=world.arun), actor=world.busaba)
    workflow.submit(world.card, actor=world.chat, declared=True)
    second, first = world.card.submissions.all()
    assert closing_of(second)["kind"] == "date set for the correction"
    assert closing_of(first)["kind"] == "end of the round"


def test_a_closing_that_is_not_on_record_is_left_out(sample):
    assert closing_of(sample.submission) is None


@pytest.mark.parametrize("code", ["ict-2550", "sdo-2562"])
def test_one_indicator_or_eighteen_take_one_page(db, code):
    agency, people = samples.office("one")
    framework, document = samples.form(code)
    scorecard = samples.blank_scorecard(agency, framework)
    submission = with_files(samples.sent(scorecard, document, people), 1)
    assert len(samples.leaves(document)) in (1, 18)
    assert print_record(build_receipt(submission)).pages == 1


def test_more_files_than_the_list_holds_are_counted_and_take_two_pages(db):
    agency, people = samples.office("many")
    framework, document = samples.form("sdo-2562")
    scorecard = samples.blank_scorecard(agency, framework)
    submission = with_files(samples.sent(scorecard, document, people), 52, name="น้ำ" * 80 + ".pdf")
    printed = print_record(build_receipt(submission))
    text = flat(text_of(printed.content))
    assert printed.pages == 2
    assert text.count(".pdf") == 40
    assert "52" in text
    assert build_receipt(submission)["left_out"] == "12"


@pytest.mark.parametrize("name", ["น้ำ" * 80 + ".pdf", "M" * 250 + ".xlsx", "ที่ปรึกษา " * 25 + "ฉบับที่ ๒.docx"])
def test_a_long_name_is_cut_in_its_middle_and_no_mark_is_parted(name):
    short = shortened(name, NAME_WIDTH)
    start, end = short.split("…")
    assert name.startswith(start)
    assert name.endswith(end)
    assert end.endswith(name[-4:])
    assert width_of(short) <= NAME_WIDTH
    assert {end[0], name[len(start)]}.isdisjoint("ัำิีึืฺุู็่้๊๋์ํ๎")


def test_a_name_that_fits_is_whole():
    assert shortened(samples.HARD_THAI[:60], NAME_WIDTH) == samples.HARD_THAI[:60].strip()


def test_thai_is_whole(sent):
    sent = with_files(sent, 1, name="น้ำ กำลัง ผู้ ปฏิญญา ญู ฐุ ที่ ก้ำกึ่ง.pdf")
    pdf = print_record(build_receipt(sent)).content
    assert "น้ำ กำลัง ผู้ ปฏิญญา ญู ฐุ ที่ ก้ำกึ่ง.pdf" in text_of(pdf)
    document = pypdfium2.PdfDocument(pdf)
    assert document[0].render(scale=1).to_pil().convert("L").getextrema()[0] < 80
    document.close()
