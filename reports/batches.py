"""The verbs of batches: the reports of many scorecards at once.

A batch hands its scorecards to jobs, never more than WINDOW at a time and all in the background, so that
batches share the workers with each other and come after what people ask for by itself. An item is taken under the lock
of the batch's row: whatever dies, the next turn goes on from what the rows say.
"""

import datetime as dt
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from indicators.refusals import Refused
from indicators.thai_order import thai_order
from reports import jobs
from reports.models import AgencyGroup, Batch, BatchItem, Digits, Job
from reports.record import NothingToPrint
from reports.record_names import record_hash_of
from reports.summary import kept_group
from reports.wording import options_of
from scorecards.clock import database_now
from scorecards.delegation import assesses
from scorecards.models import Scorecard
from scorecards.permissions import Allowed, Denied, is_administrator
from scorecards.states import ScorecardState

logger = logging.getLogger(__name__)

TASK = "reports.tasks.go_on_with_batch"
WINDOW = 8  # jobs of one batch in the queue at a time
MOST = 2000  # scorecards in one batch
SEND_AGAIN_AFTER = dt.timedelta(minutes=1)
MAKE_WAY_SECONDS = 1.0

# verb: (states it may start from, state it leads to)
TRANSITIONS = {
    "cancel": ({Batch.State.RUNNING, Batch.State.PACKING}, Batch.State.CANCELLED),
    "resume": ({Batch.State.CANCELLED, Batch.State.FAILED, Batch.State.DONE}, Batch.State.RUNNING),
}


@dataclass(frozen=True)
class Wanted:
    """What is to be made: published results or all that was sent, language and digits, and the group of which a year
    book begins with a front part (None for no book)."""

    content: str
    language: str = "th"
    digits: str = Digits.ARABIC
    group: AgencyGroup | None = None


def printable(user: User, *, content: str) -> QuerySet[Scorecard]:
    """The scorecards that this person may have printed: published ones, or all that were sent."""
    visible = Scorecard.objects.visible_to(user)
    if content == Batch.Content.OFFICIAL:
        return visible.filter(state=ScorecardState.PUBLISHED)
    return visible.filter(submissions__isnull=False)


def may_change(user: User, batch: Batch) -> Allowed | Denied:
    """Whether this person may cancel or resume a batch: who asked for it, and administrators."""
    if batch.requested_by_id == user.pk or is_administrator(user):
        return Allowed()
    return Denied(_("Only the person who asked for these reports or an administrator may do this."))


def may_bind_book(user: User) -> Allowed | Denied:
    """Whether this person may have a year book: its summary names who is late, so that only the assessing side may."""
    if assesses(user):
        return Allowed()
    return Denied(_("Only the assessing side may have a year book made: its summary names who is late."))


# ---------------------------------------------------------------- verbs


@transaction.atomic
def start(
    scorecards: Iterable[Scorecard], *, actor: User, wanted: Wanted, title: str, request_key: str = ""
) -> Batch:
    """Ask for the reports of these scorecards; those that this person may not have printed are left out. The same key
    again returns the same batch. Raises Refused when nothing is left, it is too much at once, or a year book is asked
    for by somebody who may not have it."""
    User.objects.select_for_update().get(pk=actor.pk)  # a form that comes twice at once waits for the first
    known = Batch.objects.filter(requested_by=actor, request_key=request_key or None).first()
    if request_key and known:
        return known
    if wanted.group is not None and not may_bind_book(actor):
        raise Refused([str(may_bind_book(actor))])
    chosen = printable(actor, content=wanted.content).filter(pk__in=[card.pk for card in scorecards])
    cards = list(chosen.select_related("agency", "framework", "round"))
    if not cards:
        raise Refused([_("Choose at least one scorecard that was sent and that you may see.")])
    if len(cards) > MOST:
        raise Refused([_("%(n)s at once are too many: at most %(most)s.") % {"n": len(cards), "most": MOST}])
    with translation.override(wanted.language):
        cards.sort(key=place_in_book)
    batch = Batch.objects.create(
        title=title[:500],
        content=wanted.content,
        language=wanted.language,
        digits=wanted.digits,
        group=kept_group(wanted.group) if wanted.group else None,
        requested_by=actor,
        request_key=request_key or None,
        begun_at=database_now(),
    )
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, position=position, scorecard=card)
        for position, card in enumerate(cards, start=1)
    )
    transaction.on_commit(lambda: send(batch.pk))
    return batch


def place_in_book(card: Scorecard) -> tuple:
    """Agencies in the order of a Thai dictionary, an agency's own ones by form and round."""
    return thai_order(card.agency.name), card.agency.code, card.framework.code, card.round.months


@transaction.atomic
def cancel(batch: Batch, *, actor: User) -> Batch:
    """Begin no further document. Those that are in the queue are finished and kept for a later run."""
    batch = _locked(batch)
    _require(batch, "cancel", actor)
    _move(batch, "cancel", finished_at=database_now(), token=None, lease_until=None)
    return batch


@transaction.atomic
def resume(batch: Batch, *, actor: User) -> Batch:
    """Go on where it stopped: what failed is tried again, files that were removed are put together again."""
    batch = _locked(batch)
    _require(batch, "resume", actor)
    dropped = Q(state=BatchItem.State.QUEUED, job=None)  # by a worker that died with it in its hands
    again = batch.items.filter(dropped | Q(state=BatchItem.State.FAILED))
    complete = batch.files.filter(removed_at=None).exists()
    if batch.state == Batch.State.DONE and complete and not again.exists():
        raise Refused([_("Everything is there: nothing is left to be made.")])
    again.update(state=BatchItem.State.WAITING, reason="", job=None, finished_at=None)
    batch.files.filter(removed_at=None).update(removed_at=database_now())
    _move(batch, "resume", begun_at=database_now(), finished_at=None, reason="", attempts=0, packed=0)
    transaction.on_commit(lambda: send(batch.pk))
    return batch


def _locked(batch: Batch) -> Batch:
    return Batch.objects.select_for_update().get(pk=batch.pk)


def _require(batch: Batch, verb: str, actor: User) -> None:
    allowed = may_change(actor, batch)
    if not allowed:
        raise Refused([str(allowed)])
    if batch.state not in TRANSITIONS[verb][0]:
        said = {"state": batch.get_state_display()}
        raise Refused([_("This is not possible while the state is “%(state)s”.") % said])


def _move(batch: Batch, verb: str, **fields: Any) -> None:
    _starts, batch.state = TRANSITIONS[verb]
    for name, value in fields.items():
        setattr(batch, name, value)
    batch.save(update_fields=["state", *fields])


# ---------------------------------------------------------------- working


def send(batch_id: UUID | str) -> bool:
    """Have a worker go on with the batch; False when the queue does not answer (the sweeper tries again)."""
    try:
        current_app.send_task(TASK, args=[str(batch_id)], priority=jobs.LAST)
    except (OperationalError, OSError) as fault:
        logger.warning("The queue does not answer, batch %s waits for the sweeper: %s", batch_id, fault)
        return False
    Batch.objects.filter(pk=batch_id).update(sent_at=database_now())
    return True


def advance(batch_id: UUID | str, *, worker: str) -> None:
    """Hand out what there is room for; in between, make the reports that people wait for by themselves."""
    made_way = time.monotonic()
    while step(batch_id):
        if time.monotonic() - made_way > MAKE_WAY_SECONDS:
            jobs.make_way(worker=worker)
            made_way = time.monotonic()


def step(batch_id: UUID | str) -> bool:
    """Hand out the next scorecards of a running batch; True when there may be room for others."""
    items = take_next(batch_id)
    for item in items:
        hand_out(item)
    return bool(items)


@transaction.atomic
def take_next(batch_id: UUID | str) -> list[BatchItem]:
    """The next items that there is room for, now this worker's to hand out; after the last ones the batch is ready to
    be put together. The row is locked for a moment only: building a record takes longer than that."""
    batch = Batch.objects.select_for_update().filter(pk=batch_id, state=Batch.State.RUNNING).first()
    if batch is None:
        return []
    note_ended(batch)
    in_queue = batch.items.filter(state=BatchItem.State.QUEUED).count()
    waiting = batch.items.filter(state=BatchItem.State.WAITING).select_related(
        "batch__requested_by", "scorecard__agency__ministry", "scorecard__round__year"
    )
    items = list(waiting.order_by("position")[: max(WINDOW - in_queue, 0)])
    if not items and not in_queue:
        end_of_making(batch)
    batch.items.filter(pk__in=[item.pk for item in items]).update(state=BatchItem.State.QUEUED)
    return items


def note_ended(batch: Batch) -> None:
    """Take over from the jobs what became of the items in the queue."""
    ended = batch.items.filter(state=BatchItem.State.QUEUED)
    job = Job.objects.filter(pk=OuterRef("job"))
    ended.filter(job__state=Job.State.DONE).update(
        state=BatchItem.State.DONE,
        document=Subquery(job.values("document")[:1]),
        finished_at=Subquery(job.values("finished_at")[:1]),
    )
    ended.filter(job__state=Job.State.FAILED).update(
        state=BatchItem.State.FAILED, reason=Subquery(job.values("reason")[:1]), finished_at=database_now()
    )


def end_of_making(batch: Batch) -> None:
    """All have their document or their failure: to be put together, unless there is nothing."""
    if batch.items.filter(state=BatchItem.State.DONE).exists():
        batch.state = Batch.State.PACKING
    else:
        batch.state, batch.finished_at = Batch.State.FAILED, database_now()
        batch.reason = _("None of the documents could be made.")
    batch.save(update_fields=["state", "finished_at", "reason"])


def hand_out(item: BatchItem) -> None:
    """Take the PDF of the item's record as it is where there is one; else queue a job. A fault is the item's own."""
    options = options_of(item.batch.language, item.batch.digits)
    try:
        name = record_hash_of(item.scorecard, **options)
        document = jobs.stored(name)
        if document is not None:
            end_item(item, state=BatchItem.State.DONE, document=document)
            return
        asked = {"kind": Job.Kind.SCORECARD_PDF, "scorecard": item.scorecard}
        asked |= options | {"record_hash": name}
        with transaction.atomic():
            job = jobs.put_in(asked, actor=item.batch.requested_by, background=True)
            in_hand(item).update(job=job)
    except Exception as fault:  # one that fails must not stop the rest; people read the reason in its row
        logger.exception("Item %s of batch %s failed", item.pk, item.batch_id)
        reason = str(fault) if isinstance(fault, NothingToPrint) else f"{type(fault).__name__}: {fault}"
        end_item(item, state=BatchItem.State.FAILED, reason=reason)


def in_hand(item: BatchItem) -> QuerySet[BatchItem]:
    """The item while it is still this worker's: taken, without a job."""
    return BatchItem.objects.filter(pk=item.pk, state=BatchItem.State.QUEUED, job=None)


def end_item(item: BatchItem, **fields: Any) -> None:
    """Write what became of an item that needed no job."""
    in_hand(item).update(finished_at=database_now(), **fields)


def waiting_for(job_id: UUID | str) -> list:
    """The keys of the live batches that this job works for."""
    return list(
        Batch.objects.filter(state=Batch.State.RUNNING, items__job=job_id)  # type: ignore[misc]
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def sweep(*, patience: dt.timedelta = SEND_AGAIN_AFTER) -> None:
    """Send on the batches that nobody works for and that were sent on longer than `patience` ago: a message or a worker
    was lost."""
    now = database_now()
    live = BatchItem.objects.filter(batch=OuterRef("pk"), job__state__in=jobs.LIVE)
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    idle = Q(~Exists(live), state=Batch.State.RUNNING) | Q(free, state=Batch.State.PACKING)
    unsent = Q(sent_at=None) | Q(sent_at__lte=now - patience)
    for batch_id in list(Batch.objects.filter(idle, unsent).values_list("pk", flat=True)):
        dropped = BatchItem.objects.filter(batch=batch_id, state=BatchItem.State.QUEUED, job=None)
        dropped.update(state=BatchItem.State.WAITING)
        if not send(batch_id):
            return
