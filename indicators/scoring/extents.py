"""What a node can score at all in a round, and what it weighs there."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

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
    if node.kind == "milestone":
        return _least_of_steps(ends), _total([high for _, high in ends])
    if node.takes:
        take = EXTREME[node.takes]
        return _known(take, [low for low, _ in ends]), _known(take, [high for _, high in ends])
    weights = (
        [weight_of(child, months) for child in present] if node.kind == "weighted" else [None] * len(present)
    )
    return tuple(_bound([end[side] for end in ends], weights, node.kind) for side in (0, 1))  # type: ignore[return-value]


def _least_of_steps(ends: Sequence[tuple[Fraction | None, Fraction | None]]) -> Fraction | None:
    """A milestone ends at any of its steps, with that step's least; a floor below 0 may make a later end the lesser."""
    passed, least = ZERO, ZERO if not ends else None
    for low, high in ends:
        if low is None or high is None:
            return None
        least = passed + low if least is None else min(least, passed + low)
        passed += high
    return least


def _known(
    take: Callable[[Sequence[Fraction]], Fraction], values: Sequence[Fraction | None]
) -> Fraction | None:
    known = [value for value in values if value is not None]
    return take(known) if known and len(known) == len(values) else None


def _bound(
    values: Sequence[Fraction | None], weights: Sequence[Fraction | None], kind: str
) -> Fraction | None:
    if any(value is None for value in values):
        return None
    known = [value for value in values if value is not None]
    if kind != "weighted":
        return sum(known, ZERO)
    shares = [Fraction(1) if weight is None else weight for weight in weights]
    whole = sum(shares, ZERO)
    return (
        sum((share * value for share, value in zip(shares, known, strict=True)), ZERO) / whole
        if whole
        else None
    )


@lru_cache(maxsize=4_000)
def weight_of(node: Criterion, months: int) -> Fraction | None:
    """The node's weight in this round; a weighted group without one weighs what its children do together."""
    weight = node.schedule.weight_in(months)
    if weight is None and node.kind == "weighted":
        below = [weight_of(child, months) for child in node.children if child.schedule.holds(months)]
        known = [one for one in below if one is not None]
        return sum(known, ZERO) if known else None
    return weight


def _total(values: Sequence[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return sum(known, ZERO) if len(known) == len(values) else None
