"""From an indicator to a scorecard: the same weighted fold, continued upwards, on the scorecard's one scale.

Published numbers: an indicator's score; its weighted score = score × weight ÷ 100 (÷ the weights that apply once an
N/A or an absence took some away); component and total. Each is rounded once, from unrounded parts (derivation.py).
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from indicators.scoring.derivation import Node, Reason
from indicators.scoring.fold import score_rubric
from indicators.scoring.numbers import fact
from indicators.scoring.tree import Group
from indicators.scoring.weighing import ZERO, weighted_mean

AnswersByCode = Mapping[str, Mapping[str, Any]]


def score_framework(tree: Group, answers: AnswersByCode, *, round: int = 12) -> Node:
    """Score a whole scorecard. `answers` are {indicator code: {criterion key: answer}}. Its own contribution is the sum
    of the weighted scores: the score itself, or in an extract of a form what the extract brings to the whole."""
    assert tree.scale is not None
    node = replace(_group(tree, answers, round, tree.scale), places=tree.places)
    node = _share(node, tree, Fraction(1))
    parts = [child.contribution for child in node.children if child.contribution is not None]
    return replace(node, contribution=sum(parts, ZERO) if parts else None)


def _group(tree: Group, answers: AnswersByCode, months: int, scale: tuple[Fraction, Fraction]) -> Node:
    if not tree.schedule.holds(months):
        reason = Reason("absent", {"round": str(months)})
        return Node(
            tree.kind,
            tree.code,
            tree.title,
            "absent",
            weight=tree.schedule.weight_in(months),
            reasons=(reason,),
        )
    if tree.rubric is not None:
        return _indicator(
            tree, score_rubric(tree.rubric, answers.get(tree.code, {}), round=months), months, scale
        )
    children = tuple(_group(child, answers, months, scale) for child in tree.children)
    mean = weighted_mean(children, redistribute=tree.redistribute)
    return Node(
        kind=tree.kind,
        key=tree.code,
        title=tree.title,
        state=mean.state,
        raw=mean.score,
        score=mean.score,
        so_far=mean.low,
        possible=mean.high,
        minimum=scale[0],
        maximum=scale[1],
        weight=_weight(tree, children, months),
        coverage=mean.coverage,
        reasons=mean.reasons,
        children=children,
    )


def _weight(tree: Group, children: tuple[Node, ...], months: int) -> Fraction | None:
    """A group without a weight of its own is only a heading: it weighs what applies below it."""
    own = tree.schedule.weight_in(months)
    if own is not None or not children:
        return own
    return sum((child.weight or ZERO for child in children if child.applies), ZERO)


def _indicator(tree: Group, rubric: Node, months: int, scale: tuple[Fraction, Fraction]) -> Node:
    """The rubric's result as an indicator's, converted linearly when the indicator has a scale of its own."""
    reasons: tuple[Reason, ...] = ()
    if tree.scale is not None and tree.scale != scale and rubric.score is not None:
        facts = {"score": fact(rubric.score), "from_min": fact(tree.scale[0]), "from_max": fact(tree.scale[1]),
                 "to_min": fact(scale[0]), "to_max": fact(scale[1]),
                 "value": fact(convert(rubric.score, tree.scale, scale))}  # fmt: skip
        reasons = (Reason("converted", facts),)
    own = tree.scale or scale
    low = own[0] if rubric.so_far is None and rubric.applies else rubric.so_far
    high = own[1] if rubric.possible is None and rubric.applies else rubric.possible
    score, low, high = (
        convert(one, tree.scale, scale) if one is not None else None for one in (rubric.score, low, high)
    )
    return Node(
        kind="indicator",
        key=tree.code,
        title=tree.title,
        state=rubric.state,
        raw=rubric.score,
        score=score,
        so_far=low,
        possible=high,
        minimum=scale[0],
        maximum=scale[1],
        weight=tree.schedule.weight_in(months),
        coverage=Fraction(score is not None) if rubric.applies else None,
        full=rubric.full,
        reasons=reasons,
        children=(rubric,),
    )


def convert(
    score: Fraction, own: tuple[Fraction, Fraction] | None, scale: tuple[Fraction, Fraction]
) -> Fraction:
    """A score on an indicator's own scale, moved linearly to the scorecard's."""
    if own is None or own == scale or own[0] == own[1]:
        return score
    return scale[0] + (score - own[0]) / (own[1] - own[0]) * (scale[1] - scale[0])


def _share(node: Node, tree: Group, share: Fraction) -> Node:
    """Give every group and indicator its weighted score: its score times its share of the whole."""
    if tree.rubric is not None:
        return node
    divisor = _divisor(node, tree)
    pairs = zip(node.children, tree.children, strict=True)
    children = tuple(_shared(child, below, divisor, share) for child, below in pairs)
    return replace(node, children=children)


def _divisor(node: Node, tree: Group) -> Fraction:
    """What a child's weight is divided by: all weights (100 in an extract of a form), less those of absent children
    and, under `redistribute`, of N/A ones. Children without a result yet still count."""
    whole = tree.base if tree.base is not None else sum((_w(child) for child in node.children), ZERO)
    left = [
        one for one in node.children if one.state == "absent" or (one.state == "na" and tree.redistribute)
    ]
    return whole - sum((_w(child) for child in left), ZERO)


def _w(child: Node) -> Fraction:
    return child.weight if child.weight is not None else Fraction(child.applies)


def _shared(child: Node, tree: Group, divisor: Fraction, share: Fraction) -> Node:
    weight = _w(child)
    own = share * weight / divisor if divisor else ZERO
    child = _share(child, tree, own)
    if child.score is None:
        return child
    value = child.score * own
    facts = {"score": fact(child.score), "weight": fact(weight), "value": fact(value)}
    if share == 1:
        facts["divisor"] = fact(divisor)
    elif own * 100 == weight:  # deeper down, and the weight still is in hundredths of the whole form
        facts["divisor"] = "100"
    else:
        facts["share"] = fact(own)
    return replace(child, contribution=value, reasons=(*child.reasons, Reason("contribution", facts)))


def progress(score: Fraction, planned: Fraction, full: Fraction) -> Fraction:
    """Progress against an interim round's plan: min(full, score ÷ planned × full).
    Raises ZeroDivisionError for a plan of 0."""
    return min(full, score / planned * full)


def band_of(score: Fraction | None, bands: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The highest band whose minimum is reached, so that printed gaps cannot lose a value; None below all."""
    if score is None:
        return None
    reached = [band for band in bands if score >= Fraction(str(band["from"]))]
    return max(reached, key=lambda band: Fraction(str(band["from"])), default=None)
