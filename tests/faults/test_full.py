"""A disk that is full: what is written is limited by the system itself, as far as an unprivileged process can."""

import resource
from contextlib import contextmanager
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from evidence import store
from evidence.arriving import Coming, append, begin, finish
from evidence.intake import NotNow, receive
from evidence.models import Evidence
from evidence.particulars import Particulars
from reports import jobs
from reports.models import Document, Job
from reports.pdf import Printed
from reports.record import record_hash
from scorecards.models import Event
from tests.evidence import making as make
from tests.reports.conftest import make_sample

DATA = "ผลการดำเนินงาน\n".encode() * 3000
ROOM = 1000


@contextmanager
def full_disk():
    """No file takes more than ROOM bytes while the block lasts. The database must not be written to within."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def fill_up(monkeypatch):
    """fill_up(module, name): the disk is full while that function of a store writes, as long as the block lasts."""

    @contextmanager
    def fill_up(module, name):
        write = getattr(module, name)

        def onto_a_full_disk(*what, **where):
            with full_disk():
                return write(*what, **where)

        with monkeypatch.context() as patched:
            patched.setattr(module, name, onto_a_full_disk)
            yield

    return fill_up


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path, settings):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_upload_is_refused_with_a_sentence_and_leaves_nothing(world, folder, fill_up):
    before = Event.objects.count()
    with fill_up(store, "take_in"), pytest.raises(NotNow) as refused:
        receive(world.entry, "step1", actor=world.arun, upload=SimpleUploadedFile("ก.txt", DATA))
    assert "There is no room left for files" in str(refused.value)
    assert (files_in(folder), Evidence.objects.count(), Event.objects.count()) == ([], 0, before)
    kept = receive(world.entry, "step1", actor=world.arun, upload=SimpleUploadedFile("ก.txt", DATA))
    assert make.bytes_in_store(kept.key, sha256=kept.sha256) == DATA


def test_without_the_limit_the_same_file_is_taken(world, folder, fill_up):
    """The control: what fills up here is no more than ROOM bytes."""
    with fill_up(store, "take_in"):
        receive(world.entry, "step1", actor=world.arun, upload=SimpleUploadedFile("ก.txt", DATA[:860]))
    assert Evidence.objects.count() == 1


def test_a_large_file_goes_on_where_the_disk_became_full(world, folder, fill_up):
    coming = Coming("ก.txt", len(DATA), "f")
    upload = begin(world.entry, "step1", actor=world.arun, coming=coming, said=Particulars())
    upload = append(upload, offset=0, piece=DATA[:ROOM])
    with fill_up(store, "append_piece"), pytest.raises(NotNow) as refused:
        append(upload, offset=ROOM, piece=DATA[ROOM:])
    assert "There is no room left for files" in str(refused.value)
    again = begin(world.entry, "step1", actor=world.arun, coming=coming, said=Particulars())
    assert (again.pk, again.received) == (upload.pk, ROOM)
    kept = finish(append(again, offset=ROOM, piece=DATA[ROOM:]), actor=world.arun)
    assert make.bytes_in_store(kept.key, sha256=kept.sha256) == DATA


def test_a_report_fails_with_a_sentence_and_is_made_when_there_is_room(
    db, tmp_path, settings, monkeypatch, queue, fill_up
):
    settings.REPORTS_DIR = tmp_path / "reports"
    sample, large = make_sample(), b"%PDF-" + b"x" * 2 * ROOM
    monkeypatch.setattr(jobs, "print_record", lambda record, on_step: Printed(large, record_hash(record), 3))
    ask = partial(jobs.request_report, sample.scorecard, actor=sample.people["head"], language="en")
    job = ask()
    with fill_up(jobs.store, "keep"):
        for _attempt in range(jobs.TRIES):
            jobs.run(job.pk, worker="w@1")
    job = Job.objects.get()
    assert (job.state, files_in(settings.REPORTS_DIR), Document.objects.count()) == ("failed", [], 0)
    assert "There is no room left for files" in job.reason
    jobs.run(ask().pk, worker="w@1")
    assert Job.objects.filter(state="done").count() == Document.objects.count() == 1
