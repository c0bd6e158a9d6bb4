"""How scores came about, as rows: each line of the recorded derivation, self and official side by side."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from django.utils.translation import gettext as _

from indicators.explaining import derivation_nodes, explain, is_plain_answer, title_of, words
from reports.sections import tree_lines, upper_nodes
from reports.tables import FIGURE, WORD, Column, kinds

Line = tuple[str, str, str]  # sentence, exact score, published score; the scores stand in a node's first line


def derivation_columns() -> list[Column]:
    """The columns of the derivation."""
    return [
        Column("kind", _("Kind"), WORD, 13, kinds()),
        Column("code", _("Code"), width=9),
        Column("name", _("Name"), width=36),
        Column("key", _("Key of the criterion"), width=12),
        Column("criterion", _("Criterion"), width=36),
        Column("self_line", _("How it came about (self-assessment)"), width=60),
        Column("self_exact", _("Exact value (self-assessment)")),
        Column("self_score", _("Value (self-assessment)"), FIGURE),
        Column("official_line", _("How it came about (official)"), width=60),
        Column("official_exact", _("Exact value (official)")),
        Column("official_score", _("Value (official)"), FIGURE),
    ]


def derivation_rows(document: dict, own: dict, *, official: dict, answers: bool) -> list[list[str]]:
    """The rows of a scorecard, the total last; `official` is {} before publication. Without `answers` criteria whose
    score is nothing but their answer are left out. Sentences are in the active language."""
    mine, theirs = upper_nodes(own), upper_nodes(official)
    rows = []
    for _depth, kind, item in tree_lines(document):
        place = (kind, item["code"])
        if mine.get(place, {}).get("state", "absent") != "absent":
            head = [kind, item["code"], words(item["name"])]
            sides = tuple(_nodes(one, item, answers=answers) for one in (mine[place], theirs.get(place)))
            rows += [head + one for one in _side_by_side(sides, answers=answers)]
    total = [[own], [official] if official else []]
    sides = tuple([(node, explain(node)) for node in one] for one in total)
    return rows + [["total", "", _("Total")] + one for one in _side_by_side(sides, answers=True)]


def _nodes(node: dict | None, item: dict, *, answers: bool) -> list[tuple[dict, list[str]]]:
    """(node, its lines): all criteria of an indicator that has some, otherwise the part alone."""
    if node is None:
        return []
    if "rubric" not in item:
        return [(node, explain(node))]
    return list(derivation_nodes(node, item["rubric"], answers=answers))


def _side_by_side(sides: Iterable[list[tuple[dict, list[str]]]], *, answers: bool) -> Iterator[list[str]]:
    own, official = sides
    held = {(node["kind"], node["key"]): (node, lines) for node, lines in official}
    for node, lines in own:
        other = held.get((node["kind"], node["key"]))
        plain = is_plain_answer(node) and (other is None or is_plain_answer(other[0]))
        if plain and not answers:
            continue
        upper = node["kind"] in ("scorecard", "component", "indicator")
        head = ["", ""] if upper else [node["key"], title_of(node)]
        for first, second in zip_longest(_lines((node, lines)), _lines(other), fillvalue=("", "", "")):
            yield [*head, *first, *second]


def _lines(found: tuple[dict, list[str]] | None) -> list[Line]:
    if found is None:
        return []
    node, lines = found
    first, *rest = lines or [""]
    values = (node["score"] or "", node["score_shown"] or "")
    return [(first, *values), *((one, "", "") for one in rest)] if lines or values[1] else []
