"""Home, the SAR card and sending."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from scorecards import workflow
from scorecards.blockers import submission_blockers
from scorecards.models import Entry, Membership
from scorecards.states import EntryState, Role, ScorecardState
from tests.world import fill, make_world, walk


def text(answer) -> str:
    return answer.content.decode()


def test_home_says_that_nothing_but_the_sending_is_left(world, sit):
    def english(person):
        client = sit(person)
        client.cookies["django_language"] = "en"
        return client

    assert "others of the agency are at work" in text(english("busaba").get("/"))
    workflow.endorse(workflow.propose(fill(world), actor=world.arun), actor=world.busaba)
    for person in ("arun", "busaba"):
        assert "every indicator is endorsed, and whoever may send" in text(english(person).get("/"))
    assert "Nothing here waits for you" not in text(english("chat").get("/"))


def test_home_says_what_waits_for_each(world, sit):
    assert "กรอกผลและเสนอ" in text(sit("arun").get("/"))
    assert "รอท่านรับรอง" not in text(sit("busaba").get("/"))
    workflow.propose(fill(world), actor=world.arun)
    assert "รอท่านรับรอง" in text(sit("busaba").get("/"))
    workflow.endorse(world.entry, actor=world.busaba)
    assert "พร้อมส่ง" in text(sit("chat").get("/"))
    assert "ผู้อื่นในหน่วยงาน" not in text(sit("chat").get("/"))
    workflow.submit(world.card, actor=world.chat, declared=True)
    assert "เริ่มตรวจประเมิน" in text(sit("kamon").get("/"))
    assert "เริ่มตรวจประเมิน" not in text(sit("khwan").get("/"))


def test_home_shows_the_agencys_progress_to_whoever_has_nothing_to_do_yet(world, sit):
    page = text(sit("chat").get("/"))
    assert "ผู้กำกับดูแลรับรองแล้ว 0 จาก 1" in page
    assert "ยังไม่มีงานรอท่าน" in page


def test_home_without_a_role_says_what_to_do(world, sit):
    world.arun.memberships.all().delete()
    assert "ขอบทบาท" in text(sit("arun").get("/"))


def test_the_card_shows_results_weights_and_totals(world, sit):
    fill(world)
    page = text(sit("arun").get(reverse("scorecard", args=[world.card.pk])))
    for expected in ("3.0000", "0.7500", "25", "ร่าง", "ยังไม่ประกาศ", "2554", "2555", "100 %"):
        assert expected in page


def test_what_is_missing_stands_under_the_name_of_its_indicator(db):
    world, browser = make_world("sdo-2562"), Client()
    browser.force_login(world.chat)
    page = text(browser.get(reverse("missing", args=[world.card.pk])))
    names = [f"{one.indicator.code} {one.indicator.name}" for one in world.card.entries.all()]
    places = [page.index(f">{name}</h3>") for name in names]
    assert len(places) > 10
    assert places == sorted(places)
    assert page.count('href="/entries/') == len(submission_blockers(world.card))


def test_what_is_missing_names_who_comes_first(world):
    def said():
        return [one.sentence for one in submission_blockers(world.card) if "“" in one.sentence]

    with translation.override("en"):
        fill(world)
        assert said() == [
            "4 is “Draft”: the data collector must propose it, and then the KPI supervisor endorse it."
        ]
        workflow.propose(world.entry, actor=world.arun)
        assert said() == ["4 is “Awaiting endorsement”: the KPI supervisor must endorse it."]
        workflow.send_back(world.entry, actor=world.busaba, remark="แก้ไข")
        assert "the data collector must propose it" in said()[0]


def test_a_published_card_does_not_ask_for_a_workbook_to_be_filled_in(world, sit):
    client = sit("busaba")
    client.cookies["django_language"] = "en"
    address = reverse("scorecard", args=[world.card.pk])
    assert "Work offline" in text(client.get(address))
    walk(world, ScorecardState.PUBLISHED)
    page = text(client.get(address))
    assert "As Excel and Word files" in page
    assert "to bring back" not in page


def test_sending_lists_everything_missing_with_links(world, sit):
    page = text(sit("chat").get(reverse("missing", args=[world.card.pk])))
    assert "ยังขาด 6 รายการ" in page
    assert "#criterion-step1" in page
    assert "disabled" in page


def test_the_declaration_is_offered_to_who_sends_and_to_others_who_that_is(world, sit):
    address = reverse("missing", args=[world.card.pk])
    assert 'name="declared"' in text(sit("chat").get(address))
    for colleague in ("arun", "busaba"):
        page = text(sit(colleague).get(address))
        assert 'name="declared"' not in page
        assert "ส่งรายงาน” ทำได้โดย" in page
        assert "ชาติ" in page[page.index("ทำได้โดย") :]


def test_a_report_that_was_sent_asks_for_no_declaration_again(world, sit):
    walk(world, ScorecardState.SUBMITTED)
    assert 'name="declared"' not in text(sit("chat").get(reverse("missing", args=[world.card.pk])))


def test_sending_needs_the_declaration(world, sit):
    workflow.endorse(workflow.propose(fill(world), actor=world.arun), actor=world.busaba)
    path = reverse("submit", args=[world.card.pk])
    refused = sit("chat").post(path, {})
    assert refused.status_code == 409
    assert "รับรองว่าผลการดำเนินงาน" in text(refused)
    assert sit("chat").post(path, {"declared": "on", "request_key": "k" * 32}).status_code == 302
    # a double click
    assert sit("chat").post(path, {"declared": "on", "request_key": "k" * 32}).status_code == 302
    assert world.card.submissions.count() == 1


def test_recalling(world, sit):
    walk(world, ScorecardState.SUBMITTED)
    assert "เรียกคืน" in text(sit("chat").get(reverse("scorecard", args=[world.card.pk])))
    assert sit("arun").post(reverse("recall", args=[world.card.pk])).status_code == 409
    assert sit("chat").post(reverse("recall", args=[world.card.pk])).status_code == 302
    world.card.refresh_from_db()
    assert world.card.state == ScorecardState.OPEN


def test_the_forms_are_shown_and_handed_out(world, sit):
    arun = sit("arun")
    assert "เริ่มแบบใหม่" not in text(arun.get(reverse("frameworks")))
    page = text(arun.get(reverse("framework", args=[world.framework.pk])))
    assert world.framework.content_hash[:12] in page
    file = arun.get(reverse("framework_file", args=[world.framework.pk]))
    assert "format: kpi-framework/1" in text(file)


def test_the_cards_queries_do_not_grow_with_its_lines(db, django_assert_max_num_queries):
    world = make_world("sdo-2562")
    client = Client()
    client.force_login(world.arun)
    with django_assert_max_num_queries(14):
        client.get(reverse("scorecard", args=[world.card.pk]))


@pytest.mark.parametrize("rounds", ["", "?rounds=all"])
def test_what_sticks_at_the_side_covers_no_figure(world, sit, rounds):
    """Scrolled sideways, a heading that spans the figures' columns and sticks would lie upon them."""
    page = sit("arun").get(reverse("scorecard", args=[world.card.pk]) + rounds).content.decode()
    spans = re.findall(r'<th colspan="(\d+)"[^>]*class="[^"]*stick-1', page)
    assert spans
    assert {int(one) for one in spans} == {2}


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_state_and_a_role_are_called_by_their_labels(language):
    with translation.override(language):
        assert [Entry(state=str(one)).get_state_display() for one in EntryState] == EntryState.labels
        assert [Membership(role=str(one)).get_role_display() for one in Role] == Role.labels
