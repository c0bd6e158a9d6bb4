"""Pictures are plain SVG: told to those who do not see them, without style or script, safe for any name."""

import datetime as dt
import re
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.safestring import SafeString

from indicators.documents import read_framework_file
from indicators.models import Framework
from indicators.publishing import load_framework, publish
from reports.dashboards.drawing import Axis, element, figure, rounded, text
from reports.dashboards.figures import Figure
from reports.dashboards.trend import drawn_results, drawn_scores
from reports.dashboards.years import Year, generations
from scorecards.models import Agency, History, Ministry, Round
from scorecards.states import Role
from tests.dashboards.conftest import offices, on_record

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = ["status", "distribution", "trend", "compared", "profile"]


def pictures_in(page: str) -> list:
    return [ElementTree.fromstring(one) for one in re.findall(r"<svg xmlns.*?</svg>", page, re.DOTALL)]


@pytest.mark.parametrize("picture", DRAWN)
def test_each_picture_has_a_title_a_description_and_its_figures_as_a_table(world, sit, picture):
    on_record(world, world.card, own=5, official=4)
    offices(world, *[(5, 3)] * 5)
    page = sit("cho").get(f"/dashboards/{picture}/?agency=ict").content.decode()
    found = pictures_in(page)
    assert found
    for one in found:
        named = [one.find(f"{SVG}title"), one.find(f"{SVG}desc")]
        assert one.get("aria-labelledby") == " ".join(part.get("id") for part in named)
        assert all(part.text for part in named)
        assert one.get("role") == "img"
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "<table" in page
    assert f'href="/dashboards/{picture}.csv?' in page
    assert not re.search(r"\sstyle=|<style|<script(?! src)", page)


def test_a_name_in_a_picture_is_text_and_nothing_else():
    drawn = figure("x", [text(0, 0, "<script>&")], size=(1, 1), title="a <b>", told='"c"')
    assert isinstance(drawn, SafeString)
    assert "<script" not in drawn
    assert ElementTree.fromstring(drawn).find(f"{SVG}text").text == "<script>&"
    assert ElementTree.fromstring(element("a", href='" onclick="x')).get("href") == '" onclick="x'


def test_an_axis_places_exactly_and_keeps_what_lies_outside_at_its_end():
    axis = Axis(1, 5, 0, 100)
    assert [axis.at(one) for one in (1, 3, 5, 9, 0)] == [0, 50, 100, 100, 0]
    assert [int(one) for one in axis.marks] == [1, 2, 3, 4, 5]
    assert str(rounded("1/3")) == "0.3"
    assert Axis(1, 1, 0, 100).at(1) == 0


def test_every_state_is_counted_once_and_the_late_are_named_first(world, sit):
    offices(world, (5, 3), (4, None))
    world.round.opens_at -= dt.timedelta(days=60)
    world.round.closes_at = timezone.now() - dt.timedelta(days=3)
    world.round.save()
    world.other.extended_to = timezone.now() + dt.timedelta(days=5)
    world.other.save()
    page = sit("cho").get("/dashboards/").content.decode()
    (drawn,) = pictures_in(page)
    assert drawn.find(f"{SVG}desc").text == "Late 1, Being filled in 1, Submitted 1, Published 1"
    table = page.split("Agencies, the late ones first")[-1]
    places = [
        table.index(one) for one in ("ศูนย์เทคโนโลยีสารสนเทศ", "สำนักนโยบายและแผน", "Bureau 004", "Bureau 003")
    ]
    assert places == sorted(places)
    assert "Late · Being filled in" in table
    assert "3 days late" in table


def test_filters_stand_in_the_address_and_an_empty_page_says_what_to_do(world, sit):
    offices(world, (5, 3))
    page = sit("cho").get("/dashboards/?kind=department").content.decode()
    assert "Bureau" in page
    assert "สำนักนโยบายและแผน" not in page
    assert '<option value="department" selected>' in page
    assert "Choose another" in sit("cho").get("/dashboards/compared/?kind=office").content.decode()
    Round.objects.exclude(scorecards=None).update(opens_at=timezone.now() - dt.timedelta(days=99))
    assert sit("cho").get("/dashboards/heat/?year=1&months=x&form=ไม่มี&page=-1").status_code == 200


def test_where_no_round_is_there_the_page_says_who_opens_one(db):
    ministry = Ministry.objects.create(code="m", name_th="กระทรวง")
    office = Agency.objects.create(code="a", name_th="สำนักงาน", ministry=ministry, kind="central")
    observer = User.objects.create_user("cho")
    observer.memberships.create(agency=office, role=Role.OBSERVER)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(observer)
    for picture in ("heat", *DRAWN):
        assert "No round has been set up yet" in client.get(f"/dashboards/{picture}/").content.decode()
        assert client.get(f"/dashboards/{picture}.csv").status_code == 404


@pytest.fixture
def renumbered(world):
    """The next year's form, in which indicator 4 is number 7; ict's whole years of both on record, and one before."""
    document = read_framework_file("moi-ict-2556") | {"code": "moi-ict-2557", "year": 2557}
    document["components"][0]["indicators"][0]["code"] = "7"
    draft = load_framework(document)
    draft.based_on = world.framework
    following = {"code": "moi-ict-2556", "version": 1}
    draft.head = draft.head | {"continues": following | {"codes": [{"old": "4", "new": "7"}]}}
    draft.save()
    form = publish(Framework.objects.get(pk=draft.pk), actor=world.chawi)
    later = Round.objects.create(
        year=form.year, months=12, opens_at=timezone.now() - dt.timedelta(days=1),
        closes_at=timezone.now() + dt.timedelta(days=9), review_closes_at=timezone.now() + dt.timedelta(days=20),
    )  # fmt: skip
    on_record(world, world.card, own=3, official=2)
    card = offices(world, (5, 4), framework=form, round=later)[0]
    card.agency = world.agencies["ict"]
    card.save()
    History.objects.create(
        agency=world.agencies["ict"], indicator=world.entry.indicator, year=2555, value="1.5"
    )
    world.later = form
    return world


def test_the_years_are_found_though_the_number_changed(renumbered, sit):
    assert generations("moi-ict-2557", "7") == {renumbered.later.pk: "7", renumbered.framework.pk: "4"}
    page = sit("chat").get("/dashboards/trend.csv?year=2557&indicator=7").content.decode("utf-8-sig")
    assert page.splitlines()[1:] == [
        "2555,4,1.5,,",
        "2556,4,2.0000,3.0000,2.0000",
        "2557,7,4.0000,5.0000,4.0000",
    ]
    shown = sit("chat").get("/dashboards/trend/?year=2557&indicator=7").content.decode()
    assert "The number of the indicator changed" in shown
    assert {one.find(f"{SVG}title").text for one in pictures_in(shown)} == {"Scores", "Results"}


def test_a_year_whose_official_record_has_no_score_is_told_with_the_self_score():
    own = Figure("scorecard", "", "", "", "scored", "3.5", "3.5000", "1", "5", "", False, True)
    not_applicable = own._replace(state="na", score="", shown="")
    picture = ElementTree.fromstring(drawn_scores([Year(2562, "1", "", own, not_applicable)], title="x"))
    assert picture.find(f"{SVG}desc").text == "2562: 3.5000"


def test_years_without_figures_make_no_picture():
    bare = [Year(2555, "1", "เอกสาร", None, None), Year(2556, "1", "12", None, None)]
    assert drawn_scores(bare, title="x") is None
    assert drawn_results(bare) is None
