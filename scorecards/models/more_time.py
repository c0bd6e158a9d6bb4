"""Requests of an agency for more time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scorecards.models.work import Scorecard

WAITING = Q(outcome="")


class TimeRequestQuerySet(models.QuerySet):
    def waiting(self) -> "TimeRequestQuerySet":
        return self.filter(WAITING)


class TimeRequest(models.Model):
    """An agency asks to work on a report until a later moment, and why; what came of it, and the `answer` in words.
    Granted, it says until when: that may be another moment than the one asked for."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Not granted")
        WITHDRAWN = "withdrawn", _("Withdrawn by the agency")
        SENT = "sent", _("Fell away: the report was sent")

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="time_requests")
    until = models.DateTimeField()
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    granted_until = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = TimeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard"], condition=WAITING, name="time_request_waits_once"),
            models.CheckConstraint(
                condition=WAITING & Q(answered_at=None) | ~WAITING & Q(answered_at__isnull=False),
                name="time_request_answered_at_some_moment",
            ),
            models.CheckConstraint(
                condition=Q(outcome="granted", granted_until__isnull=False)
                | ~Q(outcome="granted") & Q(granted_until=None),
                name="time_request_granted_until",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(answer=""), name="time_request_refused_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id} · {self.until.isoformat()}"

    @property
    def is_ended_by_agency(self) -> bool:
        """Whether the agency itself withdrew it, or sent its report."""
        return self.outcome in (self.Outcome.WITHDRAWN, self.Outcome.SENT)
