"""Numbers that look unusual are asked about at their criterion; nothing is blocked."""

import pytest
from django.urls import reverse

from scorecards import workflow
from scorecards.answering.history_chart import bars
from scorecards.answering.plausibility import number_in, questions, second_look
from tests.world import changes, make_world


@pytest.fixture
def world(db):
    return make_world("sdo-2562")


def asked(world, code, answers, *, history=None, before=None):
    entry = world.card.entries.select_related("indicator", "scorecard__round").get(indicator__code=code)
    return [str(one) for one in questions(entry, answers, history=history or {}, before=before)]


def plan(a, b="244"):
    return {"done": {"inputs": {"carried_out": a, "planned": b}}}


@pytest.mark.parametrize(("done", "count"), [("244", 0), ("245", 2), ("0", 0)])
def test_a_part_greater_than_its_whole_and_more_than_a_hundred_percent(world, done, count):
    assert len(asked(world, "2.1.1", plan(done))) == count


@pytest.mark.parametrize(
    ("last", "done", "asks"),
    [("ร้อยละ 8", "195.2", True), ("ร้อยละ 8.1", "195.2", False), ("80", "19", True), ("80", "20", False),
     ("-", "1", False), ("ความสำเร็จ", "1", False)],
)  # fmt: skip
def test_ten_times_and_a_tenth_of_last_year(world, last, done, asks):
    assert bool(asked(world, "2.1.1", plan(done), history={2560: "1", 2561: last})) == asks


@pytest.mark.parametrize(("now", "asks"), [("100", True), ("122", False), ("123", False)])
def test_a_cumulative_result_does_not_fall(world, now, asks):
    assert bool(asked(world, "2.1.1", plan(now), before=plan("122"))) == asks


def test_nothing_is_asked_about_what_is_not_answered_or_has_no_result(world):
    assert asked(world, "2.1.1", {}, history={2561: "100"}) == []
    assert asked(world, "2.1.1", plan("5", "0"), history={2561: "100"}) == []
    assert asked(world, "2.1.1", {"done": {"na": "ไม่มีแผน"}}, history={2561: "100"}) == []


def test_before_sending_every_question_stands_on_one_page_and_holds_nothing_back(world, client):
    entry = world.card.entries.get(indicator__code="2.1.1")
    workflow.save_entry(entry, actor=world.arun, changes=changes(plan("300")))
    client.force_login(world.chat)
    page = client.get(reverse("missing", args=[world.card.pk])).content.decode()
    assert "ร้อยละ 122.9508 เกิน 100 ถูกต้องหรือไม่" in page
    assert len(second_look(world.card)) == 2


@pytest.mark.parametrize(
    ("text", "number"),
    [("ร้อยละ 84.20", "421/5"), ("๘๔.๒", "421/5"), ("1,234 %", "1234"), ("3 จาก 5", None), ("-", None)],
)
def test_the_number_in_a_printed_result(text, number):
    assert str(number_in(text)) == str(number)


def test_above_a_bar_the_number_is_never_cut_off():
    drawn = bars({2560: "103.204 ล้านบาท", 2561: "ร้อยละ 84.20"}, year=2562, now="318")
    assert [bar.figure for bar in drawn] == ["103.204", "ร้อยละ 84.20", "318"]
