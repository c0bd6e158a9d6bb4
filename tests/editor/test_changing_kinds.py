"""A criterion becomes one of another kind: what both have stays, nothing is lost unsaid."""

import pytest
from django.urls import reverse

from indicators import editing
from indicators.changing_kinds import change_kind
from indicators.editing import Place, fields_of
from indicators.editor_pages import editor_page
from indicators.models import Indicator
from indicators.refusals import Refused
from indicators.rubric_trees import find

LEVELS = [{"at": "60", "score": "1"}, {"at": "90", "score": "4"}]


def test_what_both_kinds_have_stays(draft, fourteen, people):
    place = Place(fourteen.row, "progress")
    editing.change(draft, place, {"levels": LEVELS, "evidence": {"need": "required"}}, actor=people.chawi)
    before = fields_of(draft, place)
    change_kind(draft, place, "check", actor=people.chawi)
    own = fields_of(draft, place)
    gone = {"unit", "decimals", "formula", "inputs", "plan"}
    assert own == {name: value for name, value in before.items() if name not in gone} | {"kind": "check"}


def test_criteria_in_it_stay_in_it(draft, fourteen, people):
    children = find(Indicator.objects.get(pk=fourteen.row).rubric, "review")["children"]
    change_kind(draft, Place(fourteen.row, "review"), "milestone", actor=people.chawi)
    node = find(Indicator.objects.get(pk=fourteen.row).rubric, "review")
    assert (node["kind"], node["children"]) == ("milestone", children)


def test_what_counts_instead_of_the_sum_goes_with_the_checklist(draft, fourteen, people):
    place = Place(fourteen.row, "review")
    editing.change(draft, place, {"takes": "lowest"}, actor=people.chawi)
    assert fields_of(draft, place)["takes"] == "lowest"
    change_kind(draft, place, "weighted", actor=people.chawi)
    assert "takes" not in fields_of(draft, place)


@pytest.mark.parametrize(("key", "kind"), [("review", "check"), ("progress", "component"), ("", "check")])
def test_what_cannot_be_is_refused(draft, fourteen, people, key, kind):
    with pytest.raises(Refused):
        change_kind(draft, Place(fourteen.row, key), kind, actor=people.chawi)
    assert not draft.edits.exists()


def test_only_kinds_that_hold_criteria_are_offered_to_one_that_holds_some(draft, fourteen):
    offered = {
        key: editor_page(draft, Place(fourteen.row, key))["other_kinds"] for key in ("review", "progress")
    }
    assert [kind for kind, _label in offered["review"]] == ["milestone", "weighted"]
    assert len(offered["progress"]) == 5


def test_the_page_says_that_something_may_be_gone_and_undo_brings_it_back(draft, fourteen, people, desk):
    place = Place(fourteen.row, "progress")
    before = fields_of(draft, place)
    sent = {"row": place.row, "key": place.key, "kind": "check"}
    answer = desk.post(reverse("edit_tree", args=[draft.pk, "kind"]), sent, follow=True)
    assert answer.context["messages"]
    assert fields_of(draft, place)["kind"] == "check"
    editing.undo(draft, actor=people.chawi)
    assert fields_of(draft, place) == before


def test_a_number_of_thousands_of_digits_is_no_part_and_no_fault(draft, desk):
    sent = {"row": "9" * 5000, "kind": "check"}
    assert desk.post(reverse("edit_tree", args=[draft.pk, "kind"]), sent).status_code == 302
