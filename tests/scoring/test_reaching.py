"""What would it take: the smallest set of answers that reaches each next level, and that the fold then agrees."""

from fractions import Fraction
from itertools import combinations, pairwise, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indicators.documents import read_framework_file
from indicators.scoring import reach_next, read_rubric, score_rubric
from tests.scoring.test_properties import ROUNDS, leaves, tree


def rubric(code, indicator):
    def search(node):
        for child in [*node.get("components", []), *node.get("indicators", [])]:
            if child["code"] == indicator and "rubric" in child:
                return child["rubric"]
            if found := search(child):
                return found
        return None

    return read_rubric(search(read_framework_file(code)))


def told(found):
    """{level: {key: what it would take}}"""
    return {
        str(one.level): {
            change.key: str(change.value) if change.value is not None else "yes" for change in one.changes
        }
        for one in found
    }


def test_one_unmet_step_holds_back_the_met_one_after_it():
    answers = dict.fromkeys(("step1", "step2", "step3", "step5"), "yes") | {"step4": "no"}
    found = reach_next(rubric("moi-ict-2556", "4"), answers)
    assert told(found) == {"5": {"step4": "yes"}}
    assert found[0].score == 5  # one step, two levels


def test_from_a_blank_form_each_level_takes_one_step_more():
    found = told(reach_next(rubric("moi-ict-2556", "4"), {}))
    assert [len(found[level]) for level in "12345"] == [1, 2, 3, 4, 5]


def test_nothing_is_left_at_full_marks():
    assert (
        reach_next(rubric("moi-ict-2556", "4"), dict.fromkeys([f"step{n}" for n in range(1, 6)], "yes")) == []
    )


APPOINTED = {
    "key": "cio", "kind": "weighted", "title": "cio", "children": [
        {"key": "named", "kind": "check", "title": "appointed", "points": "0", "weight": "0"},
        {"key": "tasks", "kind": "checklist", "title": "tasks", "requires": ["named"], "floor": "0", "weight": "1",
         "levels": [{"at": str(n), "score": str(n + 1)} for n in range(5)],
         "children": [{"key": f"t{n}", "kind": "check", "title": "t"} for n in range(4)]},
    ],
}  # fmt: skip


def test_a_condition_is_part_of_what_it_takes():
    tasks = {"t0": "yes", "t1": "yes", "t2": "no", "t3": "no", "named": "no"}
    found = told(reach_next(read_rubric(APPOINTED), tasks))
    assert found["3"] == {"named": "yes"}
    assert set(found["4"]) == {"named", "t2"}


def test_a_report_that_limits_the_score_is_what_it_takes():
    levels = [{"at": "0", "score": "3"}, {"at": "1", "score": "5"}]
    report = {"key": "report", "kind": "check", "title": "report", "floor": "3", "levels": levels}
    result = {"key": "result", "kind": "check", "title": "result", "points": "5"}
    capped = {"key": "c", "kind": "checklist", "title": "c", "takes": "lowest", "children": [result, report]}
    found = reach_next(read_rubric(capped), {"result": "yes", "report": "no"})
    assert told(found) == {"5": {"report": "yes"}}


def test_an_open_step_that_is_full_whatever_comes_leads_on():
    """The better of two parts counts, and one is full already: the other need not be answered for the next step."""
    ways = [{"key": key, "kind": "check", "title": key, "points": "2"} for key in ("one", "other")]
    either = {"key": "either", "kind": "checklist", "title": "either", "takes": "highest", "children": ways}
    then = {"key": "then", "kind": "check", "title": "then"}
    steps = read_rubric({"key": "m", "kind": "milestone", "title": "m", "children": [either, then]})
    assert told(reach_next(steps, {"one": "yes"})) == {"3": {"then": "yes"}}
    assert score_rubric(steps, {"one": "yes", "then": "yes"}).so_far == 3


def test_a_measure_is_told_the_value_of_the_level_and_a_formula_what_it_must_give():
    points = [
        {"at": str(at), "score": str(score), "rule": "linear"}
        for score, at in enumerate((60, 70, 80, 90, 100), 1)
    ]
    plain = {"key": "m", "kind": "measure", "title": "m", "floor": "1", "levels": points}
    assert told(reach_next(read_rubric(plain), {"m": "75"})) == {
        "3": {"m": "80"}, "4": {"m": "90"}, "5": {"m": "100"},
    }  # fmt: skip
    spent = plain | {
        "formula": "a / b * 100",
        "inputs": [{"name": "a", "label": "a"}, {"name": "b", "label": "b"}],
    }
    assert told(reach_next(read_rubric(spent), {"m": {"inputs": {"a": "75", "b": "100"}}}))["3"] == {
        "m": "80"
    }


def test_falling_and_more_than_are_said_as_they_are():
    points = [
        {"at": "30", "score": "1"},
        {"at": "20", "score": "3"},
        {"at": "10", "score": "5", "past": True},
    ]
    falling = {"key": "m", "kind": "measure", "title": "m", "floor": "0", "levels": points}
    found = reach_next(read_rubric(falling), {"m": "25"})
    assert told(found) == {"3": {"m": "20"}, "5": {"m": "10"}}
    assert found[1].changes[0].past
    assert found[1].changes[0].falling


def test_what_does_not_apply_or_is_the_reviewers_is_not_asked_of_the_agency():
    document = {"key": "r", "kind": "checklist", "title": "r", "children": [
        {"key": "a", "kind": "check", "title": "a"}, {"key": "b", "kind": "check", "title": "b"},
        {"key": "c", "kind": "rating", "title": "c",
         "options": [{"key": "x", "value": "0"}, {"key": "y", "value": "1"}]},
    ]}  # fmt: skip
    found = reach_next(read_rubric(document), {"a": {"na": "ไม่มีภารกิจ"}})
    assert told(found) == {"3/2": {"b": "yes"}}  # one point, scaled to the full three


@st.composite
def answered(draw):
    """A small tree with some of its leaves answered."""
    document = draw(tree())
    below = leaves(document)
    assume(len(below) <= 5)
    answers = {}
    for leaf in below:
        if draw(st.booleans()):
            options = ["yes", "no"] if leaf["kind"] == "check" else [p["at"] for p in leaf["levels"]]
            answers[leaf["key"]] = draw(st.sampled_from(options))
    return document, answers


@ROUNDS
@given(answered())
def test_no_smaller_set_reaches_the_level_and_the_set_does(case):
    document, answers = case
    rubric_ = read_rubric(document)
    options = {
        leaf["key"]: ["yes"] if leaf["kind"] == "check" else [p["at"] for p in leaf["levels"]]
        for leaf in leaves(document)
    }
    for one in reach_next(rubric_, answers):
        changed = answers | {change.key: change.answer() for change in one.changes}
        assert score_rubric(rubric_, changed).so_far == one.score >= one.level
        for keys in combinations(options, len(one.changes) - 1):
            for values in product(*(options[key] for key in keys)):
                fewer = score_rubric(rubric_, answers | dict(zip(keys, values, strict=True)))
                assert fewer.so_far < one.level


@ROUNDS
@given(answered())
def test_every_level_that_all_answers_together_reach_is_told(case):
    document, answers = case
    rubric_ = read_rubric(document)
    now = score_rubric(rubric_, answers)
    best = {
        leaf["key"]: "yes" if leaf["kind"] == "check" else leaf["levels"][-1]["at"]
        for leaf in leaves(document)
    }
    most = score_rubric(rubric_, answers | best).so_far
    found = reach_next(rubric_, answers)
    assert bool(found) == (most > now.so_far)
    assert all(a.score < b.score and len(a.changes) <= len(b.changes) for a, b in pairwise(found))


@pytest.mark.parametrize("count", [40])
def test_a_long_list_is_answered_at_once(count):
    checks = [{"key": f"c{n}", "kind": "check", "title": "c", "points": "0.25"} for n in range(count)]
    document = {"key": "r", "kind": "checklist", "title": "r", "children": checks}
    found = reach_next(read_rubric(document), {})
    assert found[-1].score == Fraction(10)
