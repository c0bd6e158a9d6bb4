"""The verbs of agencies: take one in, correct what it or its ministry is called and where it belongs. None ever
goes: records hang on it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.events import lock_chains, record
from scorecards.models import Agency, Event, Ministry
from scorecards.permissions import may_manage_people

FIELDS = ("name_th", "name_en", "kind", "ministry")


@transaction.atomic
def add_agency(said: dict, *, new_ministry: str = "", actor, request_key: str = "") -> Agency:
    """A new agency {code, name_th, name_en, kind, ministry}, or under a ministry that is new, too."""
    _require(actor)
    agency = Agency(**said)
    _save(agency, new_ministry)
    record(agency, actor=actor, action="add_agency", subject=_subject(agency), after=_facts(agency),
           request_key=request_key)  # fmt: skip
    return agency


def added_with(request_key: str) -> Agency | None:
    """The agency that a form with this key has added already."""
    rows = Event.objects.filter(action="add_agency", request_key=request_key)
    done = rows.select_related("agency").first()
    return done.agency if done else None


@transaction.atomic
def change_agency(agency: Agency, said: dict, *, new_ministry: str = "", actor) -> Agency:
    """Correct an agency's names, kind and ministry. The code by which files and addresses know it stays."""
    _require(actor)
    agency = Agency.objects.select_for_update(of=("self",)).select_related("ministry").get(pk=agency.pk)
    before = _facts(agency)
    for name in FIELDS:
        setattr(agency, name, said[name])
    _save(agency, new_ministry)
    if before != (after := _facts(agency)):
        facts = {"before": before, "after": after}
        record(agency, actor=actor, action="change_agency", subject=_subject(agency), **facts)
    return agency


@transaction.atomic
def change_ministry(ministry: Ministry, *, name_th: str, name_en: str, actor) -> Ministry:
    """Correct what a ministry is called. It stands on the record of each of its agencies."""
    _require(actor)
    ministry = Ministry.objects.select_for_update().get(pk=ministry.pk)
    before = {"name_th": ministry.name_th, "name_en": ministry.name_en}
    if before == (after := {"name_th": name_th, "name_en": name_en}):
        return ministry
    if Ministry.objects.filter(name_th=name_th).exclude(pk=ministry.pk).exists():
        raise Refused([_("Another ministry has this name already.")])
    ministry.name_th, ministry.name_en = name_th, name_en
    ministry.save(update_fields=["name_th", "name_en"])
    lock_chains(ministry.agencies.values_list("pk", flat=True))
    for agency in ministry.agencies.order_by("pk"):
        facts = {"before": before, "after": after}
        record(agency, actor=actor, action="change_agency", subject=f"ministry:{ministry.code}", **facts)
    return ministry


def _require(actor):
    if not may_manage_people(actor):
        raise Refused([_("Agencies are managed by administrators.")])


def _save(agency, new_ministry):
    """Checked whole: Refused with every reason."""
    if new_ministry:
        agency.ministry = _ministry(new_ministry)
    try:
        agency.full_clean()
    except ValidationError as fault:
        raise Refused(fault.messages) from None
    agency.save()


def _ministry(name) -> Ministry:
    """The ministry of this name; a new one has a number for its code."""
    if there := Ministry.objects.filter(name_th=name).first():
        return there
    taken = set(Ministry.objects.values_list("code", flat=True))
    code = next(code for number in range(1, len(taken) + 2) if (code := f"m{number}") not in taken)
    return Ministry.objects.create(code=code, name_th=name)


def _subject(agency) -> str:
    return f"agency:{agency.code}"


def _facts(agency) -> dict:
    return {name: getattr(agency, name) for name in FIELDS} | {"ministry": agency.ministry.code}
