"""Trying a draft: typed answers for any part, scored by the one fold, and kept with the form as its examples."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from indicators import rubric_trees
from indicators.answer_files import fit_answers
from indicators.draft_rows import outline_of, subtree
from indicators.editing import Place, find_row
from indicators.frozen import rubrics_of
from indicators.models import Framework
from indicators.refusals import Refused
from indicators.rows import document_of
from indicators.scoring import (
    node_document,
    read_framework,
    read_rubric,
    score_framework,
    score_rubric,
    walk_document,
)

MOST_QUESTIONS = 200
# Beside the part that is tried: whatever is wrong in it, it keeps its weight, as on a scorecard that is begun.
UNANSWERED = {"key": "a", "kind": "check", "title": "–"}


@dataclass(frozen=True)
class Question:
    """One criterion to answer in a trial: the indicator's code ("" inside a rubric) and the criterion's document."""

    code: str
    node: dict


def questions_of(framework: Framework, place: Place) -> list[Question]:
    """What is asked to try a part: the leaves under it, in order; at most MOST_QUESTIONS."""
    if place.key:
        rubric = rubric_trees.find(find_row(framework, place).rubric, place.key)
        return [Question("", node) for node in _leaves(rubric)][:MOST_QUESTIONS]
    rows = framework.indicators.order_by("position")
    if place.row:
        rows = rows.filter(pk__in=subtree(outline_of(framework), place.row))
    return [Question(row.code, node) for row in rows for node in _leaves(row.rubric)][:MOST_QUESTIONS]


def _leaves(rubric: dict | None) -> Iterator[dict]:
    return (node for node in rubric_trees.nodes(rubric) if not node.get("children"))


def try_part(framework: Framework, place: Place, answers: dict, months: int) -> dict:
    """The record (node document) of a part with these answers {code: {key: answer}}, by the real fold.

    Refused while the part cannot be scored yet, and for answers that fit nowhere."""
    text, path = _subject(framework, place)
    try:
        return json.loads(_tried(text, path, json.dumps(answers, sort_keys=True), months))
    except (KeyError, TypeError, ValueError):  # DocumentError is a ValueError; a draft may hold anything
        raise Refused([_("This part cannot be scored yet: mend its problems first.")]) from None


def _subject(framework: Framework, place: Place) -> tuple[str, tuple]:
    """The document that is scored, as text, and where the part stands in it."""
    row = find_row(framework, place) if place.row else None
    if row and place.key:
        node = deepcopy(rubric_trees.find(row.rubric, place.key))
        return json.dumps(node, sort_keys=True), ()
    wanted = set(subtree(outline_of(framework), row.pk)) if row else None
    rows = list(framework.indicators.order_by("position"))
    for one in rows:
        if wanted is not None and one.pk not in wanted and one.rubric is not None:
            one.rubric = UNANSWERED
    return json.dumps(document_of(framework, rows), sort_keys=True), (row.kind, row.code) if row else (
        "scorecard",
        "",
    )


@lru_cache(maxsize=256)
def _tried(text: str, path: tuple, answers: str, months: int) -> str:
    document, given = json.loads(text), json.loads(answers)
    if not path:
        tree = read_rubric(document)
        result = node_document(score_rubric(tree, fit_answers({"": tree}, given).get("", {}), round=months))
        return json.dumps(result)
    form = read_framework(document)
    result = node_document(score_framework(form, fit_answers(rubrics_of(form), given), round=months))
    if path[0] == "scorecard":
        return json.dumps(result)
    return json.dumps(next(one for one in walk_document(result) if (one["kind"], one["key"]) == path))


# ---------------------------------------------------------------- examples


def example_of(framework: Framework, place: Place, answers: dict, months: int, result: dict) -> dict:
    """A trial as the framework keeps it (framework.schema.json, `examples`)."""
    row = find_row(framework, place) if place.row else None
    named = {"indicator": row.code, "kind": row.kind} if row else {}
    return {
        **named,
        **({"criterion": place.key} if place.key else {}),
        "round": months,
        "answers": answers,
        "score": shown(result),
    }


def shown(result: dict) -> str:
    """What a trial is remembered by: the score as it is published, or its state."""
    return result["score_shown"] or result["state"]


@dataclass(frozen=True)
class Rerun:
    """A kept trial, computed again: `now` is its result today, None where it cannot be computed any more."""

    example: dict
    place: Place | None
    now: str | None

    @property
    def holds(self) -> bool:
        return self.now == self.example.get("score")


def rerun_examples(framework: Framework) -> list[Rerun]:
    """Every kept trial of a draft, computed again from what the draft says now."""
    return [
        _rerun(framework, example)
        for example in framework.head.get("examples") or ()
        if isinstance(example, dict)
    ]


def _rerun(framework: Framework, example: dict) -> Rerun:
    place: Place | None = Place()
    if "indicator" in example:
        row = framework.indicators.filter(
            kind=example.get("kind", "indicator"), code=example["indicator"]
        ).first()
        place = Place(row.pk, example.get("criterion", "")) if row else None
    if place is None or (place.key and rubric_trees.find(row.rubric, place.key) is None):  # type: ignore[union-attr]
        return Rerun(example, None, None)
    try:
        result = try_part(framework, place, example.get("answers", {}), example.get("round", 12))
    except Refused:
        return Rerun(example, place, None)
    return Rerun(example, place, shown(result))
