"""That like is judged alike: reasons to reuse, and the blind second review of a sample."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models import Framework, Indicator
from scorecards.models.records import Submission
from scorecards.models.work import Round
from scorecards.states import Decision


class Reason(models.Model):
    """A reason that reviewers offer each other for rulings on an indicator; with an empty key, on any criterion."""

    framework_code = models.CharField(max_length=60)
    indicator_code = models.CharField(max_length=40)
    criterion_key = models.CharField(max_length=40, blank=True)
    text = models.TextField(_("reason"), max_length=2000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reason_has_a_text")]

    def __str__(self) -> str:
        return f"{self.indicator_code}/{self.criterion_key}: {self.text[:40]}"


class Sample(models.Model):
    """A drawing of indicators for a second review. The seed and what was drawn from are kept: who draws again with
    them gets the same lines (sampling.drawn)."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="samples")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="samples")
    percent = models.PositiveSmallIntegerField(_("share in percent"), null=True, blank=True)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    seed = models.CharField(_("seed"), max_length=60)
    drawn_from = models.JSONField()  # [[submission, indicator], …]
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["-drawn_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True, number__gte=1)
                | Q(number__isnull=True, percent__gte=1, percent__lte=100),
                name="sample_by_percent_or_number",
                violation_error_message=_("Give either a share from 1 to 100 percent or a number."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.framework.name} · {self.round} · {self.seed}"


class SampleLine(models.Model):
    """One drawn indicator of one submission. The second reviewer is known once the second rulings are given."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="lines")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="second_reviews"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sample", "indicator__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "submission", "indicator"], name="sample_line_unique"),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True, done_at__isnull=True)
                | Q(reviewer__isnull=False, done_at__isnull=False),
                name="sample_line_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}: {self.submission} {self.indicator.code}"


class SecondRuling(models.Model):
    """What the second reviewer decides on one criterion without having seen the first ruling."""

    line = models.ForeignKey(SampleLine, on_delete=models.PROTECT, related_name="rulings")
    criterion_key = models.CharField(max_length=40)
    decision = models.CharField(max_length=8, choices=Decision.choices)
    content = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["line", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "criterion_key"], name="second_ruling_unique"),
            models.CheckConstraint(
                condition=Q(decision="agree") | ~Q(reason=""),
                name="second_ruling_that_differs_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}/{self.criterion_key}: {self.decision}"

    @property
    def indicator(self) -> Indicator:
        return self.line.indicator
