"""The file format: two ways of writing are one document; what is wrong is refused with its code and place."""

import copy
import json
import unicodedata
from pathlib import Path

import jsonschema
import pytest
from django.utils import translation

from indicators.document_schema import SCHEMA, structure_problems, tidy, tidy_number
from indicators.document_sentences import SENTENCES, describe_document_problem
from indicators.documents import (
    DEEPEST,
    LARGEST,
    document_problems,
    load_document,
    read_document,
    read_framework_file,
    write_document,
)
from indicators.readable_text import plain_text
from indicators.scoring import DocumentError, canonical_json
from tests.shipped import document_hash

VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

YAML = """\
format: kpi-framework/1
code: small
version: 1
year: 2562
name: กรอบตัวอย่าง
scale: {min: 1, max: 5.0}
rounds: [6, 12]
components:
  - code: 1
    name: องค์ประกอบ
    weight: 100
    indicators:
      - code: 1.1
        name: {th: น้ำหนัก, en: Weight}
        weight: 100.00
        definition: |
          บรรทัดหนึ่ง   
          บรรทัดสอง
        rubric:
          key: done
          kind: check
          title: ทำแล้ว
          points: 0.50
"""  # noqa: W291 (the trailing spaces are the point)

JSON = {
    "components": [
        {
            "name": {"th": "องค์ประกอบ", "en": ""},
            "indicators": [
                {
                    "rubric": {"title": {"th": "ทำแล้ว"}, "points": "0.5", "kind": "check", "key": "done"},
                    "definition": "บรรทัดหนึ่ง\r\nบรรทัดสอง",
                    "weight": 100,
                    "name": {"en": "Weight", "th": "น้ำหนัก"},
                    "code": "1.1",
                }
            ],
            "weight": "100",
            "code": "1",
        }
    ],
    "rounds": [6, 12],
    "scale": {"max": "5", "min": "1"},
    "name": {"th": "กรอบตัวอย่าง"},
    "year": 2562,
    "version": 1,
    "code": "small",
    "format": "kpi-framework/1",
}


def refused(source):
    with pytest.raises(DocumentError) as caught:
        load_document(source)
    return [(problem.code, problem.place) for problem in caught.value.problems]


class TestOneDocument:
    def test_yaml_and_json_in_any_order_are_the_same_document(self):
        from_yaml, from_json = load_document(YAML), load_document(json.dumps(JSON))
        assert from_yaml == from_json
        assert canonical_json(from_yaml) == canonical_json(from_json)
        assert document_hash(from_yaml) == document_hash(JSON) == document_hash(from_json)

    def test_another_document_has_another_hash(self):
        assert document_hash(load_document(YAML)) != document_hash(
            load_document(YAML.replace("0.50", "0.51"))
        )

    def test_numbers_stay_decimal_text(self):
        document = load_document(YAML)
        assert document["scale"] == {"min": "1", "max": "5"}
        assert document["components"][0]["indicators"][0]["rubric"]["points"] == "0.5"
        assert document["components"][0]["indicators"][0]["code"] == "1.1"
        assert (
            load_document(json.dumps(JSON).replace('"0.5"', "0.1"))["components"][0]["indicators"][0][
                "rubric"
            ]["points"]
            == "0.1"
        )

    def test_written_out_and_read_back_it_is_the_same(self):
        document = load_document(YAML)
        assert load_document(write_document(document)) == document
        assert write_document(load_document(write_document(document))) == write_document(document)

    def test_awkward_texts_come_back(self):
        document = load_document(YAML)
        for text in [
            "yes",
            "null",
            "1.50",
            "- a",
            "a: b",
            "# x",
            "'",
            '"',
            "~",
            "[",
            "ก\n\nข: ค",
            "0x1F",
            "1_000",
            "=",
            "!x",
            "&a",
        ]:
            document["name"] = {"th": text}
            assert load_document(write_document(document))["name"] == {"th": text}

    def test_tidying_twice_changes_nothing(self):
        document = load_document(YAML)
        assert tidy(copy.deepcopy(document)) == document

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("4.50", "4.5"),
            (4, "4"),
            ("-0", "0"),
            ("007", "7"),
            ("100", "100"),
            ("-0.10", "-0.1"),
            ("abc", "abc"),
        ],
    )
    def test_a_number_has_one_form(self, written, kept):
        assert tidy_number(written) == kept

    def test_sara_am_is_one_character_and_stays_whole(self):
        assert plain_text("น้ำ") == "น้ำ"
        assert plain_text("น\u0e4d\u0e49\u0e32") == "น้ำ"
        assert unicodedata.is_normalized("NFC", plain_text("é"))
        assert plain_text("ก\u200bข") == "กข"


class TestReading:
    @pytest.mark.parametrize(
        ("source", "code"),
        [
            ("a: &x 1\nb: *x\n", "anchor"),
            ("a: !!python/object:os.system x\n", "tag"),
            ("a: 1\na: 2\n", "duplicate_key"),
            ('{"a": 1, "a": 2}', "duplicate_key"),
            ("a: 1\n---\nb: 2\n", "several_documents"),
            ("- a\n", "not_a_framework"),
            ("", "not_a_framework"),
            ("a: [1\n", "not_yaml"),
            ('{"a": }', "not_json"),
            ('{"a": NaN}', "not_a_number"),
            ('{"a": "\\ud800"}', "bad_character"),
            ('{"a": "\\u0000"}', "bad_character"),
            ("a: ก" + "\u0e48" * 500, "bad_character"),
            ("? [a]\n: 1\n", "key_not_text"),
            (b"a: \xff\xfe", "not_utf8"),
            ("a: " + "[" * (DEEPEST + 5) + "]" * (DEEPEST + 5), "too_deep"),
            ('{"a": ' + "[" * 90_000 + "]" * 90_000 + "}", "too_deep"),
            ('{"a": ' + "[" * 100 + "]" * 100 + "}", "too_deep"),
            (b"x" * (LARGEST + 1), "too_large"),
        ],
    )
    def test_refused(self, source, code):
        assert [found for found, _ in refused(source)] == [code]

    def test_a_yaml_bomb_is_refused_before_it_grows(self):
        bomb = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}]\n" for n in range(20))
        assert refused(bomb)[0][0] == "anchor"

    def test_a_line_is_named(self):
        assert refused("a: 1\nb: 2\nb: 3\n") == [("duplicate_key", "line 3")]

    def test_every_scalar_is_text(self):
        assert read_document("a: 0.10\nb: yes\nc: 2562-03-21\nd: 0o17\n") == {
            "a": "0.10",
            "b": "yes",
            "c": "2562-03-21",
            "d": "0o17",
        }


def broken(change):
    document = load_document(YAML)
    change(document)
    return document


def indicator(document):
    return document["components"][0]["indicators"][0]


INDICATOR = "components/1/indicators/1.1"
DONE = f"{INDICATOR}/rubric/done"
BROKEN = [
    (lambda d: d.pop("year"), "missing_field", ""),
    (lambda d: d.update(yaer=2562), "unknown_field", ""),
    (lambda d: d.update(format="kpi-framework/2"), "not_one_of", "format"),
    (lambda d: d.update(year=2019), "out_of_range", "year"),
    (lambda d: d.update(version=True), "wrong_type", "version"),
    (lambda d: d.update(rounds=[7]), "not_one_of", "rounds/1"),
    (lambda d: d.update(rounds=[6, 6]), "repeated", "rounds"),
    (lambda d: d.update(components=[]), "too_few_items", "components"),
    (lambda d: d.update(name=5), "wrong_type", "name"),
    (lambda d: d.update(name={"en": "x"}), "missing_field", "name"),
    (lambda d: d.update(code="Über"), "bad_form", "code"),
    (lambda d: d["scale"].update(max="five"), "not_a_number", "scale/max"),
    (lambda d: d["components"][0].pop("indicators"), "missing_field", "components/1"),
    (lambda d: indicator(d).pop("rubric"), "missing_field", INDICATOR),
    (lambda d: indicator(d).update(indicators=[copy.deepcopy(indicator(d))]), "does_not_belong", INDICATOR),
    (lambda d: indicator(d).update(round_weights={"7": "10"}), "unknown_field", f"{INDICATOR}/round_weights"),
    (lambda d: indicator(d).update(round_weights={"6": "x"}), "not_a_number", f"{INDICATOR}/round_weights/6"),
    (lambda d: indicator(d)["rubric"].update(kind="tick"), "not_one_of", f"{DONE}/kind"),
    (lambda d: indicator(d)["rubric"].update(kind="checklist"), "missing_field", DONE),
    (lambda d: indicator(d)["rubric"].update(kind="rating"), "missing_field", DONE),
    (lambda d: indicator(d)["rubric"].update(formula="a"), "missing_field", DONE),
    (lambda d: indicator(d)["rubric"].update(options=[]), "does_not_belong", DONE),
    (lambda d: indicator(d)["rubric"].update(takes="lowest"), "does_not_belong", DONE),
    (lambda d: indicator(d)["rubric"].update(requires=["x"]), "missing_field", DONE),
    (lambda d: indicator(d)["rubric"].update(levels=[{"at": "1", "score": "1"}]), "missing_field", DONE),
]  # fmt: skip


class TestStructure:
    @pytest.mark.parametrize(("change", "code", "place"), BROKEN)
    def test_a_fault_is_named_with_its_place_and_the_schema_agrees(self, change, code, place):
        document = broken(change)
        assert (code, place) in [(problem.code, problem.place) for problem in structure_problems(document)]
        assert not VALIDATOR.is_valid(document)

    def test_all_faults_at_once(self):
        text = YAML.replace("year: 2562", "year: soon").replace("kind: check", "kind: tick")
        assert {code for code, _ in refused(text)} == {"wrong_type", "not_one_of"}

    def test_criteria_inside_one_another_are_placed_by_their_key(self):
        document = load_document(YAML)
        child = {"key": "inner", "kind": "check", "title": {"th": "ใน"}, "points": "x"}
        indicator(document)["rubric"] = {
            "key": "outer",
            "kind": "checklist",
            "title": {"th": "นอก"},
            "children": [
                {"key": "middle", "kind": "checklist", "title": {"th": "กลาง"}, "children": [child]}
            ],
        }
        assert [problem.place for problem in structure_problems(document)] == [
            "components/1/indicators/1.1/rubric/inner/points"
        ]

    @pytest.mark.parametrize("junk", ["x", "", None, 7, True, [], {}, ["x"], {"x": "y"}])
    def test_product_and_schema_agree_wherever_something_is_put_in_place_of_something_else(self, junk):
        """Every value of a real form is replaced in turn; ours and jsonschema's verdicts must be the same."""
        document = read_framework_file("moi-ict-2556")
        for holder, name in list(slots(document)):
            kept = holder[name]
            holder[name] = junk
            assert bool(structure_problems(document)) is not VALIDATOR.is_valid(document), (name, kept, junk)
            holder[name] = kept


def slots(value):
    """Every place of a document that holds something, lists by their first item only."""
    items = value.items() if isinstance(value, dict) else list(enumerate(value))[:1]
    for name, inner in items:
        yield value, name
        if isinstance(inner, dict | list):
            yield from slots(inner)


def test_the_example_of_the_format_page_is_a_framework():
    page = (Path(__file__).parents[2] / "docs" / "framework-format.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    assert document_problems(example) == []


class TestSentences:
    @pytest.mark.parametrize(("change", "code", "place"), BROKEN)
    def test_every_fault_is_said_in_both_languages(self, change, code, place):
        problems = structure_problems(broken(change))
        assert problems
        for problem in problems:
            with translation.override("en"):
                english = describe_document_problem(problem)
            with translation.override("th"):
                thai = describe_document_problem(problem)
            assert problem.place in english
            assert english != thai
            assert any("ก" <= character <= "๛" for character in thai)

    def test_every_sentence_has_its_thai(self):
        for sentence in SENTENCES.values():
            with translation.override("en"):
                english = str(sentence)
            with translation.override("th"):
                assert str(sentence) != english
