"""Background jobs and the documents they make. The row is the state of a job; Celery only carries its id."""

import uuid
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from indicators.explaining import shortened
from indicators.models import Framework
from scorecards.delegation import assesses
from scorecards.models import Ministry, Round, Scorecard, Submission


class Digits(models.TextChoices):
    """The digits of a document in Thai."""

    ARABIC = "arabic", _("Arabic digits (123)")
    THAI = "thai", _("Thai digits (๑๒๓)")


class DocumentKind(models.TextChoices):
    """What is printed: of one scorecard, one submission or one indicator; of a group of agencies."""

    SCORECARD_PDF = "scorecard_pdf", _("Scorecard (PDF)")
    RECEIPT = "receipt", _("Receipt (PDF)")
    SAR_CARD = "sar_card", _("SAR card on one page (PDF)")
    INDICATOR_SAR = "indicator_sar", _("SAR of an indicator (PDF)")
    GROUP_SUMMARY = "group_summary", _("Summary of a group of agencies (PDF)")
    BOOK_FRONT = "book_front", _("Front part of a year book (PDF)")


class AgencyGroup(models.Model):
    """The agencies of one form in one round, of a ministry or all: what a summary is of. It holds no more than its
    name; which agencies these are say their scorecards."""

    form_code = models.CharField(max_length=60)
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    ministry = models.ForeignKey(Ministry, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form_code", "round", "ministry"], name="group_of_ministry_unique"
            ),
            models.UniqueConstraint(
                fields=["form_code", "round"], condition=Q(ministry=None), name="group_of_all_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whose} · {self.form_code} · {self.round}"

    @property
    def whose(self) -> str:
        """The ministry's name, or that it is all of them."""
        return str(self.ministry or _("All ministries"))

    def named(self) -> dict:
        """What an event calls it, in every language."""
        ministry = self.ministry.code if self.ministry else ""
        return {"form": self.form_code, "round": str(self.round), "ministry": ministry}

    @cached_property
    def form(self) -> Framework | None:
        """The form by its code, in its latest version."""
        return latest_forms([self]).get((self.form_code, self.round.year_id))

    @property
    def form_name(self) -> str:
        """What the form is called, short, with its code."""
        return f"{shortened(self.form.name, 36)} ({self.form_code})" if self.form else self.form_code

    @property
    def scorecards(self) -> QuerySet[Scorecard]:
        """The scorecards of the group, in any state."""
        found = Scorecard.objects.filter(round=self.round_id).of_form(self.form_code)
        return found.filter(agency__ministry=self.ministry_id) if self.ministry_id else found


def latest_forms(groups: Iterable[AgencyGroup]) -> dict[tuple[str, int], Framework]:
    """{(code, year's key): the form in its latest version} of these groups, in one query."""
    rows = Framework.objects.filter(code__in={one.form_code for one in groups}).order_by("version")
    return {(one.code, one.year_id): one for one in rows.defer("document")}


def of_what_is_open_to(user: User) -> Q:
    """What is of a scorecard that this person may open, or of a group where they belong to the assessing side: a
    summary holds published figures only, but it names who is late."""
    own = Q(scorecard__in=Scorecard.objects.visible_to(user).order_by().values("pk"))
    return own | Q(group__isnull=False) if assesses(user) else own


IS_OF_ONE = Q(scorecard__isnull=False, group=None) | Q(scorecard=None, group__isnull=False)


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those that this person may open."""
        return self.filter(of_what_is_open_to(user))

    def with_newer(self) -> models.QuerySet:
        """Each with `newer`: the key of the latest one of the same kind and subject, language and digits."""
        subjects = ("scorecard", "submission", "group")  # two nulls are not equal: 0 stands for none
        same = {name: OuterRef(name) for name in ("kind", "indicator_code", "language", "digits")}
        same_subject = {f"of_{name}": Coalesce(OuterRef(f"{name}_id"), 0) for name in subjects}
        later = Document.objects.alias(**{f"of_{name}": Coalesce(f"{name}_id", 0) for name in subjects})
        later = later.filter(**same, **same_subject, made_at__gt=OuterRef("made_at")).order_by("-made_at")
        return self.annotate(newer=Subquery(later.values("pk")[:1]))


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those whose document this person may open."""
        return self.filter(of_what_is_open_to(user))


class Document(models.Model):
    """A finished PDF of a frozen record. The same record and template give the same bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24, choices=DocumentKind.choices, default=DocumentKind.SCORECARD_PDF)
    # What it is of: a scorecard (or its submission, or its indicator), or a group of agencies.
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, null=True, blank=True, related_name="documents")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="receipts")
    indicator_code = models.CharField(max_length=40, blank=True)
    group = models.ForeignKey(AgencyGroup, models.PROTECT, null=True, blank=True, related_name="documents")
    record_hash = models.CharField(_("hash of what was printed, template and engine"), max_length=64)
    language = models.CharField(max_length=5, default="th")
    digits = models.CharField(max_length=6, choices=Digits.choices, default=Digits.ARABIC)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["record_hash"], name="document_record_unique"),
            models.CheckConstraint(condition=IS_OF_ONE, name="document_is_of_one_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard or self.group} · {self.record_hash[:8]}"

    @property
    def subject(self) -> str:
        """Whose document it is, by name."""
        of = self._of
        return of.agency.name if isinstance(of, Scorecard) else of.whose

    @property
    def round(self) -> Round:
        """Which round it tells of."""
        return self._of.round

    @property
    def _of(self) -> "Scorecard | AgencyGroup":
        of = self.scorecard or self.group
        assert of is not None, "document_is_of_one_thing"
        return of


class Imprint(models.Model):
    """A file that was printed, so that its reader can check it. It outlives the file and never changes."""

    code = models.CharField(_("code printed on it"), max_length=16, db_index=True)
    content_hash = models.CharField(_("SHA-256 of the record"), max_length=64)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    format = models.CharField(max_length=40)
    document_code = models.CharField(max_length=60, blank=True)
    # What the record is of: a scorecard, or a group of agencies.
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(AgencyGroup, models.PROTECT, null=True, blank=True, related_name="+")
    submission_number = models.PositiveSmallIntegerField(null=True, blank=True)
    publication_number = models.PositiveSmallIntegerField(null=True, blank=True)
    printed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_hash", "sha256"], name="imprint_file_unique"),
        ]
        indexes = [models.Index(fields=["sha256"], name="imprint_of_a_file")]

    def __str__(self) -> str:
        return f"{self.code} {self.document_code}"


class Job(models.Model):
    """A PDF that is to be made. The row is the state: a worker holds it by `token` until `lease_until` (jobs.py)."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    Kind = DocumentKind

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, null=True, blank=True, related_name="jobs")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="+")
    indicator_code = models.CharField(max_length=40, blank=True)
    group = models.ForeignKey(AgencyGroup, models.PROTECT, null=True, blank=True, related_name="jobs")
    record_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=5, default="th")
    digits = models.CharField(max_length=6, choices=Digits.choices, default=Digits.ARABIC)
    # Nobody waits for it by itself: it comes after the reports that somebody asked for.
    background = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(_("why it failed"), blank=True)
    # The fencing token of the attempt that holds the job, and when its lease ends.
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(_("node that holds it"), max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="jobs")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(condition=IS_OF_ONE, name="job_is_of_one_thing"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(document__isnull=False), name="done_job_has_output"
            ),
            models.CheckConstraint(
                condition=Q(kind="receipt", submission__isnull=False)
                | (~Q(kind="receipt") & Q(submission__isnull=True)),
                name="receipt_names_its_submission",
            ),
            models.UniqueConstraint(
                fields=["record_hash", "language"],
                condition=Q(state__in=["queued", "running"]),
                name="one_live_job_per_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.state}"

    @property
    def is_live(self) -> bool:
        """Whether work is still to be done: queued or running."""
        return self.state in (Job.State.QUEUED, Job.State.RUNNING)

    @property
    def asked_at(self) -> str:
        """The address at which such a document is asked for."""
        if self.group:
            of = self.group
            return reverse("summary_request", args=[of.form_code, of.round.year.year, of.round.months])
        if self.submission_id:
            return reverse("receipt_request", args=[self.submission_id])
        return reverse("report_request", args=[self.scorecard_id])

    @property
    def percent(self) -> int:
        """How far it is, for the bar: 0–100."""
        return min(100, 100 * self.progress // self.total) if self.total else 0
