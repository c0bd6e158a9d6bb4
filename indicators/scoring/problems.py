"""Everything that is wrong with a rubric or a framework before it may be published: all at once, each with its place.

Each check is a function that returns its own problems; nothing here stops at the first.
"""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from indicators.scoring.documents import Document, DocumentError, Problem, read_framework, read_rubric
from indicators.scoring.extents import extent
from indicators.scoring.numbers import fact
from indicators.scoring.tree import ROUNDS, Criterion, Group


def check_rubric(document: Document, *, place: str = "") -> list[Problem]:
    """All problems of a rubric document. An empty list: it may be used."""
    try:
        tree = read_rubric(document)
    except DocumentError as error:
        return [
            Problem(one.code, f"{place}/{one.place}".strip("/").replace("//", "/"), one.facts)
            for one in error.problems
        ]
    return list(_rubric_problems(tree, place))


def _rubric_problems(tree: Criterion, place: str) -> Iterator[Problem]:
    for key, count in Counter(node.key for node in tree.walk()).items():
        if count > 1:
            yield Problem("key_repeated", place, {"key": key})
    yield from _node_problems(tree, place, in_weighted=False)


def _node_problems(node: Criterion, place: str, *, in_weighted: bool) -> Iterator[Problem]:
    place = f"{place}/{node.key}".strip("/")
    for check in NODE_CHECKS:
        for code, facts in check(node):
            yield Problem(code, place, facts)
    if in_weighted and node.schedule.weight is None and node.kind != "weighted":
        yield Problem("weight_missing", place)
    for child in node.children:
        yield from _node_problems(child, place, in_weighted=node.kind == "weighted")


Found = Iterator[tuple[str, dict[str, str]]]


def _levels(node: Criterion) -> Found:
    if node.levels is None:
        return
    points = node.levels.points
    ats, scores = [point.at for point in points], [point.score for point in points]
    pairs = [(a.at, b.at) for a, b in pairwise(points) if not (a.at == b.at and b.past > a.past)]
    if not (all(a < b for a, b in pairs) or all(a > b for a, b in pairs)):
        yield "levels_not_monotonic", {"values": ", ".join(map(fact, ats))}
    if any(a >= b for a, b in pairwise(scores)):
        yield "scores_not_rising", {"scores": ", ".join(map(fact, scores))}
    if "floor" not in node.document:
        yield "floor_missing", {}
    if node.levels.floor > scores[0]:
        yield "floor_above_first", {"floor": fact(node.levels.floor), "first": fact(scores[0])}


def _floor_of_gate(node: Criterion) -> Found:
    if node.requires and "floor" not in node.document:
        yield "floor_missing", {}


def _formula(node: Criterion) -> Found:
    if node.formula is None:
        if node.inputs:
            yield "inputs_without_formula", {}
        return
    used = node.formula.names()
    for name in sorted(used - set(node.inputs)):
        yield "formula_unknown_name", {"name": name}
    for name in node.inputs:
        if name not in used:
            yield "formula_unused_input", {"name": name}


def _options(node: Criterion) -> Found:
    if node.kind == "rating" and len(node.options) < 2:
        yield "options_missing", {}


def _measures_a_score(node: Criterion) -> Found:
    if node.kind == "measure" and node.levels is None:
        yield "measure_without_levels", {}


def _gates(node: Criterion) -> Found:
    siblings = {child.key: child for child in node.children}
    for child in node.children:
        for key in child.requires:
            if key not in siblings or siblings[key].kind != "check" or key == child.key:
                yield "requires_unknown", {"key": key, "child": child.key}


def _negative(node: Criterion) -> Found:
    if node.schedule.weight is not None and node.schedule.weight < 0:
        yield "weight_negative", {}
    for deduction in node.deductions:
        if deduction.amount <= 0:
            yield "deduction_not_positive", {"key": deduction.key}


NODE_CHECKS = [_levels, _floor_of_gate, _formula, _options, _measures_a_score, _gates, _negative]


def check_framework(document: Document) -> list[Problem]:
    """All problems of a framework document (structure is checked by indicators/documents.py). Empty: publishable."""
    try:
        read_framework(document)
    except DocumentError as error:
        return error.problems
    return check_whole(document) + [
        problem
        for place, indicator in _indicators(document)
        for problem in check_indicator(
            indicator, place=place, scale=_scale(document), rounds=_months(document)
        )
    ]


def check_whole(document: Document) -> list[Problem]:
    """What is wrong between the parts of a framework: codes, weights, limits, bands, assumptions. Rubrics are not read
    and may be left out of the document."""
    try:
        tree = read_framework(document)
    except DocumentError as error:
        return error.problems
    return [problem for check in WHOLE_CHECKS for problem in check(document, tree)]


def check_indicator(
    indicator: Document, *, place: str = "", scale: Document, rounds: tuple[int, ...]
) -> list[Problem]:
    """What is wrong inside one indicator of a framework with this scale and these rounds."""
    if not indicator.get("rubric"):
        return [] if indicator.get("indicators") else [Problem("indicator_without_rubric", place)]
    here = f"{place}/rubric".strip("/")
    found = check_rubric(indicator["rubric"], place=here)
    try:
        tree = read_rubric(indicator["rubric"])
    except DocumentError:
        return found
    own = tuple(int(one) for one in indicator.get("rounds") or rounds)
    found += _off_the_scale(tree, place, indicator.get("scale") or scale)
    found += [
        Problem("criterion_in_no_round", f"{here}/{leaf.key}")
        for leaf in tree.leaves()
        if not any(leaf in tree.leaves(months) for months in own if months in rounds)
    ]
    return found


def _scale(document: Document) -> Document:
    return document.get("scale") or {"min": "1", "max": "5"}


def _months(document: Document) -> tuple[int, ...]:
    return tuple(int(one) for one in document.get("rounds") or ROUNDS)


def _indicators(document: Document, place: str = "") -> Iterator[tuple[str, Document]]:
    for kind in ("components", "indicators"):
        for child in document.get(kind) or ():
            here = f"{place}/{kind}/{child.get('code', '')}".strip("/")
            if kind == "indicators":
                yield here, child
            yield from _indicators(child, here)


def _codes(document: Document, tree: Group) -> Iterator[Problem]:
    for kind, codes in (
        ("indicators", [one.get("code") for _, one in _indicators(document)]),
        ("components", [one.code for one in _groups(tree) if one.kind == "component"]),
    ):
        for code, count in Counter(codes).items():
            if count > 1:
                yield Problem("code_repeated", kind, {"code": str(code)})


def _groups(tree: Group) -> Iterator[Group]:
    for child in tree.children:
        yield child
        yield from _groups(child)


def _off_the_scale(tree: Criterion, place: str, scale: Document) -> Iterator[Problem]:
    low, high = Fraction(str(scale["min"])), Fraction(str(scale["max"]))
    for months in ROUNDS:
        if not tree.leaves(months):
            continue
        least, most = extent(tree, months)
        if (most is not None and most > high) or (least is not None and least < min(low, Fraction(0))):
            yield Problem("off_the_scale", place, {"max": fact(high), "reaches": fact(most)})
            return


def _weights(document: Document, tree: Group) -> Iterator[Problem]:
    for months in document.get("rounds") or ROUNDS:
        total = sum((_weight(child, int(months)) for child in tree.children), Fraction(0))
        if document.get("extract") in (True, "true"):
            if total > 100:
                yield Problem("weights_above_100", "components", {"total": fact(total), "round": str(months)})
        elif total != 100 and not any(_has_schedule(child) for child in _groups(tree)):
            yield Problem("weights_not_100", "components", {"total": fact(total), "round": str(months)})
            return


def _has_schedule(group: Group) -> bool:
    return bool(group.schedule.rounds or group.schedule.round_weights)


def _weight(group: Group, months: int) -> Fraction:
    if not group.schedule.holds(months):
        return Fraction(0)
    own = group.schedule.weight_in(months)
    if own is not None:
        return own
    return sum((_weight(child, months) for child in group.children), Fraction(0))


def _weights_below(document: Document, tree: Group) -> Iterator[Problem]:
    """A leaf indicator needs a weight; one of nothing is allowed, a negative one is not."""
    for place, indicator in _indicators(document):
        weight = indicator.get("weight")
        if weight in (None, "") and not indicator.get("indicators"):
            yield Problem("weight_missing", place)
        elif weight not in (None, "") and Fraction(str(weight)) < 0:
            yield Problem("weight_negative", place)


def _compulsory(document: Document, tree: Group) -> Iterator[Problem]:
    present = {one.get("code") for _, one in _indicators(document)}
    for code in document.get("compulsory") or ():
        if code not in present:
            yield Problem("compulsory_missing", "compulsory", {"code": str(code)})


def _limits(document: Document, tree: Group) -> Iterator[Problem]:
    compulsory = set(document.get("compulsory") or ())
    for limit in document.get("limits") or ():
        wanted = set(limit["components"])
        chosen = [
            child.code
            for group in _groups(tree)
            if group.kind == "component" and group.code in wanted
            for child in group.children
            if child.kind == "indicator"
            and not (limit.get("counts") == "chosen" and child.code in compulsory)
        ]
        if len(chosen) > int(limit["max"]):
            facts = {
                "components": ", ".join(sorted(wanted)),
                "max": str(limit["max"]),
                "found": str(len(chosen)),
            }
            yield Problem("too_many_indicators", "limits", facts)


def _bands(document: Document, tree: Group) -> Iterator[Problem]:
    bands = document.get("bands") or []
    for value, count in Counter(str(Fraction(str(band["from"]))) for band in bands).items():
        if count > 1:
            yield Problem("bands_overlap", "bands", {"from": value})
    scale = document.get("scale") or {"min": "1"}
    if bands and min(Fraction(str(band["from"])) for band in bands) > Fraction(str(scale["min"])):
        yield Problem("bands_miss_the_bottom", "bands", {"min": str(scale["min"])})


def _shared_units(document: Document, tree: Group) -> Iterator[Problem]:
    """An indicator that stands in several places under one name is measured in one unit."""
    units: dict[str, set[str]] = {}
    for _, indicator in _indicators(document):
        units.setdefault(_thai(indicator.get("name")), set()).add(_thai(indicator.get("unit")))
    for name, found in units.items():
        if name and len(found) > 1:
            yield Problem("unit_differs", "components", {"name": name, "units": ", ".join(sorted(found))})


def _assumptions(document: Document, tree: Group) -> Iterator[Problem]:
    for assumption in document.get("assumptions") or ():
        if not assumption.get("confirmed"):
            yield Problem(
                "assumption_open", str(assumption.get("place", "")), {"text": _thai(assumption.get("text"))}
            )


def _resolution(document: Document, tree: Group) -> Iterator[Problem]:
    """A change of rules in mid-year is a new version, by a decision that is named."""
    if int(document.get("version", 1)) > 1 and not document.get("resolution"):
        yield Problem("resolution_missing", "resolution")


WHOLE_CHECKS = [
    _codes,
    _weights,
    _weights_below,
    _compulsory,
    _limits,
    _bands,
    _shared_units,
    _assumptions,
    _resolution,
]


def _thai(value: Any) -> str:
    return str(value.get("th", "")) if isinstance(value, dict) else str(value or "")
