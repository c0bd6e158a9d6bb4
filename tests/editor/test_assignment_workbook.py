"""Who has which form as a workbook: out, edited, previewed, and taken whole or not at all."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from scorecards.models import Agency, Assignment, Owner
from scorecards.rounds.assigning import assign
from scorecards.rounds.assignment_workbook import assignments_to_workbook, plan_import
from tests.editor.forms import fields_in
from tests.editor.test_workbooks import cell, edited
from tests.world import make_world


@pytest.fixture
def world(db):
    return make_world("sdo-2562")


@pytest.fixture
def book(world):
    assign(world.framework, [world.agencies["ict"], world.agencies["policy"]], actor=world.chawi)
    return assignments_to_workbook(world.framework)


@pytest.fixture
def desk(world):
    browser = Client()
    browser.force_login(world.chawi)
    return browser


def row_of(book, sheet, **wanted):
    fields = [one.value for one in book[sheet][1]]
    for number, row in enumerate(book[sheet].iter_rows(min_row=3, values_only=True), start=3):
        if all(dict(zip(fields, row, strict=True)).get(name) == value for name, value in wanted.items()):
            return number
    raise AssertionError(wanted)


def change(sheet, field, value, **wanted):
    def work(book):
        cell(book, sheet, row_of(book, sheet, **wanted), field).value = value

    return work


def test_as_it_stands_it_changes_nothing(world, book):
    assert plan_import(world.framework, book) == []
    assert plan_import(world.framework, edited(book, lambda book: None)) == []


def test_first_a_preview_then_the_change(world, book, desk):
    def work(book):
        change("own", "weight", "๒", agency="ict", indicator="4.2")(book)
        change("own", "weight", 8, agency="ict", indicator="4.3")(book)
        book["owners"].append(["ict", "4.2", "collector", "กมล ตัวอย่าง", "0-2000-0000", "kamon@example.go.th"])

    upload = SimpleUploadedFile("x.xlsx", edited(book, work))
    page = desk.post(
        reverse("import_assignments", args=[world.framework.pk]), {"file": upload}
    ).content.decode()
    for expected in ("4.2 น้ำหนัก: 5 → 2", "4.3 น้ำหนัก: 5 → 8", "0 → 1"):
        assert expected in page
    assert Assignment.objects.get(agency__code="ict").tailoring == {}
    desk.post(reverse("import_assignments", args=[world.framework.pk]), fields_in(page))
    assert Assignment.objects.get(agency__code="ict").tailoring == {"weights": {"4.2": "2", "4.3": "8"}}
    assert Owner.objects.get().name == "กมล ตัวอย่าง"
    assert plan_import(world.framework, assignments_to_workbook(world.framework)) == []


def test_giving_the_form_to_another_agency(world, book, desk):
    Agency.objects.create(
        code="new", name_th="หน่วยงานใหม่", ministry=world.agencies["ict"].ministry, kind="department"
    )
    data = edited(
        assignments_to_workbook(world.framework), change("agencies", "has_form", "ใช่", agency="new")
    )
    assert [(plan.agency, plan.is_new) for plan in plan_import(world.framework, data)] == [("new", True)]


def test_leaving_an_indicator_out_and_own_levels(world, book):
    def work(book):
        change("own", "used", "", agency="ict", indicator="1.5")(book)
        change("own", "levels", "97", agency="ict", indicator="4.2")(book)

    (plan,) = plan_import(world.framework, edited(book, work))
    assert "1.5" not in plan.tailoring["chosen"]
    assert plan.tailoring["levels"]["4.2"]


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (change("own", "weight", "มาก", agency="ict", indicator="4.2"), "แผ่น “own” แถว"),
        (change("own", "indicator", "9.9", agency="ict", indicator="4.2"), "9.9"),
        (change("own", "levels", "1 / 2 / 3", agency="ict", indicator="4.2"), "ระดับ"),
        (change("agencies", "agency", "nobody", agency="ict"), "nobody"),
        (change("own", "weight", "77", agency="ict", indicator="4.2"), "ict"),
    ],
)
def test_a_fault_names_its_place_and_nothing_is_taken(world, book, desk, work, said):
    upload = SimpleUploadedFile("x.xlsx", edited(book, work))
    answer = desk.post(reverse("import_assignments", args=[world.framework.pk]), {"file": upload})
    assert answer.status_code == 409
    assert said in answer.content.decode()
    assert all(one.tailoring == {} for one in Assignment.objects.all())


def test_a_plan_that_was_tampered_with_is_not_done(world, book, desk):
    answer = desk.post(
        reverse("import_assignments", args=[world.framework.pk]), {"plan": "forged"}, follow=True
    )
    assert "เก่าเกินไป" in answer.content.decode()


def test_owners_are_shown_to_those_who_may(world, book):
    assignment = Assignment.objects.get(agency__code="ict")
    facts = {"indicator_code": "4.2", "duty": "supervisor", "name": "กมล ตัวอย่าง", "telephone": "0-2000-0000"}
    Owner.objects.create(assignment=assignment, **facts)
    entry = world.card.entries.get(indicator__code="4.2")
    for who, seen in (("arun", True), ("duangjai", False)):
        browser = Client()
        browser.force_login(getattr(world, who))
        page = browser.get(reverse("entry", args=[entry.pk])).content.decode()
        assert ("0000" in page and "กมล ตัวอย่าง" in page) == seen
        assert "0-2000-0000" not in page  # whole on a page of its own


def test_shared_indicators_too(world, book, desk):
    upload = SimpleUploadedFile(
        "x.xlsx", edited(book, change("own", "host", "policy", agency="ict", indicator="4.2"))
    )
    page = desk.post(
        reverse("import_assignments", args=[world.framework.pk]), {"file": upload}
    ).content.decode()
    assert "ตัวชี้วัดร่วม: 4.2" in page
    desk.post(reverse("import_assignments", args=[world.framework.pk]), fields_in(page))
    assert Assignment.objects.get(agency__code="ict").hosts == {"4.2": "policy"}
    assert plan_import(world.framework, assignments_to_workbook(world.framework)) == []
