"""The sentences for what the core says in codes: reasons, problems, refused numbers and answers.

In the reader's language. Two people who disagree about a score can settle it by hand from the lines of `explain`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from indicators.document_sentences import describe_document_problem
from indicators.models import in_language
from indicators.printed_numbers import functions_in_words, in_brackets, with_decimals
from indicators.rubric_trees import nodes
from indicators.scoring import AnswerError, Criterion, NumberError, Problem, format_fixed, parse_formula
from indicators.scoring.numbers import exact, grouped

NAME = re.compile(r"[A-Za-z_ก-๎][A-Za-z0-9_ก-๎]*")
REASONS = {
    "answered_yes": _("Yes: %(points)s points"),
    "answered_no": _("No: 0 points"),
    "measured": _("Result: %(value)s"),
    "formula": _("%(formula)s = %(numbers)s = %(value)s"),
    "division_by_zero": _(
        "%(formula)s = %(numbers)s divides by zero: there is no result. Check the divisor."
    ),
    "value_too_large": _("%(formula)s = %(numbers)s grows beyond what can be calculated. Check the numbers."),
    "missing": _("Not answered yet"),
    "missing_inputs": _("Still to be filled in: %(names)s"),
    "missing_rating": _("The reviewer has not rated this yet"),
    "rated": _("Rated “%(option)s”: %(value)s"),
    "step_marks": _("Steps %(marks)s"),
    "steps_counted": _("%(count)s of %(of)s steps passed one after the other → %(score)s"),
    "steps_summed": _("%(count)s of %(of)s steps passed one after the other: %(terms)s = %(score)s"),
    "step_unanswered": _("%(passed)s steps passed so far; the next one is not answered yet"),
    "not_counted_after": _("Later steps that are met do not count until the first unmet step is passed"),
    "sum": _("%(terms)s = %(value)s"),
    "sum_scaled": _("(%(terms)s) × %(scale)s = %(value)s"),
    "lowest_of": _("The lowest of %(scores)s counts: %(value)s, “%(titles)s”"),
    "highest_of": _("The highest of %(scores)s counts: %(value)s, “%(titles)s”"),
    "na_left_out": _("Not applicable, left out: %(titles)s"),
    "parts_missing": _("Parts not answered yet: %(titles)s"),
    "scaled_for_na": _(
        "Points that do not apply leave the sum; the rest is scaled from %(left)s to the full %(full)s"
    ),
    "weighted_mean": _("(%(terms)s) ÷ %(divisor)s = %(value)s"),
    "na_children_redistribute": _("Not applicable, its weight goes to the others in proportion: %(titles)s"),
    "na_children_fixed": _("Not applicable, contributes nothing: %(titles)s"),
    "unscored_children_redistribute": _("No score yet, left out for now: %(titles)s"),
    "unscored_children_fixed": _("No score yet, contributes nothing: %(titles)s"),
    "all_not_applicable": _("Nothing here applies"),
    "requires_unmet": _("A condition is not met (%(titles)s): the score is the floor, %(floor)s"),
    "requires_unanswered": _("A condition is not answered yet: %(titles)s"),
    "rounded_half_up": _("Rounded to %(places)s decimals by the official rule: %(from)s → %(to)s"),
    "rounded_cut_off": _("Cut off after %(places)s decimals by the official rule: %(from)s → %(to)s"),
    "below_first": _("%(value)s does not reach the first level (%(first)s) → floor %(score)s"),
    "step_level": _("%(value)s reaches %(at)s → %(score)s"),
    "last_level": _("%(value)s reaches the last level (%(at)s) → %(score)s"),
    "between": _(
        "%(value)s lies between %(at)s (→ %(at_score)s) and %(next)s (→ %(next_score)s): "
        "%(at_score)s + (%(value)s − %(at)s) ÷ (%(next)s − %(at)s) × (%(next_score)s − %(at_score)s) = %(score)s"
    ),
    "deduction": _("Deduction: %(each)s × %(count)s = %(amount)s"),
    "deduction_capped": _("Deduction: %(each)s × %(count)s, at most %(amount)s"),
    "after_deductions": _("%(before)s − %(amount)s = %(score)s"),
    "after_deductions_least": _("%(before)s − %(amount)s is below the lowest score → %(score)s"),
    "not_applicable": _("Not applicable: %(reason)s"),
    "absent": _("Not part of the %(round)s-month round"),
    "converted": _(
        "On the scorecard's scale: %(to_min)s + (%(score)s − %(from_min)s) ÷ (%(from_max)s − %(from_min)s) "
        "× (%(to_max)s − %(to_min)s) = %(value)s"
    ),
    "contribution": _("Weighted: %(score)s × %(weight)s ÷ %(divisor)s = %(value)s"),
    "contribution_shared": _("Weighted: %(score)s × its share of the whole, %(share)s = %(value)s"),
}
# Facts that are results: shown with the published number of decimals. All others stand as they are.
RESULTS = {
    "steps_counted": ("score",),
    "steps_summed": ("score",),
    "sum": ("value",),
    "sum_scaled": ("value",),
    "lowest_of": ("value",),
    "highest_of": ("value",),
    "weighted_mean": ("value",),
    "below_first": ("score",),
    "step_level": ("score",),
    "last_level": ("score",),
    "between": ("score",),
    "after_deductions": ("before", "score"),
    "after_deductions_least": ("before", "score"),
    "converted": ("value",),
    "contribution": ("score", "value"),
    "contribution_shared": ("score", "value"),
    "requires_unmet": ("floor",),
}
MOST_MISSING = 10  # titles of what is still to do; a list of what decides a score is always whole
# Facts in words, in which a number is a name or a year. All others are numbers, shown with commas.
PROSE = {"formula", "keys", "marks", "names", "option", "reason", "round", "titles"}


def explain(node: dict, labels: Mapping[str, str] | None = None) -> list[str]:
    """The lines of one node of a record (node_document): how its score came about, with the numbers in it. `labels`
    are what the form calls the named numbers of its formula."""
    names = {child["key"]: shortened(title_of(child)) for child in node["children"]} | dict(labels or {})
    places = places_of(node)
    told = [_told(reason["code"], reason["facts"], node) for reason in node["reasons"]]
    return [in_brackets(_sentence(code, facts, names, places)) for code, facts in told]


def places_of(node: dict) -> int:
    """With how many decimals the record shows this node; 4 where it has nothing to show."""
    shown = node["score_shown"] or node["so_far_shown"] or "0.0000"
    return int(node["places"]) if "places" in node else len(shown.partition(".")[2])


def _told(code: str, facts: dict, node: dict) -> tuple[str, dict]:
    """The sentence that tells a reason best: some say more where the short one would not add up."""
    if code == "sum" and "scale" in facts:
        return "sum_scaled", facts
    if code == "contribution" and "share" in facts:
        return "contribution_shared", facts
    if code == "after_deductions" and exact(facts["before"]) - exact(facts["amount"]) < exact(facts["score"]):
        return "after_deductions_least", facts
    if code == "steps_counted" and (terms := _counted_scores(node)):
        return "steps_summed", facts | {"terms": " + ".join(terms)}
    return code, facts


def _counted_scores(node: dict) -> list[str]:
    """What each counted step of a milestone adds, where that is not simply one for each."""
    scores = []
    for step in [one for one in node["children"] if one["state"] != "absent"]:
        scores.append(step["score"])
        if not step["full"]:
            break
    counted = [score for score in scores if score != "0"]
    return counted if len(counted) > 1 and set(counted) != {"1"} else []


def _sentence(code: str, facts: dict, names: dict, places: int) -> str:
    shown = dict(facts)
    for name in set(facts) - PROSE:
        is_result = name in RESULTS.get(code, ())
        number = _number(facts[name], places) if is_result else with_decimals(facts[name], places)
        shown[name] = functions_in_words(grouped(number))
    if "keys" in facts:
        titles = [names.get(key, key) for key in facts["keys"].split(", ")]
        if code == "parts_missing" and (more := len(titles) - MOST_MISSING) > 0:
            titles[MOST_MISSING:] = [ngettext("%(n)s more", "%(n)s more", more) % {"n": more}]
        shown["titles"] = ", ".join(titles)
    if code == "missing_inputs":
        shown["names"] = ", ".join(names.get(name, name) for name in facts["names"].split(", "))
    if "formula" in facts:
        shown["formula"] = _named(facts["formula"], names)
    return str(REASONS[code]) % shown if code in REASONS else code


def _named(formula: str, names: Mapping[str, str]) -> str:
    return functions_in_words(NAME.sub(lambda found: names.get(found[0], found[0]), formula))


def formula_in_words(criterion: dict) -> str:
    """A measure's formula with what the form calls its numbers; empty where it has none."""
    return (
        _named(parse_formula(criterion["formula"]).written(), _labels(criterion))
        if criterion.get("formula")
        else ""
    )


def _number(text: str, places: int) -> str:
    try:
        return format_fixed(exact(text), places)
    except ValueError:
        return text


def shortened(title: str, most: int = 56) -> str:
    """The beginning of a long title, never cut inside a consonant with its vowels and marks."""
    if len(title) <= most:
        return title
    end = most
    while end < len(title) and unicodedata.category(title[end]) == "Mn":
        end += 1
    return title[:end].rstrip(" เแโใไ") + "…"


def number_of(code: str) -> str:
    """A component's or an indicator's number as the form prints it. A code without a digit is a handle for files and
    answers only."""
    return code if any(one.isdigit() for one in code) else ""


def title_of(node: dict) -> str:
    """A node's title in the reader's language."""
    title = node.get("title") or {}
    if isinstance(title, str):
        return title
    english = (get_language() or "th").startswith("en")
    return (title.get("en") if english else None) or title.get("th") or node.get("key", "")


def criterion_title(criterion: Criterion) -> str:
    """A criterion's title in the reader's language; its key where it has none."""
    return title_of({"title": criterion.title, "key": criterion.key})


def words(value: object) -> str:
    """A text of the document in the reader's language."""
    if isinstance(value, dict):
        return in_language(value.get("th", ""), value.get("en", ""))
    return str(value or "")


# The leaf's own answer stands beside it already: no line is needed to say it again.
OBVIOUS = {"answered_yes", "answered_no", "missing", "measured", "missing_rating", "rated"}


def derivation(node: dict, rubric: dict) -> list[tuple[str, list[str]]]:
    """How a score comes about: (title, lines) of the node itself and of each part that is more than a single answer.
    `rubric` is the document that names the numbers of its formulas."""
    found = derivation_nodes(node, rubric, answers=False)
    return [(title_of(one), lines) for one, lines in found if lines]


def derivation_nodes(node: dict, rubric: dict, *, answers: bool = True) -> Iterator[tuple[dict, list[str]]]:
    """(node, its lines) of a record from the top down; without `answers` single answers have no lines."""
    labels = {one["key"]: _labels(one) for one in nodes(rubric)}
    return _derived(node, labels, beside={}, answers=answers)


def is_plain_answer(node: dict) -> bool:
    """Whether nothing but the node's own answer makes its score."""
    return {reason["code"] for reason in node["reasons"]} <= OBVIOUS


def _labels(rubric: dict) -> dict[str, str]:
    return {one["name"]: words(one.get("label")) or one["name"] for one in rubric.get("inputs", [])}


def _derived(
    node: dict, labels: dict[str, dict[str, str]], *, beside: dict[str, str], answers: bool
) -> Iterator[tuple[dict, list[str]]]:
    told = answers or not is_plain_answer(node)
    yield node, explain(node, beside | labels.get(node["key"], {})) if told else []
    below = node["children"]
    are_told = answers or not all(is_plain_answer(child) for child in below)
    titles = {child["key"]: shortened(title_of(child)) for child in below} if are_told else {}
    for child in below:
        yield from _derived(child, labels, beside=titles, answers=answers)


PROBLEMS = {
    "not_a_number": _("“%(found)s” is not a number. Write digits with a point, for example 0.50."),
    "not_a_criterion": _("This is not a criterion: give it a key and one of the six kinds."),
    "no_children": _("This criterion has no parts: add some or change its kind."),
    "key_repeated": _("The key “%(key)s” stands more than once in this rubric. Keys must differ."),
    "weight_missing": _("There is no weight: give one."),
    "weight_negative": _("A weight cannot be less than 0."),
    "levels_not_monotonic": _("The values of the levels must rise or fall without repeating: %(values)s."),
    "scores_not_rising": _("The scores of the levels must rise: %(scores)s."),
    "floor_missing": _("Write the floor: the score below the first level (some agencies use 1, some 0)."),
    "floor_above_first": _("The floor (%(floor)s) is above the score of the first level (%(first)s)."),
    "inputs_without_formula": _("There are named numbers but no formula."),
    "formula_unknown_name": _("The formula reads “%(name)s”, which is not among its named numbers."),
    "formula_unused_input": _("The formula never reads “%(name)s”."),
    "formula_too_long": _("The formula is longer than %(most)s characters."),
    "formula_bad_character": _("“%(found)s” at position %(position)s is not allowed in a formula."),
    "formula_expected": _("Something is missing or too much at position %(position)s of the formula."),
    "formula_unknown_function": _(
        "There is no function “%(name)s” (position %(position)s). There are: %(known)s."
    ),
    "formula_wrong_count": _("“%(name)s” takes %(least)s to %(most)s values (position %(position)s)."),
    "formula_too_deep": _("The formula is nested too deep at position %(position)s (at most %(most)s)."),
    "formula_too_large": _("The formula is too large at position %(position)s (at most %(most)s)."),
    "formula_round_places": _("round() takes a whole number of places from 0 to 10 (position %(position)s)."),
    "options_missing": _("A rating needs at least two options."),
    "measure_without_levels": _("A measured result needs levels that turn it into a score."),
    "requires_unknown": _("“%(child)s” depends on “%(key)s”, which is not a yes/no criterion beside it."),
    "deduction_not_positive": _("The deduction “%(key)s” must be more than 0."),
    "code_repeated": _("The code “%(code)s” stands more than once."),
    "indicator_without_rubric": _("This indicator has neither a rubric nor sub-indicators."),
    "off_the_scale": _(
        "The rubric reaches %(reaches)s but the scale ends at %(max)s. Give the indicator its own scale."
    ),
    "weights_above_100": _("The weights add up to %(total)s, more than 100 (round %(round)s)."),
    "weights_not_100": _("The weights add up to %(total)s instead of 100 (round %(round)s)."),
    "compulsory_missing": _("The compulsory indicator %(code)s is missing."),
    "too_many_indicators": _(
        "Components %(components)s hold %(found)s indicators; at most %(max)s are allowed."
    ),
    "bands_overlap": _("Two bands begin at %(from)s."),
    "bands_miss_the_bottom": _("No band covers the lowest score (%(min)s)."),
    "criterion_in_no_round": _("No round of this framework contains this criterion."),
    "unit_differs": _("“%(name)s” is measured in different units: %(units)s."),
    "resolution_missing": _(
        "A version that replaces another in mid-year needs the resolution: its number, date and reason."
    ),
    "assumption_open": _("An assumption is not confirmed yet: %(text)s"),
}


def describe_problem(problem: Problem) -> str:
    """A problem of a rubric or framework as a sentence that says what to do, without its place."""
    sentence = describe_document_problem(problem) if problem.code not in PROBLEMS else ""
    return sentence or str(PROBLEMS.get(problem.code, problem.code)) % problem.facts


NUMBERS = {
    "empty": _("Type a number."),
    "too_long": _("The number is too long: at most %(most)s characters and 30 digits."),
    "not_finite": _("“%(typed)s” is not a number that can be measured."),
    "underscore": _("“%(typed)s”: leave the underscore out."),
    "exponent": _("“%(typed)s”: write the number out, without an exponent."),
    "foreign_digits": _("“%(typed)s”: use Thai digits (๐–๙) or Arabic digits (0–9)."),
    "grouping": _("“%(typed)s”: commas stand between groups of three digits, as in 1,234,567."),
    "two_points": _("“%(typed)s” has more than one decimal point."),
    "not_a_number": _(
        "“%(typed)s” is not a number. Digits, one point and commas are possible, as in 1,234.50."
    ),
}


def describe_number_error(error: NumberError) -> str:
    """Why a typed number was refused, and how to write it."""
    return str(NUMBERS[error.code]) % error.facts


ANSWERS = {
    "unknown_criterion": _("There is no criterion “%(key)s” in this rubric."),
    "not_yes_or_no": _("Answer “%(key)s” with yes or no."),
    "unknown_option": _("“%(found)s” is not one of the options of “%(key)s”."),
    "unknown_input": _("“%(key)s” does not ask for “%(found)s”."),
    "not_a_number": _("“%(found)s” is not a number (“%(key)s”)."),
    "step_cannot_be_na": _("A step of a milestone cannot be “not applicable” (“%(key)s”)."),
    "not_answered_here": _("“%(key)s” is computed from its parts: answer those."),
}


def describe_answer_error(error: AnswerError) -> str:
    """Why an answer does not fit its criterion."""
    return str(ANSWERS[error.code]) % (error.facts | {"key": error.key})
