"""What was ruled, as rows: the answer, the ruling, the answer that holds, and why, as the publication froze it."""

from django.utils.translation import gettext as _

from indicators import rubric_trees
from indicators.explaining import words
from reports.sections import Source, tree_lines
from reports.tables import WORD, Column, decisions
from scorecards.presenting.answer_words import in_words


def ruling_columns(with_reviewers: bool) -> list[Column]:
    """The columns of the rulings; who ruled is for the assessing side."""
    return [
        Column("code", _("Code"), width=9),
        Column("name", _("Indicator"), width=36),
        Column("key", _("Key of the criterion"), width=12),
        Column("criterion", _("Criterion"), width=40),
        Column("self_answer", _("Answer of the agency"), width=26),
        Column("decision", _("Ruling"), WORD, 16, decisions()),
        Column("official_answer", _("Answer that holds"), width=26),
        Column("reason", _("Reason"), width=50),
        *([Column("reviewer", _("Reviewer"), width=24)] if with_reviewers else []),
        Column("resolution", _("Resolution of the committee"), width=16),
        Column("resolution_day", _("Day of the meeting"), width=14),
        Column("appeal", _("Decision on the appeal"), width=40),
    ]


def ruling_rows(source: Source, *, with_reviewers: bool) -> list[list[str]]:
    """The rulings of the publication in the order of the form; none where nothing is published."""
    content, rows = source.official_content, []
    for _depth, _kind, item in tree_lines(source.document):
        ruled = content.get("rulings", {}).get(item["code"], {}) if "rubric" in item else {}
        order = [node for node in rubric_trees.nodes(item["rubric"]) if node["key"] in ruled] if ruled else []
        rows += [_row(source, item, node, ruling=ruled[node["key"]], named=with_reviewers) for node in order]
    return rows


def _row(source: Source, item: dict, node: dict, *, ruling: dict, named: bool) -> list[str]:
    code, key = item["code"], node["key"]
    resolution = ruling.get("resolution") or {}
    return [
        code,
        words(item["name"]),
        key,
        words(node.get("title")) or key,
        answered(node, source.submission.content["answers"].get(code, {}).get(key)),
        ruling["decision"],
        answered(node, source.official_content["answers"].get(code, {}).get(key)),
        ruling.get("reason", ""),
        *([ruling.get("reviewer", "")] if named else []),
        str(resolution.get("number", "")),
        str(resolution.get("held_on", "")),
        _decision_on(source.official_content, ruling.get("appeal")),
    ]


def answered(node: dict, content: dict | None) -> str:
    """An answer in words; a rating by the name of its option."""
    options = {one["key"]: words(one.get("label")) for one in node.get("options", [])}
    chosen = (content or {}).get("option") or (content or {}).get("value")
    if chosen in options and not (content or {}).get("na"):
        return options[chosen] or str(chosen)
    return in_words(content, node)


def _decision_on(content: dict, appeal: int | None) -> str:
    """The written decision on the appeal that changed a ruling."""
    decided = [one["reason"] for one in content.get("revised", []) if appeal and one.get("appeal") == appeal]
    return decided[0] if decided else ""
