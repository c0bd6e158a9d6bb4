"""Which scores lie far from those of the others, in exact fractions.

Tukey's fences: with Q1 and Q3 the medians of the lower and the upper half (the middle value in both halves), a value is
an outlier below Q1 − 1.5 (Q3 − Q1) or above Q3 + 1.5 (Q3 − Q1).

Source: J. W. Tukey, Exploratory Data Analysis, Addison-Wesley 1977, sections 2C–2E.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

FEWEST = 8  # with fewer, a fence says nothing
REACH = Fraction(3, 2)


@dataclass(frozen=True)
class Fences:
    """From `low` to `high` nothing stands out; `middle` is the median."""

    low: Fraction
    middle: Fraction
    high: Fraction

    def holds(self, value: Fraction) -> bool:
        return self.low <= value <= self.high


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle of sorted values, the mean of the two middle ones where their number is even."""
    half, is_odd = divmod(len(values), 2)
    return Fraction(values[half]) if is_odd else Fraction(values[half - 1] + values[half]) / 2


def fences(values: Sequence[Fraction]) -> Fences | None:
    """The fences of these values; None where there are fewer than eight."""
    if len(values) < FEWEST:
        return None
    ordered = sorted(values)
    half = (len(ordered) + 1) // 2
    first, third = median(ordered[:half]), median(ordered[-half:])
    reach = REACH * (third - first)
    return Fences(low=first - reach, middle=median(ordered), high=third + reach)
