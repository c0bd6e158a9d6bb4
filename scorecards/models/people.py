"""Agencies and people: who somebody is where."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models import in_language
from scorecards.prepared import prepared
from scorecards.states import Role


class Ministry(models.Model):
    """What agencies belong to, for lists, filters and summaries."""

    code = models.SlugField(max_length=40, unique=True)
    name_th = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name_th"]
        verbose_name_plural = "ministries"

    def __str__(self) -> str:
        return in_language(self.name_th, self.name_en)


class Agency(models.Model):
    """Who is assessed; of kind CENTRAL who assesses. Each has its own chain of events."""

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

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_th, self.name_en)


class Membership(models.Model):
    """Who somebody is where now: of who left there is a PastMembership instead, so that no question about roles can
    forget to ask. Roles of the assessing side (reviewer … observer) are memberships of OPDC."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "agency", "role"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.agency}"

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """As Django's, which looks through all labels each time; every page asks."""
        return str(Role(self.role).label)


@prepared
def _memberships(user: int) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user).select_related("agency")


def memberships_of(user: User) -> list[Membership]:
    """Who this person is where, with the agencies. Asked once for each request."""
    if not hasattr(user, "_memberships"):
        user._memberships = _memberships(user=user.pk)  # type: ignore[attr-defined]
    return user._memberships  # type: ignore[attr-defined]


class PastMembership(models.Model):
    """Who somebody was where until they left, or until their role changed, and why."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="past_memberships"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="past_memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-ended_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="past_membership_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.agency}"


class InvitationQuerySet(models.QuerySet):
    def open(self) -> "InvitationQuerySet":
        """Those that may still be taken up."""
        return self.filter(taken_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """Somebody is asked by e-mail to join an agency in a role: once, and until it expires."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=16, choices=Role.choices)
    email = models.EmailField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None) | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="invitation_is_taken_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()} · {self.agency}"

    @property
    def is_open(self) -> bool:
        return not self.taken_at and not self.withdrawn_at and self.expires_at > timezone.now()


class PasswordRequest(models.Model):
    """Somebody asks for a new password at this address, which may be nobody's: the outbox of the mail with the link.
    The row leaves with its mail, after an hour at the latest."""

    email = models.EmailField(unique=True)
    language = models.CharField(max_length=7)
    asked_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.pk} · {self.asked_at}"


class AddressMail(models.Model):
    """Somebody is to be told at this address, the old one or the new one, that the address of their account was
    corrected: the outbox of that mail. The row leaves with it, after a week at the latest."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="address_mails")
    email = models.EmailField()
    made_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.made_at}"
