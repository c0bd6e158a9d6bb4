"""Golden cases as data: golden.yaml (the seeds) and golden_rules.yaml (rules that no seed shows). G4–G6 and G9–G14 run
on the shipped forms in tests/frameworks."""

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from indicators.scoring import (
    check_rubric,
    format_fixed,
    read_framework,
    read_rubric,
    score_framework,
    score_rubric,
)
from indicators.scoring.scorecard import convert

FILES = [
    yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), yaml.BaseLoader)
    for name in ("golden.yaml", "golden_rules.yaml")
]
RUBRICS = FILES[0]["rubrics"] | FILES[1]["rubrics"]


@pytest.mark.parametrize(
    "case", [case for file in FILES for case in file["cases"]], ids=lambda case: case["name"]
)
def test_the_score_is_the_golden_one(case):
    tree = read_rubric(RUBRICS[case["rubric"]])
    result = score_rubric(tree, case["answers"], round=int(case.get("round", 12)))
    assert (format_fixed(result.score) or "none") == case["expect"]
    for name in ("so_far", "possible"):
        if name in case:
            assert format_fixed(getattr(result, name)) == case[name]


@pytest.mark.parametrize("name", RUBRICS)
def test_every_golden_rubric_may_be_published(name):
    problems = check_rubric(RUBRICS[name])
    assert [one.code for one in problems if one.code != "measure_without_levels"] == []


def test_g18_half_up_once():
    assert format_fixed(Fraction("1.6126") * 25 / 100) == "0.4032"


def three_indicators():
    option = [{"key": "4.5", "label": "ก", "value": "4.5"}, {"key": "5", "label": "ข", "value": "5"}]
    rubric = {"key": "r", "kind": "rating", "title": "r", "options": option}
    indicators = [
        {"code": code, "name": code, "weight": weight, "rubric": rubric}
        for code, weight in (("a", "10"), ("b", "5"), ("c", "15"))
    ]
    return {
        "scale": {"min": "1", "max": "5"},
        "components": [{"code": "1", "name": "1", "indicators": indicators}],
    }


def test_g24_an_indicator_that_does_not_apply_leaves_the_divisor():
    answers = {"a": {"r": {"option": "4.5"}}, "b": {"r": {"na": "ไม่มีภารกิจ"}}, "c": {"r": {"option": "5"}}}
    total = score_framework(read_framework(three_indicators()), answers)
    first, second, third = total.children[0].children
    assert format_fixed(total.score) == "4.8000"
    assert [format_fixed(one.contribution) for one in (first, second, third)] == ["1.8000", "", "3.0000"]
    assert total.coverage == 1


def test_an_indicator_without_a_result_yet_still_weighs_and_coverage_says_so():
    answers = {"a": {"r": {"option": "4.5"}}, "c": {"r": {"option": "5"}}}
    total = score_framework(read_framework(three_indicators()), answers)
    first = total.children[0].children[0]
    assert format_fixed(total.score) == "4.8000"
    assert format_fixed(first.contribution) == "1.5000"
    assert total.coverage == Fraction(25, 30)
    assert format_fixed(total.possible) == "4.8333"


def test_a_component_that_the_round_does_not_have_leaves_the_others_as_they_are():
    document = three_indicators()
    late = document["components"][0] | {"code": "2", "rounds": ["12"]}
    answers = {"a": {"r": {"option": "4.5"}}, "c": {"r": {"option": "5"}}}
    both = read_framework(document | {"components": [document["components"][0], late]})
    half_year = score_framework(both, answers, round=6)
    assert [child.state for child in half_year.children] == ["scored", "absent"]
    assert format_fixed(half_year.score) == "4.8000"


def test_a_score_without_a_scale_of_its_own_is_on_the_scorecards():
    assert convert(Fraction(3), None, (Fraction(1), Fraction(5))) == 3
    assert convert(3, (0, 10), (Fraction(1), Fraction(5))) == Fraction(11, 5)
