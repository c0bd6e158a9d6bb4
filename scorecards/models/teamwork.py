"""How an agency's people share the work: parts, comments, delegation; and what a reviewer wants corrected."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator
from scorecards.models.people import Agency
from scorecards.models.records import Submission
from scorecards.models.work import Entry
from scorecards.states import Role


class Part(models.Model):
    """A criterion that one collector of several answers."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="parts")
    criterion_key = models.CharField(max_length=40)
    collector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="parts")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["entry_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "criterion_key"], name="part_unique")]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.criterion_key}: {self.collector}"


class Comment(models.Model):
    """A remark of the agency's people to each other on a criterion. It is never sent and never changes."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="comments")
    criterion_key = models.CharField(max_length=40)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.criterion_key}: {self.text[:40]}"


class Delegation(models.Model):
    """A role of somebody who is away, held by a colleague of the same agency for some days."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="delegations")
    role = models.CharField(max_length=16, choices=Role.choices)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_given")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_held")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lte=F("ends_at")),
                name="delegation_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(condition=~Q(giver=F("deputy")), name="delegation_to_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.deputy}"

    @property
    def is_running(self) -> bool:
        """Whether it holds now or will."""
        return self.ends_at > timezone.now()


class Correction(models.Model):
    """What a reviewer wants mended in a returned submission: the criterion, or with an empty key all of an
    indicator, and the remark."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="corrections")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    criterion_key = models.CharField(max_length=40, blank=True)
    remark = models.TextField(max_length=4000)

    class Meta:
        ordering = ["submission_id", "indicator__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "indicator", "criterion_key"], name="correction_unique"
            ),
            models.CheckConstraint(condition=~Q(remark=""), name="correction_has_a_remark"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.criterion_key}: {self.remark[:40]}"


class Clarification(models.Model):
    """A reviewer's question on a criterion of what was sent, and the agency's answer. What was sent stays as it is."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="clarifications")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    criterion_key = models.CharField(max_length=40)
    question = models.TextField(max_length=4000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="clarification_is_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.criterion_key}: {self.question[:40]}"


class FileRuling(models.Model):
    """What a reviewer says of one file of a submission, by the identity and hash that the submission names."""

    class Verdict(models.TextChoices):
        ACCEPT = "accept", _("Accepted")
        REJECT = "reject", _("Not accepted")

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="file_rulings")
    file_id = models.CharField(max_length=36)
    sha256 = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    remark = models.TextField(max_length=4000, blank=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["submission_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "file_id"], name="file_ruling_unique"),
            models.CheckConstraint(
                condition=Q(verdict="accept") | ~Q(remark=""), name="rejected_file_has_a_remark"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.file_id}: {self.verdict}"
