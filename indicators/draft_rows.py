"""The rows of a draft as a tree: order, parents, and what a part was, so that an edit can be taken back."""

from collections.abc import Iterable
from copy import deepcopy

from django.db.models import F

from indicators.models import FiscalYear, Framework, Indicator

Outline = list[tuple[int, int | None]]
Below = dict[int | None, list[int]]
ROW = ("parent_id", "kind", "code", "name_th", "name_en", "card", "rubric")
ASIDE = 1_000_000  # positions that no draft reaches, while rows change places under the unique constraint


def outline_of(framework: Framework) -> Outline:
    """(row, parent) in the order of the form. One query."""
    return list(framework.indicators.order_by("position").values_list("pk", "parent_id"))


def children_of(outline: Outline) -> Below:
    """{parent: children in order}; None is the framework."""
    below: Below = {None: []}
    for pk, parent in outline:
        below.setdefault(parent, []).append(pk)
    return below


def flat(below: Below, parent: int | None = None) -> list[int]:
    """All rows in the order of the form."""
    return [pk for child in below.get(parent, ()) for pk in (child, *flat(below, child))]


def subtree(outline: Outline, root: int) -> list[int]:
    """A row and all under it, in order."""
    return [root, *flat(children_of(outline), root)]


def renumber(framework: Framework, order: list[int]) -> None:
    """Write the positions, depth first. Two statements, whatever the number of rows."""
    framework.indicators.filter(position__lt=ASIDE).update(position=F("position") + ASIDE)
    rows = [Indicator(pk=pk, position=number) for number, pk in enumerate(order)]
    Indicator.objects.bulk_update(rows, ["position"])


def step_of_row(framework: Framework, row: Indicator, direction: str) -> Below | None:
    """The tree after one step of a row; None where there is no way."""
    below = children_of(outline_of(framework))
    siblings = below[row.parent_id]
    alike = [pk for pk in siblings if pk in _of_kind(framework, row.kind)]
    here = alike.index(row.pk)
    if direction in ("up", "down"):
        there = here + (1 if direction == "down" else -1)
        if not 0 <= there < len(alike):
            return None
        one, other = siblings.index(row.pk), siblings.index(alike[there])
        siblings[one], siblings[other] = siblings[other], siblings[one]
        return below
    siblings.remove(row.pk)
    if direction == "in" and here and framework.indicators.get(pk=alike[here - 1]).rubric is None:
        below.setdefault(alike[here - 1], []).append(row.pk)
        return below
    grand = row.parent.parent_id if row.parent else None
    stands = row.kind == Indicator.Kind.COMPONENT or grand is not None
    if direction == "out" and row.parent_id and stands:
        siblings = below[grand]
        siblings.insert(siblings.index(row.parent_id) + 1, row.pk)
        return below
    return None


def _of_kind(framework: Framework, kind: str) -> set[int]:
    return set(framework.indicators.filter(kind=kind).values_list("pk", flat=True))


def fresh_code(framework: Framework, row: Indicator) -> str:
    """The next free code beside a row: 1.1, 1.2 … under 1."""
    taken = set(framework.indicators.filter(kind=row.kind).values_list("code", flat=True))
    stem = f"{row.parent.code}." if row.parent and row.parent.code[-1:].isdigit() else ""
    return next(code for number in range(1, len(taken) + 2) if (code := f"{stem}{number}") not in taken)


def mentions_renamed(head: dict, kind: str, old: str, new: str) -> dict:
    """The framework's settings with a part's new code wherever they name it."""
    head = deepcopy(head)
    if kind == Indicator.Kind.COMPONENT:
        for limit in head.get("limits", ()):
            limit["components"] = [new if one == old else one for one in limit.get("components", ())]
        return head
    if "compulsory" in head:
        head["compulsory"] = [new if one == old else one for one in head["compulsory"]]
    for assumption in head.get("assumptions", ()):
        code, slash, rest = str(assumption.get("place", "")).partition("/")
        if code == old:
            assumption["place"] = f"{new}{slash}{rest}"
    for example in head.get("examples", ()):
        if example.get("indicator") == old:
            example["indicator"] = new
    if "continues" in head:
        codes = {one["new"]: one["old"] for one in head["continues"].get("codes", ())}
        codes[new] = codes.pop(old, old)
        head["continues"]["codes"] = [{"new": n, "old": o} for n, o in sorted(codes.items()) if n != o]
    return head


# ---------------------------------------------------------------- what a part was, for undoing


def state_of(
    framework: Framework, *, rows: Iterable[int] = (), head: bool = False, order: bool = False
) -> dict:
    """The named rows, the framework's own fields and the order, as they are now."""
    state: dict = {}
    if rows:
        found = framework.indicators.in_bulk(list(rows))
        state["rows"] = {str(pk): {name: getattr(found[pk], name) for name in ROW} for pk in rows}
    if head:
        state["head"] = {
            "code": framework.code,
            "year": framework.year.year,
            "name_th": framework.name_th,
            "name_en": framework.name_en,
            "head": framework.head,
        }
    if order:
        state["order"] = outline_of(framework)
    return state


def apply_state(framework: Framework, state: dict) -> None:
    """Bring back what `state_of` kept; rows that were not there then go."""
    if head := state.get("head"):
        framework.year, _made = FiscalYear.objects.get_or_create(year=head["year"])
        for name in ("code", "name_th", "name_en", "head"):
            setattr(framework, name, head[name])
        framework.save(update_fields=["code", "name_th", "name_en", "head", "year"])
    rows = state.get("rows") or {}
    framework.indicators.filter(pk__in=[int(pk) for pk, row in rows.items() if row is None]).delete()
    there = set(framework.indicators.values_list("pk", flat=True))
    for number, (pk, row) in enumerate(rows.items()):
        if row is not None and int(pk) in there:
            framework.indicators.filter(pk=pk).update(**row)
        elif row is not None:
            Indicator.objects.create(pk=int(pk), framework=framework, position=2 * ASIDE + number, **row)
    if order := state.get("order"):
        parents = dict(framework.indicators.values_list("pk", "parent_id"))
        for pk, parent in order:
            if parents[pk] != parent:
                framework.indicators.filter(pk=pk).update(parent=parent)
        renumber(framework, [pk for pk, _parent in order])
