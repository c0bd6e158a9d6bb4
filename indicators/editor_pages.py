"""What the editor's pages show: the tree, the open part, what may stand under it, problems, edits. Reads only."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext

from indicators import rubric_trees
from indicators.copying import sources_for
from indicators.differences import parts
from indicators.draft_problems import problems_of_draft
from indicators.editing import Place, fields_of, find_row
from indicators.editor_forms import PartForm
from indicators.explaining import derivation, words
from indicators.field_labels import choice_label, label_of
from indicators.models import Framework, Indicator
from indicators.refusals import Refused
from indicators.scoring.tree import COMPOSITES, KINDS
from indicators.trial_forms import TrialForm
from indicators.trials import questions_of, rerun_examples, try_part

DIRECTIONS = [
    ("up", "↑", gettext_lazy("Up")),
    ("down", "↓", gettext_lazy("Down")),
    ("out", "←", gettext_lazy("Out")),
    ("in", "→", gettext_lazy("In")),
]
MOST_OPEN = 60  # rows; in a larger form only the way to the open part is unfolded


@dataclass
class Branch:
    """One line of the tree with what stands under it."""

    place: Place
    number: str
    title: str
    kind: str
    url: str
    is_here: bool = False
    faults: int = 0
    children: list["Branch"] = field(default_factory=list)


def place_url(framework: Framework, place: Place, *, page: str = "edit_part") -> str:
    """The page on which a part is edited (or tried)."""
    parts = [framework.pk] + ([place.row] if place.row else []) + ([place.key] if place.key else [])
    return reverse(page, args=parts)


def part_form(framework: Framework, place: Place, data=None) -> PartForm:
    """The form of one part. Refused when it is gone."""
    row = find_row(framework, place) if place.row else None
    node = rubric_trees.find(row.rubric, place.key) if row and place.key else None
    parent = rubric_trees.parent_of(row.rubric, place.key) if node else None
    return PartForm(
        data,
        kind=node["kind"] if node else row.kind if row else "framework",
        own=fields_of(framework, place),
        in_weighted=bool(parent and parent["kind"] == "weighted"),
        checks=_checks_beside(parent, place.key),
    )


def editor_page(framework: Framework, place: Place, *, form: PartForm | None = None) -> dict:
    """Everything for one part: its form, the tree around it, what may be added, problems here and in all."""
    row = find_row(framework, place) if place.row else None
    node = rubric_trees.find(row.rubric, place.key) if row and place.key else None
    form = form or part_form(framework, place)
    problems = problems_of_draft(framework)
    return {
        "framework": framework,
        "place": place,
        "row": row,
        "kind": form.kind,
        "kind_label": choice_label(form.kind),
        "title": words((node or {}).get("title")) if node else row.name if row else framework.name,
        "form": form,
        "tree": tree_of(framework, place, problems),
        "kinds": [(one, choice_label(one)) for one in kinds_under(row, node)],
        "other_kinds": [(one, choice_label(one)) for one in rubric_trees.kinds_for(node)] if node else [],
        "takes_over": not set(Indicator.Kind.values).isdisjoint(kinds_under(row, node)),
        "takes_several": row is None or node is not None or row.kind == Indicator.Kind.COMPONENT,
        "directions": DIRECTIONS,
        "is_root": node is not None and node is row.rubric,
        "problems": [(problem, place_url(framework, problem.place)) for problem in problems],
        "problems_here": [problem for problem in problems if problem.place == place],
        "part_url": place_url(framework, place),
        "try_url": place_url(framework, place, page="try_part"),
        "trial": _trial_form(framework, place),
        "reruns": [
            (number, rerun, place_url(framework, rerun.place) if rerun.place else "")
            for number, rerun in enumerate(rerun_examples(framework))
        ],
        "edits": framework.edits.select_related("actor")[:8],
        "undoable": framework.edits.filter(undone_at=None).defer("before", "after").first(),
    }


def taking_page(framework: Framework, place: Place, wanted: str) -> dict:
    """The forms from which a part may take over, and the rows of the wanted one (without a wish: of the form that this
    one follows), each with whether it can stand there. Refused when the part is gone."""
    row = find_row(framework, place) if place.row else None
    sources = list(sources_for(framework))
    wanted = wanted or str(framework.based_on_id)
    source = next((one for one in sources if str(one.pk) == wanted), None)
    kinds = kinds_under(row, None)
    return {
        "framework": framework,
        "place": place,
        "part_url": place_url(framework, place),
        "title": str(row) if row else framework.name,
        "sources": sources,
        "source": source,
        "parts": [(one, one.kind in kinds) for one in source.indicators.all()] if source else [],
    }


def publishing_page(framework: Framework) -> dict:
    """What is about to be published: its size, and every problem that still stands before it."""
    rows = framework.indicators.all()
    problems = problems_of_draft(framework)
    return {
        "framework": framework,
        "components": sum(row.kind == Indicator.Kind.COMPONENT for row in rows),
        "indicators": sum(row.is_leaf for row in rows),
        "examples": len(framework.head.get("examples") or ()),
        "problems": [(problem, place_url(framework, problem.place)) for problem in problems],
    }


def kinds_under(row: Indicator | None, node: dict | None) -> list[str]:
    """The kinds that may stand under a part."""
    if node:
        return list(KINDS) if node["kind"] in COMPOSITES else []
    if row is None:
        return ["component"]
    if row.kind == Indicator.Kind.COMPONENT:
        return ["indicator", "component"]
    if row.rubric is not None:
        return []
    return ["indicator"] if row.children.exists() else [*KINDS, "indicator"]


def _checks_beside(parent, key) -> list[tuple[str, str]]:
    """(key, title) of the criteria on which this one may depend."""
    beside = (parent or {}).get("children") or ()
    return [
        (one["key"], words(one.get("title")) or one["key"])
        for one in beside
        if one["kind"] == "check" and one["key"] != key
    ]


def tree_of(framework: Framework, here: Place, problems=()) -> list[Branch]:
    """The components and indicators, and the criteria of the indicator that is open. Two queries."""
    rows = framework.indicators.order_by("position").values_list(
        "pk", "parent_id", "kind", "code", "name_th", "name_en"
    )
    faults: dict[int | None, int] = {}
    for problem in problems:
        faults[problem.place.row] = faults.get(problem.place.row, 0) + 1
    rows = list(rows)
    parents = {pk: parent for pk, parent, *_rest in rows}
    open_ = set(parents) if len(rows) <= MOST_OPEN else _way_to(here.row, parents)
    for pk, parent in reversed(parents.items()):
        if parent is not None and parent not in open_:
            faults[parent] = faults.get(parent, 0) + faults.get(pk, 0)
    branches: dict[int, Branch] = {}
    roots: list[Branch] = []
    for pk, parent, kind, code, thai, english in rows:
        if parent is not None and parent not in open_:
            continue
        place = Place(pk)
        branch = Branch(place, code, words({"th": thai, "en": english}), kind, place_url(framework, place))
        branch.is_here = place == here
        branches[pk] = branch
        (branches[parent].children if parent else roots).append(branch)
    for pk, branch in branches.items():
        branch.faults = faults.get(pk, 0)
    if here.row in branches:
        rubric = framework.indicators.get(pk=here.row).rubric
        if rubric:
            branches[here.row].children.append(_criteria(framework, here, rubric, problems))
    return roots


def _way_to(row, parents) -> set[int]:
    """A row and those above it: what is unfolded in a large form."""
    way = set()
    while row is not None:
        way.add(row)
        row = parents.get(row)
    return way


def _criteria(framework, here, node, problems) -> Branch:
    place = Place(here.row, node["key"])
    branch = Branch(place, "", words(node.get("title")), node["kind"], place_url(framework, place))
    branch.is_here = place == here
    branch.faults = sum(problem.place == place for problem in problems)
    branch.children = [_criteria(framework, here, child, problems) for child in node.get("children") or ()]
    return branch


def in_words(value) -> str:
    """A field's value on one line, to show beside another's."""
    if isinstance(value, dict):
        return (
            words(value)
            if "th" in value
            else ", ".join(f"{label_of(name)} {in_words(one)}" for name, one in value.items())
        )
    if isinstance(value, list):
        return "; ".join(choice_label(one) if isinstance(one, str) else in_words(one) for one in value)
    if isinstance(value, bool):
        return pgettext("flag", "yes") if value else pgettext("flag", "no")
    return "–" if value in (None, "") else str(value)


def assumptions_in_words(found: list, document: dict) -> str:
    """What a form does not say, one a line: the part it is about by its name, the sentence, why it may stand."""
    titles = {}
    for (_kind, code), part in parts(document, {}):
        titles[code] = f"{code} {words(part.get('name'))}"
        for node in rubric_trees.nodes(part.get("rubric")):
            titles[f"{code}/{node['key']}"] = f"{code} › {words(node.get('title')) or node['key']}"
    lines = []
    for one in found:
        place, confirmed = one["place"], words(one.get("confirmed"))
        said = f"• {titles.get(place) or label_of(place)}: {words(one['text'])}"
        lines.append(f"{said} ({confirmed})" if confirmed else said)
    return "\n".join(lines) or "–"


def trial_page(framework: Framework, place: Place, data) -> dict:
    """The result of a trial with how it comes about; `refused` where it cannot be scored."""
    form = _trial_form(framework, place, data)
    form.is_valid()
    months = form.cleaned_data.get("round") or 12
    page = {
        "framework": framework,
        "place": place,
        "trial": form,
        "answers": form.answers(),
        "months": months,
    }
    try:
        result = try_part(framework, place, page["answers"], months)
    except Refused as refused:
        return page | {"trial_refused": refused.reasons}
    return page | {"result": result, "derivation": derivation(result, _rubrics_under(framework, place))}


def _trial_form(framework, place, data=None) -> TrialForm:
    rounds = framework.head.get("rounds") or ()
    return TrialForm(data, questions=questions_of(framework, place), rounds=rounds)


def _rubrics_under(framework, place) -> dict:
    """The documents that name the numbers of the formulas, gathered under one node."""
    rows = framework.indicators.filter(pk=place.row) if place.key else framework.indicators.all()
    return {"key": "", "children": [row.rubric for row in rows if row.rubric]}
