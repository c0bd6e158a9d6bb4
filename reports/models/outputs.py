"""What was taken of the documents, and the figures of the records that they print."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from reports.models.batches import BatchFile
from reports.models.documents import Document


class Download(models.Model):
    """Who took a document or a batch's file, and when; the record of events says it to the agencies, too."""

    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="downloads")
    file = models.ForeignKey(BatchFile, models.PROTECT, null=True, blank=True, related_name="downloads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False, file__isnull=True)
                | Q(document__isnull=True, file__isnull=False),
                name="download_is_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.at}"


class RecordFigures(models.Model):
    """The scores of one frozen record in a few lines, by the record's content hash (dashboards/figures.py). Made of the
    record alone, so it may be removed at any time; `edition` is that of the lines."""

    record_hash = models.CharField(max_length=64, primary_key=True)
    edition = models.PositiveSmallIntegerField()
    lines = models.JSONField()

    class Meta:
        verbose_name_plural = "figures of records"

    def __str__(self) -> str:
        return self.record_hash
