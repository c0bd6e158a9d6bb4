"""Agencies and people: who somebody is where."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models import in_language
from scorecards.states import Role


class Ministry(models.Model):
    code = models.SlugField(max_length=40, unique=True)
    name_th = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name_th"]
        verbose_name_plural = "ministries"

    def __str__(self):
        return in_language(self.name_th, self.name_en)


class Agency(models.Model):
    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Department")
        PROVINCE = "province", _("Province")
        PUBLIC_ORGANISATION = "public_organisation", _("Public organisation")
        OFFICE = "office", _("Office within a ministry")
        STATE_ENTERPRISE = "state_enterprise", _("State enterprise")
        CENTRAL = "central", _("Central assessing office")

    code = models.SlugField(max_length=40, unique=True)
    name_th = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="agencies")

    class Meta:
        ordering = ["name_th"]
        verbose_name_plural = "agencies"

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_th, self.name_en)


class Membership(models.Model):
    """Who somebody is where. Roles of the assessing side (reviewer … observer) are memberships of OPDC."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "agency", "role"], name="membership_unique")]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.agency}"
