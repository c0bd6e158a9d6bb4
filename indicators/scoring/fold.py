"""The fold: a rubric and answers give a score and its reasons. Nothing else in the product computes a score.

Order within a node: children → raw value → N/A and missing → inside rounding → levels → requires → deductions.
Everything is exact; the only rounding is the one that a rubric itself asks for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from indicators.scoring.answers import MISSING, Answer, read_answer
from indicators.scoring.derivation import Node, Reason
from indicators.scoring.extents import extent, weight_of
from indicators.scoring.formula import DivisionByZero, ValueTooLarge
from indicators.scoring.levels import Reached
from indicators.scoring.numbers import cut_off, exact, fact, rounded, total
from indicators.scoring.tree import Criterion
from indicators.scoring.weighing import ZERO, weighted_mean

Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Raw:
    """A node's raw value before levels: None while it is not known, with the range in which it must end."""

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    reasons: tuple[Reason, ...] = ()
    state: str = "scored"
    children: tuple[Node, ...] = ()


def score_rubric(tree: Criterion, answers: Mapping[str, Any], *, round: int = 12) -> Node:
    """Score a rubric in a round (6, 9 or 12 months). `answers` are {criterion key: answer}, short or long form."""
    return fold(tree, {key: read_answer(content) for key, content in answers.items()}, round)


def fold(node: Criterion, answers: Answers, months: int) -> Node:
    """The result of a node and all below it."""
    answer = answers.get(node.key, MISSING)
    if answer.not_applicable or answer.deductions or answer.inputs or not node.schedule.holds(months):
        return _folded(node, answers, months)
    if node.children:
        return _composed(node, tuple([fold(child, answers, months) for child in node.children]), months)
    return _answered(node, answer.value, months)


# A form asks hundreds of agencies the same, and a page scores what was scored a moment ago but for one answer: the same
# parts make the same whole, so both are kept under what they are made of.


@lru_cache(maxsize=4_000)
def _answered(node: Criterion, value: str | None, months: int) -> Node:
    return _folded(node, {node.key: Answer(value=value)}, months)


@lru_cache(maxsize=4_000)
def _composed(node: Criterion, children: tuple[Node, ...], months: int) -> Node:
    raw = RAW[node.kind](node, MISSING, _gated(node, children))
    return _finish(node, _rounded_inside(node, raw), MISSING, months, weight_of(node, months))


def _folded(node: Criterion, answers: Answers, months: int) -> Node:
    if not node.schedule.holds(months):
        return Node(
            node.kind, node.key, node.title, "absent", reasons=(Reason("absent", {"round": str(months)}),)
        )
    answer = answers.get(node.key, MISSING)
    weight = weight_of(node, months)
    if answer.not_applicable:
        reason = Reason("not_applicable", {"reason": answer.not_applicable})
        low, high = extent(node, months)
        return Node(
            node.kind, node.key, node.title, "na", minimum=low, maximum=high, weight=weight, reasons=(reason,)
        )
    children = tuple(fold(child, answers, months) for child in node.children)
    raw = RAW[node.kind](node, answer, _gated(node, children))
    return _finish(node, _rounded_inside(node, raw), answer, months, weight)


def _finish(node: Criterion, raw: Raw, answer: Answer, months: int, weight: Fraction | None) -> Node:
    minimum, maximum = extent(node, months)
    score, low, high, reasons = _levelled(node, raw)
    if raw.state in ("missing", "error"):
        low, high = _or(low, minimum), _or(high, maximum)
    before = deducted = None
    if answer.deductions and node.deductions:
        before = score
        deducted, more = _deducted(node, answer)
        score, low, high = (_less(one, deducted, minimum) for one in (score, low, high))
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
        minimum=minimum,
        maximum=maximum,
        weight=weight,
        before=before,
        deducted=deducted,
        full=answer.value == "yes" if node.kind == "check" else score is not None and score == maximum == low,
        reasons=raw.reasons + reasons,
        children=raw.children,
    )


def _or(value: Fraction | None, other: Fraction | None) -> Fraction | None:
    return other if value is None else value


def _less(value: Fraction | None, deducted: Fraction, minimum: Fraction | None) -> Fraction | None:
    return (
        None if value is None else max(value - deducted, minimum if minimum is not None else value - deducted)
    )


# ── raw values ────────────────────────────────────────────────────────────────────────────────────────────────────


def _check(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    if answer.value is None:
        return Raw(None, ZERO, node.points, (Reason("missing"),), "missing")
    value = node.points if answer.value == "yes" else ZERO
    reason = Reason(f"answered_{'yes' if answer.value == 'yes' else 'no'}", {"points": fact(value)})
    return Raw(value, value, value, (reason,))


def _measure(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    if node.formula is None:
        if answer.value is None:
            return Raw(None, None, None, (Reason("missing"),), "missing")
        value = exact(answer.value)
        return Raw(value, value, value, (Reason("measured", {"value": fact(value)}),))
    missing = [name for name in node.inputs if name not in answer.inputs]
    if missing:
        return Raw(None, None, None, (Reason("missing_inputs", {"names": ", ".join(missing)}),), "missing")
    return _formula(node, {name: exact(answer.inputs[name]) for name in node.inputs})


def _formula(node: Criterion, values: dict[str, Fraction]) -> Raw:
    assert node.formula is not None
    facts = {"formula": node.formula.written(), "numbers": node.formula.written(values)}
    try:
        value = node.formula.evaluate(values)
    except DivisionByZero:
        return Raw(None, None, None, (Reason("division_by_zero", facts),), "error")
    except ValueTooLarge:
        return Raw(None, None, None, (Reason("value_too_large", facts),), "error")
    return Raw(value, value, value, (Reason("formula", facts | {"value": fact(value)}),))


def _rating(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    options = dict(node.options)
    if answer.value is None or answer.value not in options:
        return Raw(None, min(options.values(), default=None), max(options.values(), default=None),
                   (Reason("missing_rating"),), "missing")  # fmt: skip
    value = options[answer.value]
    return Raw(value, value, value, (Reason("rated", {"option": answer.value, "value": fact(value)}),))


def _milestone(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    """The steps in order: a step adds its score; one that is not full adds what it has and ends the count."""
    steps = [child for child in children if child.state != "absent"]
    low, high = _reach(steps)
    score, counted, stopped = ZERO, 0, None
    for step in steps:
        if step.score is None:
            facts = {"key": step.key, "passed": str(counted), "so_far": fact(low)}
            state = "error" if step.state == "error" else "missing"
            return Raw(None, low, high, (_marks(steps), Reason("step_unanswered", facts)), state, children)
        score += step.score
        if not step.full:
            stopped = step
            break
        counted += 1
    reasons = [
        _marks(steps),
        Reason("steps_counted", {"count": str(counted), "of": str(len(steps)), "score": fact(score)}),
    ]
    after = [step.key for step in steps[counted + 1 :] if step.score]
    if stopped is not None and after:
        reasons.append(Reason("not_counted_after", {"step": stopped.key, "keys": ", ".join(after)}))
    return Raw(score, low, high, tuple(reasons), children=children)


def _reach(steps: Sequence[Node]) -> tuple[Fraction, Fraction]:
    """What is certain and what is possible: an open step may end the count or, where it can be full, lead on."""
    if not steps:
        return ZERO, ZERO
    step, rest = steps[0], steps[1:]
    low, high = step.so_far or ZERO, step.possible or ZERO
    if step.full:
        below = _reach(rest)
        return low + below[0], high + below[1]
    if (step.score is None or low != high) and high == step.maximum:
        below = _reach(rest)
        return min(low, high + below[0]), max(high, high + below[1])
    return low, high


def _marks(steps: Sequence[Node]) -> Reason:
    marks = {True: "✓", False: "✗"}
    line = " ".join(
        f"{place} {'…' if step.score is None else marks[step.full]}" for place, step in enumerate(steps, 1)
    )
    return Reason("step_marks", {"marks": line})


def _checklist(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    """The sum of the children; N/A points leave it, and the rest is scaled to the full points."""
    present = [child for child in children if child.state != "absent"]
    asked = [child for child in present if child.state != "na"]
    if present and not asked:
        return Raw(None, None, None, (Reason("all_not_applicable"),), "na", children)
    scale, reasons = na_scale(present, asked)
    low = _sum([child.so_far for child in asked], scale)
    high = _sum([child.possible for child in asked], scale)
    missing = [child for child in asked if child.score is None]
    if missing:
        facts = {"keys": ", ".join(child.key for child in missing)}
        state = "error" if any(child.state == "error" for child in missing) else "missing"
        return Raw(None, low, high, (*reasons, Reason("parts_missing", facts)), state, children)
    value = _sum([child.score for child in asked], scale)
    terms = " + ".join(fact(child.score) for child in asked)
    reason = Reason(
        "sum", {"terms": terms, "value": fact(value)} | ({"scale": fact(scale)} if scale != 1 else {})
    )
    return Raw(value, low, high, (reason, *reasons), children=children)


def na_scale(present: Sequence[Node], asked: Sequence[Node]) -> tuple[Fraction, tuple[Reason, ...]]:
    """By what the rest of a checklist is multiplied once its N/A points left it, with the reason."""
    if len(asked) == len(present):
        return Fraction(1), ()
    full, left = (sum((child.maximum or ZERO for child in some), ZERO) for some in (present, asked))
    if not left:
        return Fraction(1), ()
    facts = {"full": fact(full), "left": fact(left)}
    return full / left, (Reason("scaled_for_na", facts),)


def _sum(values: Sequence[Fraction | None], scale: Fraction) -> Fraction | None:
    known = [value for value in values if value is not None]
    return total(known) * scale if len(known) == len(values) else None


def _weighted(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    mean = weighted_mean(children, redistribute=node.redistribute)
    return Raw(mean.score, mean.low, mean.high, mean.reasons, mean.state, mean.children)


RAW = {
    "check": _check,
    "measure": _measure,
    "rating": _rating,
    "milestone": _milestone,
    "checklist": _checklist,
    "weighted": _weighted,
}


# ── after the raw value ───────────────────────────────────────────────────────────────────────────────────────────


def _gated(node: Criterion, children: tuple[Node, ...]) -> tuple[Node, ...]:
    """`requires`: a child whose sibling is not yes scores its floor; while that is unanswered it has no score."""
    gates = {child.key: child for child in children}
    needs = {child.key: child for child in node.children if child.requires}
    return tuple(
        _behind(child, needs[child.key], gates) if child.key in needs and child.applies else child
        for child in children
    )


def _behind(child: Node, criterion: Criterion, gates: dict[str, Node]) -> Node:
    asked = [gates[key] for key in criterion.requires if key in gates and gates[key].applies]
    failed = [gate.key for gate in asked if gate.score is not None and not gate.full]
    if failed:
        reason = Reason("requires_unmet", {"keys": ", ".join(failed), "floor": fact(criterion.floor)})
        floor = criterion.floor
        return replace(child, state="scored", score=floor, so_far=floor, possible=floor, before=None, deducted=None,
                       full=floor == child.maximum, reasons=(*child.reasons, reason))  # fmt: skip
    waiting = [gate.key for gate in asked if gate.score is None]
    if waiting:
        reason = Reason("requires_unanswered", {"keys": ", ".join(waiting)})
        low = criterion.floor if child.so_far is None else min(criterion.floor, child.so_far)
        return replace(
            child, state="missing", score=None, so_far=low, full=False, reasons=(*child.reasons, reason)
        )
    return child


def _rounded_inside(node: Criterion, raw: Raw) -> Raw:
    if node.rounding is None or raw.value is None:
        return raw
    places = node.rounding.places
    scaled = (cut_off if node.rounding.mode == "cut_off" else rounded)(raw.value, places)
    value = Fraction(scaled, 10**places)
    reason = Reason(
        f"rounded_{node.rounding.mode}", {"places": str(places), "from": fact(raw.value), "to": fact(value)}
    )
    return replace(raw, value=value, low=value, high=value, reasons=(*raw.reasons, reason))


def _levelled(
    node: Criterion, raw: Raw
) -> tuple[Fraction | None, Fraction | None, Fraction | None, tuple[Reason, ...]]:
    if node.levels is None:
        return raw.value, raw.low, raw.high, ()
    ends = [node.levels.reach(end).score for end in (raw.low, raw.high) if end is not None]
    low, high = (min(ends), max(ends)) if len(ends) == 2 else (None, None)
    if raw.value is None:
        return None, low, high, ()
    reached = node.levels.reach(raw.value)
    return reached.score, low, high, (_level_reason(node, raw.value, reached),)


def _level_reason(node: Criterion, value: Fraction, reached: Reached) -> Reason:
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


def _deducted(node: Criterion, answer: Answer) -> tuple[Fraction, tuple[Reason, ...]]:
    whole, reasons = ZERO, []
    for deduction in node.deductions:
        count = max(answer.deductions.get(deduction.key, ZERO), ZERO)
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
    return whole, tuple(reasons)


def _with_result(
    reasons: tuple[Reason, ...], before: Fraction | None, deducted: Fraction, score: Fraction | None
) -> tuple[Reason, ...]:
    if before is None or not deducted:
        return reasons
    return (
        *reasons,
        Reason("after_deductions", {"before": fact(before), "amount": fact(deducted), "score": fact(score)}),
    )
