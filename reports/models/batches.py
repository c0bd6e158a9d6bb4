"""Batches: the reports of many agencies made together, their items and files."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from reports.models.documents import AgencyGroup, Digits, Document, Job, assesses
from scorecards.models import Scorecard


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of which this person may open every scorecard; a year book only on the assessing side, since its
        summary names who is late."""
        visible = Scorecard.objects.visible_to(user).order_by().values("pk")
        hidden = BatchItem.objects.filter(batch=OuterRef("pk")).exclude(scorecard__in=visible)
        found = self.filter(~Exists(hidden))
        return found if assesses(user) else found.filter(group=None)


class Batch(models.Model):
    """The reports of many scorecards, asked for at once and handed out as one ZIP and as one PDF."""

    class State(models.TextChoices):
        RUNNING = "running", _("Being made")
        PACKING = "packing", _("Being put together")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    class Content(models.TextChoices):
        OFFICIAL = "official", _("Published results only")
        SENT = "sent", _("Everything that was sent, published or not")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("what was asked for, in words"), max_length=500)
    content = models.CharField(_("what is printed"), max_length=8, choices=Content.choices)
    language = models.CharField(max_length=5, default="th")
    digits = models.CharField(max_length=6, choices=Digits.choices, default=Digits.ARABIC)
    # With a front part the PDF is a year book; the group is what its summary is of.
    group = models.ForeignKey(AgencyGroup, models.PROTECT, null=True, blank=True, related_name="books")
    state = models.CharField(max_length=9, choices=State.choices, default=State.RUNNING)
    reason = models.TextField(_("why it failed"), blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    request_key = models.CharField(_("idempotency key"), max_length=64, null=True, blank=True, unique=True)
    # When this run began (resuming begins another) and ended, and when a worker was last told to go on.
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # Putting together: how many documents are in, and the fencing token and lease of the worker that does it.
    packed = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def is_live(self) -> bool:
        """Whether work is still to be done."""
        return self.state in (Batch.State.RUNNING, Batch.State.PACKING)


class BatchItem(models.Model):
    """One scorecard of a batch, in the order of the book."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for its turn")
        QUEUED = "queued", _("Queued")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    # The job that makes the document; none where it was there already.
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="batch_items")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("why it failed"), blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "scorecard"], name="batch_scorecard_unique"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(document__isnull=False), name="done_item_has_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.scorecard_id} {self.state}"


class BatchFile(models.Model):
    """A finished file of a batch. The row stays when the bytes are removed after their time."""

    class Kind(models.TextChoices):
        ZIP = "zip", _("One ZIP with a PDF for each")
        PDF = "pdf", _("One PDF with bookmarks")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=3, choices=Kind.choices)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(default=0)
    # Of what it is made (packed_before.py): another batch of the same takes these bytes.
    made_of = models.CharField(max_length=64, blank=True, db_index=True)
    made_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "kind"], condition=Q(removed_at=None), name="one_file_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}.{self.kind}"
