"""A criterion becomes one of another kind: what both kinds have stays, and undo brings back the rest."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from indicators import rubric_trees
from indicators.draft_rows import state_of
from indicators.editing import Place, find_row, opened, record
from indicators.field_labels import choice_label
from indicators.frozen import rubric_document
from indicators.models import Edit, Framework
from indicators.refusals import Refused


@transaction.atomic
def change_kind(framework: Framework, place: Place, kind: str, *, actor: User) -> Place:
    """The criterion is of this kind. Refused where it holds others and the kind does not. The same kind changes
    nothing."""
    draft = opened(framework, actor)
    row = find_row(draft, place)
    node = rubric_trees.find(row.rubric, place.key) if place.key else None
    if node and node["kind"] == kind:
        return place
    if node is None or kind not in rubric_trees.kinds_for(node):
        raise Refused(
            [
                _("“%(kind)s” holds no other criteria. Move or remove those in it first.")
                % {"kind": choice_label(kind)}
            ]
        )
    before = state_of(draft, rows=[row.pk])
    row.rubric = rubric_trees.with_kind(rubric_document(row), place.key, kind)
    row.save(update_fields=["rubric"])
    record(draft, actor, Edit.Action.CHANGE, place, (before, state_of(draft, rows=[row.pk])))
    return place
