"""Who reviews single indicators, and the filters of the queue that a reviewer keeps."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scorecards.models.work import Entry


class ReviewAssignment(models.Model):
    """One indicator of one scorecard given to a reviewer. Who reviews a whole scorecard stands in its `reviewers`."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="review_assignments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="review_assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["entry_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "reviewer"], name="review_assignment_unique")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.reviewer}"


class SavedFilter(models.Model):
    """Filters of the queue under a name of one's own: `query` is what stands in the address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name of the filter"), max_length=60)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_filter_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
