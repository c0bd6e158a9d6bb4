"""The verbs of privacy: hand out all that is held about a person, and forget a person who left.

Forgetting takes away what serves the account alone. What the person did for an agency stays: official acts are kept
under the archive rules, their hashes and the chain of events hold on to it (docs/privacy.md).
"""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.events import record
from scorecards.models import Agency, Delegation, Entry, Owner, Part, PublishOrder, Scorecard
from scorecards.people.personal_data import account_relations, data_of, offices_of, owners_of, rows_of
from scorecards.permissions import is_administrator
from scorecards.states import AGENCY_WORKS, ScorecardState

FORGOTTEN = "forgotten-"
TAKEN_AWAY = ["name", "email", "telephone", "password", "sessions", "notices", "choices"]


def is_forgotten(person: User) -> bool:
    """Whether this account was forgotten before."""
    return person.username.startswith(FORGOTTEN)


@transaction.atomic
def hand_out(person: User, *, actor: User | None, reason: str = "") -> dict:
    """All that is held about a person, for themself; for an administrator, or for whoever works at the machine (`actor`
    None), with the reason of the request. Recorded at the person's agencies."""
    if actor != person:
        _require_administrator(actor)
        if not reason.strip():
            raise Refused([_("Write the reason, for example the number of the request.")])
    data = data_of(person)
    _record(person, actor, "export_person", reason=reason.strip())
    return data


@transaction.atomic
def forget(person: User, *, actor: User | None, reason: str) -> None:
    """Put a pseudonym in the place of a person who left. Refused with all reasons while anything still depends on them.
    `actor` is an administrator, or None for whoever works at the machine."""
    person = User.objects.select_for_update().get(pk=person.pk)
    _require_administrator(actor)
    if reasons := why_not(person, actor=actor, reason=reason):
        raise Refused(reasons)
    agencies = _agencies(person, actor)
    _forget_contacts(person)
    _forget_account(person)
    for agency in agencies:
        record(
            agency,
            actor=actor,
            action="forget_person",
            subject=f"person:{person.pk}",
            reason=reason.strip(),
            after={"forgotten": TAKEN_AWAY},
        )


def pseudonym_of(person: User) -> str:
    """What stands in the place of the name: in Thai, the language of the record."""
    return f"บุคคลที่ถูกลบข้อมูล #{person.pk}"


def why_not(person: User, *, actor: User | None, reason: str) -> list[str]:
    """Everything that stands against forgetting this person now, each with what to do."""
    if is_forgotten(person):
        return [_("This person was forgotten before: there is nothing left to do.")]
    reasons = [*_about_the_order(person, actor, reason), *_open_work(person)]
    for one in person.memberships.select_related("agency"):
        facts = {"role": one.get_role_display(), "agency": one.agency}
        reasons.append(_("Still %(role)s at %(agency)s: end the membership first.") % facts)
    if person.is_staff or person.is_superuser:
        reasons.append(
            _(
                "The account may still open the admin pages: take the staff and superuser rights from it first."
            )
        )
    return reasons


def _about_the_order(person: User, actor: User | None, reason: str) -> Iterator[str]:
    if actor is not None and actor.pk == person.pk:
        yield _("Nobody forgets themself: another administrator does it.")
    if not reason.strip():
        yield _("Write the reason, for example the number of the request.")
    named = [person.username, person.get_full_name(), person.email]
    if any(one and one.casefold() in reason.casefold() for one in named):
        yield _("The reason stays on record: write it without the person's name or address.")


def _open_work(person: User) -> Iterator[str]:
    now, running = timezone.now(), Scorecard.objects.exclude(state=ScorecardState.PUBLISHED)
    if Delegation.objects.filter(models.Q(giver=person) | models.Q(deputy=person), ends_at__gt=now).exists():
        yield _("Somebody stands in for this person, or this person for somebody: end that first.")
    for part in Part.objects.filter(
        collector=person, done_at=None, entry__scorecard__state__in=AGENCY_WORKS
    ).select_related("entry__indicator"):
        facts: dict[str, object] = {"code": part.entry.indicator.code, "key": part.criterion_key}
        yield (
            _("A part of indicator %(code)s (%(key)s) waits for them: give it to a colleague first.") % facts
        )
    entries = Entry.objects.filter(review_assignments__reviewer=person).order_by().values("scorecard")
    reviewed = running.filter(models.Q(reviewers=person) | models.Q(pk__in=entries)).distinct()
    for card in reviewed.select_related("agency", "framework", "round__year"):
        yield _("Reviews %(card)s: give the review to somebody else first.") % {"card": card}
    if PublishOrder.objects.waiting().filter(ordered_by=person).exists():
        yield _("Ordered a publication that has not taken place yet: cancel the order or wait for it.")
    for owner in owners_of(person):
        if running.filter(agency=owner.assignment.agency_id, framework=owner.assignment.form_id).exists():
            facts = {"code": owner.indicator_code, "agency": owner.assignment.agency}
            yield _("Responsible for indicator %(code)s at %(agency)s: name somebody else first.") % facts


def _forget_contacts(person: User) -> None:
    """Wherever the name and the address stand beside the account."""
    Owner.objects.filter(pk__in=[one.pk for one in owners_of(person)]).update(
        name=pseudonym_of(person), telephone="", email=""
    )
    for field in _address_columns() if person.email else []:
        field.model._default_manager.filter(**{f"{field.name}__iexact": person.email}).update(
            **{field.name: ""}
        )
    Delegation.objects.filter(giver=person).update(reason="–")
    LogEntry.objects.filter(content_type__model="user", object_id=str(person.pk)).update(
        object_repr=pseudonym_of(person)
    )


def _address_columns() -> list[models.EmailField]:
    """Every column of every table that holds an e-mail address, but the account's own."""
    columns = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return [one for one in columns if isinstance(one, models.EmailField) and one.model is not User]


def _forget_account(person: User) -> None:
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
    for field in account_relations():
        rows_of(person, field).delete()
    person.groups.clear()
    person.user_permissions.clear()
    person.username, person.first_name = f"{FORGOTTEN}{person.pk}", pseudonym_of(person)
    person.last_name = person.email = ""
    person.is_active, person.last_login = False, None
    person.set_unusable_password()
    person.save(
        update_fields=["username", "first_name", "last_name", "email", "is_active", "last_login", "password"]
    )


def _require_administrator(actor: User | None) -> None:
    if actor is not None and not is_administrator(actor):
        raise Refused([_("Personal data is handed out and forgotten by administrators. Ask one of them.")])


def _record(person: User, actor: User | None, action: str, *, reason: str) -> None:
    for agency in _agencies(person, actor):
        record(agency, actor=actor, action=action, subject=f"person:{person.pk}", reason=reason)


def _agencies(person: User, actor: User | None) -> list[Agency]:
    """Where it is recorded: at the person's agencies; without any at the actor's, else at the central office."""
    found = offices_of(person) or (offices_of(actor) if actor else [])
    return found or list(Agency.objects.filter(kind=Agency.Kind.CENTRAL).order_by("pk")[:1])
