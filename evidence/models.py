"""What proves an answer: files, public pages, and uploads that are still on their way.

Bytes never change; the given name is data. A row of Evidence is one use of a file at one criterion; the bytes lie under
the key of the first use (docs/decisions/0012-one-file-for-several-criteria.md).
"""

import uuid
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.filetypes import EXTENSIONS, SHOWN_IN_PLACE
from scorecards.models import Entry


class EvidenceQuerySet(models.QuerySet):
    def live(self) -> Self:
        """The files that are attached now: neither withdrawn nor replaced."""
        return self.filter(withdrawn_at__isnull=True, replaced_by__isnull=True)

    def proving(self) -> Self:
        """Those that prove an answer: attached, and not held because of a virus."""
        return self.live().exclude(scan=Evidence.Scan.INFECTED)

    def first_uses(self) -> Self:
        """One row for every stored file."""
        return self.filter(first_use__isnull=True)

    def sharing(self, key: UUID) -> Self:
        """Every use of the bytes that lie under this key."""
        return self.filter(Q(pk=key) | Q(first_use=key))


class Evidence(models.Model):
    """One use of a file at one criterion (docs/decisions/0012). `sha256` and `size` (in bytes) are those at receipt."""

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", _("Not scanned")
        CLEAN = "clean", _("Scanned, clean")
        INFECTED = "infected", _("Held: a virus was found")

    class Secrecy(models.TextChoices):
        """The classes of the Regulation on the Protection of Official Secrets, B.E. 2544."""

        ORDINARY = "ordinary", _("Ordinary")
        CONFIDENTIAL = "confidential", _("Confidential (lap)")
        SECRET = "secret", _("Secret (lap mak)")
        TOP_SECRET = "top_secret", _("Top secret (lap thi sut)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="evidence")
    criterion_key = models.CharField(max_length=40)
    name = models.CharField(_("name as given"), max_length=255)
    pages = models.CharField(_("page or clause"), max_length=100, blank=True)
    covers_from = models.DateField(_("covers from"), null=True, blank=True)
    covers_to = models.DateField(_("covers until"), null=True, blank=True)
    secrecy = models.CharField(
        _("secrecy class"), max_length=12, choices=Secrecy.choices, default=Secrecy.ORDINARY
    )
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, choices=Scan.choices, default=Scan.NOT_SCANNED)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)  # of what a person says of the file, for stale saves
    # Set where the file was here already: the row under whose key the bytes lie.
    first_use = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="further_uses")
    # Removed before submission or replaced by a newer version: the row and the bytes stay.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")

    # Given by reading.with_versions.
    earlier: list["Evidence"]
    number: int

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_has_a_hash"),
            models.CheckConstraint(
                condition=Q(secrecy__in=["ordinary", "confidential"]), name="evidence_is_no_high_secret"
            ),
            models.CheckConstraint(
                condition=Q(covers_from__isnull=True)
                | Q(covers_to__isnull=True)
                | Q(covers_from__lte=F("covers_to")),
                name="evidence_period_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> uuid.UUID:
        """Where the bytes are (store.py)."""
        return self.first_use_id or self.pk

    @property
    def kind(self) -> str:
        """The short word for its type (pdf, jpg, xlsx), decided by content."""
        return EXTENSIONS.get(self.media_type, "")

    @property
    def is_shown_in_place(self) -> bool:
        return self.media_type in SHOWN_IN_PLACE

    @property
    def is_held(self) -> bool:
        return self.scan == self.Scan.INFECTED

    @property
    def is_classified(self) -> bool:
        return self.secrecy != self.Secrecy.ORDINARY


class LinkQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Link(models.Model):
    """A public page that proves an answer: its address as it was seen on a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="links")
    criterion_key = models.CharField(max_length=40)
    title = models.CharField(_("title of the page"), max_length=255)
    url = models.CharField(_("address"), max_length=2000)
    seen_on = models.DateField(_("seen on"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="evidence_link_is_a_web_page"),
        ]

    def __str__(self) -> str:
        return self.title


class Upload(models.Model):
    """A large file that arrives in pieces: how many bytes are here, and what it became."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="uploads")
    criterion_key = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    fingerprint = models.CharField(max_length=100)  # tells two files of one name and size apart
    received = models.PositiveBigIntegerField(default=0)
    told = models.JSONField(default=dict, blank=True)  # what the person said of it, and what it replaces
    created_at = models.DateTimeField()
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "entry", "criterion_key", "name", "size", "fingerprint"],
                name="evidence_upload_unique",
            ),
            models.CheckConstraint(
                condition=Q(received__lte=F("size")), name="evidence_upload_never_more_than_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.received}/{self.size}"

    @property
    def percent(self) -> str:
        """How much of it is here: 43 %."""
        return f"{100 * self.received // self.size} %"
