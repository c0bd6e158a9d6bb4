"""The verbs of a membership's end: change a role, leave an agency, start somebody's signing in anew."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.accounts.new_passwords import path_for
from scorecards.delegation import name_of
from scorecards.events import already_done, lock_chains, record, record_entry
from scorecards.models import Agency, Delegation, Entry, Membership, Part, PastMembership, Scorecard
from scorecards.permissions import may_manage_people
from scorecards.reviewing.review_assigning import assign_reviewers, take_away
from scorecards.states import AGENCY_ROLES, Role, ScorecardState

# A reviewer's work there is over, or cannot be given to somebody else any more.
DONE = [ScorecardState.APPROVED, ScorecardState.PUBLISHED]


@dataclass(frozen=True)
class OpenWork:
    """What still bears a member's name: parts to answer, scorecards and single indicators to review."""

    parts: list[Part]
    scorecards: list[Scorecard]
    entries: list[Entry]

    def __len__(self) -> int:
        return len(self.parts) + len(self.scorecards) + len(self.entries)


def open_work(membership: Membership) -> OpenWork:
    """What the member would leave undone in this role."""
    parts, cards, entries = Part.objects.none(), Scorecard.objects.none(), Entry.objects.none()
    if membership.role in (Role.COLLECTOR, Role.SUPERVISOR):
        ours = Part.objects.filter(collector=membership.user, done_at=None)
        parts = ours.filter(entry__scorecard__agency=membership.agency)
        parts = parts.exclude(entry__scorecard__state=ScorecardState.PUBLISHED)
    if membership.role == Role.REVIEWER:
        cards = Scorecard.objects.filter(reviewers=membership.user).exclude(state__in=DONE)
        entries = Entry.objects.filter(review_assignments__reviewer=membership.user)
        entries = entries.exclude(scorecard__state__in=DONE)
    return OpenWork(
        list(parts.select_related("entry__indicator", "entry__scorecard__agency")),
        list(cards.select_related("agency", "round__year")),
        list(entries.select_related("indicator", "scorecard__agency", "scorecard__round__year")),
    )


def successors_of(membership: Membership) -> QuerySet[User]:
    """Who may take over what the member leaves: the others of the same role at the agency."""
    others = User.objects.filter(memberships__agency=membership.agency, memberships__role=membership.role)
    return others.filter(is_active=True).exclude(pk=membership.user_id).order_by("first_name", "username")


@transaction.atomic
def change_role(
    membership: Membership,
    *,
    role: str,
    reason: str,
    actor: User,
    successor: User | None = None,
    request_key: str = "",
) -> Membership:
    """The member has another role at the same agency from now on; the one before is kept with the reason. Open work of
    it goes to `successor`, or to nobody in particular."""
    lock_chains([membership.agency_id])
    if already_done(request_key):
        return membership
    membership = locked_membership(membership)
    reasons = _why_not_end(membership, reason, actor, successor)
    if (role in AGENCY_ROLES) != (membership.role in AGENCY_ROLES):
        reasons.append(
            _("“%(role)s” is no role at %(agency)s.")
            % {"role": Role(role).label, "agency": membership.agency}
        )
    person, agency = membership.user, membership.agency
    if Membership.objects.filter(user=person, agency=agency, role=role).exists():
        reasons.append(_("%(person)s has this role here already.") % {"person": name_of(person)})
    if reasons:
        raise Refused(reasons)
    before = {"person": person.get_username(), "role": membership.role}
    work = _hand_over(membership, successor, actor)
    _end(membership, reason, actor)
    changed = Membership.objects.create(user=person, agency=agency, role=role)
    after = {"person": person.get_username(), "role": role} | work
    _record(
        agency,
        actor,
        "change_role",
        person,
        before=before,
        after=after,
        reason=reason,
        request_key=request_key,
    )
    return changed


@transaction.atomic
def leave(
    membership: Membership, *, reason: str, actor: User, successor: User | None = None, request_key: str = ""
) -> None:
    """The member leaves the agency in this role: the membership is kept as past, with the reason; open work goes to
    `successor`, or to nobody in particular; who has no other place left cannot sign in any more."""
    lock_chains([membership.agency_id])
    if already_done(request_key):
        return
    membership = locked_membership(membership)
    if reasons := _why_not_end(membership, reason, actor, successor):
        raise Refused(reasons)
    person, agency, role = membership.user, membership.agency, membership.role
    work = _hand_over(membership, successor, actor)
    _end(membership, reason, actor)
    if not person.memberships.exists() and not person.is_superuser:
        person.is_active = person.is_staff = False
        person.save(update_fields=["is_active", "is_staff"])
    end_sessions(person)
    before = {"person": person.get_username(), "role": role}
    _record(agency, actor, "leave", person, before=before, after=work, reason=reason, request_key=request_key)


@transaction.atomic
def reset_sign_in(membership: Membership, *, reason: str, actor: User, request_key: str = "") -> None:
    """Somebody lost telephone and recovery codes: their second factors are removed and they are signed out everywhere.
    They set up a new one when they sign in with their password. Nobody does it for themselves."""
    lock_chains([membership.agency_id])
    if already_done(request_key):
        return
    membership = locked_membership(membership)
    reasons = not_managing(actor, reason)
    if membership.user_id == actor.pk:
        reasons.append(_("Somebody else must do this for you."))
    if reasons:
        raise Refused(reasons)
    person = membership.user
    factors = Authenticator.objects.filter(user=person)
    before = {"person": person.get_username(), "factors": sorted(factors.values_list("type", flat=True))}
    factors.delete()
    end_sessions(person)
    _record(
        membership.agency,
        actor,
        "reset_sign_in",
        person,
        before=before,
        reason=reason,
        request_key=request_key,
    )


@transaction.atomic
def password_link(membership: Membership, *, reason: str, actor: User, request_key: str = "") -> str:
    """The path of a page where the person sets a new password, once: for who forgot it where no mail is sent. Whoever
    asks is known to the administrator; the record says who made the link."""
    membership = locked_membership(membership)
    if reasons := not_managing(actor, reason):
        raise Refused(reasons)
    person = membership.user
    if not already_done(request_key):
        _record(
            membership.agency,
            actor,
            "password_link",
            person,
            after={"person": person.get_username()},
            reason=reason,
            request_key=request_key,
        )
    return path_for(person)


def locked_membership(membership: Membership) -> Membership:
    """The membership while nobody else changes it. Raises Refused when it has ended."""
    Agency.objects.select_for_update().get(pk=membership.agency_id)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "agency")
    found = rows.filter(pk=membership.pk).first()
    if found is None:
        raise Refused([_("This membership has ended already. Look at the list again.")])
    return found


def not_managing(actor: User, reason: str) -> list[str]:
    """Why this person may not manage people, or not without a reason."""
    reasons = [] if may_manage_people(actor) else [_("People are managed by administrators.")]
    return reasons if reason.strip() else [*reasons, _("Write the reason.")]


def end_sessions(person: User) -> None:
    """Sign the person out everywhere."""
    for session in UserSession.objects.filter(user=person):
        session.end()


def _why_not_end(membership: Membership, reason: str, actor: User, successor: User | None) -> list[str]:
    reasons = not_managing(actor, reason)
    if membership.role == Role.ADMINISTRATOR:
        others = Membership.objects.select_for_update(of=("self",)).filter(role=Role.ADMINISTRATOR)
        if not [one for one in others.select_related("user") if one != membership and one.user.is_active]:
            reasons.append(_("This is the last administrator: invite another one first."))
    if successor is not None and not successors_of(membership).filter(pk=successor.pk).exists():
        reasons.append(_("Choose a successor who has the same role here."))
    return reasons


def _end(membership: Membership, reason: str, actor: User) -> None:
    now = timezone.now()
    PastMembership.objects.create(
        user=membership.user,
        agency=membership.agency,
        role=membership.role,
        ended_at=now,
        ended_by=actor,
        reason=reason,
    )
    membership.delete()
    ended = Q(giver=membership.user, role=membership.role)
    if not membership.user.memberships.filter(agency=membership.agency).exists():
        ended |= Q(deputy=membership.user)
    running = Delegation.objects.filter(ended, agency=membership.agency, ends_at__gt=now)
    running.update(ends_at=now, starts_at=Least("starts_at", Value(now)))


def _hand_over(membership: Membership, successor: User | None, actor: User) -> dict:
    """Give what is open to the successor, or take it off; returns what it was, for the record."""
    work = open_work(membership)
    told: dict = {}
    for lines in (work.scorecards, work.entries):
        if lines and successor is not None:
            assign_reviewers(lines, reviewers=[successor], actor=actor)
        if lines:
            take_away(lines, reviewers=[membership.user], actor=actor)
    _hand_over_parts(work.parts, successor, actor)
    counts: dict[str, list] = {"parts": work.parts, "scorecards": work.scorecards, "indicators": work.entries}
    told |= {name: len(rows) for name, rows in counts.items() if rows}
    if told and successor is not None:
        told["successor"] = successor.get_username()
    return told


def _hand_over_parts(parts: list[Part], successor: User | None, actor: User) -> None:
    """A part without a collector belongs to everybody."""
    rows = Part.objects.filter(pk__in=[one.pk for one in parts])
    before: dict = {}
    for one in parts:
        before.setdefault(one.entry, {})[one.criterion_key] = one.collector_id
    if successor is None:
        rows.delete()
    else:
        rows.update(collector=successor)
    for entry, keys in before.items():
        after = dict.fromkeys(keys, successor.pk) if successor else {}
        record_entry(entry, actor=actor, action="share_out", before=keys, after=after)


def _record(agency: Agency, actor: User, action: str, person: User, **facts: Any) -> None:
    record(agency, actor=actor, action=action, subject=f"person:{person.pk}", **facts)
