"""What a fold returns: for every node its score and how it came about, as codes with facts (no sentences)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from indicators.scoring.numbers import exact_text, format_fixed
from indicators.scoring.tree import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a node has the score it has. `code` is looked up in indicators/explaining.py; facts are texts."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """The result of one node. Scores are exact; None is "no score yet". `so_far` is certain already, `possible` the
    best that is left. `coverage` is the share of the weight that has a result (0…1)."""

    kind: str
    key: str
    title: Text
    state: str  # scored, missing, na, absent, error
    raw: Fraction | None = None
    score: Fraction | None = None
    so_far: Fraction | None = None
    possible: Fraction | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    weight: Fraction | None = None
    contribution: Fraction | None = None
    before: Fraction | None = None
    deducted: Fraction | None = None
    coverage: Fraction | None = None
    full: bool = False
    reasons: tuple[Reason, ...] = ()
    children: tuple["Node", ...] = ()
    places: int = 4

    __hash__ = object.__hash__  # what is made of these parts is kept under the parts themselves

    @property
    def applies(self) -> bool:
        """Neither absent from the round nor ruled N/A."""
        return self.state not in ("absent", "na")


EXACT = ("raw", "score", "so_far", "possible", "minimum", "maximum", "weight", "contribution", "before", "deducted",
         "coverage")  # fmt: skip
SHOWN = ("raw", "score", "so_far", "possible", "before", "deducted")


def node_document(node: Node, *, places: int | None = None) -> dict[str, Any]:
    """The record of a result: exact values as text ("3.75", "11/3") and the published numbers (`…_shown`), each rounded
    once, half up, from the exact one. Screens and PDFs print it and never recompute it."""
    places = node.places if places is None else places
    document: dict[str, Any] = {
        "kind": node.kind,
        "key": node.key,
        "title": node.title,
        "state": node.state,
        "full": node.full,
        "reasons": [{"code": reason.code, "facts": reason.facts} for reason in node.reasons],
    }
    for name in EXACT:
        document[name] = exact_text(getattr(node, name))
    for name in SHOWN:
        document[f"{name}_shown"] = format_fixed(getattr(node, name), places)
    document["weighted_shown"] = format_fixed(node.contribution, places)
    if node.kind in ("scorecard", "component", "indicator"):
        document["code"] = node.key
        document["places"] = places
    document["children"] = [node_document(child, places=places) for child in node.children]
    return document


def walk_document(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a record, from the top down."""
    yield document
    for child in document["children"]:
        yield from walk_document(child)
