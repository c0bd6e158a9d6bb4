"""What a fold returns: for every node its score and how it came about, as codes with facts (no sentences).

The fold keeps numbers as numbers; `node_document` writes them out, once, when a record is made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any

from indicators.scoring.numbers import KEPT, Exact, exact_text, fact, format_fixed
from indicators.scoring.tree import Text

Fact = str | Exact | tuple[Exact, ...] | tuple[tuple[Exact, Exact], ...] | None


@dataclass(slots=True, eq=False)
class Reason:
    """Why a node has the score it has. `code` is looked up in indicators/explaining.py; facts are texts, numbers, the
    terms of a sum, or the (weight, score) terms of a weighted one."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    _texts: dict[str, str] | None = None

    def written(self) -> dict[str, Any]:
        """The reason as it stands in a record: all facts as text."""
        if self._texts is None:
            self._texts = {name: _written(value) for name, value in self.facts.items()}
        return {"code": self.code, "facts": self._texts}


def _written(value: Fact) -> str:
    if isinstance(value, str):
        return value
    return _terms(value) if isinstance(value, tuple) else fact(value)


@lru_cache(maxsize=KEPT)
def _terms(terms: tuple[Exact, ...] | tuple[tuple[Exact, Exact], ...]) -> str:
    return " + ".join([_term(one) for one in terms])


def _term(term: Exact | tuple[Exact, Exact]) -> str:
    return f"{fact(term[0])}×{fact(term[1])}" if isinstance(term, tuple) else fact(term)


@dataclass(slots=True, eq=False)
class Node:
    """The result of one node, never changed once it is handed out. Scores are exact; None is "no score yet". `so_far`
    is certain already, `possible` the best that is left; with `certain` nothing below is open and all three are one.
    `coverage` is the share of the weight that has a result (0…1)."""

    kind: str
    key: str
    title: Text
    state: str  # scored, missing, na, absent, error
    raw: Exact | None = None
    score: Exact | None = None
    so_far: Exact | None = None
    possible: Exact | None = None
    minimum: Exact | None = None
    maximum: Exact | None = None
    weight: Exact | None = None
    contribution: Exact | None = None
    before: Exact | None = None
    deducted: Exact | None = None
    coverage: Exact | None = None
    full: bool = False
    certain: bool = False
    reasons: tuple[Reason, ...] = ()
    children: tuple["Node", ...] = ()
    places: int = 4

    @property
    def applies(self) -> bool:
        """Neither absent from the round nor ruled N/A."""
        return self.state not in ("absent", "na")

    def contributing(self, contribution: Exact) -> "Node":
        """The same result with what it brings to the mean above it."""
        node = Node(*_values(self))
        node.contribution = contribution
        return node


_values = attrgetter(*Node.__dataclass_fields__)  # dataclasses.replace does the same at six times the price

EXACT = (
    "raw",
    "score",
    "so_far",
    "possible",
    "minimum",
    "maximum",
    "weight",
    "contribution",
    "before",
    "deducted",
    "coverage",
)
SHOWN = ("raw", "score", "so_far", "possible", "before", "deducted")


def node_document(node: Node, *, places: int | None = None) -> dict[str, Any]:
    """The record of a result: exact values as text ("3.75", "11/3") and the published numbers (`…_shown`), each rounded
    once, half up, from the exact one. Screens and PDFs print it and never recompute it."""
    places = node.places if places is None else places
    document = dict(_leaf(node, places) if not node.children else _own(node, places))
    document["reasons"] = document["reasons"].copy()
    document["children"] = [node_document(child, places=places) for child in node.children]
    return document


def _own(node: Node, places: int) -> dict[str, Any]:
    """A node's own part of a record, without what stands below it."""
    document: dict[str, Any] = {
        "kind": node.kind,
        "key": node.key,
        "title": node.title,
        "state": node.state,
        "full": node.full,
        "reasons": [reason.written() for reason in node.reasons],
    }
    values = dict(zip(EXACT, _exact_values(node), strict=True))
    for name, value in values.items():
        document[name] = exact_text(value)
    for name in SHOWN:
        document[f"{name}_shown"] = format_fixed(values[name], places)
    document["weighted_shown"] = format_fixed(node.contribution, places)
    if node.kind in ("scorecard", "component", "indicator"):
        document["code"] = node.key
        document["places"] = places
    return document


_exact_values = attrgetter(*EXACT)
_leaf = lru_cache(maxsize=4_000)(_own)  # the fold hands out the same leaf for the same answer


def walk_document(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a record, from the top down."""
    yield document
    for child in document["children"]:
        yield from walk_document(child)
