"""Lists that are pasted from a manual: one part a line, with its points or weight where the table prints them."""

import re
from typing import NamedTuple

from indicators.document_schema import tidy_number
from indicators.readable_text import plain_text
from indicators.scoring import NumberError, parse_number

MOST_AT_ONCE, LONGEST_TITLE = 100, 1000
PRINTED_POINTS = re.compile(r"\(\s*([0-9๐-๙.,]+)\s*คะแนน\s*\)$")


class Line(NamedTuple):
    """One part to add: its title, the number of a last column, and the points that the title itself prints."""

    title: str
    number: str = ""
    points: str = ""


def lines_of(text: str) -> list[Line]:
    """The lines of a list, at most MOST_AT_ONCE. Of several cells (Word and Excel put tabs between them) the last is
    the number, where it is one; the others are the title."""
    found = (_line(one) for one in text.splitlines())
    return [line for line in found if line.title][:MOST_AT_ONCE]


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
