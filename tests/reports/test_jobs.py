"""Jobs: nothing is lost or done twice, whatever dies; every failure is a sentence in the row."""

import datetime as dt
import hashlib

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from reports import jobs, store
from reports.models import Document, Job
from reports.pdf import CannotPrint, Printed
from reports.record import NothingToPrint, record_hash
from tests.reports import samples

PDF = b"%PDF-1.7 sample"


@pytest.fixture
def press(monkeypatch):
    """A printing press that is quick and counts."""
    printed = []

    def print_record(record, *, on_step):
        on_step(1)
        printed.append(record)
        return Printed(PDF, record_hash(record), 3)

    monkeypatch.setattr(jobs, "print_record", print_record)
    return printed


@pytest.fixture
def ask(sample, queue, django_capture_on_commit_callbacks):
    """Ask as the head of the agency; the request is committed."""

    def ask(language="th"):
        with django_capture_on_commit_callbacks(execute=True):
            return jobs.request_report(sample.scorecard, actor=sample.people["head"], language=language)

    return ask


def again(job):
    return Job.objects.get(pk=job.pk)


def test_a_job_is_made_and_its_pdf_is_kept(ask, queue, press):
    job = ask()
    assert queue == [str(job.pk)]
    assert (job.state, again(job).sent_at is not None) == ("queued", True)
    jobs.run(job.pk, worker="w@1")
    job = again(job)
    assert (job.state, job.attempts, job.token, job.percent) == ("done", 1, None, 100)
    assert job.document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert store.read(job.document) == PDF


def test_the_same_record_is_never_set_twice(ask, queue, press):
    first = ask()
    assert ask().pk == first.pk
    jobs.run(first.pk, worker="w@1")
    later = ask()
    assert (later.state, later.document_id) == ("done", again(first).document_id)
    assert (len(press), Document.objects.count()) == (1, 1)


def test_thai_and_english_are_two_documents(ask, press):
    for language in ("th", "en"):
        jobs.run(ask(language).pk, worker="w@1")
    assert sorted(Document.objects.values_list("language", flat=True)) == ["en", "th"]


def test_a_damaged_file_is_made_again(ask, press):
    first = ask()
    jobs.run(first.pk, worker="w@1")
    document = again(first).document
    store.path_of(document.record_hash).write_bytes(b"something else")
    assert store.read(document) is None
    jobs.run(ask().pk, worker="w@1")
    assert store.read(document) == PDF
    assert (len(press), Document.objects.count()) == (2, 1)


def test_before_submission_nothing_is_queued(db, queue):
    agency, people = samples.office("early")
    framework, _document = samples.form("moi-ict-2556")
    scorecard = samples.blank_scorecard(agency, framework)
    with pytest.raises(NothingToPrint):
        jobs.request_report(scorecard, actor=people["head"])
    assert not Job.objects.exists()


def test_without_a_broker_the_job_waits_for_the_sweeper(ask, queue, press, monkeypatch):
    def down(name, args):
        raise OperationalError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr("reports.jobs.current_app.send_task", down)
        job = ask()
        jobs.sweep()
        assert (again(job).state, again(job).sent_at) == ("queued", None)
    jobs.sweep()
    assert queue == [str(job.pk)]


def test_a_message_lost_on_the_way_is_sent_again_later(ask, queue):
    job = ask()
    jobs.sweep()
    assert len(queue) == 1
    Job.objects.filter(pk=job.pk).update(sent_at=timezone.now() - jobs.RESEND_AFTER - dt.timedelta(seconds=1))
    jobs.sweep()
    assert len(queue) == 2


def test_a_message_that_a_worker_took_before_it_died_is_sent_again_when_the_next_one_starts(ask, queue):
    job = ask()
    jobs.sweep()
    assert queue == [str(job.pk)]  # just sent: nobody is impatient
    jobs.pick_up(worker="w@1")
    assert queue == [str(job.pk)] * 2


def test_a_message_that_comes_twice_is_done_once(ask, press):
    job = ask()
    assert jobs.claim(job.pk, worker="w@1")
    jobs.run(job.pk, worker="w@2")
    assert (press, again(job).worker) == ([], "w@1")


def test_a_worker_that_lost_its_lease_changes_nothing(ask, press):
    job = ask()
    slow = jobs.claim(job.pk, worker="w@1")
    Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    jobs.sweep()
    assert again(job).state == "queued"
    jobs.run(job.pk, worker="w@2")
    with pytest.raises(jobs.LostLease):
        jobs.steps_of(slow, total=3)(1)
    with pytest.raises(jobs.LostLease):
        jobs.finish(slow, printed=Printed(b"late", "f" * 64, 1))
    assert (again(job).state, again(job).attempts) == ("done", 2)
    assert not Document.objects.filter(record_hash="f" * 64).exists()


def test_a_lease_that_is_renewed_is_not_taken(ask):
    held = jobs.claim(ask().pk, worker="w@1")
    Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    jobs.steps_of(held, total=3)(2)
    jobs.sweep()
    job = again(held)
    assert (job.state, job.progress, job.total, job.percent) == ("running", 2, 3, 66)


def test_a_fault_is_tried_three_times_and_told(ask, queue, monkeypatch):
    def broken(record, *, on_step):
        raise ValueError("the press is broken")

    monkeypatch.setattr(jobs, "print_record", broken)
    job = ask()
    for attempt in (1, 2, 3):
        jobs.run(job.pk, worker="w@1")
        assert again(job).attempts == attempt
    job = again(job)
    assert (job.state, job.reason) == ("failed", "ValueError: the press is broken")
    assert len(queue) == 3
    jobs.run(job.pk, worker="w@1")
    assert again(job).attempts == 3


def test_missing_libraries_fail_at_once_with_their_sentence(ask, monkeypatch):
    def missing(record, *, on_step):
        raise CannotPrint("ไม่มีไลบรารี")

    monkeypatch.setattr(jobs, "print_record", missing)
    job = ask()
    jobs.run(job.pk, worker="w@1")
    assert (again(job).state, again(job).reason, again(job).attempts) == ("failed", "ไม่มีไลบรารี", 1)


def test_a_job_that_kills_its_worker_three_times_fails_and_the_queue_goes_on(ask, queue):
    poison = ask()
    for _death in range(3):
        assert jobs.claim(poison.pk, worker="w@1")
        jobs.pick_up(worker="w@1")
    job = again(poison)
    assert (job.state, job.attempts) == ("failed", 3)
    assert "สามครั้ง" in job.reason
    other = ask()
    assert other.pk != job.pk
    assert other.state == "queued"


def test_a_restarted_worker_takes_its_own_jobs_only(ask):
    mine, theirs = ask("th"), ask("en")
    jobs.claim(mine.pk, worker="w@1")
    jobs.claim(theirs.pk, worker="w@2")
    jobs.pick_up(worker="w@1")
    assert (again(mine).state, again(theirs).state) == ("queued", "running")


def test_a_reader_never_sees_half_a_file(tmp_path, settings, monkeypatch):
    settings.REPORTS_DIR = tmp_path
    monkeypatch.setattr(store.os, "replace", lambda aside, target: pytest.fail("the machine stopped here"))
    with pytest.raises(pytest.fail.Exception):
        store.keep(PDF, record_hash="ab" * 32)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
