"""What people answered, read from its short or long form."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from indicators.scoring.numbers import exact
from indicators.scoring.tree import Criterion


class AnswerError(ValueError):
    """An answer that does not fit its criterion: `code` (unknown_criterion, not_yes_or_no, unknown_option,
    unknown_input, not_a_number, step_cannot_be_na, not_answered_here), `key` and `facts`."""

    def __init__(self, code: str, key: str, **facts: str):
        super().__init__(f"{key}: {code}")
        self.code = code
        self.key = key
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Answer:
    """One criterion's answer: a value, or N/A with its reason; counts of deductions may stand beside either."""

    value: str | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    not_applicable: str | None = None
    deductions: dict[str, Fraction] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """A value or nothing at all."""
        return not (self.not_applicable or self.deductions or self.inputs)


MISSING = Answer()


def read_answer(content: Any) -> Answer:
    """An answer from "yes" | "12.5" | {"inputs"} | {"option"} | {"na"} or the long form; None is a missing one."""
    if content is None or content == "":
        return MISSING
    if isinstance(content, Answer):
        return content
    if not isinstance(content, dict):
        return Answer(value=str(content))
    value = content.get("value")
    if value in (None, ""):
        value = content.get("option")
    return Answer(
        value=None if value in (None, "") else str(value),
        inputs={
            name: str(one) for name, one in (content.get("inputs") or {}).items() if one not in (None, "")
        },
        not_applicable=content.get("na") or None,
        deductions={
            key: exact(count)
            for key, count in (content.get("deductions") or {}).items()
            if count not in (None, "")
        },
    )


def check_answer(tree: Criterion, key: str, content: Any) -> None:
    """Raise AnswerError unless `content` is an answer that the criterion `key` of this rubric can have."""
    criterion = next((node for node in tree.walk() if node.key == key), None)
    if criterion is None:
        raise AnswerError("unknown_criterion", key)
    answer = read_answer(content)
    if answer.not_applicable and key in never_na(tree):
        raise AnswerError("step_cannot_be_na", key)
    for name in answer.deductions:
        if name not in [one.key for one in criterion.deductions]:
            raise AnswerError("unknown_input", key, found=name)
    _check_value(criterion, answer)


def never_na(tree: Criterion) -> set[str]:
    """The keys of the criteria that cannot be N/A: the steps of a milestone."""
    return {step.key for node in tree.walk() if node.kind == "milestone" for step in node.children}


def fits(tree: Criterion, key: str, content: Any) -> bool:
    """Whether `content` is an answer that the criterion `key` of this rubric can have."""
    try:
        check_answer(tree, key, content)
    except AnswerError:
        return False
    return True


def _check_value(criterion: Criterion, answer: Answer) -> None:
    key, value = criterion.key, answer.value
    for name in answer.inputs:
        if name not in criterion.inputs:
            raise AnswerError("unknown_input", key, found=name)
    if criterion.children and value is not None:
        raise AnswerError("not_answered_here", key)
    if criterion.kind == "check" and value not in (None, "yes", "no"):
        raise AnswerError("not_yes_or_no", key, found=str(value))
    if criterion.kind == "rating" and value is not None and value not in dict(criterion.options):
        raise AnswerError("unknown_option", key, found=value)
    if criterion.kind == "measure":
        for text in [*answer.inputs.values(), *([value] if value is not None else [])]:
            try:
                exact(text)
            except (TypeError, ValueError, ZeroDivisionError):
                raise AnswerError("not_a_number", key, found=text) from None
