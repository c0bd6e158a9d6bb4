"""An agency whose report was never opened finds, while the closed round is reviewed, whom to ask and for what."""

import pytest
from django.urls import reverse
from django.utils import timezone

from scorecards.models import Agency, Assignment, Round
from scorecards.rounds.assigning import assign, open_late
from scorecards.waiting.agency_work import closed_without_report
from tests.world import make_world

DAY = timezone.timedelta(days=1)
SAYS = "Tell an administrator of OPDC"


def given_too_late(world):
    """A third office has the form; the round closed before its report was opened. มาลี collects there."""
    office = Agency.objects.create(
        code="late", name_th="สำนักใหม่", kind="office", ministry=world.card.agency.ministry
    )
    given = [office, world.agencies["ict"], world.agencies["policy"]]
    assign(world.framework, given, actor=world.chawi)
    Round.objects.update(closes_at=timezone.now() - DAY)
    world.mali = type(world.arun).objects.create_user("mali", first_name="มาลี")
    world.mali.memberships.create(agency=office, role="collector")
    world.round.refresh_from_db()
    return office


@pytest.fixture
def late(world):
    return given_too_late(world)


@pytest.fixture
def sit(sit):
    """Everybody reads English."""

    def client(username):
        browser = sit(username)
        browser.cookies["django_language"] = "en"
        return browser

    return client


@pytest.mark.parametrize("name", ["home", "scorecards"])
def test_the_agency_is_told_on_its_pages_and_nobody_else(world, sit, late, name):
    page = sit("mali").get(reverse(name)).content.decode()
    assert SAYS in page
    assert "12 months" in page
    assert "there is nothing to do until then" not in page
    for person in ("arun", "chat", "kamon", "khamron", "chawi", "cho"):
        assert SAYS not in sit(person).get(reverse(name)).content.decode()


def test_each_closed_round_of_the_form_stands_with_its_day(world, late):
    facts = {"opens_at": world.round.opens_at, "review_closes_at": world.round.review_closes_at}
    world.round.year.rounds.create(months=9, closes_at=world.round.closes_at - DAY, **facts)
    found = closed_without_report(world.mali)
    assert [(one.months, one.closed_at) for one in found] == [
        (9, world.round.closes_at - DAY), (12, world.round.closes_at),
    ]  # fmt: skip


def test_a_round_that_the_form_does_not_have_is_not_missed(db):
    """The form of 2563 has no ninth month."""
    world = make_world("dga-digital-2563")
    given_too_late(world)
    facts = {"opens_at": world.round.opens_at, "review_closes_at": world.round.review_closes_at}
    world.round.year.rounds.create(months=9, closes_at=world.round.closes_at, **facts)
    assert [one.months for one in closed_without_report(world.mali)] == [12]


def test_it_goes_away_when_the_report_is_opened_late(world, late):
    assignment = Assignment.objects.get(agency=late)
    open_late(assignment, world.round, until=timezone.now() + DAY, reason="น้ำท่วม", actor=world.chawi)
    assert closed_without_report(world.mali) == []


@pytest.mark.parametrize(
    "changed", [{"closes_at": timezone.now() + DAY}, {"review_closes_at": timezone.now() - DAY / 2}]
)
def test_while_the_round_is_open_or_its_review_over_there_is_nothing_to_ask(world, late, changed):
    Round.objects.update(**changed)
    assert closed_without_report(world.mali) == []


def test_without_the_form_there_is_nothing_to_ask(world, late):
    Assignment.objects.filter(agency=late).delete()
    assert closed_without_report(world.mali) == []
