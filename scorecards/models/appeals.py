"""Appeals (อุทธรณ์ / ขอทบทวนผลคะแนน): an agency asks that a published score of an indicator be looked at again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator
from scorecards.models.records import Publication


class Appeal(models.Model):
    """One request on one indicator of a publication, its decision, and the publication that carries it out. `files` is
    what was brought with it, as it was when it was sent, each file with its hash; `changes` are the rulings that hold
    instead: {criterion key: {decision, content, reason}}."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Upheld: the score changes")
        DISMISSED = "dismissed", _("Dismissed: the score stands")

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="appeals")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=8000)
    files = models.JSONField(default=list, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    decision = models.TextField(max_length=8000, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    revision = models.OneToOneField(
        Publication, models.PROTECT, null=True, blank=True, related_name="carries_out"
    )

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "indicator"], name="one_appeal_of_an_indicator_of_a_publication"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="decided_appeal_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}/{self.indicator_id}"
