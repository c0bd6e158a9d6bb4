"""The verbs of background jobs. The row is the state: a job is claimed, advanced and finished by conditional updates
that name the token of the attempt, so that a worker which lost its lease can do no harm."""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from evidence.store import is_full
from indicators.refusals import Refused
from reports import checking, store
from reports.downloads import note_try_again
from reports.kinds import kind_of
from reports.models import AgencyGroup, Digits, Document, Job
from reports.pdf import CannotPrint, Printed, print_record
from reports.receipts import build_receipt
from reports.record import NothingToPrint, build_record, record_hash
from reports.sar import build_card, build_indicator
from reports.summary import build_summary, kept_group
from scorecards.clock import database_now
from scorecards.models import Scorecard, Submission
from scorecards.permissions import is_administrator

logger = logging.getLogger(__name__)

TASK = "reports.tasks.make_report"
TRIES = 3
RESEND_AFTER = dt.timedelta(minutes=5)
RENEW_SECONDS = 1.0
LAST = 9  # the priority of work that nobody waits for: both kinds of queue take smaller numbers first
LIVE = [Job.State.QUEUED, Job.State.RUNNING]
LET_GO: dict[str, Any] = {"token": None, "lease_until": None}  # no attempt holds the job


class LostLease(Exception):
    """Another attempt holds the job now."""


class GivesWay(Exception):
    """Somebody waits for a report by itself: the one of a batch that is being set is set again later."""


# What a document has from the job that made it.
PRINTED_AS = ("kind", "scorecard", "submission", "indicator_code", "group", "language", "digits")


def lease() -> dt.timedelta:
    """How long an attempt may be silent before another takes over."""
    return dt.timedelta(seconds=settings.REPORTS_LEASE_SECONDS)


# ---------------------------------------------------------------- asking


def request_report(
    scorecard: Scorecard, *, actor: User, language: str = "th", digits: str = Digits.ARABIC
) -> Job:
    """Ask for the PDF of the scorecard's record; returns the job, which is done at once when the PDF exists already.

    Raises NothingToPrint before any submission.
    """
    record = build_record(scorecard, language=language, digits=digits)
    return ask_for(record, actor=actor, kind=Job.Kind.SCORECARD_PDF, scorecard=scorecard)


def request_receipt(
    submission: Submission, *, actor: User, language: str = "th", digits: str = Digits.ARABIC
) -> Job:
    """Ask for the receipt of this submission; returns the job, which is done at once when the PDF exists already."""
    record = build_receipt(submission, language=language, digits=digits)
    subject = {"scorecard": submission.scorecard, "submission": submission}
    return ask_for(record, actor=actor, kind=Job.Kind.RECEIPT, **subject)


def request_card(
    scorecard: Scorecard, *, actor: User, language: str = "th", digits: str = Digits.ARABIC
) -> Job:
    """Ask for the SAR card of the scorecard. Raises NothingToPrint before any submission."""
    record = build_card(scorecard, language=language, digits=digits)
    return ask_for(record, actor=actor, kind=Job.Kind.SAR_CARD, scorecard=scorecard)


def request_indicator(
    scorecard: Scorecard, *, code: str, actor: User, language: str = "th", digits: str = Digits.ARABIC
) -> Job:
    """Ask for the SAR of one indicator. Raises NothingToPrint where it was not sent."""
    record = build_indicator(scorecard, code, language=language, digits=digits)
    subject = {"scorecard": scorecard, "indicator_code": code}
    return ask_for(record, actor=actor, kind=Job.Kind.INDICATOR_SAR, **subject)


def request_summary(
    group: AgencyGroup, *, actor: User, language: str = "th", digits: str = Digits.ARABIC
) -> Job:
    """Ask for the summary of a group of agencies. Raises NothingToPrint where nothing of it is published."""
    record = build_summary(group, language=language, digits=digits)
    return ask_for(record, actor=actor, kind=Job.Kind.GROUP_SUMMARY, group=kept_group(group))


def ask_for(record: dict, *, actor: User, **subject: Any) -> Job:
    """The job that sets this record; `subject` is what the record is of, fields of Job.

    The same record is never set twice: a live job for it is returned as it is. With no broker the job stays queued and
    the sweeper sends it later.
    """
    options = {name: record[name] for name in ("language", "digits")}
    asked = subject | options | {"record_hash": record_hash(record)}
    document = stored(asked["record_hash"])
    if document is not None:
        done = Job.objects.filter(document=document, requested_by=actor, state=Job.State.DONE).first()
        return done or Job.objects.create(
            **asked, requested_by=actor, document=document, state=Job.State.DONE, finished_at=database_now()
        )
    return put_in(asked, actor=actor)


def stored(hash_of_record: str) -> Document | None:
    """The finished PDF of this record; None when there is none or its bytes are not those that were stored."""
    document = Document.objects.filter(record_hash=hash_of_record).first()
    return document if document is not None and store.read(document) is not None else None


def put_in(asked: dict, *, actor: User, background: bool = False) -> Job:
    """A queued job with these fields, or the live one of the same record. One that waited in the background comes
    forward as soon as somebody asks for it by itself."""
    try:
        with transaction.atomic():
            job = Job.objects.create(**asked, requested_by=actor, background=background)
    except IntegrityError:
        same = {name: asked[name] for name in ("record_hash", "language")}
        job = Job.objects.filter(**same).latest("requested_at")
        if job.background and not background:
            job.background = False
            job.save(update_fields=["background"])
    transaction.on_commit(lambda: send(job.pk, background=background))
    return job


def send(job_id: UUID | str, *, background: bool = False) -> bool:
    """Put a queued job's id into the queue; False when the queue does not answer (the sweeper tries again)."""
    order = {"priority": LAST} if background else {}
    try:
        current_app.send_task(TASK, args=[str(job_id)], **order)
    except (OperationalError, OSError) as fault:
        logger.warning("The queue does not answer, job %s waits for the sweeper: %s", job_id, fault)
        return False
    Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(sent_at=database_now())
    return True


@transaction.atomic
def try_again(job: Job, *, actor: User) -> Job:
    """Queue a failed job anew, for an administrator. Raises Refused when it is no longer a failed one, or when the same
    document is being made already."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if not is_administrator(actor):
        raise Refused([_("Only an administrator has failed documents made again.")])
    if job.state != Job.State.FAILED:
        raise Refused([_("This document is not a failed one any more; the list below is as it is now.")])
    try:
        with transaction.atomic():
            fresh = {
                "state": Job.State.QUEUED,
                "attempts": 0,
                "reason": "",
                "sent_at": None,
                "finished_at": None,
            }
            Job.objects.filter(pk=job.pk).update(**fresh)
    except IntegrityError:
        raise Refused(
            [_("The same document was asked for again and is being made; wait for that one.")]
        ) from None
    note_try_again(job, actor=actor)
    logger.info("Job %s is tried again for user %s", job.pk, actor.pk)
    transaction.on_commit(lambda: send(job.pk, background=job.background))
    return job


# ---------------------------------------------------------------- working


def run(job_id: UUID | str, *, worker: str) -> None:
    """Do the job if nobody else has it. A fault puts it back into the queue until its third try."""
    job = claim(job_id, worker=worker)
    if job is None:
        return
    with translation.override(job.language):
        try:
            finish(job, printed=make(job))
        except LostLease:
            logger.warning("Job %s was taken over by another worker", job.pk)
        except GivesWay:
            step_back(job)
            make_way(worker=worker)
        except (NothingToPrint, CannotPrint) as fault:
            give_up(job, reason=str(fault))
        except Exception as fault:  # whatever went wrong belongs into the row, for people to read
            logger.exception("Job %s failed", job.pk)
            put_back(job, reason=told(fault))


def told(fault: Exception) -> str:
    """What people read of a fault."""
    if is_full(fault):
        return _(
            "There is no room left for files. Tell the administrator that the disk is full, and ask again."
        )
    return f"{type(fault).__name__}: {fault}"


def make_way(*, worker: str) -> None:
    """Make the reports that people wait for by themselves. A worker does this now and then amid long work, so that
    nobody waits for the end of it."""
    for job_id in list(waited_for().order_by("requested_at").values_list("pk", flat=True)):
        run(job_id, worker=worker)


def waited_for() -> QuerySet[Job]:
    """The queued jobs that people wait for by themselves."""
    return Job.objects.filter(state=Job.State.QUEUED, background=False)


def claim(job_id: UUID | str, *, worker: str) -> Job | None:
    """Take a queued job for this attempt; None when it is not to be had."""
    token = uuid.uuid4()
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        token=token,
        worker=worker,
        lease_until=database_now() + lease(),
        attempts=F("attempts") + 1,
        progress=0,
    )
    jobs = Job.objects.select_related("scorecard", "submission", "group")
    return jobs.get(pk=job_id, token=token) if taken else None


def make(job: Job) -> Printed | Document:
    """The PDF of the record as it is now; a stored one of the same record is taken as it is."""
    record = record_for(job)
    document = stored(record_hash(record))
    if document is not None:
        return document
    printed = print_record(record, on_step=steps_of(job, total=len(record.get("indicators", []))))
    checking.note(record, printed.content, scorecard=job.scorecard, group=job.group)
    return printed


def record_for(job: Job) -> dict:
    """What the job prints."""
    build = kind_of(job.kind).build
    assert build is not None, "no job makes the front part of a year book"
    return build(job, language=job.language, digits=job.digits)


def steps_of(job: Job, *, total: int) -> Callable[[int], None]:
    """A function that writes progress and renews the lease, at most once a second; raises LostLease, and GivesWay
    where a job of a batch has half of its work or more before it and somebody waits for another."""
    last = [0.0]

    def on_step(sections: int) -> None:
        if time.monotonic() - last[0] < RENEW_SECONDS:
            return
        last[0] = time.monotonic()
        update(job, progress=sections, total=total, lease_until=database_now() + lease())
        if job.background and sections * 2 <= total and waited_for().exists():
            raise GivesWay(job.pk)

    return on_step


def update(job: Job, **fields: Any) -> None:
    """Write fields of a job that this attempt still holds; raises LostLease."""
    if not Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING).update(**fields):
        raise LostLease(job.pk)


def finish(job: Job, *, printed: Printed | Document) -> None:
    """Store the PDF, then make it visible together with the job's end."""
    if isinstance(printed, Printed):
        sha256 = store.keep(printed.content, record_hash=printed.record_hash)
        facts = {"sha256": sha256, "size": len(printed.content), "pages": printed.pages}
    with transaction.atomic():
        if isinstance(printed, Printed):
            printed, _made = Document.objects.update_or_create(
                record_hash=printed.record_hash,
                defaults=facts,
                create_defaults=facts | {name: getattr(job, name) for name in PRINTED_AS},
            )
        update(
            job,
            state=Job.State.DONE,
            document=printed,
            record_hash=printed.record_hash,
            progress=F("total"),
            reason="",
            finished_at=database_now(),
            **LET_GO,
        )


def step_back(job: Job) -> None:
    """Queue a job of a batch again that gave way: this was no try of its own."""
    tries = F("attempts") - 1
    update(job, state=Job.State.QUEUED, attempts=tries, progress=0, sent_at=None, **LET_GO)
    send(job.pk, background=True)


def put_back(job: Job, *, reason: str) -> None:
    """Queue the job again with the reason of this failure, or fail it after its last try."""
    if job.attempts >= TRIES:
        give_up(job, reason=reason)
        return
    update(job, state=Job.State.QUEUED, reason=reason, sent_at=None, **LET_GO)
    send(job.pk, background=job.background)


def give_up(job: Job, *, reason: str) -> None:
    """Fail the job for good, with the sentence that people read."""
    update(job, state=Job.State.FAILED, reason=reason, finished_at=database_now(), **LET_GO)


# ---------------------------------------------------------------- sweeping


def sweep(*, patience: dt.timedelta = RESEND_AFTER) -> None:
    """Take jobs from dead workers, then send what is queued and was never sent, or was sent longer than `patience` ago
    and so was lost on the way. A message that comes twice is done once."""
    now = database_now()
    release(Job.objects.filter(lease_until__lt=now))
    unsent = Q(sent_at=None) | Q(sent_at__lte=now - patience)
    for job_id, background in (
        Job.objects.filter(unsent, state=Job.State.QUEUED)
        .order_by("background", "requested_at")
        .values_list("pk", "background")
    ):
        if not send(job_id, background=background):
            return  # the queue is down: the next sweep tries again


def pick_up(*, worker: str) -> None:
    """At a worker's start: whatever its name still holds was held by its dead predecessor, and so were messages that it
    had taken from the queue and not begun."""
    release(Job.objects.filter(worker=worker))
    sweep(patience=dt.timedelta(0))


def release(jobs: QuerySet[Job]) -> None:
    """Queue the running ones of these jobs again; those that ended their worker three times fail."""
    running = jobs.filter(state=Job.State.RUNNING)
    running.filter(attempts__gte=TRIES).update(
        state=Job.State.FAILED,
        reason=_("Three times the machine that was making it stopped; ask the administrator."),
        finished_at=database_now(),
        **LET_GO,
    )
    running.update(state=Job.State.QUEUED, sent_at=None, **LET_GO)
