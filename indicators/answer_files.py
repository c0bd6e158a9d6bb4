"""Answers from a file, for scoring without a browser: one parser for all numbers, a place for every fault."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from indicators.explaining import describe_answer_error, describe_number_error
from indicators.refusals import Refused
from indicators.scoring import AnswerError, Criterion, NumberError, check_answer, parse_number


def fit_answers(rubrics: Mapping[str, Criterion], answers: Mapping[str, Any]) -> dict[str, dict[str, dict]]:
    """{code: {key: long form}} of typed answers. Raises Refused with every answer that fits nowhere."""
    reasons: list[str] = []
    fitted: dict[str, dict[str, dict]] = {}
    for code, given in answers.items():
        if code not in rubrics:
            reasons.append(_("There is no indicator “%(code)s”.") % {"code": code})
            continue
        if not isinstance(given, Mapping):
            reasons.append(_("“%(code)s”: write one answer for each criterion.") % {"code": code})
            continue
        for key, answer in given.items():
            content, faults = _fitted(rubrics[code], key, answer)
            fitted.setdefault(code, {})[key] = content
            reasons += [f"{code}/{key}: {fault}".removeprefix("/") for fault in faults]
    if reasons:
        raise Refused(reasons)
    return fitted


def _fitted(rubric: Criterion, key: str, answer: Any) -> tuple[dict, list[str]]:
    content = dict(answer) if isinstance(answer, Mapping) else {"value": answer}
    criterion = next((node for node in rubric.walk() if node.key == key), None)
    faults = list(_read_numbers(criterion, content)) if criterion else []
    if not faults:
        try:
            check_answer(rubric, key, content)
        except AnswerError as error:
            faults.append(describe_answer_error(error))
    return content, faults


def _read_numbers(criterion: Criterion, content: dict) -> Iterator[str]:
    """Replace what was typed by what it means; yields the sentences of what means nothing."""
    for group in ("inputs", "deductions"):
        numbers = content.get(group)
        if isinstance(numbers, Mapping):
            content[group] = dict(numbers)
            for name, typed in numbers.items():
                yield from _read(content[group], name, typed)
    if criterion.kind == "measure" and not criterion.inputs and content.get("value") not in (None, ""):
        yield from _read(content, "value", content["value"])


def _read(place: dict, name: str, typed: Any) -> Iterator[str]:
    if typed in (None, ""):
        return
    try:
        place[name] = parse_number(typed)
    except NumberError as error:
        yield describe_number_error(error)
