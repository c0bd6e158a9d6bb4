"""How figures spread: median, quartiles, classes of a histogram. Pure and exact, on figures as published, so that
whoever has the table can do it again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

FEW_STEPS = 5  # a scale of so many whole steps is cut at every half of them
CLASSES = 10


@dataclass(frozen=True)
class Spread:
    """Five figures of a group of n."""

    n: int
    least: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    most: Decimal


@lru_cache(maxsize=2000)
def spread_of(values: tuple[Decimal, ...]) -> Spread | None:
    """The spread of these figures in any order; None for none. Quartiles lie between the two nearest figures in
    proportion, as QUARTILE.INC of the spreadsheets counts them."""
    if not values:
        return None
    line = sorted(values)
    quarters = [_at(line, quarter) for quarter in range(5)]
    return Spread(len(line), *quarters)


def median_of(values: tuple[Decimal, ...]) -> Decimal | None:
    """The median of these figures; None for none."""
    found = spread_of(values)
    return found.median if found else None


def _at(line: list[Decimal], quarter: int) -> Decimal:
    """The figure a number of quarters up the sorted line."""
    whole, rest = divmod(quarter * (len(line) - 1), 4)
    if not rest:
        return line[whole]
    return line[whole] + (line[whole + 1] - line[whole]) * rest / 4


def edges_of(minimum: str, maximum: str) -> list[Fraction]:
    """Where the classes of a histogram on this scale begin, and last where it ends."""
    low, high = Fraction(minimum), Fraction(maximum)
    span = high - low
    if span <= 0:
        return []
    count = int(span) * 2 if span.denominator == 1 and span <= FEW_STEPS else CLASSES
    return [low + span * one / count for one in range(count + 1)]


def classes_of(values: Sequence[Decimal], edges: list[Fraction]) -> list[int]:
    """How many figures stand in each class: from its edge to below the next; the last takes the end of the scale, and
    what lies outside the scale counts in the class that is nearest."""
    counts = [0] * (len(edges) - 1)
    if not counts:
        return counts
    low, width = edges[0], edges[1] - edges[0]
    for value, many in Counter(values).items():
        counts[max(0, min(len(counts) - 1, int((Fraction(value) - low) // width)))] += many
    return counts
