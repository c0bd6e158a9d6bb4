"""Raw values: what each kind of criterion makes of its answer or of its children, before levels."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from indicators.scoring.answers import Answer
from indicators.scoring.derivation import Node, Reason
from indicators.scoring.formula import DivisionByZero, ValueTooLarge
from indicators.scoring.numbers import Exact, exact, fact, of_known, ratio, simple
from indicators.scoring.tree import EXTREME, Criterion
from indicators.scoring.weighing import contributing, weighted_mean


class Raw(NamedTuple):
    """A node's raw value before levels: None while it is not known, with the range in which it must end."""

    value: Exact | None
    low: Exact | None
    high: Exact | None
    reasons: tuple[Reason, ...] = ()
    state: str = "scored"
    children: tuple[Node, ...] = ()


def _check(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    if answer.value is None:
        return Raw(None, 0, simple(node.points), (Reason("missing"),), "missing")
    value = simple(node.points) if answer.value == "yes" else 0
    reason = Reason(f"answered_{'yes' if answer.value == 'yes' else 'no'}", {"points": value})
    return Raw(value, value, value, (reason,))


def _measure(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    if node.formula is None:
        if answer.value is None:
            return Raw(None, None, None, (Reason("missing"),), "missing")
        value = simple(exact(answer.value))
        return Raw(value, value, value, (Reason("measured", {"value": value}),))
    missing = [name for name in node.inputs if name not in answer.inputs]
    if missing:
        return Raw(None, None, None, (Reason("missing_inputs", {"names": ", ".join(missing)}),), "missing")
    return _formula(node, {name: exact(answer.inputs[name]) for name in node.inputs})


def _formula(node: Criterion, values: dict[str, Fraction]) -> Raw:
    assert node.formula is not None
    facts = {"formula": node.formula.written(), "numbers": node.formula.written(values)}
    try:
        value = simple(node.formula.evaluate(values))
    except DivisionByZero:
        return Raw(None, None, None, (Reason("division_by_zero", facts),), "error")
    except ValueTooLarge:
        return Raw(None, None, None, (Reason("value_too_large", facts),), "error")
    return Raw(value, value, value, (Reason("formula", facts | {"value": fact(value)}),))


def _rating(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    options = dict(node.options)
    if answer.value is None or answer.value not in options:
        return Raw(
            None,
            min(options.values(), default=None),
            max(options.values(), default=None),
            (Reason("missing_rating"),),
            "missing",
        )
    value = simple(options[answer.value])
    return Raw(value, value, value, (Reason("rated", {"option": answer.value, "value": value}),))


def _milestone(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    """The steps in order: a step adds its score; one that is not full adds what it has and ends the count."""
    steps = [child for child in children if child.state != "absent"]
    low, high = _reach(steps)
    score: Exact = 0
    counted, stopped = 0, None
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
        Reason("steps_counted", {"count": counted, "of": len(steps), "score": score}),
    ]
    after = [step.key for step in steps[counted + 1 :] if step.score]
    if stopped is not None and after:
        reasons.append(Reason("not_counted_after", {"step": stopped.key, "keys": ", ".join(after)}))
    return Raw(score, low, high, tuple(reasons), children=children)


def _reach(steps: Sequence[Node]) -> tuple[Exact, Exact]:
    """What is certain and what is possible: an open step may end the count or, where it can be full, lead on. One that
    is full whatever its open parts become only leads on."""
    if not steps:
        return 0, 0
    step, rest = steps[0], steps[1:]
    low, high = step.so_far or 0, step.possible or 0
    if step.full or low == high == step.maximum:
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
    if node.takes:
        return _one_of(node, children)
    certain = tuple([child.score or 0 for child in children if child.certain])
    if len(certain) == len(children):
        value = sum(certain)
        return Raw(
            value, value, value, (Reason("sum", {"terms": certain, "value": value}),), children=children
        )
    present = [child for child in children if child.state != "absent"]
    asked = [child for child in present if child.state != "na"]
    if present and not asked:
        return Raw(None, None, None, (Reason("all_not_applicable"),), "na", children)
    scale, reasons = na_scale(present, asked)
    low = _sum([child.so_far for child in asked], scale)
    high = _sum([child.possible for child in asked], scale)
    missing = [child for child in asked if child.score is None]
    if missing:
        return _parts_missing(missing, low, high, reasons)._replace(children=children)
    scores = tuple([child.score or 0 for child in asked])
    value = sum(scores) * scale
    scaled = {"scale": scale} if scale != 1 else {}
    return Raw(
        value,
        low,
        high,
        (Reason("sum", {"terms": scores, "value": value, **scaled}), *reasons),
        children=children,
    )


def _one_of(node: Criterion, children: tuple[Node, ...]) -> Raw:
    """The lowest or the highest of the children that apply: the worst part counts, or the better of two ways."""
    present = [child for child in children if child.state != "absent"]
    asked = [child for child in present if child.state != "na"]
    if not asked:
        state = "na" if present else "absent"
        return Raw(None, None, None, (Reason("all_not_applicable"),), state, children)
    na = ", ".join(child.key for child in present if child.state == "na")
    left_out = (Reason("na_left_out", {"keys": na}),) if na else ()
    take = EXTREME[node.takes]
    low, high = (
        of_known(take, ends) for ends in ([one.so_far for one in asked], [one.possible for one in asked])
    )
    missing = [child for child in asked if child.score is None]
    if missing:
        return _parts_missing(missing, low, high, left_out)._replace(children=children)
    scores = [child.score or 0 for child in asked]
    value = take(scores)
    facts = {
        "scores": ", ".join(map(fact, scores)),
        "keys": ", ".join(child.key for child in asked if child.score == value),
        "value": value,
    }
    return Raw(value, low, high, (Reason(f"{node.takes}_of", facts), *left_out), children=children)


def _parts_missing(
    missing: Sequence[Node], low: Exact | None, high: Exact | None, reasons: tuple[Reason, ...] = ()
) -> Raw:
    facts = {"keys": ", ".join(child.key for child in missing)}
    state = "error" if any(child.state == "error" for child in missing) else "missing"
    return Raw(None, low, high, (*reasons, Reason("parts_missing", facts)), state)


def na_scale(present: Sequence[Node], asked: Sequence[Node]) -> tuple[Exact, tuple[Reason, ...]]:
    """By what the rest of a checklist is multiplied once its N/A points left it, with the reason."""
    if len(asked) == len(present):
        return 1, ()
    full, left = (sum([child.maximum or 0 for child in some]) for some in (present, asked))
    if not left:
        return 1, ()
    return ratio(full, left), (Reason("scaled_for_na", {"full": full, "left": left}),)


def _sum(values: Sequence[Exact | None], scale: Exact) -> Exact | None:
    whole: Exact | None = of_known(sum, values)
    return None if whole is None else whole * scale


def _weighted(node: Criterion, answer: Answer, children: tuple[Node, ...]) -> Raw:
    mean = weighted_mean(children, redistribute=node.redistribute)
    return Raw(mean.score, mean.low, mean.high, mean.reasons, mean.state, contributing(children, mean))


RAW = {
    "check": _check,
    "measure": _measure,
    "rating": _rating,
    "milestone": _milestone,
    "checklist": _checklist,
    "weighted": _weighted,
}
