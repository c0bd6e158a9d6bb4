"""Files that prove an answer. Bytes never change; the given name is data; the storage key is a UUID."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.filetypes import EXTENSIONS, SHOWN_IN_PLACE
from scorecards.models import Entry


class EvidenceQuerySet(models.QuerySet):
    def live(self):
        """The files that prove an answer now: neither withdrawn nor replaced."""
        return self.filter(withdrawn_at__isnull=True, replaced_by__isnull=True)


class Evidence(models.Model):
    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", _("Not scanned")
        CLEAN = "clean", _("Scanned, clean")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="evidence")
    criterion_key = models.CharField(max_length=40)
    name = models.CharField(_("name as given"), max_length=255)
    pages = models.CharField(_("page or clause"), max_length=100, blank=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, choices=Scan.choices, default=Scan.NOT_SCANNED)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    # Removed before submission or replaced by a newer version: the row and the bytes stay.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_has_a_hash"),
        ]

    def __str__(self):
        return self.name

    @property
    def kind(self) -> str:
        """The short word for its type (pdf, jpg, xlsx), decided by content."""
        return EXTENSIONS.get(self.media_type, "")

    @property
    def is_shown_in_place(self) -> bool:
        return self.media_type in SHOWN_IN_PLACE
