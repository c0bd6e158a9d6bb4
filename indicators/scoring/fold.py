"""The fold: a rubric and answers give a score and its reasons. Nothing else in the product computes a score.

Order within a node: children → raw value → N/A and missing → inside rounding → levels → requires → deductions.
Everything is exact; the only rounding is the one that a rubric itself asks for. What is the same for hundreds of
agencies is found out once: what a criterion is in a round (Part), a leaf's result by its answer, the level of a value.
Where everything below is certain, score, certain and possible are one number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from indicators.scoring.answers import Answer, read_answer
from indicators.scoring.derivation import Node, Reason
from indicators.scoring.extents import extent, weight_of
from indicators.scoring.levels import Reached
from indicators.scoring.numbers import KEPT, Exact, fact, of_known, simple
from indicators.scoring.raw_values import RAW, Raw
from indicators.scoring.tree import Criterion


@dataclass(slots=True, eq=False)
class Part:
    """A criterion in a round: all about it that no answer changes. `gated` are its children that require siblings,
    `leaves` says that people answer all of its children, `known` are its results by its answers, where they are few."""

    criterion: Criterion
    key: str
    held: bool
    months: int
    weight: Exact | None
    minimum: Exact | None
    maximum: Exact | None
    children: tuple["Part", ...]
    gated: dict[str, Criterion]
    leaves: bool
    known: dict[str | None, Node]


@lru_cache(maxsize=4_000)
def part_of(node: Criterion, months: int) -> Part:
    """The criterion and all below it in this round."""
    low, high = extent(node, months)
    weight = weight_of(node, months)
    part = Part(
        criterion=node,
        key=node.key,
        held=node.schedule.holds(months),
        months=months,
        weight=None if weight is None else simple(weight),
        minimum=None if low is None else simple(low),
        maximum=None if high is None else simple(high),
        children=tuple(part_of(child, months) for child in node.children),
        gated={child.key: child for child in node.children if child.requires},
        leaves=not any(child.children for child in node.children),
        known={},
    )
    few = ("yes", "no") if node.kind == "check" else [key for key, _value in node.options]
    part.known |= {value: _answered(part, value) for value in few}
    return part


def score_rubric(tree: Criterion, answers: Mapping[str, Any], *, round: int = 12) -> Node:
    """Score a rubric in a round (6, 9 or 12 months). `answers` are {criterion key: answer}, short or long form."""
    return fold(part_of(tree, round), answers)


def fold(part: Part, answers: Mapping[str, Any]) -> Node:
    """The result of a part and all below it."""
    answer = read_answer(answers.get(part.key))
    if not part.children and answer.plain:
        return part.known.get(answer.value) or _answered(part, answer.value)
    if not part.held:
        return _absent(part)
    if answer.not_applicable:
        return _not_applicable(part, answer.not_applicable)
    children = _known(part, answers) or tuple([fold(child, answers) for child in part.children])
    return _composed(part, answer, _gated(part, children) if part.gated else children)


def _known(part: Part, answers: Mapping[str, Any]) -> tuple[Node, ...]:
    """The children's results where each is answered with {"value": …} that gives a known one: nearly every list of
    checks that there is. Otherwise nothing."""
    if not part.leaves:
        return ()
    try:
        found = [
            child.known[said["value"]] for child in part.children if len(said := answers[child.key]) == 1
        ]
    except (KeyError, TypeError):  # not answered, answered by N/A or in the short form
        return ()
    return tuple(found) if len(found) == len(part.children) else ()


@lru_cache(maxsize=KEPT)
def _answered(part: Part, value: str | None) -> Node:
    return _composed(part, Answer(value=value), ()) if part.held else _absent(part)


def _absent(part: Part) -> Node:
    node = part.criterion
    return Node(
        node.kind, node.key, node.title, "absent", reasons=(Reason("absent", {"round": str(part.months)}),)
    )


def _not_applicable(part: Part, ruling: str) -> Node:
    node, reason = part.criterion, Reason("not_applicable", {"reason": ruling})
    return Node(
        node.kind,
        node.key,
        node.title,
        "na",
        minimum=part.minimum,
        maximum=part.maximum,
        weight=part.weight,
        reasons=(reason,),
    )


def _composed(part: Part, answer: Answer, children: tuple[Node, ...]) -> Node:
    node = part.criterion
    raw = RAW[node.kind](node, answer, children)
    if node.rounding is not None:
        raw = _rounded_inside(node, raw)
    score, low, high, reasons = _levelled(node, raw)
    if raw.state in ("missing", "error"):
        low, high = _or(low, part.minimum), _or(high, part.maximum)
    before = deducted = None
    if answer.deductions and node.deductions:
        before = score
        deducted, more = _deducted(node, answer)
        score, low, high = (_less(one, deducted, part.minimum) for one in (score, low, high))
        reasons += _with_result(more, before, deducted, score)
    return Node(
        kind=node.kind,
        key=node.key,
        title=node.title,
        state=raw.state,
        raw=raw.value,
        score=score,
        so_far=low,
        possible=high,
        minimum=part.minimum,
        maximum=part.maximum,
        weight=part.weight,
        before=before,
        deducted=deducted,
        full=answer.value == "yes"
        if node.kind == "check"
        else score is not None and score == part.maximum == low,
        certain=score is not None and low is score is high,
        reasons=raw.reasons + reasons,
        children=raw.children,
    )


def _or(value: Exact | None, other: Exact | None) -> Exact | None:
    return other if value is None else value


def _less(value: Exact | None, deducted: Exact, minimum: Exact | None) -> Exact | None:
    return (
        None if value is None else max(value - deducted, minimum if minimum is not None else value - deducted)
    )


# ── after the raw value ───────────────────────────────────────────────────────────────────────────────────────────


def _gated(part: Part, children: tuple[Node, ...]) -> tuple[Node, ...]:
    """`requires`: a child whose sibling is not yes scores its floor; while that is unanswered it has no score."""
    gates = {child.key: child for child in children}
    return tuple(
        _behind(child, part.gated[child.key], gates) if child.key in part.gated and child.applies else child
        for child in children
    )


def _behind(child: Node, criterion: Criterion, gates: dict[str, Node]) -> Node:
    asked = [gates[key] for key in criterion.requires if key in gates and gates[key].applies]
    failed = [gate.key for gate in asked if gate.score is not None and not gate.full]
    if failed:
        floor = simple(criterion.floor)
        reason = Reason("requires_unmet", {"keys": ", ".join(failed), "floor": floor})
        return replace(
            child,
            state="scored",
            score=floor,
            so_far=floor,
            possible=floor,
            before=None,
            deducted=None,
            full=floor == child.maximum,
            certain=True,
            reasons=(*child.reasons, reason),
        )
    waiting = [gate.key for gate in asked if gate.score is None]
    if waiting:
        reason = Reason("requires_unanswered", {"keys": ", ".join(waiting)})
        low = criterion.floor if child.so_far is None else min(criterion.floor, child.so_far)
        return replace(
            child,
            state="missing",
            score=None,
            so_far=simple(low),
            full=False,
            certain=False,
            reasons=(*child.reasons, reason),
        )
    return child


def _rounded_inside(node: Criterion, raw: Raw) -> Raw:
    assert node.rounding is not None
    if raw.value is None:
        return raw
    value = node.rounding.of(raw.value)
    facts = {"places": node.rounding.places, "from": raw.value, "to": value}
    reason = Reason(f"rounded_{node.rounding.mode}", facts)
    return raw._replace(value=value, low=value, high=value, reasons=(*raw.reasons, reason))


def _levelled(
    node: Criterion, raw: Raw
) -> tuple[Exact | None, Exact | None, Exact | None, tuple[Reason, ...]]:
    if node.levels is None:
        return raw.value, raw.low, raw.high, ()
    score, reasons = (None, ()) if raw.value is None else _level(node, raw.value)
    if raw.low is raw.value is raw.high:  # one and the same number: certain, or nothing is known at all
        return score, score, score, reasons
    ends = [None if end is None else _level(node, end)[0] for end in (raw.low, raw.high)]
    return score, of_known(min, ends), of_known(max, ends), reasons  # a falling scale turns the ends around


@lru_cache(maxsize=KEPT)
def _level(node: Criterion, value: Exact) -> tuple[Exact, tuple[Reason, ...]]:
    assert node.levels is not None
    reached = node.levels.reach(value)
    return simple(reached.score), (_level_reason(node, value, reached),)


def _level_reason(node: Criterion, value: Exact, reached: Reached) -> Reason:
    assert node.levels is not None
    facts = {"value": fact(value), "score": fact(reached.score)}
    if reached.point is None:
        first = node.levels.points[0]
        return Reason("below_first", facts | {"first": fact(first.at), "past": "1" if first.past else ""})
    facts |= {"at": fact(reached.point.at), "at_score": fact(reached.point.score)}
    if reached.following is None:
        last = reached.point is node.levels.points[-1]
        return Reason("last_level" if last else "step_level", facts)
    return Reason(
        "between", facts | {"next": fact(reached.following.at), "next_score": fact(reached.following.score)}
    )


def _deducted(node: Criterion, answer: Answer) -> tuple[Exact, tuple[Reason, ...]]:
    whole, reasons = Fraction(0), []
    for deduction in node.deductions:
        count = max(answer.deductions.get(deduction.key, Fraction(0)), Fraction(0))
        if not count:
            continue
        times = Fraction(1) if deduction.per == "once" else count
        amount = deduction.amount * times
        capped = amount if deduction.cap is None else min(amount, deduction.cap)
        whole += capped
        facts = {
            "key": deduction.key,
            "count": fact(times),
            "each": fact(deduction.amount),
            "amount": fact(capped),
        }
        reasons.append(Reason("deduction_capped" if capped != amount else "deduction", facts))
    return simple(whole), tuple(reasons)


def _with_result(
    reasons: tuple[Reason, ...], before: Exact | None, deducted: Exact, score: Exact | None
) -> tuple[Reason, ...]:
    if before is None or not deducted:
        return reasons
    return (
        *reasons,
        Reason("after_deductions", {"before": fact(before), "amount": fact(deducted), "score": fact(score)}),
    )
