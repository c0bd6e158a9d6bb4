"""What a reader may not see does not appear: on no page, in no file."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from indicators.models import FiscalYear
from scorecards.models import Ministry, Round
from tests.dashboards.conftest import offices, on_record

PAGES = ["status", "heat", "distribution", "trend", "compared", "profile"]
EVERYWHERE = [f"/dashboards/{one}/" for one in PAGES] + [f"/dashboards/{one}.csv" for one in PAGES]


@pytest.mark.parametrize("address", ["/dashboards/", *EVERYWHERE])
def test_nobody_in_particular_is_asked_to_sign_in_and_who_has_no_role_finds_nothing(world, address):
    assert Client().get(address)["Location"].startswith("/login/")
    stranger = Client()
    stranger.force_login(User.objects.create_user("nobody"))
    assert stranger.get(address).status_code == 404
    assert stranger.post(address).status_code == 405


def test_a_picture_that_does_not_exist_is_not_found(world, sit):
    assert sit("cho").get("/dashboards/nonsense/").status_code == 404
    assert sit("cho").get("/dashboards/nonsense.csv").status_code == 404


@pytest.mark.parametrize("address", EVERYWHERE)
@pytest.mark.parametrize(
    "query", ["", "?which=self", "?agency=office-3", "?which=self&agency=office-3&group=ministry"]
)
def test_an_agency_never_reads_anothers_name_with_its_score_nor_what_is_not_published(
    world, sit, address, query
):
    on_record(world, world.card, own=2, official=2)
    canary = offices(world, (4, None))[0]
    offices(world, *[(4, 3)] * 6)
    answer = sit("chat").get(address + query)
    told = answer.content.decode()
    assert answer.status_code in (200, 404)
    assert canary.agency.name_en not in told
    assert "Bureau" not in told
    assert "4.0000" not in told  # the others' own scores


@pytest.mark.parametrize("reader", ["kamon", "khwan", "khamron", "chawi", "cho"])
def test_the_assessing_side_sees_every_agency_but_no_draft_of_a_score(world, sit, reader):
    offices(world, (4, None), (5, 3))
    page = sit(reader).get("/dashboards/heat/").content.decode()
    assert "Bureau 003" in page
    assert "Bureau 004" in page
    world.entry.answers.create(criterion_key="step1", content={"value": "yes"})
    assert "สำนักนโยบายและแผน" in page
    status = sit(reader).get("/dashboards/").content.decode()
    assert "Being filled in" in status
    assert f"/scorecards/{world.card.pk}/" not in status  # a draft: nothing leads there


def test_a_reviewer_reads_what_is_not_published_only_of_scorecards_that_they_may_open(world, sit):
    unpublished, _published = offices(world, (4, None), (5, 3))
    told = {}
    for when in ("before", "assigned"):
        pages = [sit("khwan").get(address).content.decode() for address in (
            "/dashboards/heat/", "/dashboards/heat.csv?which=self", "/dashboards/compared/",
            *(f"/dashboards/{one}/?agency={unpublished.agency.code}" for one in ("profile", "trend")),
        )]  # fmt: skip
        told[when] = ["4.0000" in one for one in pages], "5.0000" in "".join(pages)
        assert "3.0000" in pages[0]
        unpublished.reviewers.add(world.khwan)
    assert told == {
        "before": ([False] * 5, False),  # the agency's own score of a published one is not for all, either
        "assigned": ([True, True, False, True, True], False),
    }
    assert "5.0000" in sit("cho").get("/dashboards/heat.csv?which=self").content.decode()


def test_links_lead_only_where_this_person_may_go(world, sit):
    (card,) = offices(world, (4, None))
    link = f'href="/scorecards/{card.pk}/"'
    assert link in sit("cho").get("/dashboards/").content.decode()
    assert link not in sit("khwan").get("/dashboards/").content.decode()  # assigned to nobody
    assert f'href="/scorecards/{world.card.pk}/"' in sit("chat").get("/dashboards/").content.decode()


@pytest.mark.parametrize(("others", "told"), [(4, False), (5, True)])
def test_figures_of_a_group_need_five_others(world, sit, others, told):
    on_record(world, world.card, own=5, official=5)
    offices(world, *[(4, 3)] * others)
    for person in ("chat", "cho"):
        page = sit(person).get("/dashboards/profile/?agency=ict").content.decode()
        assert ("median 3.0000" in page) == told
        assert ("fewer than five other agencies" in page) != told
    spread = sit("chat").get("/dashboards/distribution/").content.decode()
    heat = sit("chat").get("/dashboards/heat/").content.decode()
    assert ("median 3.0000" in spread) == ("3.0000" in heat) == told
    assert ("fewer than five other agencies" in spread) == ("fewer than five other agencies" in heat) != told


def test_what_is_not_published_does_not_count_among_the_others_for_an_agency(world, sit):
    on_record(world, world.card, own=5, official=5)
    offices(world, *[(4, 3)] * 4, (4, None), (4, None))
    assert "fewer than five other agencies" in sit("chat").get("/dashboards/profile/").content.decode()


def test_a_small_ministry_is_not_shown_though_the_whole_is(world, sit):
    on_record(world, world.card, own=5, official=5)
    elsewhere = Ministry.objects.create(code="finance", name_th="กระทรวงการคลัง")
    offices(world, *[(4, 3)] * 6, ministry=elsewhere)
    page = "/dashboards/profile/?agency=ict"
    assert "median 3.0000" in sit("chat").get(page).content.decode()
    assert "fewer than five other agencies" in sit("chat").get(f"{page}&group=ministry").content.decode()


@pytest.fixture
def round_of_others(world):
    """A later round, in which only another office has a scorecard."""
    later = Round.objects.create(
        year=FiscalYear.objects.create(year=2563), months=6, opens_at=world.round.opens_at,
        closes_at=world.round.closes_at, review_closes_at=world.round.review_closes_at,
    )  # fmt: skip
    offices(world, (4, 3), round=later)
    return later


@pytest.mark.usefixtures("round_of_others")
def test_an_agency_begins_with_the_last_round_that_holds_its_own_scorecard(world, sit):
    assert f"/scorecards/{world.card.pk}/" in sit("chat").get("/dashboards/").content.decode()
    assert "Bureau" in sit("cho").get("/dashboards/").content.decode()


@pytest.mark.usefixtures("round_of_others")
def test_a_round_without_an_own_scorecard_says_so_instead_of_an_empty_table(world, sit):
    page = sit("chat").get("/dashboards/?year=2563&months=6").content.decode()
    assert "No scorecard is there for you in this round." in page
    assert "<table" not in page
