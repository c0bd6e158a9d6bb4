"""The tables of one scorecard: its SAR card, how each score came about, what was ruled, and which record this is.

Made of frozen rows only. Before publication everything official is empty.
"""

import datetime as dt
import json

from django.utils import translation
from django.utils.translation import gettext as _

from indicators.models import Framework
from reports.derivation_rows import derivation_columns, derivation_rows
from reports.record import NothingToPrint, document_code, form_of, history_of
from reports.ruling_rows import ruling_columns, ruling_rows
from reports.sections import Source, percent, shown, tree_lines, upper_nodes
from reports.tables import FIGURE, WORD, Column, Table, difference, figures_of, kinds, node_states
from scorecards.models import Scorecard
from scorecards.results.past_results import past_results
from scorecards.results.public_record import band_named, decimal, total_weight

FIGURES = ("result", "score", "exact", "weighted")


def scorecard_tables(scorecard: Scorecard, *, language: str, with_reviewers: bool = False) -> list[Table]:
    """The tables of the scorecard's latest submission with its latest publication; texts in `language`. Reviewers are
    named only `with_reviewers`. Raises NothingToPrint before any submission."""
    with translation.override(language):
        submission = scorecard.submissions.select_related("submitted_by").first()
        if submission is None:
            raise NothingToPrint(_("Nothing has been sent yet: the tables hold what was sent."))
        submission.scorecard = scorecard
        framework = form_of(submission)
        source = Source(
            document=json.loads(framework.document),
            submission=submission,
            publication=submission.publications.order_by("-number").first(),
            history=history_of(submission, past_results(scorecard.agency, framework)),
            language=language,
        )
        tables = [_card(source, framework), _derivation(source)]
        if source.publication:
            rows = ruling_rows(source, with_reviewers=with_reviewers)
            tables.append(
                Table("rulings", _("Rulings of the reviewers"), ruling_columns(with_reviewers), rows)
            )
        return [*tables, _about(source, framework)]


# ── the SAR card ──────────────────────────────────────────────────────────────────────────────────────────────────


def _card(source: Source, framework: Framework) -> Table:
    years = [framework.year.year - 2, framework.year.year - 1]
    own, official = upper_nodes(source.self_scored), upper_nodes(source.official_scored)
    rows: list[list[str]] = []
    strong: set[int] = set()
    for _depth, kind, item in tree_lines(source.document):
        if kind == "component":
            strong.add(len(rows))
        place = (kind, item["code"])
        rows.append(_line(source, (kind, item), (own.get(place), official.get(place)), years))
    strong.add(len(rows))
    rows.append(_total(source, framework, years))
    return Table("card", _("SAR card"), card_columns(years), rows, frozenset(strong))


def card_columns(years: list[int]) -> list[Column]:
    """The columns of the SAR card; `years` are those before the form's."""
    return [
        Column("kind", _("Kind"), WORD, 13, kinds()),
        Column("code", _("Code"), width=9),
        Column("name", _("Name"), width=50),
        Column("unit", _("Unit"), width=14),
        Column("weight", _("Weight"), FIGURE, 10),
        Column("target", _("Target"), width=26),
        *(Column(f"result_{year}", _("Result of %(year)s") % {"year": year}, FIGURE) for year in years),
        *_side("self", _("self-assessment")),
        *_side("official", _("official")),
        Column("difference", _("Official less self"), FIGURE),
        Column("coverage", _("Has a result (percent of the weight)"), FIGURE),
        Column("state", _("State"), WORD, 16, node_states()),
        Column("band", _("Band"), width=16),
    ]


def _side(name: str, who: str) -> list[Column]:
    return [
        Column(f"{name}_result", _("Result (%(who)s)") % {"who": who}, FIGURE),
        Column(f"{name}_score", _("Score (%(who)s)") % {"who": who}, FIGURE),
        Column(f"{name}_exact", _("Exact score where rounded (%(who)s)") % {"who": who}),
        Column(f"{name}_weighted", _("Weighted score (%(who)s)") % {"who": who}, FIGURE),
    ]


def _line(
    source: Source, place: tuple[str, dict], nodes: tuple[dict | None, dict | None], years: list[int]
) -> list[str]:
    kind, item = place
    own, official = nodes
    holding = official or own or {}
    history = {int(one["year"]): source.words(one["value"]) for one in source.history.get(item["code"], [])}
    return [
        kind,
        item["code"],
        source.words(item["name"]),
        source.words(item.get("unit")),
        decimal(shown(holding, "weight") or item.get("weight")) or "",
        source.words(item.get("target")),
        *((history.get(year, "") if kind == "indicator" else "") for year in years),
        *_figures(own),
        *_figures(official),
        difference(own, official),
        percent(holding.get("coverage")),
        holding.get("state", "absent"),
        "",
    ]


def _figures(node: dict | None) -> list[str]:
    facts = figures_of(node)
    return [facts[name] for name in FIGURES]


def _total(source: Source, framework: Framework, years: list[int]) -> list[str]:
    own, official = source.self_scored, source.official_scored or None
    holding = official or own
    weights = {("component", one["code"]): one for one in source.document.get("components", [])}
    band = band_named(holding, framework)
    return [
        "total",
        "",
        _("Total"),
        "",
        total_weight(holding, weights) or "",
        "",
        *("" for _year in years),
        *_figures(own),
        *_figures(official),
        difference(own, official),
        percent(holding.get("coverage")),
        "scored" if holding["score_shown"] else "missing",
        source.words(band["name"]) if band else "",
    ]


# ── the other tables ──────────────────────────────────────────────────────────────────────────────────────────────


def _derivation(source: Source) -> Table:
    rows = derivation_rows(source.document, source.self_scored, official=source.official_scored, answers=True)
    return Table("derivation", _("Derivation"), derivation_columns(), rows)


def about_columns() -> list[Column]:
    """A fact in each row."""
    return [
        Column("field", _("Field"), width=20),
        Column("fact", _("Fact"), width=36),
        Column("value", _("Value"), width=80),
    ]


def _about(source: Source, framework: Framework) -> Table:
    submission, publication = source.submission, source.publication
    scorecard = submission.scorecard
    agency = scorecard.agency
    facts = [
        ("agency_code", _("Code of the agency"), agency.code),
        ("agency", _("Agency"), source.words(submission.content.get("agency")) or agency.name),
        ("ministry", _("Ministry"), source.words(submission.content.get("ministry")) or str(agency.ministry)),
        ("form_code", _("Code of the form"), framework.code),
        ("form_version", _("Version of the form"), str(framework.version)),
        ("form", _("Form"), framework.name),
        ("form_hash", _("Hash of the form"), submission.framework_hash),
        ("year", _("Fiscal year"), str(framework.year.year)),
        ("round_months", _("Round (months)"), str(scorecard.round.months)),
        ("record_code", _("Code of the record"), document_code(submission)),
        ("submission", _("Number of the submission"), str(submission.number)),
        ("submission_hash", _("Hash of the submission"), submission.content_hash),
        ("submitted_at", _("Sent"), moment(submission.submitted_at)),
    ]
    if publication:
        facts += [
            ("publication", _("Number of the publication"), str(publication.number)),
            ("publication_hash", _("Hash of the publication"), publication.content_hash),
            ("published_at", _("Published on"), moment(publication.published_at)),
            ("revised_because", _("Revised because"), publication.content.get("reason", "")),
        ]
    else:
        facts += [
            (
                "publication",
                _("Number of the publication"),
                _("not published yet: official columns are empty"),
            )
        ]
    facts += [("figures", _("Figures"), figures_note())]
    return Table("about", _("About"), about_columns(), [list(one) for one in facts])


def figures_note() -> str:
    """What every figure of the tables is."""
    return _("As recorded. Each figure was rounded by itself; nothing was calculated again for this file.")


def moment(at: dt.datetime) -> str:
    """A moment for files: ISO 8601 in universal time, to the second."""
    return at.isoformat(timespec="seconds")
