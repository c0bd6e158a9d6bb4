"""The form of a part: what was not touched comes back unchanged, and every field of the format is there."""

import re

import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils.html import strip_tags

from indicators.document_schema import SCHEMA, definition
from indicators.documents import read_framework_file
from indicators.editing import Place, fields_of
from indicators.editor_forms import NOT_EDITED, PartForm, sections_of
from indicators.editor_pages import editor_page, part_form, place_url
from indicators.publishing import load_framework
from indicators.rubric_trees import nodes
from tests.editor.forms import posted
from tests.shipped import framework_codes

KINDS = [
    "framework",
    "component",
    "indicator",
    "check",
    "measure",
    "rating",
    "milestone",
    "checklist",
    "weighted",
]


def places_of(framework):
    yield Place()
    for row in framework.indicators.all():
        yield Place(row.pk)
        for node in nodes(row.rubric):
            yield Place(row.pk, node["key"])


@pytest.mark.parametrize("code", framework_codes())
def test_a_form_that_is_sent_as_it_stands_changes_nothing(people, code):
    """File → editor → file is the identity: no part of a real form is altered by opening and saving it."""
    draft = load_framework(read_framework_file(code))
    places = list(places_of(draft))
    for place in places:
        shown = part_form(draft, place)
        assert part_form(draft, place, posted(shown)).values() == {}, place
    assert len(places) > 5


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_the_format_can_be_edited(kind):
    known = (
        SCHEMA
        if kind == "framework"
        else definition(f"#/$defs/{kind if kind in ('component', 'indicator') else 'criterion'}")
    )
    belongs = {
        "points": {"check"}, "unit": {"measure", "indicator"}, "decimals": {"measure"}, "formula": {"measure"},
        "inputs": {"measure"},
        "plan": {"measure", "indicator"}, "options": {"rating"}, "takes": {"checklist"},
        "unscored": {"framework", "component", "indicator", "weighted"},
    }  # fmt: skip
    wanted = {
        name for name in known["properties"] if name not in NOT_EDITED and kind in belongs.get(name, {kind})
    }
    assert {name for _title, fields in sections_of(kind) for name in fields} == wanted


@pytest.mark.parametrize(
    ("field", "sent", "held"),
    [
        ("weight", {"weight": "๑,๒๓๔.๕๐"}, "1234.5"),
        ("weight", {"weight": "ประมาณ 5"}, "ประมาณ 5"),
        ("title", {"title.th": "ข้อ ๑ ", "title.en": ""}, {"th": "ข้อ ๑"}),
        ("rounds", {"rounds": "6"}, [6]),
        ("levels", {"levels.0.at": "60", "levels.0.score": "1", "levels.7.at": "70", "levels.7.past": "on"},
         [{"at": "60", "score": "1"}, {"at": "70", "past": True}]),
        ("inputs", {"inputs.0.name": "spent", "inputs.0.label.th": "ใช้จ่าย"},
         [{"name": "spent", "label": {"th": "ใช้จ่าย"}}]),
        ("evidence", {"evidence.need": "required", "evidence.accepts.th": "รายงาน"},
         {"need": "required", "accepts": {"th": "รายงาน"}}),
        ("round_weights", {"round_weights.6": "10"}, {"6": "10"}),
        ("plan", {"plan.title.th": "แผนรายเดือน", "plan.columns.0.key": "oct", "plan.columns.0.label.th": "ต.ค.",
                  "plan.rows.0.title.th": "จัดทำระบบ", "plan.rows.0.values": "oct = ร้อยละ 10\nnov = ก\\nข || a\\\\b"},
         {"title": {"th": "แผนรายเดือน"}, "columns": [{"key": "oct", "label": {"th": "ต.ค."}}],
          "rows": [{"title": {"th": "จัดทำระบบ"},
                    "values": {"oct": {"th": "ร้อยละ 10"}, "nov": {"th": "ก\nข", "en": "a\\b"}}}]}),
        ("deductions", {"deductions.0.key": "late", "deductions.0.amount": "0.03", "deductions.0.per": "day"},
         [{"key": "late", "amount": "0.03", "per": "day"}]),
    ],
)  # fmt: skip
def test_what_is_typed_is_held_as_the_format_has_it(field, sent, held):
    data = QueryDict(mutable=True)
    data.update(sent)
    form = PartForm(data, kind="measure", own={"key": "a", "kind": "measure"}, in_weighted=True)
    assert form.typed()[field] == held
    assert form.values()[field] == held


def test_labels_are_in_the_words_of_the_manual(draft, fourteen):
    page = strip_tags(str(editor_page(draft, fourteen)["form"]["weight"].label_tag()))
    assert page == "น้ำหนัก"
    labels = [str(field.label) for field in editor_page(draft, Place(fourteen.row, "progress"))["form"]]
    assert not [label for label in labels if re.fullmatch(r"[a-z_]+", label)]


def shorthand(said):
    return dict(zip(("shorthand.target", "shorthand.level", "shorthand.step"), said, strict=True))


@pytest.mark.parametrize(
    ("said", "ats"),
    [
        (("80", "3", "5"), ["70", "75", "80", "85", "90"]),
        (("๑,๐๐๐", "5", "100"), ["600", "700", "800", "900", "1000"]),
        (("20", "3", "-5"), ["30", "25", "20", "15", "10"]),
        (("4.5", "1", "0.25"), ["4.5", "4.75", "5", "5.25", "5.5"]),
    ],
)
def test_the_shorthand_writes_the_five_levels(draft, fourteen, people, desk, said, ats):
    place = Place(fourteen.row, "progress")
    data = posted(part_form(draft, place)) | shorthand(said)
    assert desk.post(place_url(draft, place), data | {"write_levels": "1"}).status_code == 302
    levels = fields_of(draft, place)["levels"]
    assert [one["at"] for one in levels] == ats
    assert [one["score"] for one in levels] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("said", [("", "3", "5"), ("80", "3", "0"), ("80", "2.5", "5"), ("มาก", "3", "5")])
def test_a_shorthand_that_means_nothing_is_refused_and_stays_on_the_page(draft, fourteen, desk, said):
    place = Place(fourteen.row, "progress")
    data = posted(part_form(draft, place)) | shorthand(said)
    answer = desk.post(place_url(draft, place), data | {"write_levels": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f'value="{said[2]}"' in page
    wrong = {("", "3", "5"), ("มาก", "3", "5")}
    assert ("ค่าเป้าหมาย: " in page) == (said in wrong)


def test_the_pieces_of_a_setting_stand_side_by_side_and_are_no_labels_of_other_pages(draft):
    page = str(part_form(draft, Place())["scale"])
    style = (settings.BASE_DIR / "static" / "scorecards.css").read_text(encoding="utf-8")
    (group,) = set(re.findall(r'<div class="(\w+)"><label', page))
    rules = re.findall(rf"(?:^|}})\s*\.{group} {{([^}}]*)}}", style, re.MULTILINE)
    assert len(rules) == 1, "one class, one meaning"
    assert "flex" in rules[0]


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("๑ เม.ย. ๒๕๕๐", "2550-04-01"),
        ("1/4/2550", "2550-04-01"),
        ("2550-04-01", "2550-04-01"),
        ("ต้นเดือน", "ต้นเดือน"),
    ],
)
def test_the_day_of_a_resolution_is_typed_as_people_write_it(typed, held):
    data = QueryDict(mutable=True)
    data.update({"resolution.number": "มติที่ 1", "resolution.date": typed})
    form = PartForm(data, kind="framework", own={})
    assert form.typed()["resolution"] == {"number": "มติที่ 1", "date": held}


def test_a_criterion_depends_on_others_by_their_titles(people):
    draft = load_framework(read_framework_file("ict-2558"))
    place = Place(draft.indicators.get(code="5").pk, "tasks")
    assert "1. มีการแต่งตั้ง CIO" in str(part_form(draft, place)["requires"])


def test_the_enter_key_presses_save(draft, fourteen, desk):
    """The first button of a form is the one that Enter presses; "Write them" stands before "Save" on the page."""
    page = desk.get(place_url(draft, Place(fourteen.row, "progress"))).content.decode()
    form = page[page.index('id="part-form"') :]
    assert "บันทึก" in form[form.index("<button") : form.index("</button>")]


def test_a_row_that_is_dropped_goes_and_the_others_stay(draft, fourteen, desk):
    place = Place(fourteen.row, "progress")
    levels = fields_of(draft, place)["levels"]
    page = desk.get(place_url(draft, place)).content.decode()
    assert page.count('name="levels.1.drop" value="1"') == 1
    desk.post(place_url(draft, place), posted(part_form(draft, place)) | {"levels.1.drop": "1"})
    assert fields_of(draft, place)["levels"] == [levels[0], *levels[2:]]
