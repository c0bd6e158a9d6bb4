"""What waits for an administrator on the home page: drafts, years without rounds, reports not opened, late agencies."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators import successors
from scorecards.models import Agency, Round, Scorecard
from scorecards.rounds.assigning import assign
from scorecards.waiting.configuring import waiting_for_administrator


def urls(world) -> list[str]:
    return [one.url for one in waiting_for_administrator(world.chawi)]


def test_drafts_and_years_without_rounds(world, sit):
    draft = successors.next_year(world.framework, code="moi-ict-2557", actor=world.chawi)
    assert reverse("edit_part", args=[draft.pk]) in sit("chawi").get("/").content.decode()
    Round.objects.filter(pk=world.round.pk).update(year=draft.year)
    assert reverse("year_rounds", args=[2556]) in urls(world)


def test_agencies_whose_report_of_a_running_round_is_not_open(world):
    given = reverse("assignments", args=[world.framework.pk])
    assign(world.framework, [world.agencies["ict"], world.agencies["policy"]], actor=world.chawi)
    assert given not in urls(world)
    new = Agency.objects.create(
        code="new", name_th="สำนักใหม่", kind="office", ministry=world.agencies["ict"].ministry
    )
    assign(world.framework, [new], actor=world.chawi)
    (waiting,) = waiting_for_administrator(world.chawi)
    assert (waiting.url, waiting.asked.split()[0], waiting.pressing) == (given, "1", True)
    Round.objects.update(closes_at=timezone.now() - dt.timedelta(days=1))
    assert given not in urls(world)


def test_agencies_that_are_late_unless_they_have_more_time(world):
    Round.objects.update(closes_at=timezone.now() - dt.timedelta(days=1))
    (waiting,) = waiting_for_administrator(world.chawi)
    assert waiting.asked.split()[0] == "2"
    assert waiting.url.endswith("?year=2556&months=12")
    Scorecard.objects.filter(pk=world.card.pk).update(extended_to=timezone.now() + dt.timedelta(days=3))
    (waiting,) = waiting_for_administrator(world.chawi)
    assert waiting.asked.split()[0] == "1"


@pytest.mark.parametrize("who", ["arun", "chat", "kamon", "khamron", "cho"])
def test_nobody_else_is_told(world, who):
    successors.next_year(world.framework, code="moi-ict-2557", actor=world.chawi)
    with CaptureQueriesContext(connection) as asked:
        assert waiting_for_administrator(getattr(world, who)) == []
    assert not [one for one in asked if "framework" in one["sql"]]
