"""The history of reports: who had what made from which record, who took it, and what replaced it. Reads only."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.paginator import Page
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from reports import store
from reports.batches import may_change
from reports.checking import grouped
from reports.models import Batch, BatchItem, Document, Download, Imprint, Job
from reports.models.documents import latest_forms
from scorecards.delegation import name_of
from scorecards.models import Membership
from scorecards.models.people import memberships_of
from scorecards.presenting.paging import page_of
from scorecards.states import AGENCY_ROLES, ScorecardState

RATE_OVER = dt.timedelta(minutes=1)


class Askers:
    """Who asked for a report, as this reader may know it: an agency's people learn who of the assessing side works on
    theirs once the result is published, as in the record (scorecards/record/disclosure.py)."""

    def __init__(self, user: User) -> None:
        own = {one.agency_id for one in memberships_of(user) if one.role in AGENCY_ROLES}
        self.of_an_agency = bool(own)
        colleagues = Membership.objects.filter(agency__in=own) if own else Membership.objects.none()
        self.colleagues = set(colleagues.values_list("user", flat=True))

    def name(self, person: User, *, is_published: bool) -> str:
        if is_published or not self.of_an_agency or person.pk in self.colleagues:
            return name_of(person)
        return _("The assessing office")

    def name_of_batch(self, batch: Batch) -> str:
        return self.name(batch.requested_by, is_published=batch.content == Batch.Content.OFFICIAL)


@dataclass(frozen=True)
class Progress:
    """How far a batch is: counts, documents a minute (over the last minute), and the minutes that are left (None while
    nothing can be said)."""

    total: int
    done: int
    failed: int
    rate: int
    minutes_left: int | None

    @property
    def ended(self) -> int:
        return self.done + self.failed


def progress_of(batch: Batch) -> Progress:
    """Counted from the rows of the batch."""
    now = timezone.now()
    since = max(batch.begun_at, now - RATE_OVER)
    states = BatchItem.State
    found = batch.items.aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(state=states.DONE)),
        failed=Count("pk", filter=Q(state=states.FAILED)),
        lately=Count("pk", filter=Q(finished_at__gt=since)),
    )
    lately, seconds = found.pop("lately"), max((now - since).total_seconds(), 1)
    left = found["total"] - found["done"] - found["failed"]
    minutes = -(-left * seconds // (60 * lately)) if lately and left else None
    return Progress(
        **found, rate=round(60 * lately / seconds), minutes_left=None if minutes is None else int(minutes)
    )


def batch_page(batch: Batch, user: User) -> dict:
    """What the page of a batch shows."""
    failed = batch.items.filter(state=BatchItem.State.FAILED).select_related("scorecard__agency")
    files = batch.files.annotate(taken=Count("downloads")).order_by("removed_at", "-made_at", "-kind")
    return {
        "batch": batch,
        "asked_by": Askers(user).name_of_batch(batch),
        "progress": progress_of(batch),
        "failed": list(failed.order_by("position")),
        "files": [file for file in files if file.removed_at is None],
        "removed": any(file.removed_at for file in files) and batch.state == Batch.State.DONE,
        "may_change": may_change(user, batch),
    }


def count_of(rows: QuerySet) -> Coalesce:
    """How many rows refer to the outer one, as a subquery: joins would multiply each other."""
    one = rows.order_by().annotate(same=Value(1)).values("same").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(one), 0)


def batches_of(user: User, *, page: str | None) -> Page:
    """The batches that this person may see, the newest first."""
    found = Batch.objects.visible_to(user).select_related("requested_by")
    items = BatchItem.objects.filter(batch=OuterRef("pk"))
    counted = found.annotate(
        total=count_of(items),
        failed=count_of(items.filter(state=BatchItem.State.FAILED)),
        taken=count_of(Download.objects.filter(file__batch=OuterRef("pk"))),
    )
    shown, askers = page_of(counted, page), Askers(user)
    for batch in shown:
        batch.asked_by = askers.name_of_batch(batch)
    return shown


def documents_of(user: User, *, page: str | None) -> Page:
    """The single documents that this person may open, the newest first, each with `line`."""
    jobs = Job.objects.select_related("requested_by").order_by("requested_at")
    printed = Imprint.objects.filter(sha256=OuterRef("sha256"))
    found = Document.objects.visible_to(user).with_newer().annotate(code=Subquery(printed.values("code")[:1]))
    found = found.annotate(taken=count_of(Download.objects.filter(document=OuterRef("pk"))))
    found = found.select_related(
        "submission",
        "scorecard__agency",
        "scorecard__framework",
        "scorecard__round__year",
        "group__ministry",
        "group__round__year",
    )
    shown = page_of(found.prefetch_related(Prefetch("jobs", jobs)), page)
    askers, groups = Askers(user), [document.group for document in shown if document.group]
    forms = latest_forms(groups) if groups else {}
    for group in groups:
        group.form = forms.get((group.form_code, group.round.year_id))
    for document in shown:
        card = document.scorecard
        is_published = card is None or card.state == ScorecardState.PUBLISHED
        asked = [job.requested_by for job in document.jobs.all() if job.requested_by]
        people = [askers.name(one, is_published=is_published) for one in asked]
        document.line = {
            "asked_by": list(dict.fromkeys(people)),
            "code": grouped(document.code or ""),
            "is_there": store.path_of(document.record_hash).exists(),
        }
    return shown
