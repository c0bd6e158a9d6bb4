"""What must hold of every rubric, not just of the golden ones: random trees and answers (hypothesis)."""

import json
import os
import random
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.scoring import (
    canonical_json,
    check_rubric,
    content_hash,
    node_document,
    read_rubric,
    score_rubric,
    walk_document,
    written_rubric,
)

ROUNDS = settings(
    max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "120")),
    deadline=None,
    derandomize="PROPERTY_EXAMPLES" not in os.environ,
)
numbers = st.decimals(min_value=-500, max_value=500, places=2, allow_nan=False).map(str)


@st.composite
def levels(draw):
    """Strictly rising raw values with scores rising to 50, steps and lines mixed, and a floor not above the first."""
    values = sorted(draw(st.sets(st.integers(-200, 200), min_size=2, max_size=5)))
    scores = sorted(draw(st.sets(st.integers(1, 49), min_size=len(values), max_size=len(values))))
    scores[-1] = 50
    rules = draw(st.lists(st.sampled_from(["step", "linear"]), min_size=len(values), max_size=len(values)))
    points = [
        {"at": str(at), "score": str(score), "rule": rule}
        for at, score, rule in zip(values, scores, rules, strict=True)
    ]
    return {"levels": points, "floor": "0"}


@st.composite
def leaf(draw, key):
    if draw(st.booleans()):
        return {"key": key, "kind": "check", "title": key, "points": str(draw(st.integers(1, 5)))}
    return {"key": key, "kind": "measure", "title": key} | draw(levels())


@st.composite
def on_one_scale(draw, child):
    if child["kind"] == "check":
        child = child | {"points": "50"}
    elif child["kind"] != "measure":
        child = child | draw(levels())
    return child | {"weight": str(draw(st.integers(1, 9)))}


@st.composite
def tree(draw, key="r", depth=2, kinds=("milestone", "checklist", "weighted")):
    """A rubric of up to three storeys."""
    if depth == 0:
        return draw(leaf(key))
    kind = draw(st.sampled_from(kinds))
    count = draw(st.integers(1, 4))
    children = [
        draw(tree(f"{key}.{n}", depth - 1, kinds)) if draw(st.booleans()) else draw(leaf(f"{key}.{n}"))
        for n in range(count)
    ]
    if kind == "weighted":  # a mean has a meaning where its parts share a scale: here 0 to 50
        children = [draw(on_one_scale(child)) for child in children]
    takes = draw(st.sampled_from(["", "", "lowest", "highest"])) if kind == "checklist" else ""
    return {"key": key, "kind": kind, "title": key, "children": children} | (
        {"takes": takes} if takes else {}
    )


def leaves(document):
    if not document.get("children"):
        return [document]
    return [one for child in document["children"] for one in leaves(child)]


@st.composite
def answered(draw, kinds=("milestone", "checklist", "weighted"), whole=False):
    """A rubric with answers for some (or all) of its leaves."""
    document = draw(tree(kinds=kinds))
    answers = {}
    for one in leaves(document):
        if whole or draw(st.integers(0, 4)):
            answers[one["key"]] = draw(st.sampled_from(["yes", "no"]) if one["kind"] == "check" else numbers)
    return document, answers


def score(document, answers):
    return score_rubric(read_rubric(document), answers)


@ROUNDS
@given(answered())
def test_a_score_stays_in_its_range_and_between_certain_and_possible(case):
    for node in walk_document(node_document(score(*case))):
        least, most = Fraction(node["minimum"]), Fraction(node["maximum"])
        low, high = Fraction(node["so_far"]), Fraction(node["possible"])
        assert least <= low <= high <= most
        if node["score"] is not None:
            assert least <= Fraction(node["score"]) <= most


@ROUNDS
@given(answered(whole=True))
def test_with_every_answer_certain_and_possible_are_the_score(case):
    for node in walk_document(node_document(score(*case))):
        assert node["so_far"] == node["score"] == node["possible"]


@ROUNDS
@given(answered(), st.data())
def test_answering_more_never_leaves_what_was_certain_and_possible(case, data):
    document, answers = case
    before = score(document, answers)
    for one in leaves(document):
        if one["key"] not in answers:
            values = st.sampled_from(["yes", "no"]) if one["kind"] == "check" else numbers
            answers[one["key"]] = data.draw(values)
    after = score(document, answers)
    assert before.so_far <= after.score <= before.possible


@ROUNDS
@given(answered(whole=True), st.data())
def test_a_better_answer_never_lowers_the_score(case, data):
    document, answers = case
    one = data.draw(st.sampled_from(leaves(document)))
    key = one["key"]
    better = "yes" if one["kind"] == "check" else str(Fraction(answers[key]) + data.draw(st.integers(0, 90)))
    assert score(document, answers | {key: better}).score >= score(document, answers).score


@ROUNDS
@given(answered(kinds=("checklist", "weighted")), st.randoms(use_true_random=False))
def test_the_order_of_siblings_does_not_matter(case, rng):
    document, answers = case
    shuffled = shuffle(document, rng)
    first, second = score(document, answers), score(shuffled, answers)
    assert (first.score, first.so_far, first.possible) == (second.score, second.so_far, second.possible)


def shuffle(document, rng):
    children = [shuffle(child, rng) for child in document.get("children", [])]
    rng.shuffle(children)
    return document | ({"children": children} if children else {})


@ROUNDS
@given(tree())
def test_a_document_and_its_tree_are_the_same_thing(document):
    read = read_rubric(document)
    assert written_rubric(read) == document
    assert read_rubric(written_rubric(read)) == read


@ROUNDS
@given(tree(), st.integers())
def test_the_hash_does_not_depend_on_the_order_of_keys(document, seed):
    def turned(value):
        if isinstance(value, dict):
            items = [(key, turned(one)) for key, one in value.items()]
            random.Random(seed).shuffle(items)
            return dict(items)
        return [turned(one) for one in value] if isinstance(value, list) else value

    assert content_hash(turned(document)) == content_hash(document)
    assert json.loads(canonical_json(document)) == document


@ROUNDS
@given(answered())
def test_the_same_answers_give_the_same_record(case):
    assert canonical_json(node_document(score(*case))) == canonical_json(node_document(score(*case)))


@ROUNDS
@given(tree())
def test_what_is_generated_here_may_be_published(document):
    allowed = {"measure_without_levels"}
    assert {problem.code for problem in check_rubric(document)} <= allowed


def test_a_floor_below_zero_makes_a_later_end_of_a_milestone_the_lesser():
    steps = [
        {"key": "a", "kind": "check", "title": "a"},
        {"key": "b", "kind": "measure", "title": "b", "floor": "-2", "levels": [{"at": "0", "score": "1"}]},
    ]
    document = {"key": "m", "kind": "milestone", "title": "m", "children": steps}
    blank, failed = score(document, {}), score(document, {"a": "yes", "b": "-1"})
    assert (blank.so_far, blank.possible) == (-1, 2)
    assert (failed.score, failed.minimum) == (-1, -1)
