"""The verbs of a draft: change, add, move, remove, undo. Each is one transaction and leaves an Edit.

A `Place` is the framework itself, a component or an indicator (a row), or a criterion of its rubric. Nothing that a
person types is refused here but names by which other things find a part (codes and keys); what is wrong with the rest
is said by draft_problems.py and stops publishing only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import rubric_trees
from indicators.document_schema import definition
from indicators.draft_rows import (
    Below,
    apply_state,
    children_of,
    flat,
    fresh_code,
    mentions_renamed,
    outline_of,
    renumber,
    state_of,
    step_of_row,
    subtree,
)
from indicators.explaining import describe_problem
from indicators.frozen import rubric_document
from indicators.models import Edit, FiscalYear, Framework, Indicator
from indicators.pasting import Line, with_lines
from indicators.permissions import require_configurer
from indicators.refusals import Refused, Stale
from indicators.rows import long_names, text_of
from indicators.scoring import content_hash
from indicators.scoring.tree import COMPOSITES

EMPTY: tuple = (None, "", [], {})
GROUPS = (Indicator.Kind.COMPONENT, Indicator.Kind.INDICATOR)


@dataclass(frozen=True)
class Place:
    """Where something stands in a draft: `row` None is the framework itself, `key` a criterion of the row's rubric."""

    row: int | None = None
    key: str = ""


def digest(value: Any) -> str:
    """By which a form knows whether a field changed since it was shown. Nothing is nothing, however it is written."""
    return content_hash(None if value is False or value in EMPTY else value)[:16]


def fields_of(framework: Framework, place: Place) -> dict:
    """A part's own fields as the document has them, without what stands under it. Refused when it is gone."""
    if place.row is None:
        name = text_of(framework.name_th, framework.name_en)
        return {"code": framework.code, "year": framework.year.year, "name": name, **framework.head}
    row = find_row(framework, place)
    if not place.key:
        return {"code": row.code, "name": text_of(row.name_th, row.name_en), **row.card}
    return rubric_trees.own_fields(rubric_trees.node_of(row.rubric, place.key))


def find_row(framework: Framework, place: Place) -> Indicator:
    """The row of a place. Refused when it, or its criterion, is gone."""
    row = framework.indicators.filter(pk=place.row).first() if place.row else None
    if row is None or (place.key and rubric_trees.find(row.rubric, place.key) is None):
        raise Refused(
            [_("This part is not there any more: somebody removed or renamed it. Open the tree again.")]
        )
    return row


@transaction.atomic
def change(
    framework: Framework, place: Place, values: dict, *, actor: User, seen: dict | None = None
) -> Place:
    """Give a part these fields (None or empty takes a field away); fields that are not named stay. Returns where the
    part stands now. Stale, with both values, where a field was changed by somebody else since `seen` (digests)."""
    draft = opened(framework, actor)
    own = fields_of(draft, place)
    _refuse_stale(own, values, seen or {})
    new = {name: value for name, value in (own | values).items() if value not in EMPTY}
    if new == own:
        return place
    _refuse_bad_names(draft, place, own, new)
    before = state_of(draft, rows=[place.row] if place.row else [], head=True)
    if place.row is None:
        _write_head(draft, new)
    elif place.key:
        row = find_row(draft, place)
        row.rubric = rubric_trees.with_fields(rubric_document(row), place.key, new)
        row.save(update_fields=["rubric"])
        place = Place(place.row, new["key"])
    else:
        _write_row(draft, place, own, new)
    after = state_of(draft, rows=[place.row] if place.row else [], head=True)
    record(draft, actor, Edit.Action.CHANGE, place, (before, after))
    return place


@transaction.atomic
def add(framework: Framework, under: Place, kind: str, *, titles: Sequence[Line] = (), actor: User) -> Place:
    """A new, empty part of this kind at the end of what stands under a place, or one for each of these lines. Returns
    where the new part stands; of several, the place itself. Refused where the kind cannot stand."""
    draft = opened(framework, actor)
    parent = find_row(draft, under) if under.row else None
    if kind in GROUPS:
        return _add_rows(draft, parent, kind, titles or [Line("")], actor)
    if kind not in rubric_trees.NEW_KEYS or parent is None or not _is_leaf(parent):
        raise Refused([_("A rubric stands in an indicator that has no sub-indicators.")])
    before = state_of(draft, rows=[parent.pk])
    if parent.rubric is not None:
        _refuse_leaf(parent, under.key)
    elif len(titles) > 1:
        raise Refused([_("An indicator has one rubric. Add a group first, and the others in it.")])
    parent.rubric, key = with_lines(parent.rubric, under.key, kind, titles or [Line("")])
    parent.save(update_fields=["rubric"])
    place = under if len(titles) > 1 else Place(parent.pk, key)
    record(draft, actor, Edit.Action.ADD, place, (before, state_of(draft, rows=[parent.pk])))
    return place


@transaction.atomic
def move(framework: Framework, place: Place, direction: str, *, actor: User) -> Place:
    """One step: up, down, in (under the part before it) or out (behind its parent). Where there is no way, nothing
    happens."""
    draft = opened(framework, actor)
    row = find_row(draft, place)
    if place.key:
        rubric = rubric_trees.step(rubric_document(row), place.key, direction)
        return place if rubric is None else _rubric_moved(draft, row, rubric, place, actor)
    below = step_of_row(draft, row, direction)
    return place if below is None else _rows_moved(draft, below, place, actor)


@transaction.atomic
def move_to(
    framework: Framework, place: Place, under: Place, *, before: Place | None = None, actor: User
) -> Place:
    """Under another part, in front of `before` or last: what a drag does. Refused where it cannot stand."""
    draft = opened(framework, actor)
    row = find_row(draft, place)
    if place.key:
        _refuse_leaf(row, under.key)
        target = rubric_trees.find(rubric_trees.find(row.rubric, place.key), under.key)
        rubric = rubric_document(row)
        if under.row != row.pk or target or place.key == rubric["key"]:
            raise Refused([_("A criterion moves inside its own rubric, not under itself.")])
        rubric = rubric_trees.moved(rubric, place.key, under=under.key, before=before.key if before else "")
        return _rubric_moved(draft, row, rubric, place, actor)
    outline = outline_of(draft)
    parent = find_row(draft, under) if under.row else None
    if parent and parent.pk in subtree(outline, row.pk):
        raise Refused([_("A part does not move under itself.")])
    refuse_row_under(parent, row.kind)
    below = children_of(outline)
    below[row.parent_id].remove(row.pk)
    siblings = below.setdefault(under.row, [])
    siblings.insert(
        siblings.index(before.row) if before and before.row in siblings else len(siblings), row.pk
    )
    return _rows_moved(draft, below, place, actor)


@transaction.atomic
def remove(framework: Framework, place: Place, *, actor: User) -> Place:
    """Take a part away with all that stands under it (undo brings it back). Returns where one stands then."""
    draft = opened(framework, actor)
    row = find_row(draft, place)
    if place.key:
        before = state_of(draft, rows=[row.pk])
        parent = rubric_trees.parent_of(row.rubric, place.key)
        row.rubric = rubric_trees.without(rubric_document(row), place.key)
        row.save(update_fields=["rubric"])
        record(draft, actor, Edit.Action.REMOVE, place, (before, state_of(draft, rows=[row.pk])))
        return Place(row.pk, parent["key"] if parent else "")
    gone = subtree(outline_of(draft), row.pk)
    before = state_of(draft, rows=gone, order=True)
    subject = subject_of(draft, place)
    parent_pk = row.parent_id
    row.delete()
    after = state_of(draft, order=True) | {"rows": dict.fromkeys(map(str, gone))}
    record(draft, actor, Edit.Action.REMOVE, place, (before, after), subject=subject)
    return Place(parent_pk)


@transaction.atomic
def undo(framework: Framework, *, actor: User) -> Edit:
    """Take back the latest edit that is not taken back yet. Refused when there is none."""
    draft = opened(framework, actor)
    edit = draft.edits.filter(undone_at=None).first()
    if edit is None:
        raise Refused([_("There is nothing to undo.")])
    apply_state(draft, edit.before)
    edit.undone_at, edit.undone_by = timezone.now(), actor
    edit.save(update_fields=["undone_at", "undone_by"])
    return edit


# ---------------------------------------------------------------- what the verbs share


def opened(framework: Framework, actor: User) -> Framework:
    """The draft, locked, for a verb. Refused for whoever may not configure, and once it is published."""
    require_configurer(actor)
    draft = Framework.objects.select_for_update(of=("self",)).select_related("year").get(pk=framework.pk)
    if not draft.is_draft:
        raise Refused(
            [
                _(
                    "This version is published and never changes. Make a new version or next year's framework from it."
                )
            ]
        )
    return draft


def _refuse_stale(own: dict, values: dict, seen: dict) -> None:
    mine = {
        name: value
        for name, value in values.items()
        if name in seen and digest(own.get(name)) != seen[name] and digest(value) != digest(own.get(name))
    }
    if mine:
        sentence = _("Somebody else changed this meanwhile. Both values are below: choose.")
        raise Stale([sentence], mine=mine, theirs={name: own.get(name) for name in mine})


def _refuse_bad_names(draft: Framework, place: Place, own: dict, new: dict) -> None:
    """Codes and keys are how other things find a part: present, well-formed, and only once. A name fits its column."""
    name = "key" if place.key else "code"
    wanted = new.get(name, "")
    long = long_names(new, Indicator if place.row else Framework) if not place.key else ()
    if problems := [describe_problem(one) for one in long]:
        raise Refused(problems)
    if wanted == own.get(name):
        return
    pattern = definition(f"#/$defs/{name}")["pattern"] if place.row else r"^[a-z0-9][a-z0-9-]{0,59}$"
    if not re.search(pattern.removesuffix("$") + r"\Z", wanted):
        raise Refused(
            [
                _("“%(name)s” cannot be a code. Letters, digits, “.”, “-” and “_”, at most 40.")
                % {"name": wanted}
            ]
        )
    if place.row is None:
        taken = Framework.objects.filter(code=wanted, version=draft.version).exclude(pk=draft.pk).exists()
    elif place.key:
        taken = rubric_trees.find(find_row(draft, place).rubric, wanted) is not None
    else:
        kind = find_row(draft, place).kind
        taken = draft.indicators.filter(kind=kind, code=wanted).exclude(pk=place.row).exists()
    if taken:
        raise Refused([_("The code “%(name)s” is taken already. Choose another.") % {"name": wanted}])


def _is_leaf(row: Indicator) -> bool:
    """Whether a rubric may stand here."""
    return row.kind == Indicator.Kind.INDICATOR and not row.children.exists()


def _refuse_leaf(row: Indicator, key: str) -> None:
    node = rubric_trees.find(row.rubric, key or row.rubric["key"])  # type: ignore[index]
    if node is None or node["kind"] not in COMPOSITES:
        raise Refused([_("Only milestones, checklists and weighted groups hold other criteria.")])


def refuse_row_under(parent: Indicator | None, kind: str) -> None:
    """Refused where a component or an indicator cannot stand under this row (None is the framework)."""
    if kind == Indicator.Kind.COMPONENT and parent and parent.kind != Indicator.Kind.COMPONENT:
        raise Refused([_("A component stands in the framework or in another component.")])
    if kind == Indicator.Kind.INDICATOR and parent is None:
        raise Refused([_("An indicator stands in a component.")])
    if kind == Indicator.Kind.INDICATOR and parent.rubric is not None:  # type: ignore[union-attr]
        raise Refused([_("This indicator has a rubric of its own. Remove it before adding sub-indicators.")])


def _add_rows(
    draft: Framework, parent: Indicator | None, kind: str, lines: Sequence[Line], actor: User
) -> Place:
    refuse_row_under(parent, kind)
    before = state_of(draft, order=True)
    outline = outline_of(draft)
    made = []
    for number, line in enumerate(lines, start=2_000_000):
        row = Indicator(
            framework=draft, parent=parent, position=number, kind=kind, name_th=line.title, name_en=""
        )
        row.card = {"weight": line.number} if line.number else {}
        row.code = fresh_code(draft, row)
        row.save()
        made.append(row.pk)
    under = parent.pk if parent else None
    renumber(draft, flat(children_of([*outline, *((pk, under) for pk in made)])))
    place = Place(under) if len(made) > 1 else Place(made[0])
    before["rows"] = dict.fromkeys(map(str, made))
    record(draft, actor, Edit.Action.ADD, place, (before, state_of(draft, rows=made, order=True)))
    return place


def _rubric_moved(draft: Framework, row: Indicator, rubric: dict, place: Place, actor: User) -> Place:
    before = state_of(draft, rows=[row.pk])
    row.rubric = rubric
    row.save(update_fields=["rubric"])
    record(draft, actor, Edit.Action.MOVE, place, (before, state_of(draft, rows=[row.pk])))
    return place


def _rows_moved(draft: Framework, below: Below, place: Place, actor: User) -> Place:
    before = state_of(draft, order=True)
    parents = {pk: parent for parent, pks in below.items() for pk in pks}
    Indicator.objects.filter(pk=place.row).update(parent=parents[place.row])  # type: ignore[misc, index]
    renumber(draft, flat(below))
    record(draft, actor, Edit.Action.MOVE, place, (before, state_of(draft, order=True)))
    return place


def _write_head(draft: Framework, new: dict) -> None:
    name = new.get("name") or {}
    draft.code, draft.name_th, draft.name_en = new["code"], name.get("th", ""), name.get("en", "")
    if str(new.get("year", "")).isdecimal() and 2500 <= int(new["year"]) <= 2700:
        draft.year, _made = FiscalYear.objects.get_or_create(year=int(new["year"]))
    draft.head = {field: value for field, value in new.items() if field not in ("code", "year", "name")}
    draft.save(update_fields=["code", "name_th", "name_en", "year", "head"])


def _write_row(draft: Framework, place: Place, own: dict, new: dict) -> None:
    row = find_row(draft, place)
    name = new.get("name") or {}
    if new["code"] != own["code"]:
        draft.head = mentions_renamed(draft.head, row.kind, own["code"], new["code"])
        draft.save(update_fields=["head"])
    row.code, row.name_th, row.name_en = new["code"], name.get("th", ""), name.get("en", "")
    row.card = {field: value for field, value in new.items() if field not in ("code", "name")}
    row.save(update_fields=["code", "name_th", "name_en", "card"])


def subject_of(draft: Framework, place: Place) -> str:
    """A place in words for the list of edits: "14 ระดับคุณภาพ… › review"."""
    if place.row is None:
        return str(draft.name or draft.code)
    row = draft.indicators.filter(pk=place.row).first()
    words = f"{row.code} {row.name}".strip() if row else ""
    return f"{words} › {place.key}" if place.key else words


def record(
    draft: Framework, actor: User, action: str, place: Place, states: tuple[dict, dict], *, subject: str = ""
) -> None:
    """Append an edit with the touched parts before and after."""
    number = (draft.edits.aggregate(last=Max("number"))["last"] or 0) + 1
    Edit.objects.create(
        framework=draft,
        number=number,
        at=timezone.now(),
        actor=actor,
        action=action,
        subject=subject or subject_of(draft, place),
        before=states[0],
        after=states[1],
    )
