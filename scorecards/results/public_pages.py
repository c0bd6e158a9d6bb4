"""What the public pages show: the list of a year's results, and one agency's result."""

from urllib.parse import urlencode

from django.db.models import F
from django.db.models.fields.json import KT

from indicators.models import FiscalYear, Framework
from indicators.thai_order import thai_order
from scorecards.models import Agency, Publication
from scorecards.presenting.paging import page_of
from scorecards.results.public_record import (
    cards_of_year,
    forms_of,
    is_leaf,
    items_of,
    latest_publications,
    line_of,
    lines_of,
    record_of,
    texts_of,
)
from scorecards.scoring import misses_by_rounding, told_result

# The fields of a scored total that the list prints; the tree below it is not fetched.
TOTAL = ("score", "score_shown", "minimum", "maximum", "state", "weight")


def years_with_results() -> list[int]:
    """The fiscal years in which agencies report, the latest first."""
    rows = FiscalYear.objects.filter(rounds__scorecards__isnull=False).distinct()
    return list(rows.order_by("-year").values_list("year", flat=True))


def year_shown(asked: str, years: list[int]) -> int | None:
    """The year that was asked for; otherwise the latest with a result, otherwise the latest."""
    if asked.isdecimal() and int(asked) in years:
        return int(asked)
    published = Publication.objects.order_by("-scorecard__round__year__year")
    latest = published.values_list("scorecard__round__year__year", flat=True).first()
    return latest or (years[0] if years else None)


def list_page(*, year: str, ministry: str, text: str, page) -> dict:
    """The agencies of a year, filtered, by the names that are read in the order of a Thai dictionary; the figures of
    one page of them."""
    years = years_with_results()
    shown = year_shown(year, years)
    rows = cards_of_year(shown) if shown else []
    agencies = Agency.objects.select_related("ministry").in_bulk({row["agency"] for row in rows})
    for row in rows:
        row["agency"] = agencies[row["agency"]]
    ministries = {one.ministry.code: one.ministry for one in agencies.values()}
    rows = [row for row in rows if _is_asked(row["agency"], ministry, text)]
    rows.sort(key=lambda row: (thai_order(row["agency"].name), row["agency"].code, row["form"]))
    part = page_of(rows, page)
    _add_results(part.object_list)
    asked = {name: value for name, value in (("year", shown), ("ministry", ministry), ("q", text)) if value}
    return {
        "years": years,
        "year": shown,
        "ministries": sorted(ministries.values(), key=lambda one: thai_order(str(one))),
        "ministry": ministry,
        "text": text,
        "page": part,
        "query": "&" + urlencode(asked),
        "has_files": any(row["published"] for row in rows),
    }


def _is_asked(agency, ministry: str, text: str) -> bool:
    names = f"{agency.name_th}\n{agency.name_en}\n{agency.code}".casefold()
    return (not ministry or agency.ministry.code == ministry) and text.strip().casefold() in names


def _add_results(rows) -> None:
    """Give each row of a page its total and its form, from the record where there is one."""
    totals = {f"total_{name}": KT(f"scored__{name}") for name in TOTAL}  # as text: "3.0000" is no number
    cards = [row["pk"] for row in rows if row["published"]]
    known = Publication.objects.filter(scorecard__in=cards).order_by("scorecard", "number")
    facts = known.annotate(form_hash=F("submission__framework_hash"), **totals).values(
        "scorecard", "number", "form_hash", *totals
    )
    latest = {one["scorecard"]: one for one in facts}
    forms = Framework.objects.defer("document")
    by_hash = {
        one.content_hash: one
        for one in forms.filter(content_hash__in={one["form_hash"] for one in latest.values()}).order_by(
            "-pk"
        )
    }
    by_number = forms.in_bulk({row["framework"] for row in rows})
    for row in rows:
        fact = latest.get(row["pk"])
        row["framework"] = by_hash[fact["form_hash"]] if fact else by_number[row["framework"]]
        row["node"] = {name: fact[f"total_{name}"] for name in TOTAL} if fact else None
        row["is_revised"] = bool(fact) and fact["number"] > 1


def agency_page(year: int, code: str) -> dict | None:
    """An agency's results of a year, one for each of its forms; None where it reports nothing in that year."""
    rows = sorted(cards_of_year(year, agency__code=code), key=lambda row: row["form"])
    if not rows:
        return None
    latest = latest_publications([row["pk"] for row in rows if row["published"]])
    forms = forms_of(latest.values())
    unpublished = Framework.objects.defer("document").in_bulk([row["framework"] for row in rows])
    agency = Agency.objects.select_related("ministry").get(code=code)
    results = []
    for row in rows:
        publication = latest.get(row["pk"])
        known = result_on_page(publication, forms[publication.form_hash]) if publication else {}
        results.append({"form": unpublished[row["framework"]], "months": row["round__months"]} | known)
    named = next((one["record"] for one in results if "record" in one), None)
    return {
        "year": year,
        "code": code,
        "agency": named["agency"] if named else texts_of(agency),
        "ministry": named["ministry"] if named else texts_of(agency.ministry),
        "results": results,
        "is_published": bool(latest),
    }


def result_on_page(publication, form) -> dict:
    """One form's result: the record, its lines with their nodes, what was published before it."""
    earlier = publication.scorecard.publications.filter(number__lt=publication.number)
    return {
        "publication": publication,
        "form": form,
        "record": record_of(publication, form),
        "node": publication.scored,
        "lines": [
            line_of(node, item) | {"node": node, "told": told_result(node) if is_leaf(node) else ""}
            for node, item in lines_of(publication.scored, items_of(form))
        ],
        "footnote": misses_by_rounding(publication.scored),
        "earlier": earlier.order_by("number").values("number", "published_at", "content_hash"),
    }
