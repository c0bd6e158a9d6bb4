"""A rubric with its result as the lines of the official form: what the entry and the review page print in order."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from indicators.explaining import formula_in_words, title_of, words
from indicators.scoring.numbers import grouped

GROUPS = ("milestone", "checklist", "weighted")


@dataclass(frozen=True)
class LevelCell:
    """One column of a table of levels: from `at` on (with `past`: beyond it) the score holds."""

    at: str
    score: str
    past: bool
    linear: bool
    reached: bool


@dataclass(frozen=True)
class Line:
    """One criterion of the form. `node` is its result; `mark` says how it stands: passed, stops, waiting, uncounted."""

    key: str
    kind: str
    depth: int
    title: str
    document: dict
    node: dict
    mark: str = ""
    has_evidence: bool = True
    levels: list[LevelCell] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPS

    @property
    def guidance(self) -> str:
        return words(self.document.get("guidance"))

    @property
    def reference(self) -> str:
        return words(self.document.get("reference"))

    @property
    def unit(self) -> str:
        return words(self.document.get("unit"))

    @property
    def formula(self) -> str:
        return formula_in_words(self.document)

    @property
    def counting(self) -> str:
        """What counts of its parts, where that is not their sum."""
        return {
            "lowest": _("Of these parts only the one with the lowest score counts."),
            "highest": _("Of these parts only the one with the highest score counts."),
        }.get(self.document.get("takes", ""), "")

    @property
    def weight(self) -> str:
        return str(self.document.get("weight", ""))

    @property
    def mark_words(self) -> str:
        return {
            "stops": _("Not passed yet: later steps do not count until this one is"),
            "uncounted": _("Met, but not counted until every step before it is passed"),
        }.get(self.mark, "")


def rubric_lines(rubric: dict, result: dict) -> list[Line]:
    """The lines of a rubric document and of its result (node document), depth first; what is absent is left out."""
    return _lines(rubric, result, depth=0, mark="", proved_above=False)


def _lines(
    rubric: dict[str, Any], node: dict[str, Any] | None, *, depth: int, mark: str, proved_above: bool
) -> list[Line]:
    if not node or node["state"] == "absent":
        return []
    proved = "evidence" in rubric
    line = Line(
        key=rubric["key"],
        kind=rubric["kind"],
        depth=depth,
        title=title_of(rubric),
        document=rubric,
        node=node,
        mark=mark,
        has_evidence=proved or (rubric["kind"] not in GROUPS and not proved_above),
        levels=_levels(rubric, node),
    )
    results = {child["key"]: child for child in node["children"]}
    marks = _step_marks(node) if rubric["kind"] == "milestone" else {}
    below = [
        _lines(
            child,
            results.get(child["key"]),
            depth=depth + 1,
            mark=marks.get(child["key"], ""),
            proved_above=proved or proved_above,
        )
        for child in rubric.get("children", [])
    ]
    return [line, *(one for lines in below for one in lines)]


def _step_marks(node: dict[str, Any]) -> dict[str, str]:
    """How each step of a milestone stands: passed until the first that is not; what is met after it is uncounted."""
    marks, open_ = {}, True
    steps = [child for child in node["children"] if child["state"] != "absent"]
    for position, step in enumerate(steps):
        if open_ and step["full"]:
            marks[step["key"]] = "passed"
        elif open_:
            later = any(after["full"] for after in steps[position + 1 :])
            marks[step["key"]] = "stops" if later and step["state"] == "scored" else "waiting"
            open_ = False
        else:
            marks[step["key"]] = "uncounted" if step["full"] else "waiting"
    return marks


def _levels(rubric: dict[str, Any], node: dict[str, Any]) -> list[LevelCell]:
    reached = [reason["facts"]["at"] for reason in node["reasons"] if "at" in reason["facts"]]
    scores = [reason["facts"]["at_score"] for reason in node["reasons"] if "at_score" in reason["facts"]]
    return [
        LevelCell(
            at=grouped(str(point["at"])),
            score=str(point["score"]),
            past=point.get("past") in (True, "true"),
            linear=point.get("rule") == "linear",
            reached=str(point["at"]) in reached and str(point["score"]) in scores,
        )
        for point in rubric.get("levels", [])
    ]
