"""How the SAR card stands on one landscape page: the largest of a few sizes of type that fits, and how wide the columns
of targets and of earlier years are, counted by lines.

The count is a little generous, since a line breaks between words: a card that is set smaller than it might be is still
on one page. Where the smallest size does not fit, targets and results of earlier years end after a few lines with “…”;
they stand whole in the report of each indicator. What is too long even so goes on to a second page, whole.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import ceil

from django.utils.translation import gettext as _

from reports.drawable import width_of
from reports.wording import with_digits

SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)  # points
SHORTER = (4, 3, 2, 1)  # lines
POINT = 0.3528  # millimetres
PAGE_WIDTH, ROOM = 277.0, 160.0  # millimetres between the margins; left below a head of three lines
HEAD_WIDTH, HEAD_SIZES, HEAD_LINE = 260.0, (12.0, 9.0, 9.0), 1.45  # beside the square
SENT_WORDS = "0" * 110  # as wide as what stands around the names in the head's third line
NOTE_SIZE = 8.0
LINE, PADDING = 1.42, 0.48  # of the type's size; millimetres above and below a row, with its line
LOST = 2.0  # ems at the end of a line that goes on: a word that did not fit
# Widths of columns in millimetres; above this type they grow with it, so that figures and the words above them stay
# whole.
WIDE_FROM = 8.0
CODE, UNIT, WEIGHT, FIGURE = 11.0, 16.0, 12.0, 14.5
# A figure's column beside earlier rounds, and the largest type that goes into it.
NARROW, NARROW_FROM = 11.5, 8.0
RESULT_MORE = 3.5  # than a figure's column: results have more digits than scores
TARGETS, PASTS = (24, 32, 40, 50, 60, 80, 100), (14, 19, 25)
NARROWEST_NAME = 45.0
INSIDE = 2.0  # of a column, left and right of its text
STEP = 2.5  # by which a deeper line is set in
FIGURE_ALONE = re.compile(r"[-–\d.,]*")  # of an earlier year; words beside it are set from the left
UNBROKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Fit:
    """The type's size in points, the widths of the columns of targets and of an earlier year in millimetres, and after
    how many lines their texts end in a row that is not higher for its name; None where they stand whole."""

    size: float
    target: float
    past: float
    lines: int | None = None


def card_drawn(record: dict) -> dict:
    """What the card's template needs beside the record: the size of type, the columns' widths in millimetres (None
    takes what is left), the lines with the texts that fit, and the notes below them."""
    record = with_digits(record)
    fit = fit_of(record)
    lines = [as_printed(record, line, fit) for line in record["card"]["lines"]]
    notes = notes_of(record, shortened=fit.lines is not None)
    return {"size": fit.size, "columns": columns_of(record, fit), "lines": lines, "notes": notes}


def notes_of(record: dict, *, shortened: bool) -> list[str]:
    """What is said below the table."""
    notes = []
    if record["card"]["misses_total"]:
        notes.append(
            _(
                "Each figure is rounded once from unrounded parts, so the column may differ from its total in the "
                "last place."
            )
        )
    if shortened:
        notes.append(
            _("Targets and earlier results that end in “…” stand whole in the report of each indicator.")
        )
    if not record["head"]["published"]:
        notes.append(_("The official score is printed once the result is published."))
    return notes


def as_printed(record: dict, line: dict, fit: Fit) -> dict:
    """A line of the card; the name of a group without a target and earlier results takes their columns too."""
    across = spans(line)
    name = f"{line['name']} ({line['unit']})" if across and line["unit"] else line["name"]
    return line | {
        "across": 3 + len(record["years"]) if across else 1,
        "name": name,
        "past": [(value, "num" if FIGURE_ALONE.fullmatch(value) else "told") for value in line["past"]],
        "most": lines_allowed(record, line, fit),
    }


def columns_of(record: dict, fit: Fit) -> list[float | None]:
    """The width of each column in millimetres; None for the names."""
    figure, result = (wide(one, fit.size) for one in (figure_width(record), result_width(record)))
    years, before = [wide(fit.past, fit.size)] * len(record["years"]), [result, figure, figure]
    code, unit, weight = (wide(one, fit.size) for one in (CODE, UNIT, WEIGHT))
    rounds = before * len(record["rounds"])
    return [code, None, unit, *years, fit.target, weight, *rounds, *before, figure]


def fit_of(record: dict) -> Fit:
    """The largest type with which the card is on one page, then the longest texts in the widest columns; the smallest
    type with whole texts where nothing is."""
    for size in [one for one in SIZES if one <= NARROW_FROM or not record["rounds"]]:
        fits = fits_of(record, size, None)
        best = min(fits, key=lambda one: height_at(record, one))
        if height_at(record, best) <= room_of(record, best):
            return best
    for lines in SHORTER:
        fits = [
            one for one in fits_of(record, SIZES[-1], lines) if height_at(record, one) <= room_of(record, one)
        ]
        if fits:
            return fits[-1]
    return best


def fits_of(record: dict, size: float, lines: int | None) -> list[Fit]:
    """The widths that go, narrow ones first: those that break no word, or all where each breaks one."""
    fits = [Fit(size, target, past, lines) for target, past in product(TARGETS, PASTS)]
    fits = [one for one in fits if name_width(record, one) >= NARROWEST_NAME]
    return [one for one in fits if keeps_words(record, one)] or fits


def room_of(record: dict, fit: Fit) -> float:
    """How high the table may be above its notes, in millimetres."""
    notes = " ".join(notes_of(record, shortened=fit.lines is not None))
    below = lines_in(notes, PAGE_WIDTH, NOTE_SIZE) * NOTE_SIZE * POINT * 1.45 if notes else 0
    return ROOM - below - longer_head(record)


def longer_head(record: dict) -> float:
    """How much higher long names make the head than its three lines, in millimetres."""
    head, band = record["head"], record["card"]["band"] or {"name": ""}
    texts = (
        f"{_('SAR card')} : {head['agency']}",
        f"{head['framework']} · {_('Under')} {head['ministry']}",
        f"{SENT_WORDS} {head['sent_by']} {band['name']}",
    )
    return sum(
        (head_lines(text, size, bold=size == HEAD_SIZES[0]) - 1) * size * POINT * HEAD_LINE
        for text, size in zip(texts, HEAD_SIZES, strict=True)
    )


def head_lines(text: str, size: float, *, bold: bool) -> int:
    """How many lines a text of the head takes; a word that is wider than a line begins on one of its own."""
    wider = [word for word in UNBROKEN.findall(text) if width_of(word) * size * POINT > HEAD_WIDTH]
    return lines_in(text, HEAD_WIDTH, size, bold=bold) + len(wider)


def keeps_words(record: dict, fit: Fit) -> bool:
    """Whether no word without a place to break, a number or a foreign word, is wider than its column."""
    lines = record["card"]["lines"]
    past = max((longest_word(value) for line in lines for value in line["past"]), default=0)
    target = max((longest_word(line["target"]) for line in lines), default=0)
    em = fit.size * POINT
    return past * em <= wide(fit.past, fit.size) - INSIDE and target * em <= fit.target - INSIDE


def wide(width: float, size: float) -> float:
    """A column's width in millimetres at this type."""
    return round(width * max(1.0, size / WIDE_FROM), 2)


def name_width(record: dict, fit: Fit) -> float:
    """What is left for the names, in millimetres."""
    return PAGE_WIDTH - sum(filter(None, columns_of(record, fit)))


def figure_width(record: dict) -> float:
    """How wide a column of figures is, in millimetres."""
    return NARROW if record["rounds"] else FIGURE


def result_width(record: dict) -> float:
    """How wide a column of results is, in millimetres."""
    return figure_width(record) + RESULT_MORE


def spans(line: dict) -> bool:
    """Whether the name has the columns beside it for itself."""
    return not line["leaf"] and not line["target"] and not any(line["past"])


def height_at(record: dict, fit: Fit) -> float:
    """How high the table is with this type and these widths, in millimetres."""
    head_and_total = [3 if record["rounds"] else 2, 1]
    rows = [lines_of_row(record, line, fit) for line in record["card"]["lines"]]
    return sum(count * fit.size * POINT * LINE + PADDING for count in [*head_and_total, *rows])


def lines_of_row(record: dict, line: dict, fit: Fit) -> int:
    """How many lines of type a row of the table takes."""
    needed, past = lines_needed(record, line, fit), wide(fit.past, fit.size)
    if spans(line):
        return needed
    told = [(line["target"], fit.target), *((value, past) for value in line["past"])]
    longest = max(lines_in(text, width, fit.size) for text, width in told)
    return max(needed, longest if fit.lines is None else min(longest, fit.lines))


def lines_needed(record: dict, line: dict, fit: Fit) -> int:
    """How many lines a row takes whatever its target and its earlier results are."""
    size, name = fit.size, name_width(record, fit) - STEP * line["depth"]
    if spans(line):
        name += wide(UNIT, size) + wide(fit.past, size) * len(record["years"]) + fit.target
        return lines_in(f"{line['name']} ({line['unit']})", name, size, bold=True)
    return max(
        lines_in(line["name"], name, size, bold=not line["leaf"]),
        lines_in(line["unit"], wide(UNIT, size), size, bold=not line["leaf"]),
        lines_in(line["result"], wide(result_width(record), size), size),
    )


def lines_allowed(record: dict, line: dict, fit: Fit) -> int | None:
    """After how many lines target and earlier results of this row end; None where they stand whole."""
    return None if fit.lines is None else max(fit.lines, lines_needed(record, line, fit))


def lines_in(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """How many lines a text takes in a column of this width."""
    em, face = size * POINT, "Bold" if bold else "Regular"
    place = (width - INSIDE) / em
    return sum(1 if one <= place else ceil((one - LOST) / (place - LOST)) for one in widths_of(text, face))


@lru_cache(maxsize=4096)
def widths_of(text: str, face: str) -> tuple[float, ...]:
    """How wide each line of a text is, in ems."""
    return tuple(width_of(line, face=face) for line in text.split("\n"))


@lru_cache(maxsize=4096)
def longest_word(text: str) -> float:
    """How wide the widest word is that has no place to break, in ems."""
    return max((width_of(word) for word in UNBROKEN.findall(text)), default=0)
