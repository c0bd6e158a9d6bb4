"""What is on record: submissions, rulings, publications, results of earlier years, events."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator
from scorecards.models.committee import Resolution
from scorecards.models.people import Agency
from scorecards.models.work import Scorecard
from scorecards.states import Decision

if TYPE_CHECKING:
    from scorecards.models.appeals import Appeal


class Submission(models.Model):
    """The frozen snapshot of what an agency sent: framework hash, answers, narrative, evidence hashes, scored tree."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    framework_hash = models.CharField(max_length=64)
    # {"answers": {indicator code: {...}}, "narrative": {...}, "notes": {...}, "evidence": [...], "people": {...}}
    content = models.JSONField()
    scored = models.JSONField(_("derivation of the whole scorecard (node document)"))
    content_hash = models.CharField(max_length=64)
    # {indicator code: how many criteria a reviewer rules on}; null in what was sent before it was kept.
    rulings_asked = models.JSONField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["scorecard_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "number"], name="submission_number_unique")
        ]
        # Lists ask which record is the last without reading the records, which are long.
        indexes = [
            models.Index(
                fields=["scorecard", "number", "content_hash", "submitted_at"], name="submission_last"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scorecard} #{self.number}"


class Ruling(models.Model):
    """A reviewer's decision on one criterion of one submission. `content` is the answer that then holds."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="rulings")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    criterion_key = models.CharField(max_length=40)
    decision = models.CharField(max_length=8, choices=Decision.choices)
    content = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Set where the committee decided; a reviewer then no longer changes it.
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="rulings")
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "indicator", "criterion_key"], name="ruling_unique"
            ),
            models.CheckConstraint(
                condition=Q(decision="agree") | ~Q(reason=""),
                name="ruling_that_differs_has_a_reason",
                violation_error_message=_(
                    "Say why: a ruling that differs from the agency's answer needs a reason."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.criterion_key}: {self.decision}"


class Publication(models.Model):
    """The frozen official record of a scorecard: the rulings, the answers that hold, the official scored tree."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="publications")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()  # {"answers": …, "rulings": {code: {key: {decision, reason, content}}}}
    scored = models.JSONField()
    content_hash = models.CharField(max_length=64)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["scorecard_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "number"], name="publication_number_unique"),
            models.CheckConstraint(
                condition=~Q(approved_by=models.F("published_by")), name="publishing_takes_two_people"
            ),
        ]
        indexes = [models.Index(fields=["scorecard", "number", "content_hash"], name="publication_last")]

    def __str__(self) -> str:
        return f"{self.scorecard} · publication {self.number}"

    def appeals_of(self, indicator: Indicator | int) -> "QuerySet[Appeal]":
        """The appeals on an indicator, against this publication and those that it replaced, in their order."""
        rows = self.appeals.model.objects.filter(
            publication__scorecard=self.scorecard_id, indicator=indicator
        )
        return rows.select_related("opened_by").order_by("opened_at")


class History(models.Model):
    """A result of an earlier year of an indicator at an agency, as known before this system or from a publication."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="history")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="history")
    year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"))
    value = models.CharField(max_length=200)

    class Meta:
        ordering = ["year"]
        verbose_name_plural = "history"
        constraints = [
            models.UniqueConstraint(fields=["agency", "indicator", "year"], name="history_unique"),
            models.CheckConstraint(
                condition=Q(year__gte=2500, year__lte=2700), name="history_year_is_buddhist"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.value}"


class Event(models.Model):
    """What happened, append-only, chained by hash within an agency (scorecards/events.py writes and verifies)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)  # "scorecard:12", "entry:7/step4"
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, null=True, related_name="events")
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    request_key = models.CharField(_("idempotency key"), max_length=64, null=True, blank=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["agency", "number"]
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="event_number_unique")]

    def __str__(self) -> str:
        return f"{self.agency_id}#{self.number} {self.action}"
