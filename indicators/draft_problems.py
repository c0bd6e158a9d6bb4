"""Everything that still stands between a draft and its publication, each with the place where it is mended.

The same checks as publishing (document_schema, scoring/problems), asked part by part: what is wrong inside an
indicator is kept by its text, so that a large framework is checked as quickly as a small one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from django.utils.translation import gettext as _

from indicators import rubric_trees
from indicators.document_schema import SCHEMA, definition, structure_problems
from indicators.editing import Place
from indicators.explaining import describe_problem
from indicators.field_labels import label_of
from indicators.models import Framework, Indicator
from indicators.rows import document_of, text_of
from indicators.scoring import Problem
from indicators.scoring.problems import check_indicator, check_whole
from indicators.scoring.tree import ROUNDS
from indicators.trials import rerun_examples

# A misshapen field is left out while the rules are asked; what they say only for want of it is no problem of its own.
CONSEQUENCES = {
    "children": {"no_children"},
    "floor": {"floor_missing"},
    "formula": {"inputs_without_formula"},
    "inputs": {"formula_unknown_name"},
    "levels": {"measure_without_levels"},
    "options": {"options_missing"},
    "rounds": {"criterion_in_no_round"},
    "weight": {"weight_missing"},
}
STAND_IN = {"code": "1", "name": "–", "rubric": {"key": "a", "kind": "check", "title": "–"}}


@dataclass(frozen=True)
class DraftProblem:
    """What is wrong, as a sentence; `place` and `field` say where it is mended, `where` names the place in words."""

    sentence: str
    place: Place
    field: str = ""
    where: str = ""


def problems_of_draft(framework: Framework) -> list[DraftProblem]:
    """All problems, in the order of the form: the framework's own, then each part's. One query."""
    rows = list(framework.indicators.order_by("position"))
    parents = {row.parent_id for row in rows}
    head = _head_problems(framework, rows)
    scale, rounds = _scale(framework), _rounds(framework)
    inner = {row.pk: _row_problems(_text(row), row.kind, row.pk in parents, scale, rounds) for row in rows}
    found = [_located(problem, None) for problem in head]
    whole = check_whole(_light(framework, rows, head, inner))
    unread = {row.pk for row in rows if any(one.place == "weight" for one in inner[row.pk])}
    for problem in whole:
        row = row_at(problem.place, rows)
        if not (problem.code == "weight_missing" and row and row.pk in unread):
            found.append(_located(problem, row))
    for row in rows:
        found += [_located(problem, row) for problem in inner[row.pk]]
    return list(dict.fromkeys([*found, *_example_problems(framework)]))


def _example_problems(framework: Framework) -> Iterator[DraftProblem]:
    for rerun in rerun_examples(framework):
        if rerun.holds:
            continue
        part = rerun.example.get("indicator", framework.code)
        facts = {"part": part, "kept": rerun.example.get("score", "–"), "now": rerun.now or "–"}
        sentence = _(
            "A kept trial of %(part)s gave %(kept)s and gives %(now)s now: mend it, or accept the new score."
        )
        yield DraftProblem(sentence % facts, rerun.place or Place(), "examples", part)


def _located(problem: Problem, row: Indicator | None) -> DraftProblem:
    tokens = [token for token in problem.place.split("/") if token]
    key, field = "", tokens[0] if tokens else ""
    if row is not None:
        tokens = tokens[2 * sum(token in ("components", "indicators") for token in tokens) :]
        key, field = _key_and_field(row.rubric, Problem(problem.code, "/".join(tokens)))
    facts = problem.facts | ({"field": label_of(problem.facts["field"])} if "field" in problem.facts else {})
    where = f"{row.code} {row.name}".strip() if row else ""
    title = _title(rubric_trees.find(row.rubric, key)) if row and key else ""
    return DraftProblem(
        _sentence(problem, facts),
        Place(row.pk if row else None, key),
        field or problem.facts.get("field", ""),
        f"{where} › {title or key}" if key else where,
    )


def _sentence(problem: Problem, facts: dict[str, str]) -> str:
    if problem.code == "missing_field" and problem.facts["field"] in ("components", "indicators"):
        return _("Nothing stands in it yet: open it and press “+ Add”.")
    return describe_problem(Problem(problem.code, "", facts))


def _key_and_field(rubric: dict | None, problem: Problem) -> tuple[str, str]:
    """The criterion ("" for the indicator itself) and the field that a problem inside an indicator is about."""
    tokens = [token for token in problem.place.split("/") if token]
    field = problem.facts.get("field", "")
    if tokens[:1] != ["rubric"]:
        return "", tokens[0] if tokens else field
    keys = [node.get("key") for node in rubric_trees.nodes(rubric)]
    key = ""
    for token in tokens[1:]:
        if token not in keys:
            return key, token
        key = token
    return key, field


def _title(node: dict | None) -> str:
    title = (node or {}).get("title") or {}
    return title.get("th", "") if isinstance(title, dict) else str(title)


def row_at(place: str, rows: Iterable[Indicator]) -> Indicator | None:
    """The component or indicator that a place of the whole document ends in."""
    tokens = place.split("/")
    pairs = [pair for pair in pairwise(tokens) if pair[0] in ("components", "indicators")]
    if not pairs:
        return None
    kind, code = pairs[-1]
    return next((row for row in rows if f"{row.kind}s" == kind and row.code == code), None)


# ---------------------------------------------------------------- part by part


def _head_problems(framework: Framework, rows: list[Indicator]) -> list[Problem]:
    document = document_of(framework, [])
    if rows:
        document["components"] = [{"code": "1", "name": "–", "indicators": [STAND_IN]}]
    return structure_problems(document, SCHEMA)


def _text(row: Indicator) -> str:
    document = {"code": row.code, "name": text_of(row.name_th, row.name_en), **row.card}
    if row.rubric is not None:
        document["rubric"] = row.rubric
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=4096)
def _row_problems(text: str, kind: str, is_parent: bool, scale: tuple, rounds: tuple) -> tuple[Problem, ...]:
    document = json.loads(text)
    if is_parent:
        document["indicators"] = [STAND_IN]
    shape = structure_problems(document, definition(f"#/$defs/{kind}"))
    if kind == Indicator.Kind.COMPONENT:
        return tuple(shape)
    misshapen = {_key_and_field(document.get("rubric"), problem) for problem in shape}
    for problem in shape:
        _prune(document, problem.place)
    rules = check_indicator(
        document,
        scale=dict(zip(("min", "max"), scale, strict=True)),
        rounds=tuple(int(one) for one in rounds),
    )
    follow = {(key, code) for key, field in misshapen for code in CONSEQUENCES.get(field, ())}
    rules = [one for one in rules if (_key_and_field(document.get("rubric"), one)[0], one.code) not in follow]
    if any(one.code == "indicator_without_rubric" for one in rules):
        shape = [one for one in shape if one.facts.get("field") != "indicators"]
    return (*shape, *rules)


def _prune(document: dict, place: str) -> None:
    """Take out a field that is misshapen, so that the other rules can be asked all the same."""
    tokens = [token for token in place.split("/") if token]
    node = document
    if tokens[:1] == ["rubric"]:
        inner = [rubric_trees.find(document.get("rubric"), token) for token in tokens[1:]]
        node = next((one for one in reversed(inner) if one), document)
        tokens = [token for token, one in zip(tokens[1:], inner, strict=True) if one is None]
    if tokens and tokens[0] not in ("key", "kind", "children"):
        node.pop(tokens[0], None)


def _light(
    framework: Framework, rows: list[Indicator], head: list[Problem], inner: Mapping[int, Iterable[Problem]]
) -> dict:
    """The document without rubrics and without what is misshapen: for the rules between its parts."""
    light = []
    for row in rows:
        bad = {one.place.split("/")[0] for one in inner[row.pk]}
        card = {name: value for name, value in row.card.items() if name not in bad}
        light.append(
            Indicator(
                pk=row.pk,
                parent_id=row.parent_id,
                kind=row.kind,
                code=row.code,
                name_th=row.name_th,
                card=card,
            )
        )
    document = document_of(framework, light)
    for problem in head:
        field = problem.place.split("/")[0]
        if field not in ("", "format", "components", "code", "version", "year", "name"):
            document.pop(field, None)
    return document


def _scale(framework: Framework) -> tuple[str, str]:
    scale = framework.head.get("scale")
    if not isinstance(scale, dict) or structure_problems(scale, definition("#/$defs/scale")):
        return ("1", "5")
    return (str(scale["min"]), str(scale["max"]))


def _rounds(framework: Framework) -> tuple[str, ...]:
    rounds = framework.head.get("rounds") or ROUNDS
    return tuple(str(one) for one in rounds if str(one).isdecimal())


def sentences(problems: Iterable[DraftProblem]) -> Iterator[str]:
    """Each problem as one sentence with its place in front."""
    for problem in problems:
        yield f"{problem.where}: {problem.sentence}" if problem.where else problem.sentence
