"""A rubric with its result as the lines of the official form: what the entry and the review page print in order."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from indicators.explaining import explain, title_of
from indicators.models import in_language
from indicators.scoring.numbers import grouped

GROUPS = ("milestone", "checklist", "weighted")
# The leaf's own answer stands beside it already: no line is needed to say it again.
OBVIOUS = {"answered_yes", "answered_no", "missing", "measured", "missing_rating", "rated"}


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
    is_step: bool = False
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
    def weight(self) -> str:
        return str(self.document.get("weight", ""))

    @property
    def mark_words(self) -> str:
        return {
            "stops": _("Not passed yet: later steps do not count until this one is"),
            "uncounted": _("Met, but not counted until every step before it is passed"),
        }.get(self.mark, "")


def words(value) -> str:
    """A text of the document in the reader's language."""
    if isinstance(value, dict):
        return in_language(value.get("th", ""), value.get("en", ""))
    return str(value or "")


def rubric_lines(rubric: dict, result: dict) -> list[Line]:
    """The lines of a rubric document and of its result (node document), depth first; what is absent is left out."""
    return _lines(rubric, result, depth=0, mark="", is_step=False, proved_above=False)


def _lines(rubric, node, *, depth, mark, is_step, proved_above) -> list[Line]:
    if not node or node["state"] == "absent":
        return []
    proved = "evidence" in rubric
    line = Line(
        key=rubric["key"],
        kind=rubric["kind"],
        depth=depth,
        title=title_of({"title": rubric.get("title"), "key": rubric["key"]}),
        document=rubric,
        node=node,
        mark=mark,
        is_step=is_step,
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
            is_step=rubric["kind"] == "milestone",
            proved_above=proved or proved_above,
        )
        for child in rubric.get("children", [])
    ]
    return [line, *(one for lines in below for one in lines)]


def _step_marks(node) -> dict[str, str]:
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


def _levels(rubric, node) -> list[LevelCell]:
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


def derivation(node: dict, rubric: dict) -> list[tuple[str, list[str]]]:
    """How a score comes about: (title, lines) of the node itself and of each part that is more than a single answer.
    `rubric` is the document that names the numbers of its formulas."""
    return _derived(node, {one["key"]: _labels(one) for one in _nodes(rubric)})


def _nodes(rubric):
    yield rubric
    for child in rubric.get("children", []):
        yield from _nodes(child)


def _labels(rubric) -> dict[str, str]:
    return {one["name"]: words(one.get("label")) or one["name"] for one in rubric.get("inputs", [])}


def _derived(node, labels):
    lines = explain(node, labels.get(node["key"]))
    obvious = {reason["code"] for reason in node["reasons"]} <= OBVIOUS
    found = [] if obvious or not lines else [(title_of(node), lines)]
    for child in node["children"]:
        found += _derived(child, labels)
    return found
