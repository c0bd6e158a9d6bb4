"""The picture of a scorecard's parts on its scale, the same in a dashboard and in the printed scorecard."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString

from indicators.explaining import shortened
from reports.dashboards.drawing import (
    INK,
    LINE,
    PALE,
    SOFT,
    Axis,
    circle,
    element,
    figure,
    line,
    mark_words,
    square,
    text,
)
from reports.dashboards.spread import Spread

TOP = 34


@dataclass(frozen=True)
class Part:
    """A row: what a scorecard got, as published ("" where there is nothing), and how the others spread where that may
    be told."""

    name: str
    self_score: str = ""
    official: str = ""
    others: Spread | None = None

    @property
    def shown(self) -> str:
        return self.official or self.self_score or "–"


@dataclass(frozen=True)
class Frame:
    """Measures in units of which 13 are a line of text: the whole, the names on the left, a row; letters of a name at
    most."""

    width: int
    labels: int
    row: int
    letters: int


SCREEN = Frame(width=720, labels=250, row=40, letters=30)
PRINT = Frame(width=470, labels=180, row=27, letters=60)
FIGURES = {SCREEN: 90, PRINT: 64}  # what is left on the right for the figure


@dataclass(frozen=True)
class Picture:
    """What is drawn: rows (the whole first) on a scale, under a title and with the words of a screen reader."""

    parts: list[Part]
    minimum: str
    maximum: str
    title: str
    told: str

    def drawn(self, frame: Frame = SCREEN, *, digits: Callable[[str], str] = str) -> SafeString:
        """One row for each part: the others' strip and median, the agency's marks, its figure; `digits` writes them."""
        axis = Axis(
            Fraction(self.minimum), Fraction(self.maximum), frame.labels, frame.width - FIGURES[frame]
        )
        bottom = TOP + frame.row * len(self.parts)
        drawn = [one for mark in axis.marks for one in _mark(axis, mark, bottom, digits)]
        for number, part in enumerate(self.parts):
            y = TOP + frame.row * number + frame.row // 2
            name = shortened(part.name, most=frame.letters)
            drawn.append(text(frame.labels - 16, y + 5, name, anchor="end", bold=number == 0))
            drawn += [*_others(axis, part.others, y), *_own(axis, part, y)]
            drawn.append(text(frame.width, y + 5, digits(part.shown), anchor="end"))
        return figure("profile", drawn, size=(frame.width, bottom + 8), title=self.title, told=self.told)


def _mark(axis: Axis, mark: Fraction, bottom: int, digits: Callable[[str], str]) -> Iterator[SafeString]:
    x = axis.at(mark)
    yield line((x, TOP - 8), (x, bottom))
    yield text(x, 16, digits(mark_words(mark)), anchor="middle", fill=SOFT)


def _own(axis: Axis, part: Part, y: int) -> Iterator[SafeString]:
    if part.official:
        yield square(axis.at(part.official), y)
    if part.self_score:  # open, so that the square is seen through it where both are the same
        yield circle(axis.at(part.self_score), y, fill="none" if part.official else "#ffffff")


def _others(axis: Axis, told: Spread | None, y: int) -> list:
    if told is None:
        return []
    lower, upper = axis.at(told.lower), axis.at(told.upper)
    strip = element("rect", x=lower, y=y - 8, width=max(2, upper - lower), height=16, fill=PALE, stroke=LINE)
    return [strip, line((axis.at(told.median), y - 12), (axis.at(told.median), y + 12), stroke=INK, width=3)]
