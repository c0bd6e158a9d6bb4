"""Copies of parts, with all that stands under them: behind the original, or taken over from another form."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators import rubric_trees
from indicators.draft_rows import (
    ASIDE,
    children_of,
    flat,
    fresh_code,
    outline_of,
    renumber,
    state_of,
    subtree,
)
from indicators.editing import Place, find_row, opened, record, refuse_row_under, subject_of
from indicators.frozen import rubric_document
from indicators.models import Edit, Framework, Indicator
from indicators.refusals import Refused


@transaction.atomic
def duplicate(framework: Framework, place: Place, *, actor: User) -> Place:
    """A copy of a part right behind it; codes and keys in the copy are fresh."""
    draft = opened(framework, actor)
    row = find_row(draft, place)
    if place.key:
        rubric = rubric_document(row)
        if rubric["key"] == place.key:
            raise Refused([_("An indicator has one rubric. Duplicate the indicator instead.")])
        before = state_of(draft, rows=[row.pk])
        row.rubric, key = rubric_trees.copied(rubric, place.key)
        row.save(update_fields=["rubric"])
        record(draft, actor, Edit.Action.DUPLICATE, place, (before, state_of(draft, rows=[row.pk])))
        return Place(row.pk, key)
    before = state_of(draft, order=True)
    made = _copies(draft, row, row.parent)
    below = children_of(outline_of(draft))
    siblings = below[row.parent_id]
    siblings.insert(siblings.index(row.pk) + 1, siblings.pop(siblings.index(made[0])))
    renumber(draft, flat(below))
    before["rows"] = dict.fromkeys(map(str, made))
    record(draft, actor, Edit.Action.DUPLICATE, place, (before, state_of(draft, rows=made, order=True)))
    return Place(made[0])


def sources_for(framework: Framework) -> QuerySet[Framework]:
    """The forms from which a draft may take over: those of its year and of earlier ones, no agency's own."""
    earlier = Framework.objects.filter(variant_of=None, year__year__lte=framework.year.year)
    return earlier.exclude(pk=framework.pk).select_related("year")


@transaction.atomic
def take_over(framework: Framework, under: Place, part: int | None, *, actor: User) -> Place:
    """A copy of a component or an indicator of another form, at the end of what stands under a place. A code stays
    where it is free. Refused for a part that is not to be had, and where its kind cannot stand."""
    draft = opened(framework, actor)
    parent = find_row(draft, under) if under.row else None
    row = Indicator.objects.filter(pk=part or 0, framework__in=sources_for(draft)).first()
    if row is None:
        raise Refused([_("This part is not in that form any more. Choose another one from the list.")])
    refuse_row_under(parent, row.kind)
    before = state_of(draft, order=True)
    made = _copies(draft, row, parent, keeps_codes=True)
    renumber(draft, flat(children_of(outline_of(draft))))
    before["rows"] = dict.fromkeys(map(str, made))
    place, states = Place(made[0]), (before, state_of(draft, rows=made, order=True))
    subject = f"{row.framework.code} › {subject_of(draft, place)}"
    record(draft, actor, Edit.Action.ADD, place, states, subject=subject)
    return place


def _copies(
    draft: Framework, row: Indicator, parent: Indicator | None, *, keeps_codes: bool = False
) -> list[int]:
    """New rows like this one and all under it, last in the draft. What stands under a new code gets new ones."""
    pks = subtree(outline_of(row.framework), row.pk)
    originals = row.framework.indicators.in_bulk(pks)
    made: dict[int | None, Indicator] = {}
    for number, pk in enumerate(pks):
        old = originals[pk]
        new = Indicator(
            framework=draft,
            parent=made.get(old.parent_id, parent),
            position=2 * ASIDE + number,
            kind=old.kind,
            code=old.code,
            name_th=old.name_th,
            name_en=old.name_en,
            card=old.card,
            rubric=old.rubric,
        )
        is_renamed = old.parent_id in made and made[old.parent_id].code != originals[old.parent_id].code
        if not keeps_codes or is_renamed or _is_taken(new):
            new.code = fresh_code(draft, new)
        new.save()
        made[pk] = new
    return [new.pk for new in made.values()]


def _is_taken(row: Indicator) -> bool:
    return row.framework.indicators.filter(kind=row.kind, code=row.code).exists()
