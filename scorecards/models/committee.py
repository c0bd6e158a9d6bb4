"""What the committee resolved against a reviewer's rulings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator


class Resolution(models.Model):
    """A resolution (มติ) of the committee on one indicator of one submission. `before` are the reviewer's rulings that
    it replaced: {criterion key: {decision, content, reason}}, {} where there was none. Never changes."""

    submission = models.ForeignKey("scorecards.Submission", models.PROTECT, related_name="resolutions")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number of the resolution"), max_length=60)
    held_on = models.DateField(_("day of the meeting"))
    reason = models.TextField(_("reason"), max_length=8000)
    before = models.JSONField(default=dict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(reason=""), name="resolution_has_number_and_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.submission_id}/{self.indicator_id}"
