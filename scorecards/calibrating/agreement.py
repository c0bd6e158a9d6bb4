"""How far two reviewers agree: the share of equal scores and Cohen's weighted kappa, in exact fractions.

    kappa = 1 − observed / expected

`observed` is the mean of d(a, b) over the pairs (first score a, second score b); `expected` is the mean of d(a, b)
over every first score combined with every second one, which is what chance alone would give: each side keeps how often
it gives which score. The distance d is (a − b)² with quadratic weights and |a − b| with linear ones. Dividing d by the
largest distance, as textbooks do, changes nothing: it cancels out.

1: they always agree. 0: no better than chance. Below 0: worse than chance.

Source: J. Cohen, "Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit",
Psychological Bulletin 70 (1968), pages 213–220.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

Pairs = Sequence[tuple[Fraction, Fraction]]


class Weights(Enum):
    """By which power of their distance two scores disagree."""

    LINEAR = 1
    QUADRATIC = 2


class Undefined(Enum):
    """Why there is no kappa."""

    TOO_FEW = "too_few"
    ONE_CATEGORY = "one_category"


@dataclass(frozen=True)
class Agreement:
    """Of `count` pairs so many are `equal`. A kappa is a number, or the reason why there is none."""

    count: int
    equal: int
    linear: Fraction | Undefined
    quadratic: Fraction | Undefined

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.equal, self.count) if self.count else None


def agreement(pairs: Pairs) -> Agreement:
    """Everything about these pairs of scores."""
    return Agreement(
        count=len(pairs),
        equal=sum(first == second for first, second in pairs),
        linear=weighted_kappa(pairs, Weights.LINEAR),
        quadratic=weighted_kappa(pairs, Weights.QUADRATIC),
    )


def weighted_kappa(pairs: Pairs, weights: Weights = Weights.QUADRATIC) -> Fraction | Undefined:
    """Cohen's kappa. There is none for fewer than two pairs, nor where both sides gave one and the same score
    throughout: chance would agree as well, and 0 / 0 says nothing."""
    if len(pairs) < 2:
        return Undefined.TOO_FEW
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    observed = Fraction(sum(_distance(first, second, weights) for first, second in pairs), len(pairs))
    by_chance = sum(
        often * as_often * _distance(first, second, weights)
        for first, often in firsts.items()
        for second, as_often in seconds.items()
    )
    if not by_chance:
        return Undefined.ONE_CATEGORY
    return 1 - observed / Fraction(by_chance, len(pairs) ** 2)


def _distance(first: Fraction, second: Fraction, weights: Weights) -> Fraction:
    return abs(Fraction(first) - Fraction(second)) ** weights.value
