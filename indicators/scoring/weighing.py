"""Weighted means: the one rule by which parts with weights make a whole, in a rubric and above it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from indicators.scoring.derivation import Node, Reason
from indicators.scoring.numbers import fact

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Mean:
    score: Fraction | None
    low: Fraction | None
    high: Fraction | None
    state: str
    reasons: tuple[Reason, ...]
    children: tuple[Node, ...]
    coverage: Fraction


def weighted_mean(children: Sequence[Node], *, redistribute: bool) -> Mean:
    """Σ(w·s) ÷ Σw over the children that apply (G23). `redistribute`: an N/A or unscored child leaves numerator and
    denominator; otherwise (`fixed`) the divisor stays and it contributes nothing. Absent children never count."""
    present = [child for child in children if child.state != "absent"]
    asked = [child for child in present if child.state != "na"]
    if not asked:
        state = "na" if present else "absent"
        return Mean(None, None, None, state, (Reason("all_not_applicable"),), tuple(children), ZERO)
    scored = [child for child in asked if child.score is not None]
    every = _weights(asked if redistribute else present)
    divisor = _weights(scored) if redistribute else every
    reasons = []
    score = None
    if scored and divisor:
        score = sum((_w(child) * (child.score or ZERO) for child in scored), ZERO) / divisor
        terms = " + ".join(f"{fact(_w(child))}×{fact(child.score)}" for child in scored)
        facts = {"terms": terms, "divisor": fact(divisor), "value": fact(score)}
        reasons.append(Reason("weighted_mean", facts))
    reasons += _left_out(present, redistribute)
    low = _mean([child.so_far for child in asked], asked, every)
    high = _mean([child.possible for child in asked], asked, every)
    return Mean(
        score=score,
        low=low,
        high=high,
        state="scored" if score is not None else "missing",
        reasons=tuple(reasons),
        children=tuple(_contributing(child, divisor) for child in children),
        coverage=_coverage(asked),
    )


def _left_out(present: Sequence[Node], redistribute: bool) -> list[Reason]:
    policy = "redistribute" if redistribute else "fixed"
    groups = {"na_children": [one for one in present if one.state == "na"],
              "unscored_children": [one for one in present if one.applies and one.score is None]}  # fmt: skip
    return [
        Reason(f"{code}_{policy}", {"keys": ", ".join(one.key for one in some)})
        for code, some in groups.items()
        if some
    ]


def _contributing(child: Node, divisor: Fraction) -> Node:
    if child.score is None or not divisor:
        return child
    return replace(child, contribution=_w(child) * child.score / divisor)


def _coverage(asked: Sequence[Node]) -> Fraction:
    whole = _weights(asked)
    if not whole:
        return ZERO
    shares = (one.coverage if one.coverage is not None else Fraction(one.score is not None) for one in asked)
    return sum((_w(one) * share for one, share in zip(asked, shares, strict=True)), ZERO) / whole


def _mean(values: Sequence[Fraction | None], children: Sequence[Node], divisor: Fraction) -> Fraction | None:
    if any(value is None for value in values) or not divisor:
        return None
    return (
        sum((_w(child) * (value or ZERO) for child, value in zip(children, values, strict=True)), ZERO)
        / divisor
    )


def _w(child: Node) -> Fraction:
    return Fraction(1) if child.weight is None else child.weight


def _weights(children: Sequence[Node]) -> Fraction:
    return sum((_w(child) for child in children), ZERO)
