"""The page on which an administrator gives several agencies of a round more time at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scorecards.models import Event, Scorecard
from scorecards.states import ScorecardState
from tests.world import sent_by_others, walk

PAGE = reverse("extend_deadlines", args=[2556, 12])


def opened_for_others(world, count, **facts):
    return sent_by_others(world, count, state=ScorecardState.OPEN, **facts)


@pytest.fixture
def typed(world):
    day = timezone.localdate(world.round.closes_at) + timezone.timedelta(days=5)
    return {"until": day.isoformat(), "reason": "อุทกภัย"}


def extended() -> set[str]:
    return {one.agency.code for one in Scorecard.objects.exclude(extended_to=None).select_related("agency")}


def test_the_ticked_agencies_get_it_and_no_other(world, sit, typed):
    others = opened_for_others(world, 2)
    form = typed | {"card": [world.card.pk, others[0].pk]}
    answer = sit("chawi").post(PAGE, form, follow=True)
    assert extended() == {"ict", others[0].agency.code}
    assert "อุทกภัย" not in answer.content.decode()  # done: the form is empty again
    assert set(Event.objects.filter(action="extend").values_list("reason", flat=True)) == {"อุทกภัย"}


def test_all_of_a_ministry_at_once(world, sit, typed):
    others = opened_for_others(world, 3, ministry="finance")
    answer = sit("chawi").post(f"{PAGE}?ministry=finance", typed | {"all": "on"})
    assert answer["Location"] == f"{PAGE}?ministry=finance"
    assert extended() == {one.agency.code for one in others}


def test_a_card_that_no_list_of_the_round_shows_is_not_touched(world, sit, typed):
    """Another round's, or a made-up one."""
    year = world.round.year
    elsewhere = year.rounds.create(
        months=6,
        opens_at=world.round.opens_at,
        closes_at=world.round.closes_at,
        review_closes_at=world.round.review_closes_at,
    )
    card = opened_for_others(world, 1, round=elsewhere)[0]
    refused = sit("chawi").post(PAGE, typed | {"card": [card.pk, "x", "9" * 30]})
    assert refused.status_code == 409
    assert extended() == set()


def test_what_was_sent_does_not_stand_there(world, sit):
    walk(world, ScorecardState.SUBMITTED)
    assert [card.agency.code for card in sit("chawi").get(PAGE).context["cards"]] == ["policy"]


def test_one_that_was_sent_meanwhile_is_named(world, sit, typed):
    both = typed | {"card": [world.card.pk, world.other.pk]}
    walk(world, ScorecardState.SUBMITTED)
    page = sit("chawi").post(PAGE, both, follow=True)
    assert extended() == {"policy"}
    assert "ศูนย์เทคโนโลยีสารสนเทศ" in [str(one) for one in page.context["messages"]][-1]
    alone = sit("chawi").post(PAGE, typed | {"card": [world.card.pk]})
    assert alone.status_code == 409
    assert "ศูนย์เทคโนโลยีสารสนเทศ" in str(alone.context["refused"][-1])


def test_a_refusal_keeps_what_was_typed_and_ticked(world, sit, typed):
    page = sit("chawi").post(PAGE, typed | {"card": [world.card.pk], "reason": ""})
    assert page.status_code == 409
    assert f'value="{world.card.pk}" checked' in page.content.decode()
    assert typed["until"] in page.content.decode()
    assert extended() == set()


def test_those_that_may_work_as_long_already_are_told(world, sit, typed):
    later = world.round.closes_at + timezone.timedelta(days=30)
    Scorecard.objects.filter(pk=world.other.pk).update(extended_to=later)
    page = sit("chawi").post(PAGE, typed | {"all": "on"}, follow=True)
    assert [one.level_tag for one in page.context["messages"]] == ["success", "warning"]
    world.other.refresh_from_db()
    assert world.other.extended_to == later


def test_the_years_page_leads_there_while_somebody_is_at_work(world, sit):
    year = reverse("year_rounds", args=[2556])
    assert f'href="{PAGE}"' in sit("chawi").get(year).content.decode()
    Scorecard.objects.update(state=ScorecardState.SUBMITTED)
    assert f'href="{PAGE}"' not in sit("chawi").get(year).content.decode()


def test_the_number_of_queries_does_not_depend_on_the_agencies(world, sit):
    browser, counted = sit("chawi"), []
    for more in (1, 5):
        opened_for_others(world, more)
        with CaptureQueriesContext(connection) as queries:
            browser.get(PAGE)
        counted.append(len(queries))
    assert counted[0] == counted[1]
