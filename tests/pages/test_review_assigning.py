"""The page on which chief reviewers and administrators assign."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scorecards.models import ReviewAssignment, Ruling, Scorecard
from scorecards.reviewing.review_assigning import assign_reviewers, take_away
from scorecards.states import ScorecardState
from tests.editor.forms import fields_in
from tests.pages.conftest import posted
from tests.workflow.test_handing_over import report
from tests.world import make_world, sent_by_others, walk

S = ScorecardState
ASSIGN = reverse("assign_reviews")


def test_ticked_scorecards_are_assigned_and_the_filters_stay(world, sit):
    cards = sent_by_others(world, 3)
    form = {"line": [card.pk for card in cards[:2]], "reviewer": [world.kamon.pk], "do": "assign"}
    answer = sit("chawi").post(f"{ASSIGN}?ministry=finance", form)
    assert answer["Location"] == f"{ASSIGN}?ministry=finance"
    assert set(Scorecard.objects.filter(reviewers=world.kamon, agency__ministry__code="finance")) == set(
        cards[:2]
    )
    assert "กมล" in sit("chawi").get(answer["Location"]).content.decode()


def test_all_that_the_filters_leave_on_every_page(world, sit):
    sent_by_others(world, 55, ministry="finance")
    sent_by_others(world, 2, ministry="finance", state=S.APPROVED)  # cannot be assigned now: left out
    other = sent_by_others(world, 1, ministry="health")[0]
    form = {"all": "on", "reviewer": [world.kamon.pk, world.khwan.pk], "do": "share"}
    sit("khamron").post(f"{ASSIGN}?ministry=finance&state=all", form)
    shared = [world.kamon.assigned_scorecards, world.khwan.assigned_scorecards]
    assert sorted(one.filter(agency__ministry__code="finance").count() for one in shared) == [27, 28]
    assert not other.reviewers.exists()
    form["do"] = "take"
    sit("khamron").post(f"{ASSIGN}?ministry=finance&state=all", form)
    assert not Scorecard.objects.filter(reviewers=world.khwan).exists()


def test_a_line_says_who_had_it_before_or_that_nobody_ever_had(world, sit):
    fresh, moved = sent_by_others(world, 2)
    assign_reviewers([moved], reviewers=[world.kamon], actor=world.khamron)
    told = sit("chawi").get(ASSIGN).context["told"]
    assert "ยังไม่" in told[fresh.pk] or "nobody" in told[fresh.pk]
    assert told[moved.pk] == ""
    take_away([moved], reviewers=[world.kamon], actor=world.khamron)
    page = sit("chawi").get(ASSIGN)
    assert "กมล" in page.context["told"][moved.pk]
    assert page.context["told"][moved.pk] in page.content.decode()
    assign_reviewers([moved], reviewers=[world.khwan], actor=world.khamron)
    assert sit("chawi").get(ASSIGN).context["told"][moved.pk] == ""


def test_one_indicator_across_agencies(db):
    world = make_world("sdo-2562")
    cards = sent_by_others(world, 2)
    code = cards[0].entries.first().indicator.code
    client = Client()
    client.force_login(world.khamron)
    address = f"{ASSIGN}?form=sdo-2562&indicator={code}"
    lines = client.get(address).context["lines"]
    assert [line.entry.indicator.code for line in lines] == [code, code]
    client.post(address, {"line": [line.key for line in lines], "reviewer": [world.khwan.pk], "do": "assign"})
    assert {one.entry for one in ReviewAssignment.objects.all()} == {line.entry for line in lines}
    assert not any(card.reviewers.exists() for card in cards)
    assert f"ขวัญ ({code})" in client.get(address).content.decode()


def test_a_refusal_says_why_and_keeps_the_ticks(world, sit):
    card = sent_by_others(world, 1)[0]
    world.kamon.memberships.create(agency=card.agency, role="observer")
    form = {"line": [card.pk], "reviewer": [world.kamon.pk], "do": "assign"}
    refused = sit("khamron").post(ASSIGN, form)
    assert refused.status_code == 409
    assert f'name="line" value="{card.pk}" checked' in refused.content.decode()
    assert f'name="reviewer" value="{world.kamon.pk}" checked' in refused.content.decode()
    assert not card.reviewers.exists()
    assert sit("khamron").post(ASSIGN, {"do": "assign"}).status_code == 409


def test_a_reviewer_hands_over_and_the_chief_gives_it_to_somebody_else_or_says_why_not(world, sit):
    walk(world, S.IN_REVIEW)
    kamon, khamron = sit("kamon"), sit("khamron")
    decide, away = reverse("decide", args=[world.card.pk]), reverse("hand_over", args=[world.card.pk])
    assert f"{decide}#hand-over" in kamon.get(reverse("review", args=[world.card.pk, "4"])).content.decode()
    assert away in kamon.get(decide).content.decode()
    assert away not in khamron.get(decide).content.decode()
    refused = kamon.post(away, {"reason": ""})
    assert refused.status_code == 409
    assert '<details class="panel" open>' in refused.content.decode()
    form = {"reason": "คู่สมรสทำงานที่นี่", "request_key": "k" * 32}
    for _twice in range(2):  # the answer to the first was lost
        assert kamon.post(away, form)["Location"] == reverse("review_queue")
    assert kamon.get(decide).status_code == 404
    assert "คู่สมรสทำงานที่นี่" in khamron.get(decide).content.decode()
    assert "กมล" in khamron.get(f"{ASSIGN}?assigned=nobody").content.decode()
    form = {"line": [world.card.pk], "reviewer": [world.kamon.pk], "do": "assign"}
    refused = khamron.post(ASSIGN, form)
    assert refused.status_code == 409
    assert 'name="reason"' in refused.content.decode()
    assert khamron.post(ASSIGN, form | {"reason": "ตรวจสอบแล้วไม่มีส่วนได้เสีย"}).status_code == 302
    assert kamon.get(decide).status_code == 200


def test_what_else_of_the_year_is_reviewed_goes_with_it_where_the_tick_is_left(world, sit):
    walk(world, S.IN_REVIEW)
    kamon, decide = sit("kamon"), reverse("decide", args=[world.card.pk])
    assert 'name="others"' not in kamon.get(decide).content.decode()
    nine = report(world, months=9, reviewer=world.kamon)
    assert 'name="others" checked' in kamon.get(decide).content.decode()
    away = reverse("hand_over", args=[world.card.pk])
    refused = kamon.post(away, {"reason": ""})
    assert 'name="others" checked' not in refused.content.decode()  # it was taken out
    kamon.post(away, {"reason": "คู่สมรสทำงานที่นี่", "others": "on"})
    assert not nine.reviewers.exists()


def test_what_cannot_be_seen_cannot_be_assigned(world, sit):
    """It is refused in the words that say the same of a number nobody has."""
    form = {"line": [world.other.pk], "reviewer": [world.khwan.pk], "do": "assign"}
    khamron = sit("khamron")
    made_up = refused_at(khamron, ASSIGN, form | {"line": [999999]})
    assert refused_at(khamron, ASSIGN, form) == made_up  # never sent
    single = f"{ASSIGN}?form=moi-ict-2556&indicator=4"
    assert refused_at(khamron, single, form | {"line": [world.other.entries.get().pk]}) == made_up
    world.khamron.memberships.create(agency=world.agencies["ict"], role="observer")
    walk(world, S.SUBMITTED)
    assert refused_at(sit("khamron"), ASSIGN, form | {"line": [world.card.pk]}) == made_up  # the own agency
    assert sit("chan").post(ASSIGN, form | {"do": "publish"}).status_code == 404
    assert not world.khwan.assigned_scorecards.exists()
    assert not ReviewAssignment.objects.exists()


def refused_at(client, address, form) -> list:
    answer = client.post(address, form)
    assert answer.status_code == 409
    return answer.context["refused"]


def test_a_line_that_left_the_list_is_told_and_the_other_ticks_are_kept(world, sit):
    """In a form without the indicator its line is gone."""
    mine, gone = sent_by_others(world, 2)
    single = f"{ASSIGN}?form=moi-ict-2556&indicator=4"
    desk = sit("khamron")
    desk.cookies["django_language"] = "en"
    keys = [card.entries.get().pk for card in (mine, gone)]
    Scorecard.objects.filter(pk=gone.pk).update(state=S.RETURNED)
    gone.entries.all().delete()
    form = {"line": keys, "reviewer": [world.khwan.pk], "do": "assign"}
    refused = desk.post(single, form)
    assert refused.status_code == 409
    assert "1 ticked line has left the list meanwhile" in refused.content.decode()
    assert not ReviewAssignment.objects.exists()
    again = fields_in(refused.content.decode())
    assert again["line"] == str(keys[0])
    assert desk.post(single, form | {"line": [again["line"]]}).status_code == 302
    assert ReviewAssignment.objects.get().entry_id == keys[0]


def test_who_reviews_one_indicator_reads_the_scorecard_and_rules_there(world, sit):
    walk(world, S.IN_REVIEW)
    address = reverse("review", args=[world.card.pk, "4"])
    assert sit("khwan").get(address).status_code == 404
    ReviewAssignment.objects.create(entry=world.entry, reviewer=world.khwan, assigned_by=world.khamron)
    khwan = sit("khwan")
    assert khwan.post(address, posted(khwan.get(address)) | {"then": "agree_all"}).status_code == 302
    assert Ruling.objects.filter(reviewer=world.khwan).count() == 5
    conclude = reverse("move_scorecard", args=[world.card.pk, "conclude"])
    assert khwan.post(conclude).status_code == 409
    world.card.refresh_from_db()
    assert world.card.state == S.IN_REVIEW


@pytest.mark.parametrize("stranger", ["arun", "busaba", "chat", "kamon", "khwan", "cho"])
def test_the_page_is_for_chiefs_and_administrators(world, sit, stranger):
    card = sent_by_others(world, 1)[0]
    form = {"line": [card.pk], "reviewer": [world.khwan.pk], "do": "assign"}
    assert sit(stranger).get(ASSIGN).status_code == 404
    assert sit(stranger).post(ASSIGN, form).status_code == 404
    assert not card.reviewers.exists()
    link = f'href="{ASSIGN}?'
    assert link not in sit(stranger).get(reverse("review_queue")).content.decode()
    assert link in sit("chan").get(reverse("review_queue")).content.decode()


def test_the_number_of_queries_does_not_depend_on_the_lines(world, sit):
    client = sit("khamron")
    counted = []
    for more in (10, 50):
        for card in sent_by_others(world, more):
            card.reviewers.add(world.kamon)
        with CaptureQueriesContext(connection) as queries:
            client.get(ASSIGN)
        counted.append(len(queries))
    assert counted[0] == counted[1]
