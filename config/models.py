"""What an installation notes about itself for those who run it: signs of life, and what was slow. Nobody is named."""

from django.db import models


class Sign(models.Model):
    """When a process was last seen at work: each worker by its node name, beat by the task that it rings most often."""

    name = models.CharField(max_length=200, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at}"


class Slow(models.Model):
    """Answers or statements of one kind that were slow within one hour: how many, how long together, the longest."""

    class Kind(models.TextChoices):
        REQUEST = "request", "request"
        QUERY = "query", "query"

    hour = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    # The address's pattern, or the statement with its values left out.
    pattern = models.CharField(max_length=500)
    count = models.PositiveIntegerField(default=1)
    total_ms = models.PositiveBigIntegerField()
    longest_ms = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hour", "kind", "pattern"], name="slow_once_an_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.pattern}"
