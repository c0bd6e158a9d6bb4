"""How the SAR card stands on one landscape page: the largest of a few sizes of type that fits, and how wide the column
of targets is, counted by lines.

The count is a little generous, since a line breaks between words: a card that is set smaller than it might be is still
on one page. Below the smallest size the card goes on to a second page.
"""

from math import ceil

from reports.drawable import width_of

SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)  # points
POINT = 0.3528  # millimetres
PAGE_WIDTH, TABLE_HEIGHT = 277.0, 155.0  # millimetres between the margins; left for the table below the head
LINE, PADDING = 1.42, 0.48  # of the type's size; millimetres above and below a row, with its line
SLACK = 1.06  # what a line loses at its end
# Widths of columns in millimetres, as they stand in static/report.css; above this type they grow with it, so that
# figures and the words above them stay whole.
WIDE_FROM = 8.0
CODE, UNIT, PAST, WEIGHT, FIGURE = 11.0, 16.0, 14.0, 12.0, 14.5
# A figure's column beside earlier rounds, and the largest type that goes into it.
NARROW, NARROW_FROM = 11.5, 8.0
RESULT_MORE = 3.5  # than a figure's column: results have more digits than scores
TARGETS = (24, 40, 60, 80)
NARROWEST_NAME = 45.0
INSIDE = 2.0  # of a column, left and right of its text
STEP = 2.5  # by which a deeper line is set in


def card_drawn(record: dict) -> dict:
    """{"fit": the classes of the type's size, in tenths of a point, and of the width of the targets}."""
    size, target = fit_of(record)
    narrow, wide = " narrow" if record["rounds"] else "", " wide" if size > WIDE_FROM else ""
    return {"fit": f"size-{round(10 * size)} target-{target}{narrow}{wide}"}


def fit_of(record: dict) -> tuple[float, int]:
    """The type's size in points and the width of the targets in millimetres; the smallest where nothing fits."""
    for size in [one for one in SIZES if one <= NARROW_FROM or not record["rounds"]]:
        widths = [one for one in TARGETS if name_width(record, one, size) >= NARROWEST_NAME]
        height, target = min((height_at(record, size, one), one) for one in widths)
        if height <= TABLE_HEIGHT or size == SIZES[-1]:
            break
    return size, target


def wide(width: float, size: float) -> float:
    """A column's width in millimetres at this type."""
    return width * max(1.0, size / WIDE_FROM)


def name_width(record: dict, target: float, size: float) -> float:
    """What is left for the names, in millimetres."""
    rounds = len(record["rounds"])
    figures = (4 + 3 * rounds) * figure_width(record) + (1 + rounds) * RESULT_MORE
    others = CODE + UNIT + len(record["years"]) * PAST + WEIGHT + figures
    return PAGE_WIDTH - target - wide(others, size)


def figure_width(record: dict) -> float:
    """How wide a column of figures is, in millimetres."""
    return NARROW if record["rounds"] else FIGURE


def height_at(record: dict, size: float, target: float) -> float:
    """How high the table is at this size and width of the targets, in millimetres."""
    name = name_width(record, target, size)
    head_and_total = [3 if record["rounds"] else 2, 1]
    rows = [
        max(
            lines_in(line["name"], name - STEP * line["depth"], size, bold=not line["leaf"]),
            lines_in(line["unit"], wide(UNIT, size), size, bold=not line["leaf"]),
            lines_in(line["target"], target, size, bold=not line["leaf"]),
            lines_in(line["result"], wide(figure_width(record) + RESULT_MORE, size), size),
            *(lines_in(value, wide(PAST, size), size) for value in line["past"]),
        )
        for line in record["card"]["lines"]
    ]
    return sum(count * size * POINT * LINE + PADDING for count in [*head_and_total, *rows])


def lines_in(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """How many lines a text takes in a column of this width."""
    place, face = width - INSIDE, "Bold" if bold else "Regular"
    wide = [width_of(line, face=face) * size * POINT * SLACK for line in text.split("\n")]
    return sum(max(1, ceil(one / place)) for one in wide)
