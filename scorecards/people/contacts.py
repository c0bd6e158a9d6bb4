"""Telephone numbers and addresses of the people responsible: whole only for whoever works with them, masked elsewhere.

Who looked at them whole, or took them away in a file, is recorded at the agency once a day (docs/privacy.md).
"""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from scorecards.delegation import roles_held
from scorecards.events import already_done, record
from scorecards.models import Agency, Assignment, Owner, Scorecard
from scorecards.prepared import prepared
from scorecards.states import AGENCY_ROLES, Role

DOT = "●"
KEPT = 4  # digits at the end of a number: enough to tell two numbers apart
BETWEEN = " -+().,/"
WORKING_WITH_ALL = {Role.CHIEF, Role.ADMINISTRATOR}


def masked(contact: str) -> str:
    """A telephone number with its last four digits, an e-mail address with its first letter and its domain; of any
    other text nothing but its length."""
    name, at, domain = contact.rpartition("@")
    if at:
        return f"{name[:1]}{DOT * 3}@{domain}"
    digits = [place for place, letter in enumerate(contact) if letter.isdecimal()]
    kept = set(digits[-KEPT:]) if len(digits) > KEPT else set()
    return "".join(
        letter if place in kept or letter in BETWEEN else DOT for place, letter in enumerate(contact)
    )


def contacts_of(scorecard: Scorecard, code: str = "") -> list[Owner]:
    """Who is responsible at the agency for the scorecard's indicators, or for one of them."""
    agency, form = scorecard.agency_id, scorecard.framework_id
    return _owners_of(agency=agency, form=form, code=code) if code else _owners(agency=agency, form=form)


def _everybody(agency: int, form: int) -> QuerySet[Owner]:
    return Owner.objects.filter(assignment__agency=agency, assignment__form=form)


_owners = prepared(_everybody)


@prepared
def _owners_of(agency: int, form: int, code: str) -> QuerySet[Owner]:
    return _everybody(agency, form).filter(indicator_code=code)


def may_see_contacts(user: User, scorecard: Scorecard) -> bool:
    """Whether this person, who may open the scorecard, works with these people: colleagues, the assigned reviewers,
    chief reviewers and administrators. Observers do not."""
    roles = roles_held(user)
    if any(agency == scorecard.agency_id and role in AGENCY_ROLES for agency, role in roles):
        return True
    if any(role in WORKING_WITH_ALL for _agency, role in roles):
        return True
    reviews = any(role == Role.REVIEWER for _agency, role in roles)
    return reviews and Scorecard.objects.assigned_to(user).filter(pk=scorecard.pk).exists()


def note_reading(owners: Iterable[Owner], *, actor: User, place: str) -> None:
    """Record that this person read the contact details of these people whole, at `place` (page, form, word, workbook).
    Once a day for each agency's list; nothing where there was nothing to read."""
    told = [one for one in owners if one.telephone or one.email]
    held = Assignment.objects.filter(pk__in={one.assignment_id for one in told})
    for assignment in held.select_related("agency").order_by("agency"):
        _note(assignment.agency, actor, f"contacts:{assignment.pk}", place)


def note_reading_of_people(agency: Agency, *, actor: User) -> None:
    """Record that an administrator read the addresses of the accounts of an agency's people. Once a day."""
    _note(agency, actor, f"people:{agency.pk}", "people")


def _note(agency: Agency, actor: User, subject: str, place: str) -> None:
    key = f"{subject}/{actor.pk}/{place}/{timezone.localdate().isoformat()}"
    if already_done(key):
        return
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=agency.pk)
        if not already_done(key):  # by a second window, while this one waited
            record(
                agency,
                actor=actor,
                action="read_contacts",
                subject=subject,
                after={"place": place},
                request_key=key,
            )
