"""What would it take: for each next level the smallest set of answers that reaches it, by the real rubric.

Every node has ways: sets of changed answers with the score that is then certain, from no change upwards. A parent's
ways combine those of its children as the fold combines their scores. Each result is folded once more before it is
given out, so that nothing is promised that the fold does not keep.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from indicators.scoring.answers import MISSING, Answer, read_answer
from indicators.scoring.derivation import Node
from indicators.scoring.fold import fold, part_of
from indicators.scoring.numbers import Exact, exact_text, ratio
from indicators.scoring.raw_values import na_scale
from indicators.scoring.tree import Criterion
from indicators.scoring.weighing import weight_in_mean

MOST_CHANGES = 40
MOST_GATES = 3
TINY = Fraction(1, 10**9)


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that would be different: yes, or (`value`) a measure of at least this, `past`: beyond it."""

    key: str
    value: Exact | None = None
    past: bool = False
    falling: bool = False

    def answer(self) -> str:
        """The least answer that does it, for the fold to confirm; beyond a value it is a thousand-millionth beyond."""
        if self.value is None:
            return "yes"
        beyond = TINY if self.past else 0
        return exact_text(self.value - beyond if self.falling else self.value + beyond) or ""


@dataclass(frozen=True, slots=True)
class Reach:
    """A level, the changes that reach it, the score that is then certain, and the rubric's whole result then."""

    level: Exact
    score: Exact
    changes: tuple[Change, ...]
    result: Node


@dataclass(frozen=True, slots=True)
class _Way:
    cost: int
    score: Exact
    full: bool = False
    changes: tuple[Change, ...] = ()


def reach_next(tree: Criterion, answers: Mapping[str, Any], *, round: int = 12) -> list[Reach]:
    """For each level above what is certain now, the fewest answers that reach it; levels beyond reach are left out."""
    known = {key: read_answer(content) for key, content in answers.items()}
    now = fold(part_of(tree, round), known)
    if not now.applies or now.so_far is None:
        return []
    ways = _ways(tree, now, known)
    found: list[Reach] = []
    for level in sorted({*_levels(tree, now), ways[-1].score}):
        way = next((one for one in ways if one.score >= level and one.changes), None)
        if level <= now.so_far or way is None:
            continue
        changed, then_known = _changed(tree, known, way.changes)
        then = fold(part_of(changed, round), then_known)
        if then.so_far is None or then.so_far < level:
            continue
        if found and found[-1].changes == way.changes:
            found.pop()
        found.append(Reach(level, then.so_far, way.changes, then))
    return found


def _levels(tree: Criterion, now: Node) -> list[Exact]:
    """The scores that count as levels: those of the points of the scale, of the steps, or whole numbers."""
    if tree.levels is not None:
        return sorted({point.score for point in tree.levels.points})
    low, high = now.minimum or 0, now.maximum or 0
    if tree.kind == "milestone":
        total: Exact = 0
        levels = []
        for child in now.children:
            total += child.maximum or 0
            levels.append(total)
        return levels
    if high - low > 10:
        return [low + ratio((high - low) * part, 5) for part in range(1, 6)]
    return sorted({*range(int(low) + 1, int(high) + 1), high})


def _changed(
    tree: Criterion, answers: Mapping[str, Answer], changes: Iterable[Change]
) -> tuple[Criterion, dict[str, Answer]]:
    """The tree and the answers with the changes; a formula is taken to give the value that is asked for."""
    by_key = {change.key: change for change in changes}
    answered = {**answers, **{key: Answer(value=change.answer()) for key, change in by_key.items()}}
    measured = {key for key, change in by_key.items() if change.value is not None}
    return _without_formulas(tree, measured) if measured else tree, answered


def _without_formulas(node: Criterion, keys: set[str]) -> Criterion:
    children = tuple(_without_formulas(child, keys) for child in node.children)
    return replace(node, children=children, formula=None if node.key in keys else node.formula)


# ── the ways of one node ──────────────────────────────────────────────────────────────────────────────────────────


def _ways(criterion: Criterion, node: Node, answers: Mapping[str, Answer]) -> list[_Way]:
    """By rising cost and score, from the present state on."""
    if criterion.kind == "check":
        return _check(criterion, answers.get(criterion.key, MISSING))
    if criterion.kind == "measure":
        return _measure(criterion, node)
    if criterion.kind == "rating":
        return [_Way(0, node.so_far or 0, node.full)]
    raw = [
        way
        for some in _scenarios(criterion, node, answers)
        for way in COMBINED[criterion.kind](criterion, node, some)
    ]
    return _best([_finished(criterion, node, way) for way in raw])


def _check(criterion: Criterion, answer: Answer) -> list[_Way]:
    no, yes = (_levelled(criterion, value) for value in (0, criterion.points))
    if answer.value == "yes":
        return [_Way(0, yes, full=True)]
    return [_Way(0, no), _Way(1, yes, full=True, changes=(Change(criterion.key),))]


def _measure(criterion: Criterion, node: Node) -> list[_Way]:
    levels = criterion.levels
    if levels is None:
        return [_Way(0, node.so_far or 0)]
    now = levels.lowest if node.raw is None else levels.reach(node.raw).score
    better = [
        _Way(
            1,
            point.score,
            point.score == levels.highest,
            (Change(criterion.key, point.at, point.past, levels.falling),),
        )
        for point in levels.points
        if point.score > now
    ]
    return [_Way(0, now, now == levels.highest), *better]


def _finished(criterion: Criterion, node: Node, way: _Way) -> _Way:
    """Inside rounding and levels, as in the fold."""
    score = _levelled(criterion, way.score)
    return replace(way, score=score, full=score == node.maximum)


def _levelled(criterion: Criterion, score: Exact) -> Exact:
    if criterion.rounding is not None:
        score = criterion.rounding.of(score)
    return score if criterion.levels is None else criterion.levels.reach(score).score


def _best(ways: Iterable[_Way]) -> list[_Way]:
    """The cheapest for each score; what costs more and brings no more is left out."""
    kept: list[_Way] = []
    for way in sorted(ways, key=lambda one: (one.cost, -one.score, not one.full)):
        if not kept or way.score > kept[-1].score or (way.full and not kept[-1].full):
            kept.append(way)
    return kept


# ── the ways of children together ─────────────────────────────────────────────────────────────────────────────────

Children = Sequence[tuple[Node, list[_Way]]]


def _scenarios(criterion: Criterion, node: Node, answers: Mapping[str, Answer]) -> Iterable[Children]:
    """The children's ways, once for each choice of conditions (`requires`) that would be met."""
    nodes = {child.key: child for child in node.children}
    pairs = [(child, nodes[child.key]) for child in criterion.children if nodes[child.key].applies]
    ways = {child.key: _ways(child, result, answers) for child, result in pairs}
    asked = {key for child, _result in pairs for key in child.requires if key in ways}
    unmet = [key for key in sorted(asked) if not ways[key][0].full]
    sizes = range(len(unmet) + 1) if len(unmet) <= MOST_GATES else (0, len(unmet))
    for met in (set(some) for size in sizes for some in combinations(unmet, size)):
        yield [(result, _in_scenario(child, result, ways, met, set(unmet))) for child, result in pairs]


def _in_scenario(
    child: Criterion, result: Node, ways: Mapping[str, list[_Way]], met: set[str], unmet: set[str]
) -> list[_Way]:
    own = ways[child.key]
    if child.key in met:
        return [way for way in own if way.full]
    if set(child.requires) & (unmet - met):
        return [_Way(0, child.floor, child.floor == result.maximum)]
    return own


def _sum(children: Children, factors: Sequence[Exact]) -> list[_Way]:
    """Every choice of one way for each child: the best total for each number of changes."""
    totals = [_Way(0, 0)]
    for (_node, ways), factor in zip(children, factors, strict=True):
        found: dict[int, _Way] = {}
        for total, way in product(totals, ways):
            cost, score = total.cost + way.cost, total.score + way.score * factor
            if cost <= MOST_CHANGES and (cost not in found or score > found[cost].score):
                found[cost] = _Way(cost, score, changes=total.changes + way.changes)
        totals = sorted(found.values(), key=lambda one: -one.cost)  # of equals, the first in the form
    return totals


def _checklist(criterion: Criterion, node: Node, children: Children) -> list[_Way]:
    if criterion.takes == "highest":
        return [way for _node, ways in children for way in _lifted(ways, children)]
    if criterion.takes == "lowest":
        return _lowest(children)
    present = [child for child in node.children if child.state != "absent"]
    scale, _reasons = na_scale(present, [child for child, _ways in children])
    return _sum(children, [scale] * len(children))


def _lowest(children: Children) -> list[_Way]:
    """For each score that a part can have: every part brought to it at least, by its cheapest way."""
    found = []
    for score in sorted({way.score for _node, ways in children for way in ways}):
        enough = [[way for way in ways if way.score >= score] for _node, ways in children]
        if all(enough):
            cheapest = [ways[0] for ways in enough]
            changes = tuple(change for way in cheapest for change in way.changes)
            found.append(_Way(sum(way.cost for way in cheapest), score, changes=changes))
    return found


def _lifted(ways: list[_Way], children: Children) -> list[_Way]:
    """The ways of one part where the best of all counts: none brings less than the parts have now."""
    now = max(others[0].score for _node, others in children)
    return [replace(way, score=max(way.score, now)) for way in ways]


def _weighted(criterion: Criterion, node: Node, children: Children) -> list[_Way]:
    counted = [child for child, _ways in children]
    present = [child for child in node.children if child.state != "absent"]
    divisor = sum(weight_in_mean(child) for child in (counted if criterion.redistribute else present))
    return _sum(children, [ratio(weight_in_mean(child), divisor) for child in counted]) if divisor else []


def _milestone(criterion: Criterion, node: Node, children: Children) -> list[_Way]:
    """Steps in order: whoever wants a later one must pass every one before it."""
    passed, found = _Way(0, 0), []
    for _node, ways in children:
        found += [_joined(passed, way) for way in ways if not way.full]
        full = next((way for way in ways if way.full), None)
        if full is None:
            return found
        passed = _joined(passed, full)
    return [*found, passed]


def _joined(passed: _Way, way: _Way) -> _Way:
    return _Way(passed.cost + way.cost, passed.score + way.score, changes=passed.changes + way.changes)


COMBINED = {"checklist": _checklist, "weighted": _weighted, "milestone": _milestone}
