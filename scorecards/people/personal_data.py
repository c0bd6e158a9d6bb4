"""What is held about one person: everything that points at the account, and where else the person is named. Reads only.

It follows the relations of the models, so a new table is in it by itself. Rows that go with the account (`on_delete`
CASCADE) belong to the person and are told whole; of rows that stay as a record it is told which they are, when, and the
person's own words. Nothing of anybody else is in it (docs/privacy.md describes the file).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from scorecards.models import Agency, Event, Owner

FORMAT = "scorecards.person/1"
# Columns that open something: of no use to the person, and dangerous in a file.
SECRET = {"password", "data", "session_key", "key", "token", "token_secret", "secret"}
# What somebody did in the admin's pages is a record, although Django lets it go with the account.
RECORDS = {LogEntry}
# The person's own words in rows that stay, by table and column that names the person.
OWN_WORDS = {
    "scorecards.Membership.user": ["role"],
    "scorecards.PastMembership.user": ["role", "reason"],
    "scorecards.Delegation.giver": ["role", "reason"],
    "scorecards.Delegation.deputy": ["role"],
    "scorecards.Comment.author": ["text"],
    "scorecards.TimeRequest.asked_by": ["reason"],
    "scorecards.TimeRequest.answered_by": ["answer"],
    "scorecards.Appeal.opened_by": ["reason"],
    "scorecards.Appeal.decided_by": ["decision"],
    "scorecards.Clarification.asked_by": ["question"],
    "scorecards.Clarification.answered_by": ["answer"],
    "scorecards.Ruling.reviewer": ["criterion_key", "decision", "reason"],
    "scorecards.SecondRuling.reviewer": ["criterion_key", "decision", "reason"],
    "scorecards.FileRuling.reviewer": ["verdict", "remark"],
    "scorecards.Resolution.decided_by": ["number", "reason"],
    "scorecards.Reason.made_by": ["text"],
    "scorecards.Event.actor": ["number", "action", "subject", "reason"],
    "evidence.Evidence.uploaded_by": ["name"],
    "evidence.Link.added_by": ["title", "url"],
    "evidence.Upload.user": ["name"],
    "reports.Batch.requested_by": ["title"],
}
ACCOUNT = [
    "username",
    "first_name",
    "last_name",
    "email",
    "is_active",
    "is_staff",
    "is_superuser",
    "date_joined",
    "last_login",
]


def data_of(person: User) -> dict:
    """Everything held about this person, ready for JSON (dates and identifiers as they are)."""
    return {
        "format": FORMAT,
        "made_at": timezone.now(),
        "account": {name: getattr(person, name) for name in ACCOUNT},
        "responsible": [
            _columns(one, ["indicator_code", "duty", "name", "telephone", "email"])
            | {"agency": one.assignment.agency.code}
            for one in owners_of(person)
        ],
        "of_the_account": {
            _label(field): [_columns(row, _open_columns(row)) for row in rows_of(person, field)]
            for field in account_relations()
        },
        "on_record": {
            f"{_label(field)}.{field.name}": [_on_record(row, field) for row in rows_of(person, field)]
            for field in record_relations()
        },
        "looked_at": [
            {"at": one.at, "office": office_of(one.actor), "what": one.action, **one.after}
            for one in readings_of(person)
        ],
    }


def relations() -> Iterator[Any]:
    """Every column of every table that names a person."""
    for relation in get_user_model()._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            yield relation.field


def account_relations() -> list[Any]:
    """Those of rows that belong to the account and go with it."""
    return [one for one in relations() if _goes_along(one)]


def record_relations() -> list[Any]:
    """Those of rows that stay: who did what in the agencies' work."""
    return [one for one in relations() if not _goes_along(one)]


def _goes_along(field: Any) -> bool:
    cascades = field.remote_field.on_delete is models.CASCADE
    return cascades and field.model not in RECORDS and not field.model._meta.auto_created


def rows_of(person: User, field: Any) -> QuerySet[Any]:
    """The rows that name this person in this column."""
    return field.model._default_manager.filter(**{field.name: person}).order_by("pk")


def offices_of(person: User) -> list[Agency]:
    """The agencies to which the person belongs or belonged: every table says it that has an agency and a role."""
    of_people = [
        field.model
        for field in relations()
        if field.name == "user" and {"agency", "role"} <= {one.name for one in field.model._meta.fields}
    ]
    held = [model._default_manager.filter(user=person).values("agency") for model in of_people]
    return list(Agency.objects.filter(Q(*[("pk__in", one) for one in held], _connector=Q.OR)).order_by("pk"))


def owners_of(person: User) -> QuerySet[Owner]:
    """Where the person is named as responsible: by the address of the account; where no address was given, by the name
    at an own agency."""
    name = person.get_full_name()
    by_name = Q(name=name, email="", assignment__agency__in=offices_of(person)) if name else Q(pk__in=[])
    by_address = Q(email__iexact=person.email) if person.email else Q(pk__in=[])
    return Owner.objects.filter(by_name | by_address).select_related("assignment__agency")


def readings_of(person: User) -> QuerySet[Event]:
    """The events by which others read or took this person's data, newest first."""
    lists = {f"contacts:{one.assignment_id}" for one in owners_of(person)}
    lists |= {f"people:{one.pk}" for one in offices_of(person)}
    about = Event.objects.filter(subject__in=[f"person:{person.pk}", *lists]).exclude(actor=person)
    kinds = ["read_contacts", "export_person", "forget_person"]
    return about.filter(action__in=kinds).select_related("actor", "agency").order_by("-at", "-pk")


def office_of(person: User | None) -> str:
    """The code of the agency from which somebody looked; "" for whoever worked at the machine itself or left."""
    return next(iter(person.memberships.values_list("agency__code", flat=True)), "") if person else ""


def _on_record(row: Model, field: Any) -> dict:
    moments = [one.name for one in row._meta.concrete_fields if isinstance(one, models.DateTimeField)]
    told = _columns(row, ["pk", *moments, *OWN_WORDS.get(f"{_label(field)}.{field.name}", [])])
    agency = getattr(row, "agency", None)
    return told | ({"agency": agency.code} if isinstance(agency, Agency) else {})


def _open_columns(row: Model) -> list[str]:
    return [
        one.attname for one in row._meta.concrete_fields if one.name not in SECRET and not one.is_relation
    ]


def _columns(row: Model, names: Iterable[str]) -> dict:
    return {name: getattr(row, name) for name in names}


def _label(field: Any) -> str:
    return field.model._meta.label
