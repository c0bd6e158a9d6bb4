"""What a node can score at all in a round, and what it weighs there."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache, partial

from indicators.scoring.numbers import of_known
from indicators.scoring.tree import EXTREME, Criterion

ZERO = Fraction(0)


@lru_cache(maxsize=4_000)
def extent(node: Criterion, months: int) -> tuple[Fraction | None, Fraction | None]:
    """The least and greatest score that the node can have in this round; None where nothing bounds it."""
    levels = node.levels
    low, high = _raw_extent(node, months) if levels is None else (levels.lowest, levels.highest)
    if node.requires and low is not None:
        low = min(low, node.floor)
    return low, high


def _raw_extent(node: Criterion, months: int) -> tuple[Fraction | None, Fraction | None]:
    if node.kind == "check":
        return min(ZERO, node.points), max(ZERO, node.points)
    if node.kind == "rating":
        values = [value for _, value in node.options]
        return min(values, default=None), max(values, default=None)
    if node.kind == "measure":
        return None, None
    present = [child for child in node.children if child.schedule.holds(months)]
    ends = [extent(child, months) for child in present]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    if node.kind == "milestone":
        return _least_of_steps(ends), of_known(_sum, highs)
    take: Callable[[Sequence[Fraction]], Fraction | None]
    if node.kind == "weighted":
        take = partial(_mean, weights=[weight_of(child, months) for child in present])
    else:
        take = EXTREME[node.takes] if node.takes else _sum
    return of_known(take, lows), of_known(take, highs)


def _least_of_steps(ends: Sequence[tuple[Fraction | None, Fraction | None]]) -> Fraction | None:
    """A milestone ends at any of its steps, with that step's least; a floor below 0 may make a later end the lesser."""
    passed, least = ZERO, ZERO if not ends else None
    for low, high in ends:
        if low is None or high is None:
            return None
        least = passed + low if least is None else min(least, passed + low)
        passed += high
    return least


def _sum(values: Sequence[Fraction]) -> Fraction:
    return sum(values, ZERO)


def _mean(values: Sequence[Fraction], weights: Sequence[Fraction | None]) -> Fraction | None:
    shares = [Fraction(1) if weight is None else weight for weight in weights]
    whole = _sum(shares)
    return (
        _sum([share * value for share, value in zip(shares, values, strict=True)]) / whole if whole else None
    )


@lru_cache(maxsize=4_000)
def weight_of(node: Criterion, months: int) -> Fraction | None:
    """The node's weight in this round; a weighted group without one weighs what its children do together."""
    weight = node.schedule.weight_in(months)
    if weight is None and node.kind == "weighted":
        below = [weight_of(child, months) for child in node.children if child.schedule.holds(months)]
        known = [one for one in below if one is not None]
        return _sum(known) if known else None
    return weight
