"""The tables of all agencies: figures of the records, for those who compare agencies."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.agency_tables import Choice, agency_tables, cards_of
from reports.card_tables import scorecard_tables
from scorecards.models import Agency, Event, Membership, Ministry
from tests.public.conftest import crowd
from tests.tables.conftest import all_agencies, book_of, lines_of, values

CHOICE = Choice("moi-ict-2556", 2556, 12)


def made(person, **more):
    return agency_tables(cards_of(person, CHOICE), CHOICE, language="th", **more)


def scores(answer) -> list[tuple]:
    return [(row["agency_code"], row["4"]) for row in lines_of(answer)]


def test_agencies_stand_in_thai_order_with_official_scores_where_published(country, sit):
    assert scores(sit("cho").get(all_agencies("csv", "?table=scores"))) == [
        ("ict", "2.0000"), ("office-1", "2.0000"), ("office-2", "2.0000"), ("policy", ""),
    ]  # fmt: skip
    assert scores(sit("cho").get(all_agencies("csv", "?table=self"))) == [
        ("ict", "3.0000"), ("office-1", "3.0000"), ("office-2", "3.0000"), ("policy", "4.0000"),
    ]  # fmt: skip


def test_the_workbook_has_a_sheet_for_each_view_of_them(country, sit):
    book = book_of(sit("khamron").get(all_agencies("xlsx", "?derivations=1")))
    assert len(book.sheetnames) == 7
    official, difference = values(book.worksheets[0]), values(book.worksheets[2])
    assert official[1][3:] == [2, 2]
    assert official[4][2:] == ["ส่งแล้ว", None, None]
    assert difference[1][3:] == [-1, -1]


def test_csv_and_json_say_the_same(country, sit):
    rows = lines_of(sit("chawi").get(all_agencies("csv")))
    told = json.loads(sit("chawi").get(all_agencies("json")).content)["tables"]["long"]
    assert [{name: value or "" for name, value in one.items()} for one in told] == rows
    assert len(rows) == 4


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_the_same_records_give_the_same_bytes(country, sit, kind):
    first = sit("cho").get(all_agencies(kind)).content
    assert sit("khamron").get(all_agencies(kind)).content == first


def test_a_reviewer_gets_the_assigned_ones_and_others_none(country, sit):
    rows = lines_of(sit("kamon").get(all_agencies("csv")))
    assert {row["agency_code"] for row in rows} == {"ict", "policy"}
    for person in ("khwan", "arun", "fah"):
        assert sit(person).get(all_agencies("csv")).status_code == 404
    assert sit("arun").get(reverse("tables")).status_code == 404


def test_nobody_compares_the_own_agency(country, sit):
    Membership.objects.create(user=country.khamron, agency=country.agencies["ict"], role="collector")
    rows = lines_of(sit("khamron").get(all_agencies("csv")))
    assert "ict" not in {row["agency_code"] for row in rows}


def test_a_ministry_alone(country, sit):
    other = Ministry.objects.create(code="finance", name_th="กระทรวงการคลัง")
    Agency.objects.filter(code="office-2").update(ministry=other)
    rows = lines_of(sit("cho").get(all_agencies("csv", "?ministry=finance")))
    assert [row["agency_code"] for row in rows] == ["office-2"]
    assert sit("cho").get(all_agencies("csv", "?ministry=nothing")).status_code == 404
    assert sit("cho").get(all_agencies("csv", months=6)).status_code == 404


def test_taking_them_all_is_one_event_that_names_them(country, sit):
    before = Event.objects.count()
    sit("cho").get(all_agencies("json"))
    event = Event.objects.filter(agency=country.agencies["opdc"]).latest("number")
    assert (event.action, event.actor) == ("export_tables", country.cho)
    assert event.after["agencies"] == ["ict", "office-1", "office-2", "policy"]
    assert Event.objects.count() == before + 1


def test_many_agencies_take_as_many_queries_as_few(ruled):
    made(ruled.cho, derivations=True)  # who somebody is, is asked once
    with CaptureQueriesContext(connection) as few:
        made(ruled.cho, derivations=True)
    crowd(ruled, 30)
    with CaptureQueriesContext(connection) as many:
        assert len(made(ruled.cho, derivations=True)[0].rows) == 30
    assert len(many) == len(few)


def test_the_page_offers_what_may_be_compared(country, sit):
    page = sit("cho").get(reverse("tables"), {"ministry": "interior"}).content.decode()
    assert "4 หน่วยงาน" in page
    assert all_agencies("xlsx") in page
    assert "ministry=interior" in page
    assert reverse("tables") in sit("khamron").get(reverse("review_queue")).content.decode()
    assert all_agencies("xlsx") not in sit("khwan").get(reverse("tables")).content.decode()


def test_every_column_is_explained(country, settings):
    told = (settings.BASE_DIR / "docs" / "tables.md").read_text()
    card = scorecard_tables(country.card, language="th", with_reviewers=True)
    tables = [*card, *made(country.cho, derivations=True)]
    names = {one.name for table in tables for one in table.columns}
    names |= {row[0] for table in tables if table.name == "about" for row in table.rows}
    names = {re.sub(r"^result_\d{4}$", "result_<year>", name) for name in names} - {"4"}
    assert {name for name in names if f"`{name}`" not in told} == set()
    assert {table.name for table in tables if f"`{table.name}`" not in told} == set()
