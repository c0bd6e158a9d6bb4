"""Plans with months: planned and done by weight, what is due by now, and questions that look at them."""

from fractions import Fraction

import pytest
from django.utils import translation

from indicators.refusals import Refused, Stale
from scorecards.answering.plan_forms import PlanForm
from scorecards.answering.planning import save_plan, seen
from scorecards.answering.plausibility import questions
from scorecards.models import Entry, Event
from scorecards.plans import plan_of, plan_on_record
from tests.world import make_world

MONTHS = ["m10", "m11", "m12", "m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09"]


@pytest.fixture
def world(db):
    return make_world("sdo-2562")


@pytest.fixture(params=["2.2", "4.4", "5.1"])
def planned(world, request):
    """The three indicators of seed 004 with a plan."""
    return world.card.entries.select_related("indicator", "scorecard__round").get(
        indicator__code=request.param
    )


def entry_of(world, code, months=12):
    world.round.months = months
    world.round.save()
    return world.card.entries.select_related("indicator", "scorecard__round").get(indicator__code=code)


def test_each_of_the_three_plans_of_the_seed_has_activities_and_columns(planned):
    plan = plan_of(planned)
    assert len(plan.activities) >= 4
    assert len(plan.columns) in (4, 12)
    assert plan.done is None
    assert plan.figures == {"done": "", "due": "", "pace": ""}


def test_a_heading_above_numbered_activities_is_no_activity(world):
    assert [one.number for one in plan_of(entry_of(world, "2.2")).activities] == [
        "1.1",
        "1.2",
        "2.1",
        "2.2",
        "3.1",
    ]


def test_done_by_weight_due_by_now_and_the_pace(world):
    entry = entry_of(world, "5.1", months=6)
    places = [one.place for one in plan_of(entry).activities]
    entry.plan = {"activities": {
        places[0]: {"weight": "30", "planned": {"m10": "50", "m11": "50"}, "done": {"m10": "50", "m11": "60"}},
        places[1]: {"weight": "70", "planned": {"m03": "25", "m04": "75"}, "done": {"m03": "10"}},
    }}  # fmt: skip
    plan = plan_of(entry)
    assert plan.done == (30 + 70 * Fraction(10, 100)) / 100  # 110 of 100 counts as all of it
    assert plan.due == (30 + 70 * Fraction(25, 100)) / 100
    assert plan.pace == plan.done / plan.due
    assert plan.figures == {"done": "37.00", "due": "47.50", "pace": "77.89"}


def test_months_are_told_in_the_era_of_the_language(world):
    entry = entry_of(world, "5.1")
    assert [label for _key, label in plan_of(entry).columns][:4] == [
        "ต.ค. 61",
        "พ.ย. 61",
        "ธ.ค. 61",
        "ม.ค. 62",
    ]
    with translation.override("en"):
        assert [label for _key, label in plan_of(entry).columns][2:4] == ["Dec 2018", "Jan 2019"]


def test_quarters_and_kinds_of_media(world):
    assert plan_of(entry_of(world, "2.2", months=9)).over == ["q1", "q2", "q3"]
    media = plan_of(entry_of(world, "2.1.1", months=6))
    assert media.over == [key for key, _label in media.columns]
    assert media.due == 1  # what the form prints there is planned for the whole year


def test_saving_records_and_a_colleagues_change_is_not_written_over(world):
    entry = entry_of(world, "5.1")
    form = PlanForm(
        {"weight.1": "๓๐", "planned.1.m10": "1,000", "done.1.m10": "250", "before": seen(entry)}, entry=entry
    )
    assert form.is_valid()
    plan = form.content()
    assert plan == {"activities": {"1": {"weight": "30", "planned": {"m10": "1000"}, "done": {"m10": "250"}}}}
    save_plan(entry, plan, actor=world.arun, before=seen(entry))
    assert Event.objects.get(action="plan").after == {"plan": plan}
    with pytest.raises(Stale):
        save_plan(entry, {"level": "3"}, actor=world.busaba, before=seen(entry))
    assert Entry.objects.get(pk=entry.pk).plan == plan
    with pytest.raises(Refused):
        save_plan(entry, {}, actor=world.duangjai, before="")


def test_a_submission_keeps_the_plan_with_its_figures_and_the_progress(world):
    entry = entry_of(world, "5.1", months=6)
    entry.plan = {"level": "2", "activities": {"1": {"planned": {"m10": "80"}, "done": {"m10": "20"}}}}
    node = {"score": "1", "maximum": "5", "places": 4}
    kept = plan_on_record(entry, node)
    assert kept["activities"] == entry.plan["activities"]
    assert kept["figures"] == {
        "done": "25.00",
        "due": "100.00",
        "pace": "25.00",
        "planned": "2",
        "progress": "2.5000",
    }
    # never more than full
    assert plan_on_record(entry, node | {"score": "4"})["figures"]["progress"] == "5.0000"


@pytest.mark.parametrize("typed", ["-5", "NaN", "1e5", "สิบ"])
def test_what_is_no_share_of_a_plan_is_refused_at_its_field(world, typed):
    form = PlanForm({"done.1.m10": typed}, entry=entry_of(world, "5.1"))
    assert not form.is_valid()
    assert "done.1.m10" in form.errors


@pytest.mark.parametrize(
    ("done", "asks"),
    [
        (["10", "30", "60", "100"], True),
        (["25", "25", "25", "25"], False),
        (["10", "20"], False),
        (["40", "30", "20"], False),
    ],
)
def test_months_that_look_like_running_totals_are_asked_about(world, done, asks):
    entry = entry_of(world, "5.1")
    entry.plan = {
        "activities": {"1": {"planned": {"m10": "100"}, "done": dict(zip(MONTHS, done, strict=False))}}
    }
    found = questions(entry, {}, history={}, plan=plan_of(entry))
    assert bool(found) == asks
