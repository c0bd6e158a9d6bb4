"""Background jobs and the documents they make. The row is the state of a job; Celery only carries its id."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scorecards.models import Scorecard, Submission


class Document(models.Model):
    """A finished PDF of a frozen record. The same record and template give the same bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="documents")
    # Whose receipt it is; empty for a scorecard's report.
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="receipts")
    record_hash = models.CharField(_("hash of what was printed, template and engine"), max_length=64)
    language = models.CharField(max_length=5, default="th")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["record_hash"], name="document_record_unique")]

    def __str__(self):
        return f"{self.scorecard} · {self.record_hash[:8]}"


class Imprint(models.Model):
    """A file that was printed, so that its reader can check it. It outlives the file and never changes."""

    code = models.CharField(_("code printed on it"), max_length=16, db_index=True)
    content_hash = models.CharField(_("SHA-256 of the record"), max_length=64)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    format = models.CharField(max_length=40)
    document_code = models.CharField(max_length=60, blank=True)
    # What the record is of; empty for documents that are not of one scorecard.
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, null=True, blank=True, related_name="+")
    submission_number = models.PositiveSmallIntegerField(null=True, blank=True)
    publication_number = models.PositiveSmallIntegerField(null=True, blank=True)
    printed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_hash", "sha256"], name="imprint_file_unique"),
        ]

    def __str__(self):
        return f"{self.code} {self.document_code}"


class Digits(models.TextChoices):
    """The digits of a document in Thai."""

    ARABIC = "arabic", _("Arabic digits (123)")
    THAI = "thai", _("Thai digits (๑๒๓)")


class Job(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    class Kind(models.TextChoices):
        SCORECARD_PDF = "scorecard_pdf", _("Scorecard (PDF)")
        RECEIPT = "receipt", _("Receipt (PDF)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="jobs")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="+")
    record_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=5, default="th")
    digits = models.CharField(max_length=6, choices=Digits.choices, default=Digits.ARABIC)
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

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
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

    def __str__(self):
        return f"{self.kind} {self.id} {self.state}"

    @property
    def is_live(self) -> bool:
        """Whether work is still to be done: queued or running."""
        return self.state in (Job.State.QUEUED, Job.State.RUNNING)

    @property
    def percent(self) -> int:
        """How far it is, for the bar: 0–100."""
        return min(100, 100 * self.progress // self.total) if self.total else 0
