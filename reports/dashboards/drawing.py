"""Drawing on the server: elements of SVG as safe text, a figure with its title and description, a scale.

Colours and sizes stand in presentation attributes, so that the same picture goes into a PDF; a style sheet may refine
them by class. No inline style, no script.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

INK, SOFT, LINE, PAPER, ACCENT, PALE = "#17212b", "#52606d", "#b9c6cc", "#ffffff", "#0b5f66", "#cfe3e4"
TEXT = 13
TENTH = Decimal("0.1")


def element(name: str, *inside: Any, **attributes: Any) -> SafeString:
    """<name …>inside</name>: stroke_width is stroke-width, class_ is class; everything unsafe is escaped."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{conditional_escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    body = "".join(conditional_escape(one) for one in inside)
    return mark_safe(f"<{name}{told}>{body}</{name}>" if body else f"<{name}{told}/>")


def text(
    x: int | Decimal,
    y: int | Decimal,
    words: object,
    *,
    anchor: str = "start",
    fill: str = INK,
    bold: bool = False,
) -> SafeString:
    """A line of text; y is its base line."""
    return element(
        "text",
        words,
        x=x,
        y=y,
        text_anchor=anchor if anchor != "start" else None,
        fill=fill,
        font_size=TEXT,
        font_weight="600" if bold else None,
    )


def line(
    start: tuple[int | Decimal, int | Decimal],
    end: tuple[int | Decimal, int | Decimal],
    *,
    stroke: str = LINE,
    width: int = 1,
    dash: str | None = None,
) -> SafeString:
    """A line between two places (x, y)."""
    (x1, y1), (x2, y2) = start, end
    return element(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash
    )


def circle(x: int | Decimal, y: int | Decimal, *, fill: str = PAPER, size: int = 5) -> SafeString:
    """An open circle: what an agency says of itself."""
    return element("circle", cx=x, cy=y, r=size, fill=fill, stroke=ACCENT, stroke_width=2)


def square(x: int | Decimal, y: int | Decimal, *, size: int = 10) -> SafeString:
    """A full square: what holds officially."""
    return element("rect", x=x - size // 2, y=y - size // 2, width=size, height=size, fill=ACCENT)


def figure(key: str, parts: Iterable, *, size: tuple[int, int], title: str, told: str) -> SafeString:
    """A whole picture with its title and the description that a screen reader tells instead. `key` is its own on the
    page."""
    width, height = size
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", told, id=f"{key}-told"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        role="img",
        class_="picture",
        aria_labelledby=f"{key}-title {key}-told",
        font_family="Sarabun, sans-serif",
    )


def rounded(value: int | Fraction) -> Decimal:
    """A place in a picture, to a tenth."""
    value = Fraction(value)
    return (Decimal(value.numerator) / value.denominator).quantize(TENTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` laid over the places from `start` to `end`."""

    low: Fraction
    high: Fraction
    start: int
    end: int

    def at(self, value: int | str | Decimal | Fraction) -> Decimal:
        """Where a figure stands; what lies outside stands at the nearer end."""
        span = self.high - self.low
        share = (Fraction(value) - self.low) / span if span else Fraction(0)
        return rounded(self.start + (self.end - self.start) * max(Fraction(0), min(Fraction(1), share)))

    @property
    def marks(self) -> list[Fraction]:
        """Where the scale is marked: at its whole steps where they are few, otherwise at its fifths."""
        span = self.high - self.low
        count = int(span) if span.denominator == 1 and 0 < span <= 10 else 5
        return [self.low + span * one / count for one in range(count + 1)]


def mark_words(value: Fraction) -> str:
    """A mark of a scale in as few digits as it needs, at most two after the point."""
    shown = (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{shown:f}".rstrip("0").rstrip(".")
