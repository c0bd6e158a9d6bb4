"""The printed derivation: whoever follows its lines with pencil and calculator gets the same number."""

import pytest
from django.utils.translation import override

from indicators.explaining import derivation
from indicators.scoring import node_document, read_rubric, score_rubric


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def lines(rubric, answers):
    """All lines of the derivation, from the top down."""
    found = derivation(node_document(score_rubric(read_rubric(rubric), answers)), rubric)
    return [line for _title, some in found for line in some]


def measure(formula="", *, levels, floor="0"):
    names = sorted({one for one in formula.split() if one in "abc"})
    inputs = [{"name": name, "label": name.upper()} for name in names]
    own = {"formula": formula, "inputs": inputs} if formula else {}
    points = [{"at": at, "score": score, "rule": "linear"} for at, score in levels]
    return {"key": "x", "kind": "measure", "title": "X", "levels": points, "floor": floor} | own


def test_a_negative_number_behind_a_sign_stands_in_brackets():
    told = lines(measure(levels=[("0", "2"), ("-5", "3"), ("-10", "4")]), {"x": "-6.5"})
    assert told[-1].endswith("3 + (-6.5 − (-5)) ÷ (-10 − (-5)) × (4 − 3) = 3.3000")


def test_a_number_that_goes_on_has_digits_enough_to_reach_the_published_score():
    """83.3333 on a level that is 0.12 wide would miss the score in its second decimal."""
    narrow = measure("a / b * 100", levels=[("83.3", "50"), ("83.42", "75")])
    told = lines(narrow, {"x": {"inputs": {"a": "5", "b": "6"}}})
    assert told[0] == "A ÷ B × 100 = 5 ÷ 6 × 100 = 83.33333333…"
    assert told[1].endswith("50 + (83.33333333… − 83.3) ÷ (83.42 − 83.3) × (75 − 50) = 56.9444")


def test_what_is_cut_off_shows_the_digits_that_went():
    whole = {"key": "w", "kind": "weighted", "title": "W", "rounding": {"places": 4, "mode": "cut_off"},
             "children": [measure("a / b", levels=[("0", "0"), ("1", "5")]) | {"weight": "1"}]}  # fmt: skip
    told = lines(whole, {"x": {"inputs": {"a": "37", "b": "42"}}})
    assert told[:2] == [
        "(1×4.40476190…) ÷ 1 = 4.4048",
        "Cut off after 4 decimals by the official rule: 4.40476190… → 4.4047",
    ]


def test_a_deduction_that_ends_at_the_lowest_score_says_so():
    late = {"key": "late", "label": "late", "amount": "0.6", "per": "once"}
    told = lines(measure(levels=[("0", "1"), ("4", "5")], floor="1") | {"deductions": [late]},
                 {"x": {"value": "0.25", "deductions": {"late": "1"}}})  # fmt: skip
    assert told[-1] == "1.2500 − 0.6 is below the lowest score → 1.0000"


@pytest.mark.parametrize(
    ("yes", "line"),
    [
        ({"a", "b", "c"}, "3 of 3 steps passed one after the other: 0.5 + 1.5 + 3 = 5.0000"),
        ({"a", "b"}, "2 of 3 steps passed one after the other: 0.5 + 1.5 = 2.0000"),
        ({"a", "c"}, "1 of 3 steps passed one after the other → 0.5000"),
    ],
)
def test_steps_of_different_worth_are_added_up(yes, line):
    steps = [
        {"key": key, "kind": "check", "title": key, "points": points}
        for key, points in (("a", "0.5"), ("b", "1.5"), ("c", "3"))
    ]
    told = lines(
        {"key": "m", "kind": "milestone", "title": "M", "children": steps},
        {key: "yes" if key in yes else "no" for key in "abc"},
    )
    assert line in told


def test_a_reason_stays_as_it_was_written():
    ruled = lines(measure(levels=[("0", "0"), ("1", "5")]), {"x": {"na": "ตามมติที่ 11/3 คลาดเคลื่อน +-5"}})
    assert ruled == ["Not applicable: ตามมติที่ 11/3 คลาดเคลื่อน +-5"]


def test_the_numbers_in_a_function_keep_their_commas_apart():
    rubric = measure("mean( a , b )", levels=[("0", "0"), ("9", "5")])
    told = lines(rubric, {"x": {"inputs": {"a": "1234", "b": "5678"}}})
    assert told[0] == "mean(A, B) = mean(1,234, 5,678) = 3,456"
