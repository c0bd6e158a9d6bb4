"""Document ⇄ tree, and the canonical text that is hashed. Numbers in documents are decimal text or ints."""

import hashlib
import json
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from indicators.scoring.formula import Expression, FormulaError, parse_formula
from indicators.scoring.levels import LevelPoint, Levels
from indicators.scoring.numbers import exact
from indicators.scoring.tree import COMPOSITES, KINDS, Criterion, Deduction, Group, Rounding, Schedule, Text

Document = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """Something wrong, as a code with facts (str) and the place in the document ("components/1/indicators/1.1")."""

    code: str
    place: str
    facts: dict[str, str] = field(default_factory=dict)


class DocumentError(ValueError):
    """A document that cannot be read as a tree. `problems` lists all of what is wrong with it."""

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(f"{one.place}: {one.code}" for one in problems))
        self.problems = problems


def canonical_json(document: Any) -> str:
    """The one text of a document: sorted keys, no spaces. Raises TypeError for a float, which no document may hold."""
    _refuse_floats(document)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("A document holds no binary float: write the number as text.")
    for one in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    ):
        _refuse_floats(one)


def content_hash(document: Any) -> str:
    """SHA-256 (hex) of the canonical text: the same content has the same hash, whatever the order of its keys."""
    return hashlib.sha256(canonical_json(document).encode()).hexdigest()


def as_text(value: Any) -> Text:
    """A text of a document in its long form: {"th": …, "en": …}."""
    return dict(value) if isinstance(value, dict) else {"th": str(value)} if value not in (None, "") else {}


class _Reader:
    """Reads one document, noting all problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, code: str, place: str, **facts: str) -> None:
        self.problems.append(Problem(code, place, facts))

    def number(self, value: Any, place: str, default: Fraction = Fraction(0)) -> Fraction:
        try:
            return exact(value)
        except (TypeError, ValueError, ZeroDivisionError):
            self.note("not_a_number", place, found=str(value)[:60])
            return default

    def optional(self, document: Document, name: str, place: str) -> Fraction | None:
        return (
            self.number(document[name], f"{place}/{name}") if document.get(name) not in (None, "") else None
        )

    def schedule(self, document: Document, place: str) -> Schedule:
        weights = document.get("round_weights") or {}
        return Schedule(
            rounds=tuple(sorted(int(one) for one in document.get("rounds") or ())),
            weight=self.optional(document, "weight", place),
            round_weights=tuple(
                sorted(
                    (int(one), self.number(weight, f"{place}/round_weights"))
                    for one, weight in weights.items()
                )
            ),
        )

    def criterion(self, document: Any, place: str) -> Criterion:
        if not isinstance(document, dict) or document.get("kind") not in KINDS or not document.get("key"):
            self.note(
                "not_a_criterion",
                place,
                found=str(document.get("kind") if isinstance(document, dict) else "")[:40],
            )
            return Criterion(key="?", kind="check", title={}, document={})
        place = f"{place}/{document['key']}"
        kind = document["kind"]
        if kind in COMPOSITES and not document.get("children"):
            self.note("no_children", place)
        return Criterion(
            key=str(document["key"]),
            kind=kind,
            title=as_text(document.get("title")),
            document={name: value for name, value in document.items() if name != "children"},
            children=tuple(self.criterion(child, place) for child in document.get("children") or ()),
            points=self.number(document.get("points", "1"), f"{place}/points", Fraction(1)),
            formula=self.formula(document, place),
            inputs=tuple(str(one["name"]) for one in document.get("inputs") or ()),
            options=tuple(
                (str(one["key"]), self.number(one["value"], f"{place}/options"))
                for one in document.get("options") or ()
            ),
            levels=self.levels(document, place),
            floor=self.number(document.get("floor", "0"), f"{place}/floor"),
            requires=tuple(document.get("requires") or ()),
            deductions=tuple(self.deduction(one, place) for one in document.get("deductions") or ()),
            rounding=self.rounding(document.get("rounding")),
            redistribute=document.get("unscored", "redistribute") == "redistribute",
            takes=str(document.get("takes") or ""),
            schedule=self.schedule(document, place),
        )

    def formula(self, document: Document, place: str) -> Expression | None:
        if not document.get("formula"):
            return None
        try:
            return parse_formula(str(document["formula"]))
        except FormulaError as error:
            self.note(
                f"formula_{error.code}", f"{place}/formula", position=str(error.position + 1), **error.facts
            )
            return None

    def levels(self, document: Document, place: str) -> Levels | None:
        points = document.get("levels")
        if not points:
            return None
        place = f"{place}/levels"
        return Levels(
            points=tuple(
                LevelPoint(
                    at=self.number(one.get("at"), place),
                    score=self.number(one.get("score"), place),
                    linear=one.get("rule", "step") == "linear",
                    past=one.get("past") in (True, "true"),
                )
                for one in points
            ),
            floor=self.number(document.get("floor", "0"), f"{place}/floor"),
        )

    def deduction(self, document: Document, place: str) -> Deduction:
        return Deduction(
            key=str(document["key"]),
            amount=self.number(document["amount"], f"{place}/deductions"),
            per=document.get("per", "occurrence"),
            cap=self.optional(document, "cap", f"{place}/deductions"),
            label=as_text(document.get("label")),
        )

    def rounding(self, document: Document | None) -> Rounding | None:
        return Rounding(int(document["places"]), document.get("mode", "half_up")) if document else None

    def group(self, document: Document, kind: str, place: str) -> Group:
        scale = document.get("scale")
        return Group(
            kind=kind,
            code=str(document.get("code", "")),
            title=as_text(document.get("name")),
            children=self.groups(document, place),
            rubric=self.criterion(document["rubric"], f"{place}/rubric") if document.get("rubric") else None,
            scale=(self.number(scale["min"], place), self.number(scale["max"], place)) if scale else None,
            redistribute=document.get("unscored", "redistribute") == "redistribute",
            schedule=self.schedule(document, place),
        )

    def groups(self, document: Document, place: str) -> tuple[Group, ...]:
        kind = "component" if document.get("components") else "indicator"
        return tuple(
            self.group(child, kind, f"{place}/{kind}s/{child.get('code', '')}".strip("/"))
            for child in document.get(f"{kind}s") or ()
        )


def read_rubric(document: Document) -> Criterion:
    """The tree of a rubric document. Raises DocumentError with all problems."""
    reader = _Reader()
    tree = reader.criterion(document, "")
    if reader.problems:
        raise DocumentError(reader.problems)
    return tree


def read_framework(document: Document) -> Group:
    """The tree of a framework document, rubrics included. Raises DocumentError with all problems."""
    reader = _Reader()
    scale = document.get("scale") or {"min": "1", "max": "5"}
    children = reader.groups(document, "")
    tree = Group(
        kind="scorecard",
        code=str(document.get("code", "")),
        title=as_text(document.get("name")),
        children=children,
        scale=(reader.number(scale["min"], "scale"), reader.number(scale["max"], "scale")),
        redistribute=document.get("unscored", "redistribute") == "redistribute",
        base=Fraction(100) if document.get("extract") in (True, "true") else None,
        places=int(document.get("places", 4)),
    )
    if reader.problems:
        raise DocumentError(reader.problems)
    return tree


def written_rubric(tree: Criterion) -> Document:
    """The document that a tree was read from: read_rubric(written_rubric(tree)) == tree."""
    document = dict(tree.document)
    if tree.children:
        document["children"] = [written_rubric(child) for child in tree.children]
    return document
