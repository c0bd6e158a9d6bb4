"""The parts of a printed record: the card (one line per indicator, totals, band) and a section per indicator."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from evidence.models import Evidence
from indicators import rubric_trees
from indicators.explaining import derivation, number_of
from indicators.scoring import band_of as band_reached
from indicators.scoring import format_fixed, walk_document
from reports.rubric_rows import answer_text, levels_of, present, rubric_rows
from reports.wording import in_words
from scorecards.delegation import name_of
from scorecards.models import NARRATIVE, Publication, Submission
from scorecards.reviewing.rulings import resolution_words
from scorecards.scoring import misses_by_rounding, told_result
from scorecards.states import Decision

UPPER = ("scorecard", "component", "indicator")


@dataclass(frozen=True)
class Source:
    """The frozen rows that a record is made from. Scored trees are node documents (indicators.scoring)."""

    document: dict
    submission: Submission
    publication: Publication | None
    history: dict[str, list[dict]]
    language: str

    @property
    def self_scored(self) -> dict:
        return self.submission.scored

    @property
    def official_scored(self) -> dict:
        return self.publication.scored if self.publication else {}

    @property
    def official_content(self) -> dict:
        """The answers and rulings of the publication; nothing before there is one."""
        return self.publication.content if self.publication else {}

    def words(self, value: object) -> str:
        return in_words(value, self.language)


# ---------------------------------------------------------------- the tree of the framework


def tree_lines(document: dict) -> Iterator[tuple[int, str, dict]]:
    """(depth, kind, item) of every component and indicator, in the official order."""
    yield from _lines(document.get("components", []), 0, "component")


def _lines(items: Iterable[dict], depth: int, kind: str) -> Iterator[tuple[int, str, dict]]:
    for item in items:
        yield depth, kind, item
        yield from _lines(item.get("components", []), depth + 1, "component")
        yield from _lines(item.get("indicators", []), depth + 1, "indicator")


def upper_nodes(scored: dict) -> dict[tuple[str, str], dict]:
    """{(kind, code): node} of the scorecard's components and indicators."""
    nodes = walk_document(scored) if scored else ()
    return {(node["kind"], node["key"]): node for node in nodes if node["kind"] in UPPER}


def shown(node: dict | None, name: str) -> str:
    """The figure as it was rounded for print, '' when the node has none."""
    return str((node or {}).get(name) or "")


# ---------------------------------------------------------------- the card


def card_of(source: Source) -> dict:
    """The SAR card: its lines, totals, coverage, band, and whether a printed column misses its printed total."""
    own, official = upper_nodes(source.self_scored), upper_nodes(source.official_scored)
    lines = [
        card_line(
            source,
            item,
            depth=depth,
            own=own.get((kind, item["code"])),
            official=official.get((kind, item["code"])),
        )
        | {"kind": kind, "leaf": "rubric" in item}
        for depth, kind, item in tree_lines(source.document)
    ]
    holding = source.official_scored or source.self_scored
    return {
        "lines": lines,
        "total": {
            "weight": shown(holding, "weight") or weight_of_components(source.document),
            "self": shown(source.self_scored, "score_shown"),
            "official": shown(source.official_scored, "score_shown"),
            "weighted": shown(holding, "weighted_shown") or shown(holding, "score_shown"),
            "coverage": percent(holding.get("coverage")),
            "possible": shown(holding, "possible_shown"),
        },
        "band": band_of(source, holding),
        "misses_total": misses_by_rounding(holding),
    }


def card_line(source: Source, item: dict, *, depth: int, own: dict | None, official: dict | None) -> dict:
    """One line: figures come from the scored trees, words from the frozen framework."""
    holding = official or own or {}
    return {
        "depth": depth,
        "code": number_of(item["code"]),
        "name": source.words(item["name"]),
        "unit": source.words(item.get("unit")),
        "weight": shown(holding, "weight") or str(item.get("weight", "")),
        "result": told_result(holding) if holding.get("kind") == "indicator" else "",
        "self": shown(own, "score_shown"),
        "official": shown(official, "score_shown"),
        "weighted": shown(holding, "weighted_shown"),
        "state": holding.get("state", "absent"),
    }


def weight_of_components(document: dict) -> str:
    """What a frozen form's components weigh together, for a total without a weight of its own: as short as it can be
    written. The public record writes four decimals where it is not whole; what either printed stays as it is."""
    weights = [Decimal(str(item["weight"])) for item in document.get("components", []) if item.get("weight")]
    return f"{sum(weights, Decimal(0)).normalize():f}" if weights else ""


def percent(share: str | None) -> str:
    """'0.75' or '3/4' of the weight as '75.00', rounded once, half up; '' when unknown."""
    return "" if share in (None, "") else format_fixed(Fraction(share) * 100, 2)


def band_of(source: Source, holding: dict) -> dict | None:
    """The band of the recorded total, named in the record's language."""
    score = holding.get("score")
    band = band_reached(None if score is None else Fraction(score), source.document.get("bands", []))
    return {"name": source.words(band["name"]), "color": band.get("color", 3)} if band else None


# ---------------------------------------------------------------- a section per indicator


def indicator_sections(source: Source) -> list[dict]:
    """One section for each indicator that people answer, in the field order of the 12-month form."""
    own, official = upper_nodes(source.self_scored), upper_nodes(source.official_scored)
    return [
        section_of(
            source,
            item,
            own=own.get(("indicator", item["code"])),
            official=official.get(("indicator", item["code"])),
        )
        for _depth, kind, item in tree_lines(source.document)
        if kind == "indicator"
        and "rubric" in item
        and (own.get(("indicator", item["code"])) or {}).get("state") != "absent"
    ]


def section_of(source: Source, item: dict, *, own: dict | None, official: dict | None) -> dict:
    """All that a report says of one indicator."""
    code, words = item["code"], source.words
    content = source.submission.content
    official_content = source.official_content
    evidence = evidence_of(content, code)
    own_nodes = rubric_nodes(own)
    rubric = present(item["rubric"], own_nodes)
    rows = rubric_rows(
        rubric,
        self_answers=content.get("answers", {}).get(code, {}),
        official_answers=official_content.get("answers", {}).get(code),
        nodes=(own_nodes, rubric_nodes(official)),
        language=source.language,
    )
    for row in rows:
        row["evidence"] = [one for one in evidence if one["criterion"] == row["key"]]
        row["note"] = words(content.get("notes", {}).get(code, {}).get(row["key"]))
    narrative = content.get("narrative", {}).get(code, {})
    holding = official or own
    return {
        "code": code,
        "name": words(item["name"]),
        "unit": words(item.get("unit")),
        "weight": shown(holding, "weight") or str(item.get("weight", "")),
        "target": words(item.get("target")),
        "definition": words(item.get("definition")),
        "formula": words(item.get("formula_text")),
        "data_source": words(item.get("data_source")),
        "guidance": words(item.get("guidance")),
        "people": people_of(source, item),
        "history": [
            {"year": str(one["year"]), "value": words(one["value"])} for one in source.history.get(code, [])
        ],
        "rubric_title": words(item["rubric"].get("title")),
        "rows": rows,
        "levels": levels_of(rubric, source.language),
        "scores": [score_line(_("Self-assessment"), own), score_line(_("Reviewer"), official)],
        "explained": explained(own, official, item["rubric"]),
        "rulings": rulings_of(official_content, item, source.language),
        "revised": revised_of(official_content, code),
        "plan": content.get("plans", {}).get(code, {}).get("figures", {}),
        "narrative": {name: narrative.get(name, "") for name in NARRATIVE},
        "evidence": evidence,
    }


def score_line(who: str, node: dict | None) -> dict:
    """A line of "calculation of the score"."""
    return {
        "who": who,
        "known": node is not None,
        "weight": shown(node, "weight"),
        "result": told_result(node) if node else "",
        "score": shown(node, "score_shown"),
        "weighted": shown(node, "weighted_shown"),
    }


def explained(own: dict | None, official: dict | None, rubric: dict) -> dict:
    """The derivation as lines; `same` when self and official came about alike, so that they are printed once."""
    first, second = derivation_lines(own, rubric), derivation_lines(official, rubric)
    return {
        "self": first,
        "official": [] if second == first else second,
        "same": bool(official) and second == first,
    }


def derivation_lines(node: dict | None, rubric: dict) -> list[dict]:
    """{"depth", "text"}: the title of each part that computes, and below it how its score comes about."""
    parts = derivation(node, rubric) if node else []
    return [
        line
        for title, sentences in parts
        for line in [{"depth": 0, "text": title}, *({"depth": 1, "text": one} for one in sentences)]
    ]


def rubric_nodes(node: dict | None) -> dict[str, dict]:
    """{criterion key: node} below an indicator."""
    below = node["children"] if node else []
    return {one["key"]: one for child in below for one in walk_document(child)}


def people_of(source: Source, item: dict) -> dict:
    """Supervisor and collectors: the offices that the form names, and the persons that the snapshot holds."""
    people = source.submission.content.get("people", {})
    own = people.get(item["code"], {}) if isinstance(people.get(item["code"], {}), dict) else {}
    sent = source.submission.submitted_by
    return {
        "supervisor": source.words(item.get("supervisor")),
        "collectors": [source.words(one) for one in item.get("collectors", [])],
        "supervisor_name": str(own.get("supervisor") or own.get("endorsed_by") or ""),
        "collector_name": str(own.get("collector") or own.get("proposed_by") or ""),
        "head_name": str(own.get("head") or people.get("head") or name_of(sent)),
    }


def evidence_of(content: dict, code: str) -> list[dict]:
    """The evidence of one indicator as it was sent, numbered from 1."""
    mine = [one for one in content.get("evidence", []) if one.get("indicator") == code]
    return [
        {
            "number": position,
            "criterion": one.get("criterion_key", ""),
            "name": one.get("name", ""),
            "pages": one.get("pages", ""),
            "sha256": short_hash(one.get("sha256", "")),
            "url": one.get("url", ""),
            "secrecy": secrecy_word(one.get("secrecy", "")),
        }
        for position, one in enumerate(mine, start=1)
    ]


def secrecy_word(secrecy: str) -> str:
    """The class of a classified document; "" for an ordinary one, and for those sent before there were classes."""
    return str(Evidence.Secrecy(secrecy).label) if secrecy not in ("", Evidence.Secrecy.ORDINARY) else ""


def short_hash(sha256: str) -> str:
    """9f2c 41d7 … 88e0: enough to compare by eye."""
    return f"{sha256[:4]} {sha256[4:8]} … {sha256[-4:]}" if sha256 else ""


def rulings_of(official_content: dict, item: dict, language: str, *, every: bool = False) -> list[dict]:
    """The rulings that differ from the agency's answer and those that the committee resolved, each with its reason; or
    every one."""
    titles = {node["key"]: node for node in rubric_trees.nodes(item["rubric"])}
    return [
        {
            "criterion": in_words(titles.get(key, {}).get("title"), language) or key,
            "decision": str(Decision(ruling["decision"]).label),
            "answer": answer_text(titles.get(key, {}), ruling.get("content") or {}, language),
            "reason": ruling.get("reason", ""),
            "resolution": resolution_words(ruling),
        }
        for key, ruling in official_content.get("rulings", {}).get(item["code"], {}).items()
        if every or ruling["decision"] != Decision.AGREE or ruling.get("resolution")
    ]


def revised_of(official_content: dict, code: str) -> list[dict]:
    """What appeals changed in an indicator: the reason of the decision and the files that were brought."""
    return [
        {"reason": one["reason"], "brought": [_brought(file) for file in one.get("files", [])]}
        for one in official_content.get("revised", [])
        if one["indicator"] == code
    ]


def _brought(file: dict) -> dict:
    """A file, or a public page, of an appeal."""
    return {"name": file["name"], "proof": file.get("sha256") or file.get("url", "")}
