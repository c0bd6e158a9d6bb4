"""The summary of a group of agencies (a ministry's, or all with one form in one round) as a printable record, and the
front part of a year book, which holds it.

Figures and words are those of the public record (scorecards/results/public_record.py): what is not published has no
figure here. Who is late is named, so that only the assessing side has it made.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from indicators.explaining import number_of
from indicators.models import Framework
from indicators.thai_order import thai_order
from reports.dashboards.distribution import fixed
from reports.dashboards.spread import spread_of
from reports.drawable import beginning, drawable
from reports.models import AgencyGroup
from reports.record import NothingToPrint
from reports.wording import ARABIC, in_utc, in_words, on_day, options_of
from scorecards.models import Ministry, Publication, Round, Scorecard
from scorecards.results.public_record import forms_of, latest_publications, record_of
from scorecards.states import AGENCY_WORKS, ScorecardState

SUMMARY, FRONT = "group-summary/1", "year-book-front/1"
HEAD = 7.0  # ems: the name of a component without a number, above its column


def find_group(form_code: str, *, year: int, months: int, ministry: str = "") -> AgencyGroup | None:
    """The group of these agencies, not yet kept where nobody asked for it before; None where no scorecard is in it."""
    round_ = Round.objects.filter(year__year=year, months=months).first()
    of = Ministry.objects.filter(code=ministry).first() if ministry else None
    if round_ is None or (ministry and of is None):
        return None
    named = {"form_code": form_code, "round": round_, "ministry": of}
    group = AgencyGroup.objects.filter(**named).first() or AgencyGroup(**named)
    return group if group.scorecards.exists() else None


def kept_group(group: AgencyGroup) -> AgencyGroup:
    """The group as a row, for what is made of it to refer to."""
    if group.pk:
        return group
    return AgencyGroup.objects.get_or_create(
        form_code=group.form_code, round=group.round, ministry=group.ministry
    )[0]


def build_summary(group: AgencyGroup, *, language: str = "th", digits: str = ARABIC) -> dict:
    """What is published of the group, agencies in the order of a Thai dictionary. Raises NothingToPrint where nothing
    is."""
    with translation.override(language):
        cards = list(group.scorecards.select_related("agency__ministry", "round__year", "framework"))
        publications = latest_publications([one.pk for one in cards])
        if not publications:
            raise NothingToPrint(
                _("No result of these agencies is published yet: a summary prints published results.")
            )
        forms = forms_of(publications.values())
        records = sorted(
            (public_record(one, forms[one.form_hash]) for one in publications.values()),
            key=lambda one: (thai_order(in_words(one["agency"], language)), one["agency_code"]),
        )
        waiting = [waiting_line(one) for one in cards if one.pk not in publications]
        columns = columns_of(records, language)
        record = {
            "format": SUMMARY,
            **options_of(language, digits),
            "as_of": in_utc(max(one.published_at for one in publications.values())),
            "head": head_of(group, cards, list(publications.values()), language),
            "columns": [{name: one[name] for name in ("code", "short", "name")} for one in columns],
            "lines": [line_of(one, columns, language, number=n) for n, one in enumerate(records, start=1)],
            "bands": bands_of(records, forms.values(), language),
            "scale": scale_of(publications.values()),
            "spreads": spreads_of(records, columns),
            "waiting": sorted(waiting, key=lambda one: (not one["late"], thai_order(one["agency"]))),
            "waiting_on": on_day(timezone.now(), language) if waiting else "",
        }
        return drawable(record)


def build_front(
    group: AgencyGroup, contents: list[dict], *, language: str = "th", digits: str = ARABIC
) -> dict:
    """The front part of a year book: the summary with the list of contents, [{"agency", "page"}]."""
    record = build_summary(group, language=language, digits=digits)
    numbered = [{"number": str(n), **one} for n, one in enumerate(contents, start=1)]
    return record | drawable({"format": FRONT, "contents": numbered})


def head_of(group: AgencyGroup, cards: list, publications: list[Publication], language: str) -> dict:
    """Which group it is, and of how many agencies it tells. `publication` counts what was ever published in it: one
    more and the summary is out of date."""
    months, year = group.round.months, group.round.year.year
    whose = group.ministry.code.upper() if group.ministry else "ALL"
    return {
        "code": f"{year}-{group.form_code.upper()}-{months:02d}-{whose}",
        "ministry": str(group.ministry) if group.ministry else _("All ministries"),
        "framework": (group.form.name if group.form else group.form_code).replace("พ.ศ. ", "พ.ศ.\u00a0"),
        "year": str(year),
        "months": str(months),
        "agencies": str(len(cards)),
        "published_count": str(len(publications)),
        "published_on": on_day(max(one.published_at for one in publications), language),
        "publication": str(publications_in(group).count()),
        "several_ministries": group.ministry is None,
    }


def publications_in(group: AgencyGroup) -> QuerySet[Publication]:
    """Everything that was published in the group."""
    return Publication.objects.filter(scorecard__in=group.scorecards.order_by().values("pk"))


def columns_of(records: list[dict], language: str) -> list[dict]:
    """The components of the form, as far as there is more than one: a single part is the whole under another name."""
    found: dict[str, dict] = {}
    for record in records:
        for line in top_lines(record):
            name, number = in_words(line["name"], language), number_of(line["code"])
            short = beginning(name, HEAD)
            found.setdefault(
                line["code"], {"key": line["code"], "code": number, "short": short, "name": name}
            )
    return list(found.values()) if len(found) > 1 else []


def public_record(publication: Publication, form: Framework) -> dict:
    """The public record with `top`: the keys of the parts at the top of the form."""
    return record_of(publication, form) | {"top": [node["key"] for node in publication.scored["children"]]}


def top_lines(record: dict) -> list[dict]:
    """The components at the top of a record."""
    return [one for one in record["lines"] if one["kind"] == "component" and one["code"] in record["top"]]


def line_of(record: dict, columns: list[dict], language: str, *, number: int) -> dict:
    """One agency: its total, band and components."""
    scores = {line["code"]: line["score"] or "" for line in top_lines(record)}
    return {
        "number": str(number),
        "agency": in_words(record["agency"], language),
        "ministry": in_words(record["ministry"], language),
        "score": record["score"] or "",
        "band": in_words(record["band"], language),
        "scores": [scores.get(column["key"], "") for column in columns],
    }


def bands_of(records: list[dict], forms: Iterable[Framework], language: str) -> list[dict]:
    """How many agencies stand in each band, the highest first."""
    named = {
        in_words(band["name"], language): (Decimal(str(band["from"])), band.get("color", 3))
        for form in forms
        for band in form.head.get("bands", [])
    }
    counts = Counter(in_words(one["band"], language) for one in records if one["band"])
    ordered = sorted(named, key=lambda name: named[name][0], reverse=True)
    return [{"name": name, "color": named[name][1], "number": str(counts[name])} for name in ordered]


def scale_of(publications: Iterable[Publication]) -> dict:
    """The scale of the totals, as the records say."""
    scored = next(iter(publications)).scored
    return {"minimum": scored["minimum"] or "0", "maximum": scored["maximum"] or "0"}


def spreads_of(records: list[dict], columns: list[dict]) -> list[dict]:
    """Five figures of the totals and of each component, as published."""
    totals = [one["score"] for one in records if one["score"]]
    parts = [(one["code"], one["name"], scores_in(records, one["key"])) for one in columns]
    return [spread_line(code, name, values) for code, name, values in [("", _("Total"), totals), *parts]]


def scores_in(records: list[dict], key: str) -> list[str]:
    """The scores of a component."""
    lines = [line for one in records for line in top_lines(one)]
    return [line["score"] for line in lines if line["code"] == key and line["score"]]


def spread_line(code: str, name: str, values: list[str]) -> dict:
    """A component or an indicator with its number of results and the five figures of their spread."""
    told = spread_of(tuple(Decimal(one) for one in values))
    five = (told.least, told.lower, told.median, told.upper, told.most) if told else ()
    return {"code": code, "name": name, "number": str(len(values)), "scores": [fixed(one) for one in five]}


def waiting_line(card: Scorecard) -> dict:
    """An agency without a published result: where it stands, and whether it is late with its report."""
    return {
        "agency": card.agency.name,
        "ministry": str(card.agency.ministry),
        "state": str(ScorecardState(card.state).label),
        "late": card.state in AGENCY_WORKS and card.closes_at <= timezone.now(),
    }
