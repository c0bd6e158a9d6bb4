"""Who somebody is where: memberships, and the roles they hold for colleagues who are away. Reads only."""

import datetime as dt
from collections.abc import Container, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from scorecards.models import Agency, Delegation
from scorecards.models.people import memberships_of
from scorecards.prepared import prepared
from scorecards.states import ASSESSING_ROLES, OVERSEEING_ROLES


def roles_held(user: User) -> list[tuple[int, str]]:
    """(agency, role) of this person now: the own ones and those held for somebody. Asked once for each request."""
    if not hasattr(user, "_roles_held"):
        own = [(one.agency_id, one.role) for one in memberships_of(user)]
        held = _held_now(deputy=user.pk, moment=timezone.now())
        user._roles_held = own + [one for one in held if one not in own]  # type: ignore[attr-defined]
    return user._roles_held  # type: ignore[attr-defined]


@prepared
def _held_now(deputy: int, moment: dt.datetime) -> QuerySet[Delegation, tuple[int, str]]:
    return active(moment, deputy=deputy).order_by().values_list("agency_id", "role")


def holds(user: User, roles: Container[str], *, agency: int | None = None) -> bool:
    """Whether this person has one of these roles now, at this agency or anywhere. Roles held for somebody are asked for
    only where the own ones do not do."""
    own = ((one.agency_id, one.role) for one in memberships_of(user))
    return _among(own, roles, agency) or _among(roles_held(user), roles, agency)


def _among(held: Iterable[tuple[int, str]], roles: Container[str], agency: int | None) -> bool:
    return any(role in roles and agency in (None, place) for place, role in held)


def belongs_to(user: User, agency_id: int) -> bool:
    """Whether this person has a role of their own at the agency."""
    return any(one.agency_id == agency_id for one in memberships_of(user))


def assesses(user: User | AnonymousUser) -> bool:
    """Whether this person is of the assessing side by a role of their own."""
    return user.is_authenticated and any(one.role in ASSESSING_ROLES for one in memberships_of(user))


def oversees(user: User) -> bool:
    """Whether a role of their own lets this person see every ruling."""
    return any(one.role in OVERSEEING_ROLES for one in memberships_of(user))


def active(moment: dt.datetime | None = None, **filters: Any) -> QuerySet[Delegation]:
    """Delegations that hold at this moment (now) and whose giver still has the role."""
    moment = moment or timezone.now()
    return Delegation.objects.filter(
        starts_at__lte=moment,
        ends_at__gt=moment,
        giver__memberships__agency=F("agency"),
        giver__memberships__role=F("role"),
        **filters,
    )


def name_of(person: User | None) -> str:
    """What somebody is called: the name, or the user name of whoever has none; "" for nobody."""
    return (person.get_full_name() or person.get_username()) if person else ""


def name_in_role(user: User | None, *, agency: Agency, role: str) -> str:
    """A person's name as it stands in the record; who acts for a colleague is named with that colleague."""
    if user is None:
        return ""
    name = name_of(user)
    if user.memberships.filter(agency=agency, role=role).exists():
        return name
    held = Delegation.objects.filter(deputy=user, agency=agency, role=role).select_related("giver").first()
    if held is None:
        return name
    return _("%(name)s (for %(giver)s)") % {"name": name, "giver": name_of(held.giver)}
