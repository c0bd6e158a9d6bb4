"""What everybody may know of a published result: figures and words of the frozen publication, nobody's name, no prose.

The record is plain JSON and speaks no language of its own: texts are {"th": …, "en": …}, figures are decimal texts as
published. The public page, the CSV and the JSON file (open_data.py) are all made of it.
"""

import json
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.db.models.fields.json import KT

from indicators.models import Framework
from indicators.scoring import band_of, format_fixed
from scorecards.models import Agency, Ministry, Publication, Scorecard
from scorecards.scoring import result_of

ABOVE = ("component", "indicator")


def cards_of_year(year: int, **filters: Any) -> list[dict]:
    """The scorecard that speaks for each agency and form of a year: that of the latest published round; without one
    that of the latest round, which is not yet published. Drafts are known by their existence only."""
    published = Exists(Publication.objects.filter(scorecard=OuterRef("pk")))
    rows = Scorecard.objects.filter(round__year__year=year, **filters).annotate(published=published)
    found: dict[tuple, dict] = {}
    for row in rows.order_by("round__months", "pk").values(
        "pk",
        "agency",
        "framework",
        "framework__code",
        "framework__variant_of__code",
        "round__months",
        "published",
    ):
        key = (row["agency"], row["framework__variant_of__code"] or row["framework__code"])
        if key not in found or row["published"] >= found[key]["published"]:
            found[key] = row | {"form": key[1]}
    return list(found.values())


def latest_publications(cards: Iterable[int]) -> dict:
    """{scorecard: its latest publication}, with `reason`, `agency_name`, `ministry_name` and `form_hash` as frozen;
    everything else of the submission and of the rulings stays in the database."""
    rows = Publication.objects.filter(scorecard__in=cards).defer("content")
    rows = rows.select_related("scorecard__agency__ministry", "scorecard__round__year").annotate(
        reason=KT("content__reason"),
        form_hash=F("submission__framework_hash"),
        agency_name=F("submission__content__agency"),
        ministry_name=F("submission__content__ministry"),
    )
    return {one.scorecard_id: one for one in rows.order_by("scorecard", "number")}


def forms_of(publications: Iterable[Any]) -> dict[str, Framework]:
    """{content hash: the form under which it was sent}."""
    rows = Framework.objects.select_related("variant_of").defer("variant_of__document")
    rows = rows.filter(content_hash__in={one.form_hash for one in publications})
    return {one.content_hash: one for one in rows.order_by("-pk")}


def record_of(publication: Any, form: Framework) -> dict:
    """The public record of a publication."""
    card, scored = publication.scorecard, publication.scored
    band = band_named(scored, form)
    return {
        "year": card.round.year.year,
        "agency_code": card.agency.code,
        "agency": publication.agency_name or texts_of(card.agency),
        "ministry": publication.ministry_name or texts_of(card.agency.ministry),
        "form_code": (form.variant_of or form).code,
        "form": texts_of(form),
        "round_months": card.round.months,
        "publication": publication.number,
        "published_at": publication.published_at.isoformat(timespec="seconds"),
        "content_hash": publication.content_hash,
        "revised_because": publication.reason or "",
        "weight": total_weight(scored, items_of(form)),
        "score": scored["score_shown"] or None,
        "band": band["name"] if band else None,
        "lines": [line_of(node, item) for node, item in lines_of(scored, items_of(form))],
    }


def line_of(node: dict, item: dict) -> dict:
    """One component or indicator: what was asked and what came of it."""
    return {
        "kind": node["kind"],
        "code": node["key"],
        "name": in_both(node["title"]),
        "unit": in_both(item.get("unit")),
        "target": in_both(item.get("target")),
        "weight": decimal(node["weight"] or item.get("weight")),
        "result": (result_of(node) or None) if is_leaf(node) and node["state"] != "na" else None,
        "score": node["score_shown"] or None,
        "weighted_score": node["weighted_shown"] or None,
        "state": node["state"],
    }


def lines_of(node: dict, items: dict) -> Iterator[tuple[dict, dict]]:
    """(node, item of the form) of everything that exists in this round, in the order of the form."""
    for child in node["children"]:
        if child["kind"] == "component" or (child["kind"] == "indicator" and child["state"] != "absent"):
            yield child, items.get((child["kind"], child["key"]), {})
            yield from lines_of(child, items)


def items_of(form: Framework) -> dict[tuple[str, str], dict]:
    """{(kind, code): what the frozen form says of it}."""
    found = {}
    pending = [("component", one) for one in json.loads(form.document).get("components", [])]
    while pending:
        kind, item = pending.pop()
        found[(kind, item["code"])] = item
        pending += [("component", one) for one in item.get("components", [])]
        pending += [("indicator", one) for one in item.get("indicators", [])]
    return found


def is_leaf(node: dict) -> bool:
    """Whether no component or indicator stands below."""
    return not any(child["kind"] in ABOVE for child in node["children"])


def band_named(scored: dict, form: Framework) -> dict | None:
    """The band that the recorded total reaches on the scale of its form."""
    return band_of(Fraction(scored["score"]), form.head.get("bands", [])) if scored["score"] else None


def total_weight(scored: dict, items: dict) -> str | None:
    """The weight of the whole, as recorded or as the parts of the form add up to it."""
    parts = [items.get((one["kind"], one["key"]), {}).get("weight") for one in scored["children"]]
    return decimal(scored["weight"] or str(sum(Fraction(str(one)) for one in parts if one)))


def decimal(text: str | float | None) -> str | None:
    """A recorded weight as decimal text; thirds have four decimals."""
    if not text:
        return None
    return format_fixed(Fraction(text), 4) if "/" in str(text) else str(text)


def in_both(value: dict[str, str] | str | None) -> dict[str, str]:
    """A text in the form of the record; without an English one the Thai one holds."""
    value = value if isinstance(value, dict) else {"th": str(value or "")}
    thai = value.get("th") or value.get("en") or ""
    return {"th": thai, "en": value.get("en") or thai}


def texts_of(row: Agency | Ministry | Framework) -> dict[str, str]:
    """The names of a row in both languages."""
    return in_both({"th": row.name_th, "en": row.name_en})
