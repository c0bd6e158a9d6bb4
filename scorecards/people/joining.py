"""The verbs of coming to an agency: invite somebody by e-mail, take the invitation back, join."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.events import already_done, record
from scorecards.models import Agency, Invitation, Membership
from scorecards.people.contacts import masked
from scorecards.permissions import may_manage_people
from scorecards.states import AGENCY_ROLES, Role

SALT = "scorecards.invitation"
IN_SESSION = "invitation"


@transaction.atomic
def invite(agency: Agency, *, email: str, role: str, actor: User, request_key: str = "") -> Invitation:
    """Ask whoever reads this address to join the agency in a role, until INVITATION_DAYS from now. An open invitation
    of the same address and role is replaced. Refused with all reasons."""
    agency, email = Agency.objects.select_for_update().get(pk=agency.pk), email.lower()
    if already_done(request_key):
        return agency.invitations.filter(email=email, role=role).latest("invited_at")
    if reasons := _why_not_invite(agency, email, role, actor):
        raise Refused(reasons)
    open_ = agency.invitations.open().filter(email__iexact=email, role=role)
    open_.update(withdrawn_at=timezone.now())
    until = timezone.now() + dt.timedelta(days=settings.INVITATION_DAYS)
    invitation = Invitation(agency=agency, role=role, email=email, invited_by=actor, expires_at=until)
    _require_valid(invitation)
    invitation.save(force_insert=True)
    _record(invitation, actor, "invite", after=_facts(invitation), request_key=request_key)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, actor: User) -> Invitation:
    """The invitation holds no longer. Doing it twice changes nothing; one that was taken up is refused."""
    invitation = _locked(invitation)
    if not may_manage_people(actor):
        raise Refused([_("People are managed by administrators.")])
    if invitation.taken_at:
        raise Refused([_("This invitation was taken up already: end the membership instead.")])
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        _record(invitation, actor, "withdraw_invitation", before=_facts(invitation))
    return invitation


@transaction.atomic
def join(invitation: Invitation, *, person: User) -> Membership:
    """The person takes the invitation up: once, while it is open, and only with the address that was invited. An
    account that was closed when its owner left is opened again."""
    invitation = _locked(invitation)
    if reasons := why_not_join(invitation, person):
        raise Refused(reasons)
    if person.pk is None or not person.is_active:
        person.is_active = True
        _require_valid(person, exclude=["password"])
        person.save()
    membership, _made = Membership.objects.get_or_create(
        user=person, agency=invitation.agency, role=invitation.role
    )
    invitation.taken_at, invitation.taken_by = timezone.now(), person
    invitation.save(update_fields=["taken_at", "taken_by"])
    after = {"person": person.get_username(), "role": membership.role}
    _record(invitation, person, "join", after=after)
    return membership


def join_by_single_sign_on(invitation: Invitation, *, suggested: User) -> User:
    """Join as the person whom the provider has just named, with an account that has no password of its own."""
    known = account_for(invitation)
    person = known or User(
        username=_free_username(invitation.email),
        email=invitation.email,
        first_name=suggested.first_name,
        last_name=suggested.last_name,
    )
    if known is None:
        person.set_unusable_password()
    join(invitation, person=person)
    return person


def why_not_join(invitation: Invitation, person: User) -> list[str]:
    """Why this person cannot take the invitation up; empty when they can."""
    if not invitation.is_open:
        return [_("This invitation holds no longer. Ask whoever invited you for a new one.")]
    if person.email.lower() != invitation.email.lower():
        return [
            _("This invitation is for %(email)s: sign in with that account.") % {"email": invitation.email}
        ]
    return _wrong_side(invitation.agency, invitation.role)


def account_for(invitation: Invitation) -> User | None:
    """Who already has an account with the address that was invited; one that is open before one that is closed."""
    return User.objects.filter(email__iexact=invitation.email).order_by("-is_active", "pk").first()


def token_of(invitation: Invitation) -> str:
    """What its link carries: nobody can make one up."""
    return signing.dumps(invitation.pk, salt=SALT)


def find_invitation(token: str) -> Invitation | None:
    """The invitation of a link; None when the link is not ours."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("agency").filter(pk=pk).first()


def invitation_in(session: SessionBase) -> Invitation | None:
    """The invitation whose page this browser opened last, while it is open."""
    return Invitation.objects.open().filter(pk=session.get(IN_SESSION)).first()


def _why_not_invite(agency: Agency, email: str, role: str, actor: User) -> list[str]:
    if not may_manage_people(actor):
        return [_("People are managed by administrators.")]
    member = User.objects.filter(email__iexact=email, memberships__agency=agency, memberships__role=role)
    reasons = _wrong_side(agency, role)
    if member.exists():
        reasons.append(_("%(email)s has this role here already.") % {"email": email})
    return reasons


def _wrong_side(agency: Agency, role: str) -> list[str]:
    """Roles of the assessing side are at the assessing office only, the others everywhere else."""
    is_central = agency.kind == Agency.Kind.CENTRAL
    if is_central == (role in AGENCY_ROLES):
        return [_("“%(role)s” is no role at %(agency)s.") % {"role": Role(role).label, "agency": agency}]
    return []


def _require_valid(row: Model, **options: Any) -> None:
    """Raise Refused with all that the columns do not take: an address that is too long, a user name taken meanwhile."""
    try:
        row.full_clean(**options)
    except ValidationError as fault:
        raise Refused(fault.messages) from None


def _free_username(email: str) -> str:
    """The address itself, which everybody remembers; shortened or numbered where it is too long or taken."""
    wanted = email.lower()[:140]
    taken = set(User.objects.filter(username__istartswith=wanted).values_list("username", flat=True))
    return next(
        name for name in (wanted, *(f"{wanted}-{number}" for number in range(2, 10_000))) if name not in taken
    )


def _locked(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update(of=("self",)).select_related("agency").get(pk=invitation.pk)


def _facts(invitation: Invitation) -> dict:
    """For the record, which never forgets: the address masked."""
    return {"email": masked(invitation.email), "role": invitation.role}


def _record(invitation: Invitation, actor: User, action: str, **facts: Any) -> None:
    record(invitation.agency, actor=actor, action=action, subject=f"invitation:{invitation.pk}", **facts)
