"""The fold against an oracle: rationals only, read from the document by the words of the rules, sharing no code."""

from dataclasses import fields
from fractions import Fraction

from hypothesis import given, settings

from indicators.scoring import Node, node_document, read_framework, read_rubric, score_framework, score_rubric
from tests.scoring.test_golden import three_indicators
from tests.scoring.test_properties import ROUNDS, answered

FEWER = settings(ROUNDS, max_examples=30)


EXTREME = {"lowest": min, "highest": max}


def oracle(node, answers) -> tuple[Fraction, bool]:
    """The score of a node with all its answers, and whether it is full."""
    below = [oracle(child, answers) for child in node.get("children", [])]
    if node["kind"] == "check":
        value = Fraction(node["points"]) if answers[node["key"]] == "yes" else Fraction(0)
        return value, answers[node["key"]] == "yes"
    if node["kind"] == "measure":
        value = Fraction(answers[node["key"]])
    elif node["kind"] == "milestone":
        ended = next((place for place, (_score, full) in enumerate(below, 1) if not full), len(below))
        value = sum((score for score, _full in below[:ended]), Fraction(0))
    elif node.get("takes"):
        value = EXTREME[node["takes"]](score for score, _full in below)
    else:
        weighted = node["kind"] == "weighted"
        weights = [Fraction(child["weight"] if weighted else 1) for child in node["children"]]
        value = sum((w * score for w, (score, _full) in zip(weights, below, strict=True)), Fraction(0))
        value = value / sum(weights) if weighted else value
    value = level(node, value) if node.get("levels") else value
    return value, value == most(node)


def level(node, value: Fraction) -> Fraction:
    points = [(Fraction(one["at"]), Fraction(one["score"]), one["rule"]) for one in node["levels"]]
    reached = [point for point in points if point[0] <= value]
    if not reached:
        return Fraction(node["floor"])
    (at, score, rule), rest = reached[-1], points[len(reached) :]
    if rule == "step" or not rest:
        return score
    return score + (value - at) / (rest[0][0] - at) * (rest[0][1] - score)


def most(node) -> Fraction | None:
    """The greatest score that a node can have."""
    if node.get("levels"):
        return Fraction(node["levels"][-1]["score"])
    if node["kind"] == "check":
        return Fraction(node["points"])
    below = [most(child) for child in node.get("children", [])]
    if not below or None in below:
        return None
    if node.get("takes"):
        return EXTREME[node["takes"]](below)
    if node["kind"] != "weighted":
        return sum(below)
    weights = [Fraction(child["weight"]) for child in node["children"]]
    return sum(w * one for w, one in zip(weights, below, strict=True)) / sum(weights)


def nodes(result):
    yield result
    for child in result.children:
        yield from nodes(child)


@ROUNDS
@given(answered(whole=True))
def test_every_score_is_the_oracles(case):
    document, answers = case
    assert score_rubric(read_rubric(document), answers).score == oracle(document, answers)[0]


@FEWER
@given(answered())
def test_no_binary_float_is_ever_made(case):
    for node in nodes(score_rubric(read_rubric(case[0]), case[1])):
        values = [getattr(node, one.name) for one in fields(Node)]
        facts = [value for reason in node.reasons for value in reason.facts.values()]
        terms = [term for one in facts if isinstance(one, tuple) for term in one]
        parts = [part for term in terms if isinstance(term, tuple) for part in term]
        assert not [one for one in (*values, *facts, *terms, *parts) if isinstance(one, float)]


@FEWER
@given(answered())
def test_short_and_long_answers_make_the_same_record(case):
    document, answers = case
    tree, long = read_rubric(document), {key: {"value": value} for key, value in answers.items()}
    assert node_document(score_rubric(tree, long)) == node_document(score_rubric(tree, answers))


def test_what_is_kept_between_agencies_is_never_changed_by_one():
    document = three_indicators()
    tree = read_framework(document)
    answers = {code: {"r": {"option": "5"}} for code in "abc"}
    first = node_document(score_framework(tree, answers))
    written = node_document(score_framework(tree, answers))
    for part in written["children"][0]["children"]:
        part["children"][0]["reasons"].clear()
        part["children"][0]["reasons"].append({})
        part["children"][0].clear()
    assert node_document(score_framework(tree, answers | {"a": {"r": {"option": "4.5"}}})) != first
    assert node_document(score_framework(tree, answers)) == first
