"""A year's rounds: set by an administrator in Buddhist days, changed with a reason that stands on every record."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.models import FiscalYear
from scorecards.dates import day
from scorecards.disclosure import readable_events
from scorecards.events import verify
from scorecards.models import Event, Round
from scorecards.reminders import make_notices
from scorecards.round_forms import DAYS
from scorecards.rounds import CHANGED
from tests.editor.forms import fields_in

NEW = {"6.opens_at": "๑ ต.ค. ๒๕๗๐", "6.closes_at": "30/4/2571", "6.review_closes_at": "30 มิ.ย. 2571"}


@pytest.fixture
def desk(world):
    browser = Client()
    browser.force_login(world.chawi)
    return browser


def typed_day(moment, *, as_shown=False) -> str:
    """The day as people type it, or as pages show it."""
    there = timezone.localtime(moment)
    return day(there) if as_shown else f"{there:%d/%m}/{there.year + 543}"


def page_of(year) -> str:
    return reverse("year_rounds", args=[year])


def test_a_year_gets_its_rounds_in_buddhist_days(world, desk):
    year = FiscalYear.objects.create(year=2571)
    assert desk.post(page_of(2571), NEW).status_code == 302
    round_ = year.rounds.get()
    days = [timezone.localtime(one) for one in (round_.opens_at, round_.closes_at, round_.review_closes_at)]
    assert [f"{one:%Y-%m-%d %H:%M}" for one in days] == [
        "2027-10-01 00:00", "2028-04-30 23:59", "2028-06-30 23:59",
    ]  # fmt: skip


def test_last_years_days_are_proposed_and_nothing_is_made_by_looking(world, desk):
    FiscalYear.objects.create(year=2557)
    shown = fields_in(desk.get(page_of(2557)).content.decode())
    opens = timezone.localtime(world.round.opens_at)
    assert shown["12.opens_at"].endswith(str(opens.year + 1 + 543))
    assert not shown["6.opens_at"]
    assert not Round.objects.filter(year__year=2557).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"6.closes_at": ""}, {"6.closes_at": "วันสิ้นเดือน"}, {"6.closes_at": "1/9/2570"}, {"6.review_closes_at": "1/4/2571"}],
)  # fmt: skip
def test_a_round_that_cannot_be_is_refused_and_what_was_typed_stays(world, desk, wrong):
    FiscalYear.objects.create(year=2571)
    answer = desk.post(page_of(2571), NEW | wrong)
    assert answer.status_code == 409
    assert fields_in(answer.content.decode())["6.opens_at"] == NEW["6.opens_at"]
    assert not Round.objects.filter(year__year=2571).exists()


@pytest.mark.parametrize("moment", DAYS)
def test_a_day_of_a_far_year_is_refused_with_the_last_possible_one(world, desk, moment):
    FiscalYear.objects.create(year=2571)
    far = {f"6.{name}": "31/12/2700" for name in list(DAYS)[list(DAYS).index(moment) :]}
    answer = desk.post(page_of(2571), NEW | far)
    assert answer.status_code == 409
    assert "30 ก.ย. 2572" in answer.content.decode()
    assert not Round.objects.filter(year__year=2571).exists()


def test_a_far_day_that_stands_already_holds_up_no_other_change(world, desk):
    world.round.review_closes_at = timezone.now() + dt.timedelta(days=2000)
    world.round.save()
    fields = fields_in(desk.get(page_of(2556)).content.decode())
    later = typed_day(world.round.closes_at + dt.timedelta(days=10))
    assert desk.post(page_of(2556), fields | {"12.closes_at": later, "reason": "มติ"}).status_code == 302


class TestChanging:
    @pytest.fixture
    def typed(self, world, desk):
        """The page as it stands, with a closing of ten days later."""
        fields = fields_in(desk.get(page_of(2556)).content.decode())
        later = timezone.localtime(world.round.closes_at) + dt.timedelta(days=10)
        return fields | {"12.closes_at": f"{later:%d/%m}/{later.year + 543}"}

    def test_where_agencies_are_at_work_it_takes_a_reason(self, world, desk, typed):
        assert desk.post(page_of(2556), typed).status_code == 409
        before = world.round.closes_at
        world.round.refresh_from_db()
        assert world.round.closes_at == before

    def test_it_stands_on_the_record_of_every_report_and_the_agency_reads_it(self, world, desk, typed):
        desk.post(page_of(2556), typed | {"reason": "มติที่ 5/2556"})
        events = Event.objects.filter(action=CHANGED)
        assert {one.scorecard for one in events} == {world.card, world.other}
        assert {one.reason for one in events} == {"มติที่ 5/2556"}
        assert set(events.first().after) == {"closes_at"}  # what did not change is not told
        assert readable_events(world.card, world.arun).filter(action=CHANGED).exists()
        assert verify(world.card.agency) == []
        make_notices()

    def test_sent_twice_it_is_done_once(self, world, desk, typed):
        for _time in range(2):
            desk.post(page_of(2556), typed | {"reason": "มติที่ 5/2556"})
        assert Event.objects.filter(action=CHANGED).count() == 2

    @pytest.mark.parametrize("days", [-20, -1])  # a day that is past, a day that is still to come
    def test_once_agencies_are_at_work_a_closing_is_only_ever_later(self, world, desk, typed, days):
        sooner = typed_day(world.round.closes_at + dt.timedelta(days=days))
        answer = desk.post(page_of(2556), typed | {"12.closes_at": sooner, "reason": "เร่งรัด"})
        assert answer.status_code == 409
        # what they count on
        assert typed_day(world.round.closes_at, as_shown=True) in answer.content.decode()
        world.round.refresh_from_db()
        assert world.round.closes_at > timezone.now()
        assert not Event.objects.filter(action=CHANGED).exists()

    def test_once_agencies_are_at_work_it_begins_no_later(self, world, desk, typed):
        later = typed_day(timezone.now() + dt.timedelta(days=2))
        answer = desk.post(page_of(2556), typed | {"12.opens_at": later, "reason": "เลื่อน"})
        assert answer.status_code == 409

    def test_before_it_begins_any_day_may_change(self, world, desk, typed):
        world.round.opens_at = timezone.now() + dt.timedelta(days=1)
        world.round.save()
        sooner = typed_day(world.round.closes_at - dt.timedelta(days=1))
        opens = typed_day(world.round.opens_at)
        wanted = typed | {"12.opens_at": opens, "12.closes_at": sooner, "reason": "มติ"}
        assert desk.post(page_of(2556), wanted).status_code == 302

    def test_a_day_typed_wrong_is_mended_while_nobody_has_a_report(self, world, desk, typed):
        begun = {name: typed_day(getattr(world.round, name)) for name in DAYS}
        fields = {f"6.{name}": begun[name] for name in DAYS}
        assert desk.post(page_of(2556), typed | fields | {"reason": "มติ"}).status_code == 302
        fields["6.closes_at"] = typed_day(world.round.closes_at - dt.timedelta(days=1))
        assert desk.post(page_of(2556), typed | fields).status_code == 302

    def test_sent_as_it_stands_it_changes_nothing(self, world, desk):
        fields = fields_in(desk.get(page_of(2556)).content.decode())
        assert desk.post(page_of(2556), fields).status_code == 302
        before = world.round.closes_at
        world.round.refresh_from_db()
        assert world.round.closes_at == before


@pytest.mark.parametrize("who", ["arun", "kamon", "khamron", "cho"])
def test_for_administrators_only(world, who):
    browser = Client()
    browser.force_login(getattr(world, who))
    assert browser.get(page_of(2556)).status_code == 404
    assert browser.post(page_of(2556), NEW).status_code == 404
