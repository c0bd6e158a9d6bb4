"""The verbs of agencies: take one in, correct what it or its ministry is called and where it belongs. None ever
goes: records hang on it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from indicators.scoring import content_hash
from scorecards.events import lock_chains, record
from scorecards.models import Agency, Event, Ministry
from scorecards.permissions import may_manage_people

FIELDS = ("name_th", "name_en", "kind", "ministry")


@transaction.atomic
def add_agency(said: dict, *, new_ministry: str = "", actor: User, request_key: str = "") -> Agency:
    """A new agency {code, name_th, name_en, kind, ministry}, or under a ministry that is new, too."""
    _require(actor)
    agency = Agency(**said)
    if new_ministry:
        agency.ministry = _ministry(new_ministry)
    if reasons := _faults(agency):
        raise Refused(reasons)
    agency.save()
    record(
        agency,
        actor=actor,
        action="add_agency",
        subject=_subject(agency),
        after=_facts(agency),
        request_key=request_key,
    )
    return agency


def added_with(request_key: str) -> Agency | None:
    """The agency that a form with this key has added already."""
    rows = Event.objects.filter(action="add_agency", request_key=request_key)
    done = rows.select_related("agency").first()
    return done.agency if done else None


def seen(row: Agency | Ministry) -> str:
    """By what a form knows whether somebody corrected the agency or the ministry meanwhile."""
    return content_hash(_facts(row))[:16]


@transaction.atomic
def change_agency(agency: Agency, said: dict, *, new_ministry: str = "", before: str, actor: User) -> Agency:
    """Correct an agency's names, kind and ministry as they stood when `before` was seen. The code by which files and
    addresses know it stays."""
    _require(actor)
    agency = Agency.objects.select_for_update(of=("self",)).select_related("ministry").get(pk=agency.pk)
    stood, now = _facts(agency), [agency.name_th, agency.name_en, agency.get_kind_display(), agency.ministry]
    stale = seen(agency) != before
    for name in FIELDS:
        setattr(agency, name, said[name])
    if new_ministry:
        agency.ministry = _ministry(new_ministry)
    if stood == (after := _facts(agency)):
        return agency
    if reasons := [*_stale(stale, now), *_faults(agency)]:
        raise Refused(reasons)
    agency.save()
    facts: dict[str, Any] = {"before": stood, "after": after}
    record(agency, actor=actor, action="change_agency", subject=_subject(agency), **facts)
    return agency


@transaction.atomic
def change_ministry(ministry: Ministry, *, name_th: str, name_en: str, before: str, actor: User) -> Ministry:
    """Correct what a ministry is called as it stood when `before` was seen. It stands on the record of each of its
    agencies."""
    _require(actor)
    ministry = Ministry.objects.select_for_update().get(pk=ministry.pk)
    stood = _facts(ministry)
    if stood == (after := {"name_th": name_th, "name_en": name_en}):
        return ministry
    reasons = _stale(seen(ministry) != before, stood.values())
    if Ministry.objects.filter(name_th=name_th).exclude(pk=ministry.pk).exists():
        reasons.append(_("Another ministry has this name already."))
    if reasons:
        raise Refused(reasons)
    ministry.name_th, ministry.name_en = name_th, name_en
    ministry.save(update_fields=["name_th", "name_en"])
    lock_chains(ministry.agencies.values_list("pk", flat=True))
    for agency in ministry.agencies.order_by("pk"):
        facts: dict[str, Any] = {"before": stood, "after": after}
        record(agency, actor=actor, action="change_agency", subject=f"ministry:{ministry.code}", **facts)
    return ministry


def _stale(is_stale: bool, now: Iterable[object]) -> list[str]:
    if not is_stale:
        return []
    said = _("Somebody corrected this meanwhile, it says now: %(now)s. Save once more if yours is right.")
    return [said % {"now": " · ".join(str(one) for one in now if one)}]


def _require(actor: User) -> None:
    if not may_manage_people(actor):
        raise Refused([_("Agencies are managed by administrators.")])


def _faults(agency: Agency) -> list[str]:
    try:
        agency.full_clean()
    except ValidationError as fault:
        return fault.messages
    return []


def _ministry(name: str) -> Ministry:
    """The ministry of this name; a new one has a number for its code."""
    if there := Ministry.objects.filter(name_th=name).first():
        return there
    taken = set(Ministry.objects.values_list("code", flat=True))
    code = next(code for number in range(1, len(taken) + 2) if (code := f"m{number}") not in taken)
    return Ministry.objects.create(code=code, name_th=name)


def _subject(agency: Agency) -> str:
    return f"agency:{agency.code}"


def _facts(row: Agency | Ministry) -> dict:
    if isinstance(row, Ministry):
        return {"name_th": row.name_th, "name_en": row.name_en}
    return {name: getattr(row, name) for name in FIELDS} | {"ministry": row.ministry.code}
