"""Shared indicators: one host reports the result, its guests take it over and can send their reports with it."""

import pytest
from django.test import Client
from django.urls import reverse

from indicators.refusals import Refused
from scorecards import workflow
from scorecards.events import verify
from scorecards.models import Assignment, Entry, Event
from scorecards.permissions import may
from scorecards.rounds.assigning import assign
from scorecards.scoring import score_scorecard
from scorecards.sharing import share
from scorecards.states import Action, EntryState, ScorecardState
from tests.editor.forms import fields_in
from tests.world import fill, make_world


@pytest.fixture
def world(db):
    """The ICT centre hosts indicator 4 for the policy office."""
    world = make_world()
    assign(world.framework, [world.agencies["ict"], world.agencies["policy"]], actor=world.chawi)
    world.guest = Assignment.objects.get(agency=world.agencies["policy"])
    world.guest_entry = world.other.entries.get()
    return world


def endorsed(world):
    workflow.endorse(workflow.propose(fill(world), actor=world.arun), actor=world.busaba)


def test_the_guest_takes_the_result_over_when_the_host_endorses(world):
    share(world.guest, {"4": "ict"}, actor=world.chawi)
    endorsed(world)
    world.guest_entry.refresh_from_db()
    assert world.guest_entry.state == EntryState.ENDORSED
    assert (
        score_scorecard(world.other)["score_shown"] == score_scorecard(world.card)["score_shown"] == "3.0000"
    )
    event = Event.objects.get(agency=world.agencies["policy"], action="take_over")
    assert event.after["step4"] == {"value": "no"}
    assert verify(world.agencies["policy"]) == []


def test_a_result_that_is_there_already_is_taken_over_at_once(world):
    endorsed(world)
    share(world.guest, {"4": "ict"}, actor=world.chawi)
    world.guest_entry.refresh_from_db()
    assert world.guest_entry.state == EntryState.ENDORSED


def test_the_guest_does_not_answer_itself_and_reads_why(world):
    share(world.guest, {"4": "ict"}, actor=world.chawi)
    entry = Entry.objects.select_related("scorecard", "host").get(pk=world.guest_entry.pk)
    for action in (Action.ANSWER, Action.PROPOSE):
        assert "ศูนย์เทคโนโลยีสารสนเทศ" in str(may(world.duangjai, action, entry))
    browser = Client()
    browser.force_login(world.duangjai)
    assert "ตัวชี้วัดร่วม" in browser.get(reverse("entry", args=[entry.pk])).content.decode()
    assert "กรอกผลและเสนอ" not in browser.get("/").content.decode()


def test_the_guest_sends_without_files_of_its_own_but_not_before_the_host(world):
    share(world.guest, {"4": "ict"}, actor=world.chawi)
    with pytest.raises(Refused, match="ตัวชี้วัดร่วม"):
        workflow.submit(world.other, actor=world.fah, declared=True)
    endorsed(world)
    workflow.submit(world.other, actor=world.fah, declared=True)
    world.other.refresh_from_db()
    assert world.other.state == ScorecardState.SUBMITTED


def test_what_was_sent_stays_when_the_host_changes_afterwards(world):
    share(world.guest, {"4": "ict"}, actor=world.chawi)
    endorsed(world)
    workflow.submit(world.other, actor=world.fah, declared=True)
    workflow.send_back(world.entry, actor=world.busaba, remark="แก้ไข")
    world.entry.answers.update(content={"value": "no"})
    world.entry.refresh_from_db()
    workflow.endorse(workflow.propose(world.entry, actor=world.arun), actor=world.busaba)
    assert {answer.content["value"] for answer in world.entry.answers.all()} == {"no"}
    assert world.other.submissions.get().content["answers"]["4"]["step1"] == {"value": "yes"}
    assert world.guest_entry.answers.get(criterion_key="step1").content == {"value": "yes"}


@pytest.mark.parametrize("host", ["policy", "opdc", "nobody"])
def test_a_host_is_another_agency_with_the_form(world, host):
    with pytest.raises(Refused, match="ตัวชี้วัด 4"):
        share(world.guest, {"4": host}, actor=world.chawi)


def test_a_guest_is_no_host(world):
    share(world.guest, {"4": "ict"}, actor=world.chawi)
    with pytest.raises(Refused, match="ตัวชี้วัด 4"):
        share(Assignment.objects.get(agency__code="ict"), {"4": "policy"}, actor=world.chawi)


def test_taking_the_host_away_gives_the_work_back(world):
    share(world.guest, {"4": "ict"}, actor=world.chawi)
    world.guest.refresh_from_db()
    share(world.guest, {}, actor=world.chawi)
    world.guest_entry.refresh_from_db()
    assert world.guest_entry.host is None
    assert may(world.duangjai, Action.ANSWER, world.guest_entry)


def test_administrators_only(world):
    with pytest.raises(Refused, match="ผู้ดูแลระบบ"):
        share(world.guest, {"4": "ict"}, actor=world.arun)


def test_in_the_browser(world):
    browser = Client()
    browser.force_login(world.chawi)
    url = reverse("assignment", args=[world.guest.pk])
    fields = fields_in(browser.get(url).content.decode())
    browser.post(url, fields | {"host.4": "ict"})
    world.guest.refresh_from_db()
    assert world.guest.hosts == {"4": "ict"}
    page = browser.get(url).content.decode()
    assert 'name="host.4" value="ict"' in page
    assert f'<span class="soft">{world.agencies["ict"].name}</span>' in page
