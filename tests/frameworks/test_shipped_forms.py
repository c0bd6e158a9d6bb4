"""The five forms that ship: whole, true to the schema, free of people's names and telephone numbers."""

import random
import re
from fractions import Fraction

import jsonschema
import pytest
import yaml

from indicators.document_schema import SCHEMA, structure_problems, tidy
from indicators.documents import (
    FRAMEWORKS,
    document_problems,
    load_document,
    read_framework_file,
    write_document,
)
from indicators.frozen import framework_tree, leaf_groups
from indicators.models import Framework
from indicators.scoring.documents import canonical_json
from scorecards.models import Round, Scorecard
from scorecards.scoring import score_indicator
from tests.shipped import document_hash, framework_codes

CODES = ["ict-2550", "moi-ict-2556", "ict-2558", "sdo-2562", "dga-digital-2563"]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
# a telephone number of the documents: 02-288-5712, 0-2219-3600, 0 2282 6581, in either set of digits
TELEPHONE = re.compile(r"(?<![0-9๐-๙.,])[0๐](?:[ -]?[0-9๐-๙]){8,9}|\([๕5][๐-๙0-9]{4}\)")
PERSON = re.compile(r"(?:นาย|นาง|นางสาว|ร\.ต\.[อทต]\.|ดร\.) ?[ก-๎]{2,}\s+[ก-๎]{2,}")
NO_PERSON = ["นายก", "นายทะเบียน"]  # prime minister, registrar


def indicators_of(document):
    """Every indicator by its code."""

    def walk(holder):
        for component in holder.get("components", []):
            yield from walk(component)
        for indicator in holder.get("indicators", []):
            yield indicator
            yield from walk(indicator)

    return {indicator["code"]: indicator for indicator in walk(document)}


def criteria_of(node):
    yield node
    for child in node.get("children", []):
        yield from criteria_of(child)


def test_the_five_forms_are_there_oldest_first():
    assert framework_codes() == CODES


@pytest.mark.parametrize("code", CODES)
def test_nothing_stands_between_a_form_and_its_publication(code):
    assert document_problems((FRAMEWORKS / f"{code}.yaml").read_bytes()) == []


@pytest.mark.parametrize("code", CODES)
def test_the_file_and_its_canonical_form_follow_the_published_schema(code):
    as_any_yaml_tool_reads_it = yaml.safe_load((FRAMEWORKS / f"{code}.yaml").read_text(encoding="utf-8"))
    assert list(VALIDATOR.iter_errors(as_any_yaml_tool_reads_it)) == []
    assert list(VALIDATOR.iter_errors(read_framework_file(code))) == []
    assert structure_problems(read_framework_file(code)) == []


@pytest.mark.parametrize("code", CODES)
def test_export_then_load_gives_the_same_document(code):
    document = read_framework_file(code)
    assert load_document(write_document(document)) == document


@pytest.mark.parametrize("code", CODES)
def test_no_persons_name_and_no_telephone_number(code):
    text = (FRAMEWORKS / f"{code}.yaml").read_text(encoding="utf-8")
    assert TELEPHONE.findall(text) == []
    assert [name for name in PERSON.findall(text) if not name.startswith(tuple(NO_PERSON))] == []


@pytest.mark.parametrize("line", ["เบอร์ติดต่อ 02-999-0000", "โทร 0-2999-0000", "โทร ๐ ๒๙๙๙ ๐๐๐๐", "(๕๙๙๙๙)"])
def test_the_telephone_pattern_would_find_one(line):
    assert TELEPHONE.search(line)


@pytest.mark.parametrize("line", ["นายสมมติ ตัวอย่าง", "นางสาวสมมติ  ตัวอย่าง", "ร.ต.อ.สมมติ ตัวอย่าง"])
def test_the_name_pattern_would_find_one(line):
    assert PERSON.search(line)


@pytest.mark.parametrize("code", CODES)
def test_every_name_and_every_criterion_has_an_english_title(code):
    document = read_framework_file(code)
    named = [document, *document["components"], *indicators_of(document).values()]
    assert [item["code"] for item in named if not item["name"].get("en")] == []
    criteria = [
        node
        for indicator in indicators_of(document).values()
        if "rubric" in indicator
        for node in criteria_of(indicator["rubric"])
    ]
    assert [node["key"] for node in criteria if not node["title"].get("en")] == []


@pytest.mark.parametrize("code", CODES)
def test_what_the_document_does_not_say_is_marked_with_a_reason(code):
    assumptions = read_framework_file(code)["assumptions"]
    assert assumptions
    assert all(assumption.get("confirmed") for assumption in assumptions)


@pytest.mark.parametrize(
    ("code", "weights"),
    [
        ("ict-2550", {"14": "4"}),
        ("moi-ict-2556", {"4": "25"}),
        ("ict-2558", {"5": "5"}),
        ("dga-digital-2563", {"5": "10", "6": "10", "9": "10"}),
    ],
)
def test_an_extract_covers_the_weight_that_its_document_gives(code, weights):
    document = read_framework_file(code)
    assert document["extract"] is True
    assert {number: indicator["weight"] for number, indicator in indicators_of(document).items()} == weights


@pytest.fixture(scope="module")
def document():
    return read_framework_file("sdo-2562")


class TestTheWholeFormOf2562:
    def test_it_holds_every_indicator_of_the_form(self, document):
        part_one = "1.1 1.1.1 1.1.2 1.1.3 1.2 1.3 1.4 1.4.1 1.4.2 1.5 2.1 2.1.1 2.1.2 2.2 4.1 4.2 4.3 4.4 5.1"
        assert list(indicators_of(document)) == [*part_one.split(), "D.1", "D.2"]

    def test_component_three_may_be_absent(self, document):
        area = document["components"][2]
        assert (area["code"], area["optional"], area["indicators"]) == ("3", True, [])

    def test_compulsory_indicators_are_marked_on_the_form_and_on_themselves(self, document):
        compulsory = ["1.1", "2.1", "4.1", "4.2", "4.3", "4.4", "5.1"]
        assert document["compulsory"] == compulsory
        marked = [
            number for number, indicator in indicators_of(document).items() if indicator.get("compulsory")
        ]
        assert marked == compulsory

    def test_every_indicator_with_a_result_has_three_years_of_history_and_a_target(self, document):
        scored = {n: i for n, i in indicators_of(document).items() if "rubric" in i and not n.startswith("D")}
        for number, indicator in scored.items():
            assert [result["year"] for result in indicator["history"]] == [2559, 2560, 2561], number
            assert indicator["target"]["th"], number
            assert indicator["scale"] == {"min": "0", "max": "1"}, number

    def test_history_keeps_the_figures_as_printed(self, document):
        results = [result["value"]["th"] for result in indicators_of(document)["4.1"]["history"]]
        assert results == ["ร้อยละ 84.20", "ร้อยละ 83.37", "ร้อยละ 82.62"]

    @pytest.mark.parametrize(
        ("number", "rows"), [("1.2", 3), ("1.3", 7), ("1.4", 4), ("2.2", 8), ("4.4", 5), ("5.1", 6)]
    )
    def test_plans_keep_their_activities(self, document, number, rows):
        assert len(indicators_of(document)[number]["plan"]["rows"]) == rows

    def test_weights_add_up(self, document):
        assert sum(Fraction(component["weight"]) for component in document["components"]) == 100
        for component in document["components"][:2] + document["components"][3:5]:
            inside = sum(Fraction(indicator["weight"]) for indicator in component["indicators"])
            assert inside == Fraction(component["weight"])


@pytest.mark.parametrize("months", [6, 12])
@pytest.mark.parametrize("code", CODES)
def test_one_indicator_takes_nothing_of_the_others_but_what_does_not_apply(code, months):
    document = read_framework_file(code)
    form = Framework(content_hash=document_hash(document), document=canonical_json(tidy(document)))
    card = Scorecard(framework=form, round=Round(months=months))
    groups, chance = leaf_groups(framework_tree(form)), random.Random(code)
    for _turn in range(20):
        every = {one: by_chance(leaf.rubric, months, chance) for one, leaf in groups.items()}
        aside = {one: {k: said for k, said in told.items() if "na" in said} for one, told in every.items()}
        one = chance.choice(list(groups))
        assert score_indicator(card, aside | {one: every[one]}, one) == score_indicator(card, every, one)


def by_chance(rubric, months, chance) -> dict:
    """Answers of any kind; often the whole does not apply."""
    if chance.random() < 0.3:
        return {rubric.key: {"na": "ไม่มีภารกิจ"}}
    kinds = {"check": ["yes", "no"], "measure": ["0", "12.5", "95"]}
    found = {}
    for leaf in rubric.leaves(months):
        if chance.random() < 0.2:
            found[leaf.key] = {"na": "ไม่มีภารกิจ"}
        elif chance.random() < 0.8:
            options = [key for key, _value in leaf.options] or kinds[leaf.kind]
            found[leaf.key] = (
                {"inputs": dict.fromkeys(leaf.inputs, "3")}
                if leaf.inputs
                else {"value": chance.choice(options)}
            )
    return found


@pytest.mark.parametrize("code", CODES)
def test_what_counts_as_evidence_is_said_in_english_too(code):
    rubrics = [one["rubric"] for one in indicators_of(read_framework_file(code)).values() if "rubric" in one]
    asked = [node["evidence"] for rubric in rubrics for node in criteria_of(rubric) if "evidence" in node]
    accepted = [evidence["accepts"] for evidence in asked if "accepts" in evidence]
    assert accepted
    assert all(text["en"] for text in accepted)
