"""The tables of all agencies under one form in one round: agencies × indicators, as their records say.

Made of frozen rows only: the latest submission of each agency and its latest publication. The records are read one
after another, so that a whole country's do not stand in memory at once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from indicators.explaining import words
from indicators.models import Framework
from indicators.thai_order import thai_order
from reports.card_tables import about_columns, figures_note, moment
from reports.derivation_rows import derivation_columns, derivation_rows
from reports.sections import percent, shown, tree_lines, upper_nodes
from reports.tables import (
    FIGURE,
    WORD,
    Column,
    Table,
    difference,
    figures_of,
    node_states,
    scorecard_states,
)
from scorecards.models import Publication, Scorecard, Submission
from scorecards.results.public_record import band_named, decimal

FORMS_AT_HAND = 8  # parsed at the same time
CHUNK = 20  # records read at once
FIGURES = ("result", "score", "exact", "weighted")


@dataclass(frozen=True)
class Choice:
    """Which tables: the code of the form, year and months of the round, the code of a ministry ("" for all); the form's
    name where it is to be shown."""

    form: str
    year: int
    months: int
    ministry: str = ""
    name: str = ""


@dataclass
class Reported:
    """What is kept of one agency: its line, and its figures by the codes of its indicators."""

    card: Scorecard
    is_published: bool
    line: list[str]
    totals: dict[str, str]
    indicators: dict[str, dict[str, str]] = field(default_factory=dict)
    derivation: list[list[str]] = field(default_factory=list)


def cards_of(user: User, choice: Choice) -> QuerySet[Scorecard]:
    """The scorecards that this person may compare under this form in this round."""
    rows = Scorecard.objects.to_compare(user).filter(
        round__year__year=choice.year, round__months=choice.months
    )
    rows = rows.of_form(choice.form)
    return rows.filter(agency__ministry__code=choice.ministry) if choice.ministry else rows


def agency_tables(
    cards: QuerySet[Scorecard], choice: Choice, *, language: str, derivations: bool = False
) -> list[Table]:
    """The tables of these scorecards, agencies in the order of a Thai dictionary; texts in `language`. The derivations
    of a whole country are long and come only when they are asked for."""
    with translation.override(language):
        found = sorted(
            _reported(cards, derivations), key=lambda one: (thai_order(one.card.agency.name_th), one.card.pk)
        )
        codes = _codes(found)
        tables = [
            _matrix(("scores", _("Scores"), "official_score"), found, codes),
            _matrix(("self", _("Self-assessment"), "self_score"), found, codes),
            _matrix(("difference", _("Official less self"), "difference"), found, codes),
            Table("agencies", _("Agencies"), agency_columns(), [one.line for one in found]),
            _long(found),
        ]
        if derivations:
            columns = [*_who(), *derivation_columns()]
            rows = [[*one.line[:2], *line] for one in found for line in one.derivation]
            tables.append(Table("derivations", _("Derivations"), columns, rows))
        return [*tables, _about(choice, found)]


def _by_name(one: Reported) -> tuple:
    return thai_order(one.card.agency.name_th), one.card.agency.code, one.card.pk


# ── reading the records ───────────────────────────────────────────────────────────────────────────────────────────


def _reported(cards: QuerySet[Scorecard], derivations: bool) -> Iterator[Reported]:
    rows = Scorecard.objects.filter(pk__in=cards.order_by().values("pk"))
    by_pk = rows.select_related("agency__ministry").in_bulk()
    forms, names = _Forms(list(by_pk)), _names(list(by_pk))
    for submission, publication in _records(list(by_pk)):
        card = by_pk[submission.scorecard_id]
        agency, ministry = names[submission.pk]
        who = [words(agency) or card.agency.name, words(ministry) or str(card.agency.ministry)]
        yield _read(submission, publication, card=card, who=who, forms=forms, derivations=derivations)


def _records(cards: list[int]) -> Iterator[tuple[Submission, Publication | None]]:
    """(latest submission, latest publication or None) of each scorecard, in two queries whatever their number."""
    of_card = {"scorecard": OuterRef("scorecard")}
    latest = Publication.objects.filter(**of_card).order_by("-number").values("pk")[:1]
    published = Publication.objects.filter(scorecard__in=cards, pk=Subquery(latest)).select_related(
        "submission"
    )
    for publication in published.defer("content", "submission__content").order_by("pk").iterator(CHUNK):
        yield publication.submission, publication
    last = Submission.objects.filter(**of_card).order_by("-number").values("pk")[:1]
    sent = Submission.objects.filter(scorecard__in=cards, pk=Subquery(last), publications=None)
    for submission in sent.defer("content").order_by("pk").iterator(CHUNK):
        yield submission, None


def _names(cards: list[int]) -> dict[int, tuple]:
    """{submission: (agency, ministry)} as they were called when it was sent; None in old ones."""
    rows = Submission.objects.filter(scorecard__in=cards).order_by()
    said = rows.values_list("pk", "content__agency", "content__ministry")
    return {pk: (agency, ministry) for pk, agency, ministry in said}


class _Forms:
    """The forms under which these scorecards were sent, each parsed when it is needed."""

    def __init__(self, cards: list[int]) -> None:
        hashes = Submission.objects.filter(scorecard__in=cards).order_by().values("framework_hash")
        rows = Framework.objects.filter(content_hash__in=hashes).order_by("-pk")
        self.by_hash = {one.content_hash: one for one in rows}
        self.parsed = lru_cache(FORMS_AT_HAND)(json.loads)

    def of(self, submission: Submission) -> tuple[Framework, dict]:
        """The form of a submission and its document."""
        found = self.by_hash[submission.framework_hash]
        return found, self.parsed(found.document)


def _read(
    submission: Submission,
    publication: Publication | None,
    *,
    card: Scorecard,
    who: list[str],
    forms: _Forms,
    derivations: bool,
) -> Reported:
    framework, document = forms.of(submission)
    own, official = submission.scored, publication.scored if publication else {}
    totals = _both(own, official or None)
    line = _line(submission, publication, card=card, who=who, framework=framework, totals=totals)
    one = Reported(card, publication is not None, line, totals)
    mine, theirs = upper_nodes(own), upper_nodes(official)
    for _depth, kind, item in tree_lines(document):
        node = mine.get((kind, item["code"]))
        if kind == "indicator" and "rubric" in item and node and node["state"] != "absent":
            one.indicators[item["code"]] = _facts(item, node, theirs.get((kind, item["code"])))
    if derivations:
        one.derivation = derivation_rows(document, own, official=official, answers=False)
    return one


def _both(own: dict, official: dict | None) -> dict[str, str]:
    sides = {"self": figures_of(own), "official": figures_of(official)}
    facts = {f"{side}_{name}": told[name] for side, told in sides.items() for name in FIGURES}
    return facts | {"difference": difference(own, official)}


def _facts(item: dict, own: dict, official: dict | None) -> dict[str, str]:
    holding = official or own
    return _both(own, official) | {
        "name": words(item["name"]),
        "unit": words(item.get("unit")),
        "target": words(item.get("target")),
        "weight": decimal(shown(holding, "weight") or item.get("weight")) or "",
        "coverage": percent(holding.get("coverage")),
        "state": holding["state"],
    }


# ── the tables ────────────────────────────────────────────────────────────────────────────────────────────────────


def _who() -> list[Column]:
    return [Column("agency_code", _("Code of the agency"), width=14), Column("agency", _("Agency"), width=40)]


def _codes(found: list[Reported]) -> dict[str, str]:
    """{code: name} of every indicator that somebody reports, as far as possible in the order of the forms."""
    places: dict[str, int] = {}
    names: dict[str, str] = {}
    for one in found:
        for place, (code, facts) in enumerate(one.indicators.items()):
            places[code] = max(place, places.get(code, 0))
            names.setdefault(code, facts["name"])
    return {code: names[code] for code in sorted(names, key=lambda code: (places[code], code))}


def _matrix(which: tuple[str, str, str], found: list[Reported], codes: dict[str, str]) -> Table:
    """Agencies × indicators, one figure in each cell."""
    name, title, fact = which
    columns = [
        *_who(),
        Column("state", _("State"), WORD, 24, scorecard_states()),
        Column("total", _("Total"), FIGURE, 12),
        *(Column(code, f"{code} {label}", FIGURE, 14) for code, label in codes.items()),
    ]
    rows = [
        [
            *one.line[:2],
            one.card.state,
            one.totals[fact],
            *(one.indicators.get(code, {}).get(fact, "") for code in codes),
        ]
        for one in found
    ]
    return Table(name, title, columns, rows)


def agency_columns() -> list[Column]:
    """One agency in each row: its record and its total."""
    return [
        *_who(),
        Column("ministry", _("Ministry"), width=30),
        Column("state", _("State"), WORD, 24, scorecard_states()),
        Column("form_code", _("Code of the form"), width=16),
        Column("form_version", _("Version of the form"), FIGURE, 8),
        Column("form_hash", _("Hash of the form"), width=20),
        Column("submission", _("Number of the submission"), FIGURE, 10),
        Column("submission_hash", _("Hash of the submission"), width=20),
        Column("submitted_at", _("Sent"), width=24),
        Column("publication", _("Number of the publication"), FIGURE, 10),
        Column("publication_hash", _("Hash of the publication"), width=20),
        Column("published_at", _("Published on"), width=24),
        Column("self_score", _("Score (%(who)s)") % {"who": _("self-assessment")}, FIGURE),
        Column("official_score", _("Score (%(who)s)") % {"who": _("official")}, FIGURE),
        Column("difference", _("Official less self"), FIGURE),
        Column("coverage", _("Has a result (percent of the weight)"), FIGURE),
        Column("band", _("Band"), width=16),
    ]


def _line(
    submission: Submission,
    publication: Publication | None,
    *,
    card: Scorecard,
    who: list[str],
    framework: Framework,
    totals: dict,
) -> list[str]:
    holding = publication.scored if publication else submission.scored
    band = band_named(holding, framework)
    published = (
        [str(publication.number), publication.content_hash, moment(publication.published_at)]
        if publication
        else ["", "", ""]
    )
    return [
        card.agency.code,
        *who,
        card.state,
        framework.code,
        str(framework.version),
        submission.framework_hash,
        str(submission.number),
        submission.content_hash,
        moment(submission.submitted_at),
        *published,
        totals["self_score"],
        totals["official_score"],
        totals["difference"],
        percent(holding.get("coverage")),
        words(band["name"]) if band else "",
    ]


def long_columns() -> list[Column]:
    """One indicator of one agency in each row."""
    sides = {"self": _("self-assessment"), "official": _("official")}
    labels = {
        "result": _("Result (%(who)s)"),
        "score": _("Score (%(who)s)"),
        "exact": _("Exact score where rounded (%(who)s)"),
        "weighted": _("Weighted score (%(who)s)"),
    }
    return [
        *_who(),
        Column("ministry", _("Ministry"), width=30),
        Column("scorecard_state", _("State of the scorecard"), WORD, 24, scorecard_states()),
        Column("code", _("Code"), width=9),
        Column("name", _("Indicator"), width=40),
        Column("unit", _("Unit")),
        Column("target", _("Target"), width=26),
        Column("weight", _("Weight"), FIGURE, 10),
        *(
            Column(f"{side}_{name}", label % {"who": who}, TEXT_OR_FIGURE[name])
            for side, who in sides.items()
            for name, label in labels.items()
        ),
        Column("difference", _("Official less self"), FIGURE),
        Column("coverage", _("Has a result (percent of the weight)"), FIGURE),
        Column("state", _("State"), WORD, 16, node_states()),
    ]


TEXT_OR_FIGURE = {"result": FIGURE, "score": FIGURE, "exact": "text", "weighted": FIGURE}


def _long(found: list[Reported]) -> Table:
    columns = long_columns()
    names = [column.name for column in columns[5:]]
    rows = [
        [*one.line[:4], code, *(facts[name] for name in names)]
        for one in found
        for code, facts in one.indicators.items()
    ]
    return Table("long", _("Agencies and indicators"), columns, rows)


def _about(choice: Choice, found: list[Reported]) -> Table:
    published = sum(one.is_published for one in found)
    facts = [
        ("form_code", _("Code of the form"), choice.form),
        ("year", _("Fiscal year"), str(choice.year)),
        ("round_months", _("Round (months)"), str(choice.months)),
        ("ministry", _("Ministry"), choice.ministry or _("All ministries")),
        ("agencies", _("Agencies in these tables"), str(len(found))),
        ("published", _("of which published"), str(published)),
        ("figures", _("Figures"), figures_note()),
        ("official", _("Official scores"), _("Stand only where the result is published.")),
    ]
    return Table("about", _("About"), about_columns(), [list(one) for one in facts])
