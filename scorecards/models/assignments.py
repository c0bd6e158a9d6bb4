"""Which agency has which form, and who there is responsible."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models import Framework
from scorecards.models.people import Agency


class Assignment(models.Model):
    """A year's form given to an agency: `tailoring` is what is the agency's own (indicators/tailoring.py), `form` the
    published framework that its scorecards are opened with."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="assignments")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="assignments")
    form = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="+")
    tailoring = models.JSONField(default=dict, blank=True)
    hosts = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["agency__name_th"]
        constraints = [models.UniqueConstraint(fields=["agency", "framework"], name="assignment_unique")]

    def __str__(self) -> str:
        return f"{self.agency} · {self.framework}"


class Owner(models.Model):
    """Who at the agency is responsible for an indicator: shown to the agency, its reviewers and administrators only."""

    class Duty(models.TextChoices):
        SUPERVISOR = "supervisor", _("KPI supervisor")
        COLLECTOR = "collector", _("Data collector")

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="owners")
    indicator_code = models.CharField(max_length=40)
    duty = models.CharField(max_length=12, choices=Duty.choices)
    name = models.CharField(max_length=300)
    telephone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ["assignment", "indicator_code", "-duty", "pk"]

    def __str__(self) -> str:
        return f"{self.indicator_code} · {self.name}"
