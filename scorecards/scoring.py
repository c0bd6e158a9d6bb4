"""Scores of live work, by the one fold. Reads only; what was sent or published is printed from its record instead."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from indicators.frozen import framework_tree
from indicators.scoring import Node, format_fixed, node_document, score_framework, walk_document
from indicators.scoring.numbers import grouped
from scorecards.models import Answer, Entry, Ruling, Scorecard, Submission
from scorecards.prepared import prepared, read_at_once
from scorecards.states import Decision


def read_answers(entries: Iterable[Entry]) -> None:
    """The answers of these entries, in one query, unless they were read already."""
    read_at_once(entries, "answers", _rows)


@prepared
def _rows(owners: list[int]) -> QuerySet[Answer]:
    return Answer.objects.filter(entry__in=owners)


def answers_of(entry: Entry) -> dict:
    """{criterion key: content} of one entry."""
    return {answer.criterion_key: answer.content for answer in entry.answers.all()}


def answers_of_scorecard(scorecard: Scorecard) -> dict:
    """{indicator code: {criterion key: content}} of the whole scorecard."""
    return answers_by_indicator(scorecard.entries.select_related("indicator"))


@prepared
def _answers(entries: list[int]) -> QuerySet[Answer, tuple[int, str, Any]]:
    rows = Answer.objects.filter(entry__in=entries).order_by("entry__indicator__position", "pk")
    return rows.values_list("entry", "criterion_key", "content")


def answers_by_indicator(entries: Iterable[Entry]) -> dict:
    """{indicator code: {criterion key: content}} of these entries, in one query."""
    codes = {entry.pk: entry.indicator.code for entry in entries}
    found: dict[str, dict] = {}
    for entry, key, content in _answers(entries=[*codes]):
        found.setdefault(codes[entry], {})[key] = content
    return found


@prepared
def _not_applying(scorecard: int) -> QuerySet[Answer, tuple[str, str, Any]]:
    rows = Answer.objects.filter(entry__scorecard=scorecard, content__has_key="na")
    return rows.values_list("entry__indicator__code", "criterion_key", "content")


def set_aside(scorecard: Scorecard) -> dict:
    """{indicator code: {criterion key: content}} of what does not apply: all that the weighted score of one indicator
    takes from the answers of the others."""
    found: dict[str, dict] = {}
    for code, key, content in _not_applying(scorecard=scorecard.pk):
        found.setdefault(code, {})[key] = content
    return found


def score_answers(scorecard: Scorecard, answers: dict[str, dict]) -> dict:
    """The whole scorecard's node document for these answers ({code: {key: content}})."""
    return node_document(
        score_framework(framework_tree(scorecard.framework), answers, round=scorecard.round.months)
    )


def score_scorecard(scorecard: Scorecard, answers: dict[str, dict] | None = None) -> dict:
    """The whole scorecard as answered now."""
    return score_answers(scorecard, answers_of_scorecard(scorecard) if answers is None else answers)


def score_entry(entry: Entry, answers: dict[str, dict] | None = None) -> dict:
    """One indicator as answered now (or with `answers`, for a preview that writes nothing)."""
    every = set_aside(entry.scorecard)
    every[entry.indicator.code] = answers_of(entry) if answers is None else answers
    node = score_indicator(entry.scorecard, every, entry.indicator.code)
    assert node is not None, "an entry is of an indicator of its scorecard's form"
    return node


def score_indicator(scorecard: Scorecard, answers: dict[str, dict], code: str) -> dict | None:
    """The node document of one indicator, for answers of the whole scorecard, as it stands in that of the whole."""
    whole = score_framework(framework_tree(scorecard.framework), answers, round=scorecard.round.months)
    found = next((one for one in _groups(whole) if (one.kind, one.key) == ("indicator", code)), None)
    return node_document(found, places=whole.places) if found else None


def _groups(node: Node) -> Iterator[Node]:
    """A result and the groups in it, from the top down; not what stands inside a rubric."""
    yield node
    for child in node.children:
        if child.kind in ("component", "indicator"):
            yield from _groups(child)


def official_answers(submission: Submission, rulings: Iterable[Ruling] | None = None) -> dict:
    """The answers that hold after the rulings: the agency's, with each change, N/A and deduction put over it."""
    answers = {code: dict(one) for code, one in submission.content["answers"].items()}
    for one in submission.rulings.select_related("indicator") if rulings is None else rulings:
        ruling = {"decision": one.decision, "content": one.content, "reason": one.reason}
        _put_over(answers.setdefault(one.indicator.code, {}), one.criterion_key, ruling)
    return answers


def answers_after(said: dict, rulings: dict[str, dict]) -> dict:
    """The answers of one indicator that hold after its rulings ({criterion key: {decision, content, reason}})."""
    answers = dict(said)
    for key, ruling in rulings.items():
        _put_over(answers, key, ruling)
    return answers


def _put_over(answers: dict[str, dict], key: str, ruling: dict[str, Any]) -> None:
    content = ruling["content"]
    if ruling["decision"] == Decision.NA:
        answers[key] = {"na": ruling["reason"]}
    elif ruling["decision"] != Decision.AGREE:
        answers[key] = content
    elif content.get("deductions"):
        answers[key] = answers.get(key, {}) | {"deductions": content["deductions"]}


def score_official(submission: Submission, rulings: Iterable[Ruling] | None = None) -> dict:
    """The scorecard as ruled so far (or with unsaved `rulings`, for a preview)."""
    return score_answers(submission.scorecard, official_answers(submission, rulings))


def scores_to_compare(submission: Submission) -> dict[str, list]:
    """{indicator code: [self score, official score as ruled]}, exact texts or None; under "" the whole scorecard."""
    own, held = submission.scored, score_official(submission)
    found = {"": [own["score"], held["score"]]}
    for node in walk_document(own):
        if node["kind"] == "indicator" and (official := find_indicator(held, node["key"])):
            found[node["key"]] = [node["score"], official["score"]]
    return found


def find_indicator(document: dict, code: str) -> dict | None:
    """The node of an indicator inside a scorecard's node document."""
    found = (node for node in walk_document(document) if node["kind"] == "indicator" and node["key"] == code)
    return next(found, None)


def result_of(node: dict) -> str:
    """An indicator's result as the form's column prints it: the measured value where the rubric is one measure,
    otherwise what the rubric adds up to."""
    rubric = node["children"][0] if node["children"] else node
    shown: str = rubric["raw_shown"] if rubric["kind"] == "measure" else rubric["score_shown"]
    return shown.rstrip("0").rstrip(".") if rubric["kind"] == "measure" else shown


def told_result(node: dict) -> str:
    """An indicator's result as people read it. What a rubric adds up to on a scale of its own stands with the highest
    score there ("1.0000/1"): beside a unit such as percent it would be read as one percent. "" where there is none."""
    rubric = node["children"][0] if node["children"] else node
    shown = grouped(result_of(node))
    if not shown or rubric["kind"] == "measure" or rubric["maximum"] in (None, node["maximum"]):
        return shown
    full = format_fixed(Fraction(rubric["maximum"]))
    return f"{shown}/{full.rstrip('0').rstrip('.')}"


def misses_by_rounding(total: dict) -> bool:
    """Whether the printed column of weighted scores misses its printed total in the last place: each figure is rounded
    once, from unrounded parts. Never where no total is printed."""
    printed = [node["weighted_shown"] for node in _lowest(total) if node["weighted_shown"]]
    shown = total["weighted_shown"]
    if not printed or not shown:
        return False
    return format_fixed(sum(map(Fraction, printed), Fraction(0)), len(shown.partition(".")[2])) != shown


def _lowest(node: dict) -> list[dict]:
    below = [child for child in node["children"] if child["kind"] in ("component", "indicator")]
    return [node] if not below else [lowest for child in below for lowest in _lowest(child)]


def signed(moved: Fraction, places: int) -> str:
    """A difference with its sign and the published decimals: "+0.5000", "−0.2500", "0.0000"."""
    shown = format_fixed(moved, places)
    return f"+{shown}" if moved > 0 else shown.replace("-", "−")
