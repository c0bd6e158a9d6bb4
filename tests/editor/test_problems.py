"""The list of problems: complete, each at its place; it never blocks typing and always blocks publishing."""

import copy

import pytest

from indicators import editing
from indicators.document_schema import structure_problems
from indicators.documents import read_framework_file
from indicators.draft_problems import problems_of_draft
from indicators.editing import Place
from indicators.editor_pages import place_url
from indicators.models import Indicator
from indicators.publishing import load_framework, publish
from indicators.refusals import Refused
from indicators.rows import rows_of
from indicators.rubric_trees import find
from indicators.scoring import check_framework
from tests.shipped import framework_codes


@pytest.mark.parametrize("code", framework_codes())
def test_the_shipped_forms_have_none(people, code):
    assert problems_of_draft(load_framework(read_framework_file(code))) == []


def at(row, key, values):
    def spoil(draft, who):
        place = Place(draft.indicators.get(code=row).pk, key) if row else Place()
        editing.change(draft, place, values, actor=who)

    return spoil


def in_turn(*spoiling):
    def spoil(draft, who):
        for one in spoiling:
            one(draft, who)

    return spoil


def levels(*points):
    return [dict(zip(("at", "score"), point.split(), strict=True)) for point in points]


def bands(*starts):
    return [{"from": start, "name": {"th": start}, "color": 1} for start in starts]


OPEN = {"place": "bands", "text": {"th": "ไม่ได้กำหนดช่วง"}}
# what an administrator does to FY2550 indicator 14, the place where the problem is then mended, and words of it
BROKEN = {
    "weights do not add up": (at("", "", {"extract": None}), ("", "", "components"), "100"),
    "levels fall and rise": (
        at("14", "review", {"levels": levels("7 1", "6 2", "9 3")}),
        ("14", "review", ""),
        "7",
    ),
    "scores do not rise": (at("14", "review", {"levels": levels("6 2", "7 2")}), ("14", "review", ""), "2"),
    "floor above the first score": (at("14", "progress", {"floor": "2"}), ("14", "progress", ""), "2"),
    "floor not written": (at("14", "progress", {"floor": None}), ("14", "progress", "floor"), "ไม่ถึงระดับแรก"),
    "formula with an unknown name": (
        at("14", "progress", {"formula": "a / weights"}),
        ("14", "progress", ""),
        "“a”",
    ),
    "formula that breaks off": (
        at("14", "progress", {"formula": "weights /"}),
        ("14", "progress", "formula"),
        "10",
    ),
    "formula with a forbidden name": (
        at("14", "progress", {"formula": "eval(1)"}),
        ("14", "progress", "formula"),
        "eval",
    ),
    "bands that begin at the same score": (at("", "", {"bands": bands("1", "1")}), ("", "", "bands"), "1"),
    "a compulsory indicator is missing": (at("", "", {"compulsory": ["99"]}), ("", "", "compulsory"), "99"),
    "an assumption is open": (at("", "", {"assumptions": [OPEN]}), ("", "", "bands"), "ไม่ได้กำหนดช่วง"),
    "a criterion in no round of the form": (
        in_turn(at("", "", {"rounds": [6, 12]}), at("14", "progress", {"rounds": [9]})),
        ("14", "progress", ""),
        "",
    ),
    "no name": (at("14", "", {"name": None}), ("14", "", "name"), ""),
    "a number that is none": (at("14", "", {"weight": "สี่"}), ("14", "", "weight"), "สี่"),
    "a weight that is missing": (at("14", "plan", {"weight": None}), ("14", "plan", ""), "น้ำหนัก"),
    "a score off the scale": (at("", "", {"scale": {"min": "1", "max": "4"}}), ("14", "", ""), "5"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_is_found_at_its_place_and_blocks_publishing(draft, people, case):
    spoil, (row, key, field), words = BROKEN[case]
    spoil(draft, people.chawi)
    draft.refresh_from_db()
    place = Place(draft.indicators.get(code=row).pk if row else None, key)
    found = problems_of_draft(draft)
    assert [
        one for one in found if one.place == place and words in one.sentence and field in (one.field, "")
    ], found
    assert place_url(draft, place).startswith(f"/frameworks/{draft.pk}/edit/")
    with pytest.raises(Refused) as refused:
        publish(draft, actor=people.chawi)
    assert len(refused.value.reasons) == len(found)


def test_all_at_once(draft, people):
    for case in (
        "no name",
        "formula that breaks off",
        "floor not written",
        "a compulsory indicator is missing",
    ):
        BROKEN[case][0](draft, people.chawi)
        draft.refresh_from_db()
    assert {one.field for one in problems_of_draft(draft)} >= {"name", "formula", "floor", "compulsory"}


def spoilt_documents():
    """Forms with one value taken away or replaced by something that does not belong there."""
    document = read_framework_file("dga-digital-2563")
    indicator = document["components"][0]["indicators"][0]
    for field in [*indicator, *(f"rubric.{name}" for name in indicator["rubric"])]:
        for junk in (None, "", "x", {"th": ""}, [], [{}], {"a": "b"}, 7, True):
            spoilt = copy.deepcopy(indicator)
            node = spoilt["rubric"] if field.startswith("rubric.") else spoilt
            node[field.removeprefix("rubric.")] = junk
            yield spoilt


def test_no_draft_whatever_it_holds_is_a_traceback_and_none_that_is_wrong_is_published(people):
    draft = load_framework(read_framework_file("dga-digital-2563"))
    row = Indicator.objects.get(framework=draft, code="5")
    clean = 0
    for spoilt in spoilt_documents():
        rubric = spoilt.get("rubric")
        if not isinstance(rubric, dict) or not rubric.get("kind") or find(rubric, rubric.get("key")) is None:
            continue
        children = rubric.get("children")
        if children is not None and not (
            isinstance(children, list) and all(one.get("key") for one in children)
        ):
            continue
        row.rubric = rubric
        row.card = {name: value for name, value in spoilt.items() if name not in ("code", "name", "rubric")}
        row.save()
        found = problems_of_draft(draft)
        document = rows_of(draft)
        wrong = bool(structure_problems(document)) or bool(check_framework(document))
        assert bool(found) == wrong, spoilt
        clean += not wrong
    assert clean < 40
