"""A list from Word or Excel becomes parts, with the points or weights that its table prints."""

import pytest
from django.urls import reverse

from indicators import editing
from indicators.editing import Place
from indicators.models import Indicator
from indicators.pasting import Line, lines_of
from indicators.refusals import Refused
from indicators.rubric_trees import find


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1. มีคำสั่ง\r\n\r\n 2. มีแผน ", [Line("1. มีคำสั่ง"), Line("2. มีแผน")]),
        ("3.1 มีระบบประเมิน (๑.๕ คะแนน)", [Line("3.1 มีระบบประเมิน (๑.๕ คะแนน)", "", "1.5")]),
        ("1.1 มีระบบ\t2\n1.2 มีแผน\t๑.๕", [Line("1.1 มีระบบ", "2"), Line("1.2 มีแผน", "1.5")]),
        ("1.\tมีระบบ (2 คะแนน)\t\t\t", [Line("1. มีระบบ (2 คะแนน)", "", "2")]),
        ("ปีงบประมาณ\tพ.ศ. 2562", [Line("ปีงบประมาณ พ.ศ. 2562")]),
        ("2562", [Line("2562")]),
        ("ภายใน 24 ชั่วโมง (มาก คะแนน)", [Line("ภายใน 24 ชั่วโมง (มาก คะแนน)")]),
        ("\n \n\t\t", []),
    ],
)
def test_cells_are_titles_and_a_last_number(text, lines):
    assert lines_of(text) == lines


def test_a_title_has_a_thousand_letters_at_most():
    assert len(lines_of("ก" * 5000)[0].title) == 1000


def test_a_list_that_is_too_long_is_refused_whole_and_none_of_it_dropped(draft, fourteen, desk):
    sent = {"row": fourteen.row, "key": "plan", "kind": "check", "titles": "ข\n\n" * 201}
    before = Indicator.objects.get(pk=fourteen.row).rubric
    page = desk.post(reverse("edit_tree", args=[draft.pk, "add"]), sent, follow=True).content.decode()
    assert Indicator.objects.get(pk=fourteen.row).rubric == before
    assert "201" in page
    assert len(lines_of("ข\n\n" * 200)) == 200


BY_ROWS = "ด้านการนำ\n1.1 มีแผน\t2\n1.2 มีคำสั่ง (1.5 คะแนน)\nด้านบุคลากร\n2.1 มีการอบรม\t3"
BY_COLUMN = "ด้านการนำ\t1.1 มีแผน\t2\n\t1.2 มีคำสั่ง (1.5 คะแนน)\t\nด้านบุคลากร\t2.1 มีการอบรม\t3"


@pytest.mark.parametrize(("groups", "text"), [("rows", BY_ROWS), ("column", BY_COLUMN)])
class TestGroups:
    def test_lines_stand_in_the_group_that_their_table_shows(self, draft, fourteen, desk, groups, text):
        sent = {"row": fourteen.row, "key": "quality", "kind": "check", "titles": text, "groups": groups}
        desk.post(reverse("edit_tree", args=[draft.pk, "add"]), sent)
        made = find(Indicator.objects.get(pk=fourteen.row).rubric, "quality")["children"][-2:]
        assert [(one["kind"], one["title"]["th"]) for one in made] == [
            ("checklist", "ด้านการนำ"),
            ("checklist", "ด้านบุคลากร"),
        ]
        assert [[child["points"] for child in one["children"]] for one in made] == [["2", "1.5"], ["3"]]

    def test_in_weighted_groups_the_number_is_the_weight(self, draft, fourteen, desk, groups, text):
        sent = {"row": fourteen.row, "key": "quality", "kind": "measure", "titles": text, "groups": groups}
        desk.post(reverse("edit_tree", args=[draft.pk, "add"]), sent)
        made = find(Indicator.objects.get(pk=fourteen.row).rubric, "quality")["children"][-1]
        assert (made["kind"], [child["weight"] for child in made["children"]]) == ("weighted", ["3"])

    def test_one_undo_takes_the_whole_list_back(self, draft, fourteen, people, groups, text):
        before = Indicator.objects.get(pk=fourteen.row).rubric
        lines = lines_of(text, groups)
        editing.add(draft, Place(fourteen.row, "quality"), "check", titles=lines, actor=people.chawi)
        editing.undo(draft, actor=people.chawi)
        assert Indicator.objects.get(pk=fourteen.row).rubric == before


def test_lines_before_the_first_heading_stand_in_no_group(draft, fourteen, people):
    lines = lines_of("0. มีผู้รับผิดชอบ\t1\nด้านการนำ\n1.1 มีแผน\t2", "rows")
    editing.add(draft, Place(fourteen.row, "quality"), "check", titles=lines, actor=people.chawi)
    made = find(Indicator.objects.get(pk=fourteen.row).rubric, "quality")["children"][-2:]
    assert [one["kind"] for one in made] == ["check", "checklist"]


def test_a_list_begins_no_rubric(draft, people):
    component = Place(draft.indicators.get(kind="component").pk)
    empty = editing.add(draft, component, "indicator", actor=people.chawi)
    with pytest.raises(Refused):
        editing.add(draft, empty, "checklist", titles=lines_of("ก\nข"), actor=people.chawi)


@pytest.mark.parametrize(
    ("under", "kind", "text", "held"),
    [
        ("plan", "check", "ก (2 คะแนน)\nข\t3\nค", [("points", "2"), ("points", "3"), ("points", None)]),
        ("quality", "checklist", "ก (4 คะแนน)\t0.5\nข", [("weight", "0.5"), ("weight", None)]),
        ("plan", "checklist", "ก (4 คะแนน)\nข\t3", [("points", None), ("points", None)]),
    ],
)  # fmt: skip
def test_a_number_is_points_or_a_weight_as_the_place_asks(draft, fourteen, desk, under, kind, text, held):
    sent = {"row": fourteen.row, "key": under, "kind": kind, "titles": text}
    desk.post(reverse("edit_tree", args=[draft.pk, "add"]), sent)
    rubric = Indicator.objects.get(pk=fourteen.row).rubric
    made = find(rubric, under)["children"][-len(held) :]
    assert [(field, one.get(field)) for one, (field, _value) in zip(made, held, strict=True)] == held


def test_indicators_take_their_weight(draft, people):
    component = Place(draft.indicators.get(kind="component").pk)
    editing.add(draft, component, "indicator", titles=lines_of("ตัวชี้วัด ก\t10\nตัวชี้วัด ข"), actor=people.chawi)
    assert [row.card for row in draft.indicators.order_by("-position")[:2]] == [{}, {"weight": "10"}]
