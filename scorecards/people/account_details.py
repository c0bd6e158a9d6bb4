"""The verb of an account's details: correct what somebody is called and where their mails go."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from indicators.scoring import content_hash
from scorecards.events import already_done, lock_chains, record
from scorecards.models import Agency, Membership
from scorecards.people.address_mail import tell
from scorecards.people.contacts import masked
from scorecards.people.leaving import locked_membership, not_managing

FIELDS = ("first_name", "last_name", "email")


def seen(person: User) -> str:
    """By what a form knows whether somebody corrected the person meanwhile."""
    return content_hash([getattr(person, name) for name in FIELDS])[:16]


@transaction.atomic
def correct_person(
    membership: Membership, said: dict, *, before: str, reason: str, actor: User, request_key: str = ""
) -> User:
    """Correct the name and the address of a member's account {first_name, last_name, email} as they stood when
    `before` was seen. The person is told at the old address and at the new one, and stays signed in; what is frozen
    keeps the name it was frozen with. Refused with all reasons."""
    _one_at_a_time(membership)
    if already_done(request_key):
        return membership.user
    membership = locked_membership(membership)
    person = membership.user
    stood = {name: getattr(person, name) for name in FIELDS}
    stale = seen(person) != before
    for name in FIELDS:
        setattr(person, name, said[name])
    person.email = person.email.lower()
    if reasons := [*not_managing(actor, reason), *_stale(stale, stood), *_faults(person, stood)]:
        raise Refused(reasons)
    changed = [name for name in FIELDS if getattr(person, name) != stood[name]]
    if changed:
        person.save(update_fields=changed)
        _record(membership, stood, changed, actor=actor, reason=reason, request_key=request_key)
    if "email" in changed:
        # allauth would go on finding the account by the old one
        EmailAddress.objects.filter(user=person).delete()
        tell(person, addresses=[stood["email"], person.email])
    return person


def _one_at_a_time(membership: Membership) -> None:
    """Two people are never given one address at the same moment, at whatever agencies they are."""
    central = Agency.objects.filter(kind=Agency.Kind.CENTRAL).values_list("pk", flat=True)
    lock_chains([membership.agency_id, *central])


def _stale(is_stale: bool, stood: dict[str, str]) -> list[str]:
    if not is_stale:
        return []
    said = _("Somebody corrected this meanwhile, it says now: %(now)s. Save once more if yours is right.")
    return [said % {"now": " ".join(one for one in stood.values() if one)}]


def _faults(person: User, stood: dict[str, str]) -> list[str]:
    reasons = []
    try:
        person.clean_fields(exclude=[one.name for one in User._meta.fields if one.name not in FIELDS])
    except ValidationError as fault:
        reasons += fault.messages
    if not person.first_name.strip():
        reasons.append(_("Write the first name."))
    if stood["email"] and not person.email:
        reasons.append(_("Write the new address: reminders and links for a new password go there."))
    others = User.objects.filter(email__iexact=person.email, is_active=True).exclude(pk=person.pk)
    if person.email and person.email != stood["email"] and others.exists():
        reasons.append(
            _("Another account has this address already: every person needs an address of their own.")
        )
    return reasons


def _record(
    membership: Membership, stood: dict[str, str], changed: list[str], *, actor: User, **facts: Any
) -> None:
    """The record never forgets: of a name it keeps the length, of an address the domain."""
    person, name = membership.user, {"person": membership.user.get_username()}
    record(
        membership.agency,
        actor=actor,
        action="correct_person",
        subject=f"person:{person.pk}",
        before=name | {one: masked(stood[one]) for one in changed},
        after=name | {one: masked(getattr(person, one)) for one in changed},
        **facts,
    )
