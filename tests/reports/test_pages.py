"""Asking for a PDF, watching it, downloading it; another agency sees nothing of it."""

import hashlib
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.urls import reverse

from reports import jobs, store
from reports.models import Document, Imprint, Job
from reports.pdf import Printed
from tests.reports import samples

PDF = b"%PDF-1.7 sample"


@pytest.fixture
def stored(sample):
    """A finished PDF of the sample."""
    sha256 = store.keep(PDF, record_hash="ab" * 32)
    return Document.objects.create(
        scorecard=sample.scorecard,
        record_hash="ab" * 32,
        language="th",
        sha256=sha256,
        size=len(PDF),
        pages=3,
    )


@pytest.fixture
def head(client, sample):
    client.force_login(sample.people["head"])
    return client


@pytest.fixture
def stranger(client, sample):
    """A head of another agency."""
    _agency, people = samples.office("other")
    client.force_login(people["head"])
    return client


def make_job(sample, **fields):
    values = {"kind": "scorecard_pdf", "scorecard": sample.scorecard, "record_hash": "cd" * 32}
    return Job.objects.create(**values | fields)


def progress(client, job):
    return client.get(reverse("job", args=[job.pk]), headers={"HX-Request": "true"})


def test_asking_leads_to_the_progress(head, sample, queue):
    answer = head.post(reverse("report_request", args=[sample.scorecard.pk]), {"language": "en"})
    job = Job.objects.get()
    assert answer["Location"] == reverse("job", args=[job.pk])
    assert (job.language, job.requested_by) == ("en", sample.people["head"])


def test_a_language_we_do_not_have_is_not_taken_over(head, sample, queue):
    head.post(reverse("report_request", args=[sample.scorecard.pk]), {"language": "../../etc"})
    assert Job.objects.get().language == "th"


def test_asking_by_a_link_does_nothing(head, sample):
    assert head.get(reverse("report_request", args=[sample.scorecard.pk])).status_code == 405
    assert not Job.objects.exists()


def test_before_sending_a_sentence_and_no_job(client, db):
    agency, people = samples.office("early")
    framework, _document = samples.form("moi-ict-2556")
    scorecard = samples.blank_scorecard(agency, framework)
    client.force_login(people["head"])
    answer = client.post(reverse("report_request", args=[scorecard.pk]))
    assert answer["Location"] == reverse("scorecard", args=[scorecard.pk])
    assert not Job.objects.exists()


def test_progress_is_told_and_asked_for_again_while_it_lasts(head, sample):
    page = progress(head, make_job(sample, state="running", progress=2, total=5)).content.decode()
    assert "ตัวชี้วัดที่ 2 จาก 5" in page
    assert 'hx-trigger="every 1s"' in page
    assert 'value="40"' in page


def test_a_failure_is_told_and_asked_for_no_more(head, sample):
    page = progress(head, make_job(sample, state="failed", reason="ไม่มีไลบรารี <b>")).content.decode()
    assert "ไม่มีไลบรารี &lt;b&gt;" in page
    assert "hx-trigger" not in page


def test_a_finished_job_offers_the_download(head, sample, stored):
    page = progress(head, make_job(sample, state="done", document=stored)).content.decode()
    assert reverse("document", args=[stored.pk]) in page
    assert "hx-trigger" not in page


def test_without_javascript_the_page_comes_by_itself(head, sample):
    page = head.get(reverse("job", args=[make_job(sample).pk])).content.decode()
    assert 'http-equiv="refresh"' in page


def test_the_download_is_an_attachment_with_its_thai_name(head, stored):
    answer = head.get(reverse("document", args=[stored.pk]))
    assert b"".join(answer.streaming_content) == PDF
    name = unquote(answer["Content-Disposition"])
    assert name.startswith("attachment; filename*=utf-8''รายงานผลการปฏิบัติราชการ 2550 รอบ 12 เดือน")
    assert name.endswith(".pdf")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_a_damaged_file_is_never_served(head, sample, stored):
    store.path_of(stored.record_hash).write_bytes(b"%PDF-1.7 forged")
    answer = head.get(reverse("document", args=[stored.pk]))
    assert answer["Location"] == reverse("scorecard", args=[sample.scorecard.pk])


@pytest.mark.parametrize("name", ["job", "document", "report_request"])
def test_another_agency_finds_nothing(stranger, sample, stored, name):
    subject = {"job": make_job(sample), "document": stored, "report_request": sample.scorecard}[name]
    address = reverse(name, args=[subject.pk])
    answer = stranger.post(address) if name == "report_request" else stranger.get(address)
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["job", "document"])
def test_nobody_sees_it_without_signing_in(client, sample, stored, name):
    subject = {"job": make_job(sample), "document": stored}[name]
    assert client.get(reverse(name, args=[subject.pk])).status_code == 302


def test_the_panel_offers_what_is_possible(sample, tampering):
    panel = Template("{% load report_tags %}{% report_panel scorecard %}")
    assert reverse("report_request", args=[sample.scorecard.pk]) in panel.render(
        Context({"scorecard": sample.scorecard})
    )
    sample.publication.delete()
    sample.submission.delete()
    assert "ยังไม่ได้ส่งรายงาน" in panel.render(Context({"scorecard": sample.scorecard}))


@pytest.fixture
def press(monkeypatch):
    made = Printed(PDF, "ab" * 32, 3)
    monkeypatch.setattr("reports.management.commands.report.print_record", lambda record: made)


def test_the_command_writes_the_file(sample, press, tmp_path, capsys):
    call_command("report", "sample", "2550", out=tmp_path / "x.pdf")
    assert hashlib.sha256((tmp_path / "x.pdf").read_bytes()).hexdigest() == hashlib.sha256(PDF).hexdigest()
    said = capsys.readouterr().out
    assert "3 หน้า" in said
    assert "3 pages" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody", "2550"], "no such scorecard"),
        (["sample", "2551"], "no such scorecard"),
        (["sample", "2550", "--round", "6"], "no such scorecard"),
        (["sample", "2550", "--framework", "x"], "no such scorecard"),
    ],
)
def test_the_command_says_what_is_missing(sample, press, tmp_path, arguments, sentence):
    with pytest.raises(CommandError, match=rf"ไม่มีรายงาน(.|\n)*{sentence}"):
        call_command("report", *arguments, "--out", str(tmp_path / "x.pdf"))


@pytest.mark.parametrize(("place", "said"), [(".", "is a folder"), ("none/x.pdf", "no folder")])
def test_the_command_says_where_it_cannot_write_before_it_prints(sample, press, tmp_path, place, said):
    with pytest.raises(CommandError, match=said):
        call_command("report", "sample", "2550", out=tmp_path / place)
    assert not Imprint.objects.exists()


def test_the_command_asks_which_form_is_meant(sample, press, tmp_path, tampering):
    framework, _document = samples.form("moi-ict-2556")
    framework.year = sample.scorecard.framework.year
    framework.save()
    samples.blank_scorecard(sample.agency, framework)
    with pytest.raises(CommandError, match="--framework"):
        call_command("report", "sample", "2550", "--out", str(tmp_path / "x.pdf"))


def test_queue_down_answers_quickly(head, sample, monkeypatch, django_capture_on_commit_callbacks):
    def down(name, args):
        raise ConnectionRefusedError

    monkeypatch.setattr(jobs.current_app, "send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        answer = head.post(reverse("report_request", args=[sample.scorecard.pk]))
    assert answer.status_code == 302
    assert "ระบบคิวยังไม่ตอบ" in progress(head, Job.objects.get()).content.decode()
