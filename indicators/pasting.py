"""Lists that are pasted from a manual: one part a line, with its points or weight where the table prints them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from indicators import rubric_trees
from indicators.document_schema import tidy_number
from indicators.readable_text import plain_text
from indicators.refusals import Refused
from indicators.scoring import NumberError, parse_number
from indicators.scoring.documents import Document

MOST_AT_ONCE, LONGEST_TITLE = 200, 1000
PRINTED_POINTS = re.compile(r"\(\s*([0-9๐-๙.,]+)\s*คะแนน\s*\)$")


class Line(NamedTuple):
    """One part to add: its title, the number of a last column, and the points that the title itself prints. A group
    holds the lines that follow, until the next one."""

    title: str
    number: str = ""
    points: str = ""
    is_group: bool = False


def lines_of(text: str, groups: str = "") -> list[Line]:
    """The lines of a list. Of several cells (Word and Excel put tabs between them) the last is the number, where it is
    one; the others are the title. Groups are named by `rows` without a number, by the first `column`, or not at all.
    Refused where there are more than MOST_AT_ONCE."""
    texts = [one for one in text.splitlines() if plain_text(one)]
    if len(texts) > MOST_AT_ONCE:
        sentence = _(
            "The list has %(n)s lines, and at most %(most)s are added at once. Add it in several pieces."
        )
        raise Refused([sentence % {"n": len(texts), "most": MOST_AT_ONCE}])
    if groups == "column":
        return list(_under_first_cells(texts))
    lines = [line for one in texts if (line := _line(one)).title]
    if groups == "rows":
        return [line._replace(is_group=not (line.number or line.points)) for line in lines]
    return lines


def _under_first_cells(texts: Iterable[str]) -> Iterator[Line]:
    """A cell that spans several rows is copied once, with blank ones below it."""
    group = ""
    for text in texts:
        first, _tab, rest = text.partition("\t")
        named = plain_text(first)[:LONGEST_TITLE]
        if named and named != group:
            group = named
            yield Line(group, is_group=True)
        if (line := _line(rest)).title:
            yield line


def _line(text: str) -> Line:
    cells = [cell for one in text.split("\t") if (cell := plain_text(one))]
    number = _number(cells[-1]) if len(cells) > 1 else ""
    title = " ".join(cells[:-1] if number else cells)[:LONGEST_TITLE]
    printed = PRINTED_POINTS.search(title)
    return Line(title, number, _number(printed[1]) if printed else "")


def _number(text: str) -> str:
    try:
        return str(tidy_number(parse_number(text)))
    except NumberError:
        return ""


def fields_of_line(line: Line, kind: str, *, in_weighted: bool) -> dict:
    """What a new criterion holds of its line: its number is the weight among weighted parts, else a check's points."""
    fields: dict = {"title": {"th": line.title}} if line.title else {}
    if in_weighted:
        return fields | ({"weight": line.number} if line.number else {})
    points = line.number or line.points
    return fields | ({"points": points} if points and kind == "check" else {})


def with_lines(rubric: Any, key: str, kind: str, lines: Sequence[Line]) -> tuple[Document, str]:
    """The rubric with a criterion of this kind for each line, at the end of a node (its root without a key) or of the
    group that the line stands under; and the key of the last one. Checks are grouped in a checklist, others weighed."""
    group = ""
    for line in lines:
        made = kind if not line.is_group else "checklist" if kind == "check" else "weighted"
        new = {"key": rubric_trees.fresh_key(rubric, rubric_trees.NEW_KEYS[made]), "kind": made}
        under = key if line.is_group else group or key
        at = rubric_trees.find(rubric, under or (rubric or new)["key"])
        new |= fields_of_line(line, made, in_weighted=bool(at and at["kind"] == "weighted"))
        rubric = rubric_trees.with_child(rubric, at["key"], new) if at else new
        group = new["key"] if line.is_group else group
    return rubric, new["key"]
