"""The verbs of delegation: let a colleague act while somebody is away, and end that early."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.events import already_done, record
from scorecards.models import Agency, Delegation
from scorecards.rounds.last_days import last_ahead, why_too_late
from scorecards.states import AGENCY_ROLES, Role


@transaction.atomic
def delegate(delegation: Delegation, *, actor: User, request_key: str = "") -> Delegation:
    """Let `deputy` hold `giver`'s role at the agency for some days. Whoever is away does it for the own role; the head
    of the agency does it for anybody there. Refused with all reasons."""
    Agency.objects.select_for_update().get(pk=delegation.agency_id)
    if already_done(request_key):
        return delegation
    if reasons := _why_not(delegation, actor):
        raise Refused(reasons)
    delegation.full_clean()
    delegation.save(force_insert=True)
    _record(
        delegation,
        actor,
        "delegate",
        after=_facts(delegation),
        reason=delegation.reason,
        request_key=request_key,
    )
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, actor: User) -> Delegation:
    """The person is back: the delegation ends now. Doing it twice changes nothing."""
    delegation = Delegation.objects.select_for_update().select_related("agency").get(pk=delegation.pk)
    if not may_arrange(actor, delegation):
        raise Refused([_("Only the person who is away, or the head of the agency, ends this.")])
    now = timezone.now()
    if delegation.ends_at <= now:
        return delegation
    before = _facts(delegation)
    delegation.ends_at, delegation.starts_at = now, min(delegation.starts_at, now)
    delegation.save(update_fields=["starts_at", "ends_at"])
    _record(delegation, actor, "end_delegation", before=before, after=_facts(delegation))
    return delegation


def may_arrange(actor: User, delegation: Delegation) -> bool:
    """The person who is away, and the head of the agency."""
    return actor.pk == delegation.giver_id or _has(actor, delegation.agency, Role.HEAD)


def _why_not(delegation: Delegation, actor: User) -> list[str]:
    agency, reasons = delegation.agency, []
    if not may_arrange(actor, delegation):
        reasons.append(_("Only the person who is away, or the head of the agency, arranges this."))
    if delegation.role not in AGENCY_ROLES or not _has(delegation.giver, agency, delegation.role):
        reasons.append(_("Choose a role that this person has at the agency."))
    if delegation.deputy_id == delegation.giver_id or not _has(delegation.deputy, agency, *AGENCY_ROLES):
        reasons.append(_("Choose another person of the same agency to act."))
    if delegation.ends_at <= timezone.now() or delegation.ends_at <= delegation.starts_at:
        reasons.append(_("Choose days that are still to come, the first before the last."))
    reasons += why_too_late(delegation.ends_at, last_ahead())
    if not delegation.reason.strip():
        reasons.append(_("Write the reason, for example “on leave”."))
    return reasons


def _has(person: User, agency: Agency, *roles: str) -> bool:
    return person.memberships.filter(agency=agency, role__in=roles).exists()


def _facts(delegation: Delegation) -> dict:
    return {
        "role": delegation.role,
        "giver": delegation.giver_id,
        "deputy": delegation.deputy_id,
        "starts_at": delegation.starts_at.isoformat(),
        "ends_at": delegation.ends_at.isoformat(),
    }


def _record(delegation: Delegation, actor: User, action: str, **facts: Any) -> None:
    record(delegation.agency, actor=actor, action=action, subject=f"delegation:{delegation.pk}", **facts)
