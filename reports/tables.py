"""Tables of recorded figures: columns that say what they hold, rows of texts as recorded. workbooks.py makes sheets of
them, table_files.py CSV and JSON. docs/tables.md tells what each field means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from indicators.scoring import format_fixed
from scorecards.results.public_record import is_leaf
from scorecards.scoring import result_of
from scorecards.states import Decision, ScorecardState

TEXT, FIGURE, WORD = "text", "figure", "word"


@dataclass(frozen=True)
class Column:
    """A column: `name` is its field in files, `label` what people read. A FIGURE is decimal text as recorded; a WORD is
    one of a closed list, for which `words` has what people read."""

    name: str
    label: str
    kind: str = TEXT
    width: int = 14
    words: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table: its name in files, the title of its sheet, columns, rows of texts ("" where there is nothing), and the
    numbers of the rows that stand out (totals, components)."""

    name: str
    title: str
    columns: list[Column]
    rows: list[list[str]]
    strong: frozenset[int] = frozenset()


def figures_of(node: dict | None) -> dict[str, str]:
    """What a record says of one component, indicator or total: result, score, weighted score, exact score."""
    if node is None:
        return {"result": "", "score": "", "exact": "", "weighted": "", "state": ""}
    return {
        "result": result_of(node) if node["kind"] == "indicator" and has_result(node) else "",
        "score": node["score_shown"] or "",
        "exact": exact_beside(node["score"], node["score_shown"]),
        "weighted": node["weighted_shown"] or "",
        "state": node["state"],
    }


def has_result(node: dict) -> bool:
    """Whether something was measured here: a part that only gathers others has a score and no result."""
    return is_leaf(node) and node["state"] == "scored"


def exact_beside(exact: str | None, shown: str) -> str:
    """The exact value as text ("11/3") where the published figure is rounded; "" where it says everything."""
    return exact if exact and shown and Fraction(exact) != Fraction(shown) else ""


def difference(own: dict | None, official: dict | None) -> str:
    """Official less self of the exact scores, rounded once to the published decimals; "" unless both are there."""
    if not own or not official or not own["score"] or not official["score"]:
        return ""
    return format_fixed(Fraction(official["score"]) - Fraction(own["score"]), int(official.get("places", 4)))


def kinds() -> dict[str, str]:
    """What a line is, in words."""
    return {"total": _("Total"), "component": _("Component"), "indicator": _("Indicator")}


def node_states() -> dict[str, str]:
    """The state of a recorded score, in words."""
    return {
        "scored": _("Has a score"),
        "missing": _("Not fully answered"),
        "na": _("N/A"),
        "absent": _("Not part of this round"),
        "error": _("Cannot be calculated"),
    }


def decisions() -> dict[str, str]:
    """What a ruling says, in words."""
    return {one.value: str(one.label) for one in Decision}


def scorecard_states() -> dict[str, str]:
    """How far a scorecard is, in words."""
    return {one.value: str(one.label) for one in ScorecardState}
