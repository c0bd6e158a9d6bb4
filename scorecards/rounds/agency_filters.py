"""A list of agencies, narrowed by name, kind and ministry: what was chosen, and what that leaves. Reads only."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import Q

from indicators.thai_order import thai_order
from scorecards.models import Agency, Ministry


def narrowing(data: Mapping[str, str]) -> dict[str, str]:
    """How an address or a form narrows the list."""
    return {name: data.get(name, "").strip()[:100] for name in ("q", "kind", "ministry")}


def said_in(chosen: dict[str, str]) -> dict[str, str]:
    """The same for an address: without what was left open."""
    return {name: value for name, value in chosen.items() if value}


def narrowing_page(chosen: dict[str, str]) -> dict:
    """What `assignments/_narrowing.html` shows, and its address."""
    lists = {"kinds": Agency.Kind.choices, "ministries": Ministry.objects.all()}
    return {"chosen": chosen, "query": urlencode(said_in(chosen)), **lists}


def agencies_for(*, q: str = "", kind: str = "", ministry: str = "") -> list[Agency]:
    """The agencies that are assessed, by name, kind and ministry, in the order of a Thai dictionary."""
    found = Agency.objects.exclude(kind=Agency.Kind.CENTRAL).select_related("ministry")
    if q:
        found = found.filter(Q(name_th__icontains=q) | Q(name_en__icontains=q) | Q(code__icontains=q))
    if kind:
        found = found.filter(kind=kind)
    if ministry:
        found = found.filter(ministry__code=ministry)
    return sorted(found, key=lambda agency: thai_order(agency.name))
