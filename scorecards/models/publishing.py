"""Publishing at a set time."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from scorecards.models.work import Scorecard

WAITING = Q(done_at=None, cancelled_at=None)


class PublishOrderQuerySet(models.QuerySet):
    def waiting(self) -> "PublishOrderQuerySet":
        return self.filter(WAITING)

    def due(self, moment: dt.datetime) -> "PublishOrderQuerySet":
        """Those to be carried out at this moment, in the order of their times."""
        return self.waiting().filter(at__lte=moment).order_by("at", "pk")


class PublishOrder(models.Model):
    """Somebody's order to publish an approved scorecard at a moment. It holds for the scorecard as it stood then
    (`version`); what stood against it at the moment stays as `refusal`."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="publish_orders")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True)

    objects = PublishOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard"], condition=WAITING, name="publish_order_waits_once"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(cancelled_at=None), name="publish_order_done_or_cancelled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id} · {self.at.isoformat()}"

    @property
    def is_waiting(self) -> bool:
        return self.done_at is None and self.cancelled_at is None
