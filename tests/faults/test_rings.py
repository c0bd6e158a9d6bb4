"""Everything that beat rings for, rung for twice at the same moment, does its work once: two beats do no harm.

One mail may come twice: that of a worker killed after the mail server took it and before the row was written. It bears
the same Message-ID both times (tests/workflow/test_mailing.py), by which mail servers drop the copy.
"""

import datetime as dt
import os
import uuid
from collections import Counter
from types import SimpleNamespace

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from config.celery import app
from evidence import folder, scanning, store
from evidence.arriving import Coming, append, begin
from evidence.intake import receive
from evidence.models import Evidence, Upload
from evidence.particulars import Particulars
from reports import jobs
from reports.models import Document, Job
from reports.pdf import Printed
from reports.record import record_hash
from scorecards.accounts import new_passwords
from scorecards.events import verify
from scorecards.models import Event, Notice, PasswordRequest, Publication, PublishOrder
from scorecards.results.publish_orders import order_publishing
from scorecards.states import ScorecardState
from tests.reports.conftest import make_sample
from tests.workflow.test_mailing import give_addresses
from tests.workflow.test_races import at_once
from tests.world import make_world, walk

pytestmark = [pytest.mark.django_db(transaction=True)]
LONG_AGO = dt.timedelta(days=1000)
LEFT_ASIDE = 500


def ring(name, times=2):
    """Let the task of this entry run so often at the same moment."""
    app.loader.import_default_modules()
    task = app.tasks[app.conf.beat_schedule[name]["task"]]
    assert at_once(*[task.run] * times) == [None] * times


def what_is_done() -> list[int]:
    """How much of everything there is that a ring makes or clears away."""
    kinds = (Document, Event, Job, Notice, PasswordRequest, Publication, Session, Upload)
    return [*(kind.objects.count() for kind in kinds), len(mail.outbox)]


def age(path):
    moment = (timezone.now() - LONG_AGO).timestamp()
    os.utime(path, (moment, moment))


@pytest.fixture
def place(settings, tmp_path, monkeypatch, queue):
    """Folders of this test's own, a scanner that finds nothing, a press that is quick; `queue` holds what was sent."""
    settings.EVIDENCE_DIR, settings.REPORTS_DIR = tmp_path / "evidence", tmp_path / "reports"
    settings.MAIL_IS_SET_UP = True
    monkeypatch.setattr(scanning, "_ask", lambda host, opened: "stream: OK")
    monkeypatch.setattr(
        jobs, "print_record", lambda record, on_step: Printed(b"%PDF-1.7", record_hash(record), 1)
    )
    return SimpleNamespace(settings=settings, queue=queue)


def jobs_are_swept(place):
    sample = make_sample("moi-ict-2556")
    for language in ("th", "en"):
        jobs.request_report(sample.scorecard, actor=sample.people["head"], language=language)
    dead = jobs.claim(Job.objects.first().pk, worker="dead@1")
    Job.objects.filter(pk=dead.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    Job.objects.exclude(pk=dead.pk).update(sent_at=None)
    place.queue.clear()
    ring("sweep-jobs")
    assert {str(job.pk) for job in Job.objects.filter(state="queued")} == set(place.queue)
    at_once(*[lambda pk=pk: jobs.run(pk, worker="alive@1") for pk in place.queue])  # a message may come twice
    assert sorted(Job.objects.values_list("state", "attempts")) == [("done", 1), ("done", 2)]
    assert Document.objects.count() == 2


def reports_are_swept(place):
    folder = place.settings.REPORTS_DIR / "aa"
    folder.mkdir(parents=True)
    for _number in range(LEFT_ASIDE):
        aside = folder / f".{uuid.uuid4()}.part"
        aside.touch()
        age(aside)
    young = folder / ".young.part"
    young.touch()
    ring("sweep-reports")
    assert list(folder.iterdir()) == [young]


def reminders_are_sent(place):
    give_addresses(make_world())
    ring("send-reminders")
    assert Counter(one.to[0] for one in mail.outbox).most_common(1)[0][1] == 1
    assert Notice.objects.count() == Notice.objects.filter(mail=Notice.Mail.SENT, attempts=1).count() == 6


def new_passwords_are_mailed(place):
    give_addresses(make_world())
    new_passwords.ask("arun@example.org", language="th")
    ring("mail-new-passwords")
    assert [one.to for one in mail.outbox] == [["arun@example.org"]]
    assert not PasswordRequest.objects.exists()


def what_is_due_is_published(place):
    world = make_world()
    walk(world, ScorecardState.APPROVED)
    order = order_publishing(world.card, at=timezone.now() + dt.timedelta(days=1), actor=world.chan)
    PublishOrder.objects.filter(pk=order.pk).update(at=timezone.now() - dt.timedelta(seconds=1))
    ring("publish-due")
    assert Publication.objects.count() == Event.objects.filter(action="publish").count() == 1
    assert verify(world.agencies["ict"]) == []


def uploads_are_swept(place):
    world = make_world()
    for number in range(3):
        coming = Coming(f"{number}.txt", 2000, "f")
        upload = begin(world.entry, "step1", actor=world.arun, coming=coming, said=Particulars())
        append(upload, offset=0, piece=b"x" * 1000)
    Upload.objects.update(created_at=timezone.now() - LONG_AGO)
    for _number in range(LEFT_ASIDE):
        store.append_piece(uuid.uuid4(), offset=0, piece=b"x")
    for path in folder.arriving().iterdir():
        age(path)
    ring("sweep-uploads")
    assert (Upload.objects.count(), list(folder.arriving().iterdir())) == (0, [])


def evidence_is_scanned(place):
    world = make_world()
    for number in range(3):
        upload = SimpleUploadedFile(f"{number}.txt", b"%d" % number * 100)
        receive(world.entry, f"step{number + 1}", actor=world.arun, upload=upload)
    place.settings.CLAMD_HOST = "127.0.0.1"
    ring("rescan-evidence")
    assert set(Evidence.objects.values_list("scan", flat=True)) == {Evidence.Scan.CLEAN}
    assert Event.objects.filter(action="scan_evidence").count() == 3
    assert verify(world.agencies["ict"]) == []


def sessions_are_cleared(place):
    now = timezone.now()
    for number in range(LEFT_ASIDE):
        Session.objects.create(session_key=f"old-{number}", session_data="", expire_date=now - LONG_AGO)
    Session.objects.create(session_key="young", session_data="", expire_date=now + LONG_AGO)
    ring("clear-sessions")
    assert list(Session.objects.values_list("session_key", flat=True)) == ["young"]


SCENES = {
    "clear-sessions": sessions_are_cleared,
    "sweep-jobs": jobs_are_swept,
    "sweep-reports": reports_are_swept,
    "send-reminders": reminders_are_sent,
    "mail-new-passwords": new_passwords_are_mailed,
    "publish-due": what_is_due_is_published,
    "sweep-uploads": uploads_are_swept,
    "rescan-evidence": evidence_is_scanned,
}


@pytest.mark.parametrize("name", sorted(configured.CELERY_BEAT_SCHEDULE))
def test_rung_for_twice_it_is_done_once(name, place):
    SCENES[name](place)
    done = what_is_done()
    ring(name)
    assert what_is_done() == done
