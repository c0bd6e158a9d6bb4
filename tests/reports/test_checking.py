"""Whoever holds a printed document learns whether it is genuine and still counts, and nothing about persons."""

import datetime as dt
import io

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse

from indicators.scoring import content_hash
from reports import checking, jobs, store
from reports.models import Digits, Imprint, Job
from reports.pdf import render_record
from reports.receipts import build_receipt
from reports.record import build_record, record_hash
from reports.squares import QUIET, square_of
from scorecards import workflow
from scorecards.states import ScorecardState
from tests.reports import samples
from tests.world import walk

PDF = b"%PDF-1.7 sample"


@pytest.fixture
def sent(world):
    """The ICT centre's first submission."""
    walk(world, ScorecardState.SUBMITTED)
    return world.card.submissions.get()


def printed(record, scorecard):
    """The code of a record that was printed."""
    checking.note(record, PDF, scorecard=scorecard)
    return checking.check_code(record)


def page_of(client, code):
    return client.get(reverse("check", args=[code]))


def test_a_published_result_is_valid_for_everybody(client, sample):
    code = printed(build_record(sample.scorecard), sample.scorecard)
    answer = page_of(client, code)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert checking.find(code).counts
    for shown in (sample.agency.name, "2550-SAMPLE-12-1", checking.grouped(code)):
        assert shown in page


def test_the_page_shows_the_whole_hashes_to_compare_without_sending_anything(client, sample):
    record = build_record(sample.scorecard)
    page = page_of(client, printed(record, sample.scorecard)).content.decode()
    assert content_hash(record) in page
    assert Imprint.objects.get().sha256 in page
    assert 'type="file"' not in page


def test_no_person_and_no_score_is_shown(client, sample):
    page = page_of(client, printed(build_record(sample.scorecard), sample.scorecard)).content.decode()
    record = build_record(sample.scorecard)
    for secret in ("สมหญิง", "สมชาย", record["card"]["total"]["self"], record["card"]["total"]["official"]):
        assert secret not in page


def test_a_newer_publication_replaces_the_document(client, sample):
    code = printed(build_record(sample.scorecard), sample.scorecard)
    first = sample.publication
    type(first).objects.create(
        scorecard=first.scorecard, submission=first.submission, number=2, content=first.content, scored=first.scored,
        content_hash=first.content_hash, approved_by=first.approved_by, published_by=first.published_by,
        published_at=first.published_at + dt.timedelta(days=9),
    )  # fmt: skip
    found = checking.find(code)
    assert (found.counts, found.newer.number) == (False, 2)
    page = page_of(client, code).content.decode()
    assert reverse("agency_results", args=[2550, "sample"]) in page
    assert checking.find(printed(build_record(sample.scorecard), sample.scorecard)).counts


def test_before_publication_a_report_is_valid_until_the_result_is_out(db):
    agency, people = samples.office("early")
    framework, document = samples.form("moi-ict-2556")
    scorecard = samples.blank_scorecard(agency, framework)
    submission = samples.sent(scorecard, document, people)
    code = printed(build_record(scorecard), scorecard)
    assert checking.find(code).counts
    samples.published(submission, document)
    found = checking.find(code)
    assert (found.counts, found.newer_is_result) == (False, True)


def test_a_later_submission_replaces_a_report_and_leaves_a_receipt_valid(world, sent):
    report, receipt = printed(build_record(world.card), world.card), printed(build_receipt(sent), world.card)
    workflow.recall(world.card, actor=world.chat)
    workflow.submit(world.card, actor=world.chat, declared=True)
    assert (checking.find(report).counts, checking.find(report).newer.number) == (False, 2)
    assert (checking.find(receipt).counts, checking.find(receipt).newer.number) == (True, 2)


def test_a_correction_on_its_way_does_not_replace_a_published_result(sample):
    code = printed(build_record(sample.scorecard), sample.scorecard)
    samples.sent(sample.scorecard, sample.document, sample.people, number=2)
    assert checking.find(code).counts


@pytest.mark.parametrize("code", ["0" * 16, "abc", "x", "9c4177e20b5f6d8"])
def test_an_unknown_code_is_said_to_be_unknown(client, db, code):
    assert page_of(client, code).status_code == 404


def test_no_code_leads_to_another(client, sample):
    code = printed(build_record(sample.scorecard), sample.scorecard)
    for wrong in (code[:15], code[:-1] + ("0" if code[-1] != "0" else "1"), code + "0", "%", "_" * 16):
        answer = client.get(f"/check/{wrong}", follow=True)
        assert answer.status_code == 404
        assert sample.agency.name not in answer.content.decode()


@pytest.mark.parametrize("write", [checking.grouped, str.upper, lambda code: f" {code[:8]} {code[8:]} ",
                                   lambda code: code.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))])  # fmt: skip
def test_a_code_may_be_typed_as_it_is_read(client, sample, write):
    code = printed(build_record(sample.scorecard), sample.scorecard)
    answer = client.get(reverse("check_any"), {"code": write(code)})
    assert answer["Location"] == reverse("check", args=[code])


def test_the_form_stands_alone_and_says_when_nothing_was_understood(client, db):
    assert client.get(reverse("check_any")).status_code == 200
    assert "16" in client.get(reverse("check_any"), {"code": "สวัสดี"}).content.decode()


def test_checking_costs_few_queries(client, sample, django_assert_max_num_queries):
    code = printed(build_record(sample.scorecard), sample.scorecard)
    with django_assert_max_num_queries(4):
        page_of(client, code)


def test_a_job_enters_its_file_before_anybody_sees_it(sample, queue):
    receipt = jobs.request_receipt(sample.submission, actor=sample.people["head"], digits=Digits.THAI)
    jobs.run(receipt.pk, worker="w@1")
    record = build_receipt(sample.submission, digits=Digits.THAI)
    imprint = Imprint.objects.get()
    assert imprint.content_hash == content_hash(record)
    assert imprint.sha256 == Job.objects.get().document.sha256
    assert checking.find(imprint.code).counts


def test_what_has_not_changed_is_not_set_again(sample, queue, settings, tmp_path):
    settings.REPORTS_DIR = tmp_path
    first = jobs.request_receipt(sample.submission, actor=sample.people["head"])
    jobs.run(first.pk, worker="w@1")
    file = store.path_of(Job.objects.get().record_hash)
    before = file.stat()
    again = jobs.request_receipt(sample.submission, actor=sample.people["collector"])
    assert (again.state, again.attempts, again.document.jobs.count()) == (Job.State.DONE, 0, 2)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    file.write_bytes(b"damaged")
    repaired = jobs.request_receipt(sample.submission, actor=sample.people["collector"])
    jobs.run(repaired.pk, worker="w@1")
    assert Job.objects.get(pk=repaired.pk).attempts == 1
    assert store.read(Job.objects.get(pk=repaired.pk).document) is not None
    assert Imprint.objects.count() == 1  # the same bytes


def test_another_site_is_another_file_with_the_same_code(sample, settings):
    record = build_record(sample.scorecard)
    before = (record_hash(record), checking.check_code(record))
    settings.SITE_URL = "https://kpi.example.org"
    assert record_hash(record) != before[0]
    assert checking.check_code(record) == before[1]
    assert "kpi.example.org/check" in render_record(record)


def test_the_square_is_drawn_as_the_standard_says():
    """Three finders of seven modules in the corners, white around, and the dark modules of each line in runs."""
    square = square_of("https://kpi.example.org/check/9c4177e20b5f6d83")
    side = square["size"] - 2 * QUIET
    assert side % 4 == 1
    assert square["path"].startswith(f"M{QUIET} {QUIET}h7v1h-7z")
    assert f"M{QUIET + side - 7} {QUIET}h7v1h-7z" in square["path"]
    assert f"M{QUIET} {QUIET + side - 1}h7v1h-7z" in square["path"]


def test_the_square_is_on_the_first_page_and_the_code_on_every_page(real):
    code = checking.grouped(checking.check_code(real.record))
    document = pypdfium2.PdfDocument(real.printed.content)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    assert [code in text for text in texts] == [True] * real.printed.pages
    with pikepdf.open(io.BytesIO(real.printed.content)) as archive:
        pictures = [page.Contents.read_bytes().count(b"/Figure <<") for page in archive.pages]
    assert pictures == [2] + [0] * (real.printed.pages - 1)  # the other one draws the scores
