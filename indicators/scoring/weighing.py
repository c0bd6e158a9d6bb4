"""Weighted means: the one rule by which parts with weights make a whole, in a rubric and above it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from indicators.scoring.derivation import Node, Reason
from indicators.scoring.numbers import KEPT, Exact, products, ratio, simple

Terms = tuple[tuple[Exact, Exact], ...]


class Mean(NamedTuple):
    """`terms` are the (weight, score) that were counted; what each of them contributes is its product ÷ `divisor`."""

    score: Exact | None
    low: Exact | None
    high: Exact | None
    state: str
    reasons: tuple[Reason, ...]
    terms: Terms = ()
    divisor: Exact = 0


def weighted_mean(children: Sequence[Node], *, redistribute: bool) -> Mean:
    """Σ(w·s) ÷ Σw over the children that apply (golden case G23). `redistribute`: an N/A or unscored child leaves
    numerator and denominator; otherwise (`fixed`) the divisor stays and it contributes nothing. Absent children never
    count."""
    certain = tuple([(weight_in_mean(child), child.score or 0) for child in children if child.certain])
    if children and len(certain) == len(children):
        return _weighed(certain, 0)
    present = [child for child in children if child.state != "absent"]
    asked = [child for child in present if child.state != "na"]
    if not asked:
        return Mean(None, None, None, "na" if present else "absent", (Reason("all_not_applicable"),))
    every = _weights(asked if redistribute else present)
    unscored = 0 if redistribute else _weights([child for child in present if child.score is None])
    mean = _weighed(
        tuple([(weight_in_mean(child), child.score) for child in asked if child.score is not None]), unscored
    )
    return mean._replace(
        low=_mean([child.so_far for child in asked], asked, every),
        high=_mean([child.possible for child in asked], asked, every),
        reasons=mean.reasons + _left_out(present, redistribute),
    )


@lru_cache(maxsize=KEPT)
def _weighed(terms: Terms, unscored: Exact) -> Mean:
    """The mean of these terms beside a weight that brings nothing; kept, because parts with levels have few scores.
    There is none without terms or where nothing weighs."""
    divisor = simple(sum([weight for weight, _score in terms]) + unscored)
    if not terms or not divisor:
        return Mean(None, None, None, "missing", ())
    score = ratio(products(terms), divisor)
    reason = Reason("weighted_mean", {"terms": terms, "divisor": divisor, "value": score})
    return Mean(score, score, score, "scored", (reason,), terms, divisor)


def contributing(children: Sequence[Node], mean: Mean) -> tuple[Node, ...]:
    """The children with what each brought to their mean."""
    shares = iter(_contributions(mean.terms, mean.divisor))
    return tuple(
        [
            child.contributing(next(shares)) if mean.divisor and child.score is not None else child
            for child in children
        ]
    )


@lru_cache(maxsize=KEPT)
def _contributions(terms: Terms, divisor: Exact) -> tuple[Exact, ...]:
    return tuple([ratio(weight * score, divisor) for weight, score in terms])


def _left_out(present: Sequence[Node], redistribute: bool) -> tuple[Reason, ...]:
    policy = "redistribute" if redistribute else "fixed"
    groups = {
        "na_children": [one for one in present if one.state == "na"],
        "unscored_children": [one for one in present if one.applies and one.score is None],
    }
    return tuple(
        Reason(f"{code}_{policy}", {"keys": ", ".join(one.key for one in some)})
        for code, some in groups.items()
        if some
    )


def coverage(children: Sequence[Node]) -> Exact:
    """The share (0…1) of the weight asked for that has a result."""
    asked = [child for child in children if child.applies]
    whole = _weights(asked)
    if not whole:
        return 0
    shares = [one.coverage if one.coverage is not None else int(one.score is not None) for one in asked]
    if all(share == 1 for share in shares):
        return 1
    return ratio(products(zip(map(weight_in_mean, asked), shares, strict=True)), whole)


def _mean(values: Sequence[Exact | None], children: Sequence[Node], divisor: Exact) -> Exact | None:
    if any(value is None for value in values) or not divisor:
        return None
    return ratio(
        products((weight_in_mean(child), value or 0) for child, value in zip(children, values, strict=True)),
        divisor,
    )


def weight_in_mean(child: Node) -> Exact:
    """What a child weighs among its siblings: all alike where the form gives them no weights."""
    return 1 if child.weight is None else child.weight


def _weights(children: Sequence[Node]) -> Exact:
    return simple(sum([weight_in_mean(child) for child in children]))
