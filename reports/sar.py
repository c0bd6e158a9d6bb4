"""The self-assessment report (SAR) in its official shapes, as printable records made from frozen rows only: the card,
one line for each indicator on one page, and the report of one indicator with all that belongs to it.
"""

from django.utils import translation
from django.utils.translation import gettext as _

from indicators.models import Framework
from reports import sections
from reports.drawable import drawable
from reports.record import NothingToPrint, frame_of, source_of
from reports.wording import ARABIC
from scorecards.models import Publication, Scorecard
from scorecards.scoring import told_result

CARD, INDICATOR = "sar-card/1", "sar-indicator/1"
YEARS_BEFORE = 2


def build_card(scorecard: Scorecard, *, language: str = "th", digits: str = ARABIC) -> dict:
    """The SAR card of the scorecard's latest submission; of the rounds before it what is published. Raises
    NothingToPrint before any submission."""
    with translation.override(language):
        source, framework = source_of(scorecard, language=language)
        earlier = published_before(scorecard, framework)
        own, card = sections.upper_nodes(source.self_scored), sections.card_of(source)
        rounds = [(one.scorecard.round.months, sections.upper_nodes(one.scored)) for one in earlier]
        years = [framework.year.year - before for before in range(YEARS_BEFORE, 0, -1)]
        items = [(kind, item) for _depth, kind, item in sections.tree_lines(source.document)]
        lines = [
            line
            | {
                "past": past_of(source, item["code"], years),
                "target": source.words(item.get("target")),
                "before": [cell_of(nodes.get((kind, item["code"]))) for _months, nodes in rounds],
            }
            for (kind, item), line in zip(items, card["lines"], strict=True)
            if exists((kind, item["code"]), own, *(nodes for _months, nodes in rounds))
        ]
        totals = [cell_of(one.scored, whole=True) for one in earlier]
        record = {
            **frame_of(CARD, source, framework, digits=digits),
            "years": [str(year) for year in years],
            "rounds": [{"months": str(months)} for months, _nodes in rounds],
            "card": card | {"lines": lines, "total": card["total"] | {"before": totals}},
        }
        return drawable(record)


def published_before(scorecard: Scorecard, framework: Framework) -> list[Publication]:
    """The latest publication of each earlier round of the year, under the same form in any version. What is not
    published is left out: whoever may see this round need not see the others."""
    base = framework.variant_of or framework
    rows = Scorecard.objects.filter(
        agency=scorecard.agency_id,
        round__year=scorecard.round.year_id,
        round__months__lt=scorecard.round.months,
    )
    cards = rows.of_form(base.code).order_by("round__months")
    latest = [
        Publication.objects.filter(scorecard=card)
        .select_related("scorecard__round")
        .order_by("-number")
        .first()
        for card in cards
    ]
    return [one for one in latest if one is not None]


def exists(key: tuple[str, str], *rounds: dict) -> bool:
    """Whether a component or an indicator is there in one of these rounds."""
    return any(nodes.get(key, {"state": "absent"})["state"] != "absent" for nodes in rounds)


def past_of(source: sections.Source, code: str, years: list[int]) -> list[str]:
    """The results of these years; "" where none is known."""
    known = {str(one["year"]): source.words(one["value"]) for one in source.history.get(code, [])}
    return [known.get(str(year), "") for year in years]


def cell_of(node: dict | None, *, whole: bool = False) -> dict:
    """What an earlier round says of a line: result, official and weighted score."""
    has_result = node is not None and node["kind"] == "indicator" and node["state"] != "absent"
    score = sections.shown(node, "score_shown")
    return {
        "state": (node or {}).get("state", "absent"),
        "result": told_result(node) if node and has_result and not whole else "",
        "official": score,
        "weighted": sections.shown(node, "weighted_shown") or (score if whole else ""),
    }


# ---------------------------------------------------------------- one indicator


def build_indicator(scorecard: Scorecard, code: str, *, language: str = "th", digits: str = ARABIC) -> dict:
    """The SAR of one indicator, with every ruling and the whole hash of each piece of evidence. Raises NothingToPrint
    where this indicator was not sent."""
    with translation.override(language):
        source, framework = source_of(scorecard, language=language)
        section = next((one for one in sections.indicator_sections(source) if one["code"] == code), None)
        if section is None:
            raise NothingToPrint(_("This indicator was not sent in this round: there is nothing to print."))
        record = frame_of(INDICATOR, source, framework, digits=digits)
        record["head"] |= {"code": f"{record['head']['code']}/{code}", "indicator_code": code}
        record["indicator"] = section | {
            "rulings": rulings_of(source, code),
            "evidence": with_hashes(section["evidence"], source.submission.content, code),
        }
        return drawable(record)


def rulings_of(source: sections.Source, code: str) -> list[dict]:
    """Every ruling on the indicator, those that agree too."""
    content = source.official_content
    lines = sections.tree_lines(source.document)
    items = {item["code"]: item for _depth, kind, item in lines if kind == "indicator"}
    return sections.rulings_of(content, items[code], source.language, every=True)


def with_hashes(evidence: list[dict], content: dict, code: str) -> list[dict]:
    """The list of evidence with whole hashes, for whoever compares a file."""
    sent = [one for one in content.get("evidence", []) if one.get("indicator") == code]
    return [line | {"sha256": one.get("sha256", "")} for line, one in zip(evidence, sent, strict=True)]
