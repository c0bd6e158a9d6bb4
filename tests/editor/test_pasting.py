"""A list from Word or Excel becomes parts, with the points or weights that its table prints."""

import pytest
from django.urls import reverse

from indicators import editing
from indicators.editing import Place
from indicators.models import Indicator
from indicators.pasting import Line, lines_of
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


def test_no_more_than_a_hundred_of_a_thousand_letters():
    found = lines_of("ก" * 5000 + "\nข" * 300)
    assert (len(found), len(found[0].title)) == (100, 1000)


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
