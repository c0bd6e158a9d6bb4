"""Questions about numbers that look unusual: they ask, they never block. Reads only.

Each question is a sentence with the figures in it, at its criterion.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from indicators.explaining import words
from indicators.frozen import rubric_tree
from indicators.scoring import (
    Criterion,
    NumberError,
    exact,
    exact_text,
    format_fixed,
    parse_number,
    score_rubric,
)
from indicators.scoring.formula import Expression
from indicators.scoring.numbers import grouped
from scorecards.answering.prefilling import entries_before
from scorecards.blockers import entries_to_send
from scorecards.models import Entry, Scorecard
from scorecards.plans import Plan, looks_like_running_totals, plan_of
from scorecards.results.past_results import past_results
from scorecards.scoring import answers_of

TIMES = 10
RUNNING = "cumulative"
PERCENT = ("ร้อยละ", "percent", "%")


@dataclass(frozen=True)
class Question:
    """Something to look at once more, at the criterion it is about ("" for the plan)."""

    key: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def questions(
    entry: Entry,
    answers: dict,
    *,
    history: dict[int, str],
    before: dict | None = None,
    plan: Plan | None = None,
) -> list[Question]:
    """What to ask about these answers ({criterion key: content}), given earlier years' results, the answers of the
    round `before` and the plan."""
    rubric = rubric_tree(entry.indicator)
    found: list[Question] = []
    for leaf in rubric.leaves(entry.scorecard.round.months):
        if leaf.kind != "measure" or not answers.get(leaf.key):
            continue
        value = measured(leaf, answers)
        found += _share_of_itself(leaf, answers[leaf.key])
        if value is not None:
            found += _percent(leaf, value)
            found += _falls(entry, leaf, value, before or {})
    if (only := only_measure(rubric)) and (value := measured(only, answers)) is not None:
        found += _unlike_history(only, value, history)
    return [*found, *_running_totals(plan)]


def asked_about(
    entry: Entry, answers: dict, *, history: dict[int, str], plan: Plan | None
) -> dict[str, list[Question]]:
    """{criterion key: questions} of an indicator's page."""
    is_running = entry.indicator.card.get("period") == RUNNING  # only then is the round before asked about
    earlier = entries_before(entry.scorecard).get(entry.indicator.code) if is_running else None
    before = {one.criterion_key: one.content for one in earlier.answers.all()} if earlier else {}
    found: dict[str, list[Question]] = {}
    for one in questions(entry, answers, history=history, before=before, plan=plan):
        found.setdefault(one.key, []).append(one)
    return found


def second_look(scorecard: Scorecard, entries: list[Entry] | None = None) -> list[tuple[Entry, Question]]:
    """Every question about a whole scorecard, before it is sent: (entry, question) in the order of the form. `entries`
    are the entries_to_send, where they are known."""
    own = [one for one in (entries_to_send(scorecard) if entries is None else entries) if not one.host_id]
    history = past_results(scorecard.agency, scorecard.framework, [one.indicator for one in own])
    before, found = entries_before(scorecard), []
    for entry in own:
        answers = answers_of(entry)
        earlier = before.get(entry.indicator.code)
        known = {one.criterion_key: one.content for one in earlier.answers.all()} if earlier else {}
        asked = questions(
            entry, answers, history=history.get(entry.indicator.code, {}), before=known, plan=plan_of(entry)
        )
        found += [(entry, one) for one in asked]
    return found


def measured(leaf: Criterion, answers: dict) -> Fraction | int | None:
    """The value of a measure with these answers, by the fold."""
    return score_rubric(leaf, {leaf.key: answers.get(leaf.key)}, round=_any_round(leaf)).raw


def _any_round(leaf: Criterion) -> int:
    return leaf.schedule.rounds[0] if leaf.schedule.rounds else 12


def only_measure(rubric: Criterion) -> Criterion | None:
    """The measure that the indicator's result is, where it is one."""
    leaves = rubric.leaves()
    return leaves[0] if len(leaves) == 1 and leaves[0].kind == "measure" else None


def _unlike_history(leaf: Criterion, value: Fraction | int, history: dict[int, str]) -> Iterator[Question]:
    known = [
        (year, number) for year, text in sorted(history.items()) if (number := number_in(text)) is not None
    ]
    if not known:
        return
    year, last = known[-1]
    facts = {"value": _shown(value), "year": year, "last": _shown(last)}
    if last > 0 and value >= last * TIMES:
        yield Question(
            leaf.key, _("%(value)s is ten times the result of %(year)s (%(last)s) or more: sure?") % facts
        )
    elif last > 0 and value * TIMES <= last:
        yield Question(
            leaf.key, _("%(value)s is a tenth of the result of %(year)s (%(last)s) or less: sure?") % facts
        )


def number_in(text: str) -> Fraction | None:
    """The number in a printed result: "ร้อยละ 84.20" is 84.20; None where there is none, or more than one."""
    found = []
    for word in text.replace("%", " ").split():
        try:
            found.append(exact(parse_number(word)))
        except NumberError:
            continue
    return found[0] if len(found) == 1 else None


def _percent(leaf: Criterion, value: Fraction | int) -> Iterator[Question]:
    unit = words(leaf.document.get("unit")).lower()
    if value > 100 and any(sign in unit for sign in PERCENT):
        yield Question(leaf.key, _("%(value)s percent is more than 100: sure?") % {"value": _shown(value)})


def _share_of_itself(leaf: Criterion, content: dict[str, Any]) -> Iterator[Question]:
    """A part that is greater than its whole, where the formula divides one named number by another for a percentage."""
    inputs = content.get("inputs") or {}
    labels = {one["name"]: words(one.get("label")) for one in leaf.document.get("inputs", ())}
    unit = words(leaf.document.get("unit")).lower()
    for top, bottom in _divisions(leaf.formula) if any(sign in unit for sign in PERCENT) else ():
        part, whole = inputs.get(top), inputs.get(bottom)
        if part and whole and exact(part) > exact(whole) > 0:
            facts = {
                "part": labels.get(top, top),
                "whole": labels.get(bottom, bottom),
                "a": grouped(part),
                "b": grouped(whole),
            }
            yield Question(leaf.key, _("“%(part)s” (%(a)s) is more than “%(whole)s” (%(b)s): sure?") % facts)


def _divisions(expression: Expression | None) -> Iterator[tuple[str, str]]:
    if expression is None:
        return
    if expression.operation == "/" and all(part.operation == "name" for part in expression.parts):
        yield str(expression.parts[0].value), str(expression.parts[1].value)
    for part in expression.parts:
        yield from _divisions(part)


def _falls(
    entry: Entry, leaf: Criterion, value: Fraction | int, before: dict[str, dict]
) -> Iterator[Question]:
    if entry.indicator.card.get("period") != RUNNING or not before.get(leaf.key):
        return
    earlier = measured(leaf, before)
    if earlier is not None and value < earlier:
        facts = {"value": _shown(value), "earlier": _shown(earlier)}
        sentence = _(
            "A cumulative result does not fall: %(value)s now, %(earlier)s in the round before. Sure?"
        )
        yield Question(leaf.key, sentence % facts)


def _running_totals(plan: Plan | None) -> Iterator[Question]:
    for activity in plan.activities if plan else ():
        if looks_like_running_totals(activity, [key for key, _label in plan.columns]):  # type: ignore[union-attr]
            sentence = _(
                "“%(activity)s”: the months look like totals since October. Write what was done in each month."
            )
            yield Question("", sentence % {"activity": activity.title[:60]})


def _shown(value: Fraction | int) -> str:
    text = exact_text(value) or ""
    return grouped(format_fixed(value, 4) if "/" in text else text)
