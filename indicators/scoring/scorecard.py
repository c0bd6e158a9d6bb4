"""From an indicator to a scorecard: the same weighted fold, continued upwards, on the scorecard's one scale.

Published numbers: an indicator's score; its weighted score = score × weight ÷ 100 (÷ the weights that apply once an
N/A or an absence took some away); component and total. Each is rounded once, from unrounded parts (derivation.py).
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from indicators.scoring.derivation import Fact, Node, Reason
from indicators.scoring.fold import score_rubric
from indicators.scoring.numbers import KEPT, Exact, ratio, simple
from indicators.scoring.tree import Group
from indicators.scoring.weighing import coverage, weighted_mean

AnswersByCode = Mapping[str, Mapping[str, Any]]
Scale = tuple[Exact, Exact]


def score_framework(tree: Group, answers: AnswersByCode, *, round: int = 12) -> Node:
    """Score a whole scorecard. `answers` are {indicator code: {criterion key: answer}}. Its own contribution is the sum
    of the weighted scores: the score itself, or in an extract of a form what the extract brings to the whole."""
    assert tree.scale is not None
    node = _group(tree, answers, round, (simple(tree.scale[0]), simple(tree.scale[1])))
    node.places = tree.places
    _share(node, tree, 1)
    parts = [child.contribution for child in node.children if child.contribution is not None]
    node.contribution = sum(parts) if parts else None
    return node


def _group(tree: Group, answers: AnswersByCode, months: int, scale: Scale) -> Node:
    if not tree.schedule.holds(months):
        reason = Reason("absent", {"round": str(months)})
        return Node(
            tree.kind,
            tree.code,
            tree.title,
            "absent",
            weight=_own_weight(tree, months),
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
        coverage=coverage(children),
        certain=mean.score is not None and mean.low is mean.score is mean.high,
        reasons=mean.reasons,
        children=children,
    )


def _own_weight(tree: Group, months: int) -> Exact | None:
    weight = tree.schedule.weight_in(months)
    return None if weight is None else simple(weight)


def _weight(tree: Group, children: tuple[Node, ...], months: int) -> Exact | None:
    """A group without a weight of its own is only a heading: it weighs what applies below it."""
    own = _own_weight(tree, months)
    if own is not None or not children:
        return own
    return sum([child.weight or 0 for child in children if child.applies])


def _indicator(tree: Group, rubric: Node, months: int, scale: Scale) -> Node:
    """The rubric's result as an indicator's, converted linearly when the indicator has a scale of its own."""
    own = scale if tree.scale is None else (simple(tree.scale[0]), simple(tree.scale[1]))
    score = rubric.score
    low = own[0] if rubric.so_far is None and rubric.applies else rubric.so_far
    high = own[1] if rubric.possible is None and rubric.applies else rubric.possible
    reasons: tuple[Reason, ...] = ()
    if own != scale:
        score, low, high = (None if one is None else convert(one, own, scale) for one in (score, low, high))
        if score is not None:
            facts = {
                "score": rubric.score,
                "from_min": own[0],
                "from_max": own[1],
                "to_min": scale[0],
                "to_max": scale[1],
                "value": score,
            }
            reasons = (Reason("converted", {**facts}),)
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
        weight=_own_weight(tree, months),
        coverage=int(score is not None) if rubric.applies else None,
        full=rubric.full,
        certain=rubric.certain,
        reasons=reasons,
        children=(rubric,),
    )


def convert(score: Exact, own: Scale | None, scale: Scale) -> Exact:
    """A score on an indicator's own scale, where it has one, moved linearly to the scorecard's."""
    if own is None or own == scale or own[0] == own[1]:
        return score
    return scale[0] + ratio(score - own[0], own[1] - own[0]) * (scale[1] - scale[0])


def _share(node: Node, tree: Group, share: Exact) -> None:
    """Give every group and indicator its weighted score: its score times its share of the whole. They were made for
    this scorecard and are handed out only when they have it."""
    is_empty = not node.children  # a component that the round does not have
    if tree.rubric is not None or is_empty:
        return
    divisor = _divisor(node, tree)
    for child, below in zip(node.children, tree.children, strict=True):
        weight = _weight_in_whole(child)
        own, contribution, reason = _contribution(child.score, weight, divisor, share)
        _share(child, below, own)
        if reason is not None:
            child.contribution = contribution
            child.reasons += (reason,)


def _divisor(node: Node, tree: Group) -> Exact:
    """What a child's weight is divided by: all weights (100 in an extract of a form), less those of absent children
    and, under `redistribute`, of N/A ones. Children without a result yet still count."""
    whole = tree.base if tree.base is not None else sum([_weight_in_whole(child) for child in node.children])
    left = [
        one for one in node.children if one.state == "absent" or (one.state == "na" and tree.redistribute)
    ]
    return simple(whole - sum([_weight_in_whole(child) for child in left]))


def _weight_in_whole(child: Node) -> Exact:
    """What a child takes of the scorecard's weight; without a weight of its own, as much as each other that applies."""
    return child.weight if child.weight is not None else int(child.applies)


@lru_cache(maxsize=KEPT)
def _contribution(
    score: Exact | None, weight: Exact, divisor: Exact, share: Exact
) -> tuple[Exact, Exact | None, Reason | None]:
    """A child's share of the whole, and what its score brings to it with the line that says so; kept, because the
    indicators of a form have few weights and few scores."""
    own = ratio(share * weight, divisor) if divisor else 0
    if score is None:
        return own, None, None
    value = simple(score * own)
    facts: dict[str, Fact] = {"score": score, "weight": weight, "value": value}
    if share == 1:
        facts["divisor"] = divisor
    elif own * 100 == weight:  # deeper down, and the weight still is in hundredths of the whole form
        facts["divisor"] = 100
    else:
        facts["share"] = own
    return own, value, Reason("contribution", facts)


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
