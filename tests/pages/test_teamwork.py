"""Working together on an indicator's page: comments, parts, history, plan, standing in, what changed, more time."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.refusals import Refused
from scorecards import workflow
from scorecards.answering.parts import finish_parts, share_out
from scorecards.models import Comment, Correction, Delegation, Event, Membership, Part, Scorecard
from scorecards.permissions import may
from scorecards.states import Action, EntryState, ScorecardState
from scorecards.waiting.worklist import work_of
from tests.pages.conftest import posted
from tests.world import changes, entry_in, fill, make_world, walk


def text(answer) -> str:
    return answer.content.decode()


# ── comments ──────────────────────────────────────────────────────────────────────────────────────────────────────


def say(person, world, key="step1", said="ใช้คำสั่งฉบับใหม่"):
    return person.post(
        reverse("comment", args=[world.entry.pk, key]), {"text": said, "request_key": said[:20]}
    )


def test_a_comment_stands_at_its_criterion_for_every_colleague(sit, world, entry_url):
    assert say(sit("arun"), world).status_code == 302
    say(sit("arun"), world)  # a double click
    assert Comment.objects.count() == 1
    assert "ใช้คำสั่งฉบับใหม่" in text(sit("busaba").get(entry_url))
    assert Event.objects.filter(action="comment").count() == 1


def test_one_comment_after_the_other_without_loading_the_page_again(sit, world, entry_url):
    arun, address = sit("arun"), reverse("comment", args=[world.entry.pk, "step1"])
    page, keys = (
        text(arun.get(entry_url)),
        re.compile(r'name="request_key" value="(\w+)" form="say-step1-form"'),
    )
    for said in ("หนึ่ง", "สอง"):
        posted_key = {"text": said, "request_key": keys.search(page)[1]}
        page = text(arun.post(address, posted_key, headers={"HX-Request": "true"}))
    assert [one.text for one in Comment.objects.order_by("pk")] == ["หนึ่ง", "สอง"]


def test_of_a_long_thread_the_latest_ten_stand_there_and_the_earlier_ones_on_request(sit, world, entry_url):
    for key, number in (("step1", 13), ("step2", 12)):
        told = [Comment(entry=world.entry, criterion_key=key, author=world.arun, text=f"{key}-{one:02}")
                for one in range(number)]  # fmt: skip
        Comment.objects.bulk_create(told)
    arun = sit("arun")
    page = text(arun.get(entry_url))
    shown = re.findall(r"<p>(step\d-\d\d)</p>", page)
    assert shown == [f"step1-{one:02}" for one in range(3, 13)] + [f"step2-{one:02}" for one in range(2, 12)]
    earlier = re.search(r'href="([^"]+)#comments-step1"', page)[1]
    whole = text(arun.get(earlier))
    assert re.findall(r"<p>(step1-\d\d)</p>", whole) == [f"step1-{one:02}" for one in range(13)]
    assert whole.count("<p>step2-") == 10
    assert 'id="comments-step1" open' in whole
    assert 'id="comments-step2" open' not in whole


@pytest.mark.parametrize(("key", "said"), [("step1", " "), ("nowhere", "ก"), ("step1", "ก" * 4001)])
def test_a_comment_that_cannot_stand_is_refused_with_a_sentence(sit, world, key, said):
    answer = sit("arun").post(reverse("comment", args=[world.entry.pk, key]), {"text": said}, follow=True)
    assert "notice-error" in text(answer)
    assert not Comment.objects.exists()


def test_a_comment_that_no_text_holds_is_refused_before_it_is_read(sit, world):
    answer = sit("arun").post(reverse("comment", args=[world.entry.pk, "step1"]), {"text": "\x00"})
    assert answer.status_code == 400
    assert not Comment.objects.exists()


def test_comments_are_not_sent(world):
    fill(world)
    Comment.objects.create(entry=world.entry, criterion_key="step1", author=world.arun, text="เฉพาะภายใน")
    card = walk(world, ScorecardState.SUBMITTED)
    assert "เฉพาะภายใน" not in str(card.submissions.get().content)


# ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_parts_are_shared_out_done_and_waited_for(sit, world, entry_url):
    fill(world)
    arun, busaba = sit("arun"), sit("busaba")
    parts = reverse("entry_parts", args=[world.entry.pk])
    busaba.post(parts, {"part.step1": world.arun.pk, "part.step2": world.busaba.pk})
    assert {one.criterion_key: one.collector for one in Part.objects.all()} == {
        "step1": world.arun, "step2": world.busaba,
    }  # fmt: skip
    refused = arun.post(entry_url, posted(arun.get(entry_url)) | {"then": "propose"})
    assert refused.status_code == 409
    assert "ยังกรอก" in text(refused)
    for person in (arun, busaba):
        person.post(reverse("parts_done", args=[world.entry.pk]))
    assert not Part.objects.filter(done_at=None).exists()
    assert arun.post(entry_url, posted(arun.get(entry_url)) | {"then": "propose"}).status_code == 302


def test_a_part_stays_done_when_the_others_are_shared_out_anew(sit, world):
    parts, arun = reverse("entry_parts", args=[world.entry.pk]), sit("arun")
    arun.post(parts, {"part.step1": world.arun.pk})
    arun.post(reverse("parts_done", args=[world.entry.pk]))
    arun.post(parts, {"part.step1": world.arun.pk, "part.step2": world.busaba.pk})
    assert Part.objects.get(criterion_key="step1").done_at
    assert not Part.objects.get(criterion_key="step2").done_at


def test_home_asks_each_for_the_own_part_and_then_everybody(world):
    second = User.objects.create(username="anan", first_name="อนันต์")
    second.memberships.create(agency=world.agencies["ict"], role="collector")
    Part.objects.create(entry=world.entry, criterion_key="step1", collector=second)
    assert [item.asked for item in work_of(second)] == ["ส่วนของท่าน"]
    assert work_of(world.arun) == []
    finish_parts(world.entry, actor=second)
    assert [item.asked for item in work_of(world.arun)] == ["กรอกผลและเสนอ"]


def test_home_tells_who_wrote_last_and_who_proposed(world):
    assert [item.told for item in work_of(world.arun)] == [""]
    entry = fill(world)
    assert "อรุณ" in work_of(world.arun)[0].told
    workflow.propose(entry, actor=world.arun)
    assert "อรุณ" in work_of(world.busaba)[0].told


def test_among_very_many_collectors_each_is_named_once_on_the_page(sit, world, entry_url):
    many = User.objects.bulk_create(
        User(username=f"many{one}", first_name="มาลี", last_name=f"ใจดี{one // 2}") for one in range(1001)
    )
    agency = world.agencies["ict"]
    Membership.objects.bulk_create(Membership(user=one, agency=agency, role="collector") for one in many)
    parts, arun = reverse("entry_parts", args=[world.entry.pk]), sit("arun")
    page = text(arun.get(entry_url))
    assert page.count("มาลี ใจดี500") == 1
    assert page.count('list="collectors"') > 1
    arun.post(parts, {"part.step1": "มาลี ใจดี500", "part.step2": "มาลี ใจดี7 (many15)"})
    assert {one.criterion_key: one.collector.username for one in Part.objects.all()} == {
        "step1": "many1000", "step2": "many15",
    }  # fmt: skip
    assert 'value="มาลี ใจดี7 (many15)"' in text(arun.get(entry_url))
    assert "notice-error" in text(arun.post(parts, {"part.step1": "มาลี ใจดี7"}, follow=True))


@pytest.mark.parametrize(("key", "who"), [("part.step1", "duangjai"), ("part.step1", "chat")])
def test_parts_are_for_the_agencys_own_collectors(sit, world, key, who):
    sit("arun").post(reverse("entry_parts", args=[world.entry.pk]), {key: getattr(world, who).pk})
    assert not Part.objects.exists()


# ── history and what changed ──────────────────────────────────────────────────────────────────────────────────────


def test_every_field_has_its_history(sit, world):
    workflow.save_entry(world.entry, actor=world.arun, changes=changes({"step1": "no"}, obstacles="น้ำท่วม"))
    workflow.save_entry(world.entry, actor=world.busaba, changes=changes({"step1": "yes"}, version=1))
    page = text(sit("chat").get(reverse("entry_history", args=[world.entry.pk])))
    for expected in ("อรุณ", "บุษบา", "น้ำท่วม", "ไม่มี", "ขั้นตอนที่ ๑", "อุปสรรค"):
        assert expected in page


def test_the_history_tells_of_sending_back_with_its_remark(sit, world):
    entry_in(world, EntryState.RETURNED)
    assert "โปรดแก้ไขขั้นตอนที่ ๓" in text(sit("arun").get(reverse("entry_history", args=[world.entry.pk])))


def test_a_remark_left_empty_is_asked_for_at_its_field_which_has_the_focus(sit, world):
    entry = entry_in(world, EntryState.PROPOSED)
    page = sit("busaba").post(reverse("move_entry", args=[entry.pk, "send_back"]), {"remark": " "})
    assert page.status_code == 409
    assert re.search(r'<textarea name="remark"[^>]* autofocus[^>]* aria-invalid="true"', text(page))


def test_what_changed_since_the_submission(sit, world):
    card = walk(world, ScorecardState.RETURNED)
    url = reverse("scorecard_changes", args=[card.pk])
    assert "ไม่มีสิ่งใดต่าง" in text(sit("arun").get(url))
    change = changes({"step4": "yes"}, version=1, remedies="จัดทำคู่มือ")
    workflow.save_entry(card.entries.get(), actor=world.arun, changes=change)
    page = text(sit("arun").get(url))
    for expected in ("ขั้นตอนที่ ๔", "จัดทำคู่มือ", "3.0000", "5.0000"):
        assert expected in page
    assert "จัดทำคู่มือ" not in text(sit("kamon").get(url))  # the reviewer sees what was sent
    entry = workflow.propose(card.entries.get(), actor=world.arun)
    workflow.endorse(entry, actor=world.busaba)
    workflow.submit(card, actor=world.chat, declared=True)
    assert "จัดทำคู่มือ" in text(sit("kamon").get(url))


# ── corrections and more time ─────────────────────────────────────────────────────────────────────────────────────


def test_a_reviewer_returns_single_criteria_with_a_day_in_thai(sit, world, entry_url):
    card = walk(world, ScorecardState.IN_REVIEW)
    day = timezone.localdate() + timezone.timedelta(days=5)
    form = {f"mend.{world.entry.pk}.step3": "แนบผลสำรวจปีนี้", "due": f"{day.day}/{day.month}/{day.year + 543}"}
    assert sit("kamon").post(reverse("return_scorecard", args=[card.pk]), form).status_code == 302
    card.refresh_from_db()
    assert timezone.localdate(card.correction_due_at) == day
    assert Correction.objects.get().criterion_key == "step3"
    arun = sit("arun")
    page = text(arun.get(entry_url))
    assert "แนบผลสำรวจปีนี้" in page
    fields = posted(arun.get(entry_url))
    assert "value.step3" in fields
    assert "value.step1" not in fields  # closed: what was sent stays
    arun.post(entry_url, fields | {"value.step3": "no", "value.step1": "no"})
    kept = {one.criterion_key: one.content["value"] for one in world.entry.answers.all()}
    assert (kept["step1"], kept["step3"]) == ("yes", "no")


@pytest.mark.parametrize("typed", ["เมื่อวาน", "31/2/2562", "๓๒/๑/๒๕๖๒"])
def test_a_day_that_is_none_is_refused_and_what_was_typed_stays(sit, world, typed):
    card = walk(world, ScorecardState.IN_REVIEW)
    form = {f"mend.{world.entry.pk}.step3": "แนบผลสำรวจปีนี้", "due": typed}
    answer = sit("kamon").post(reverse("return_scorecard", args=[card.pk]), form)
    assert answer.status_code == 409
    assert posted(answer)[f"mend.{world.entry.pk}.step3"] == "แนบผลสำรวจปีนี้"
    card.refresh_from_db()
    assert card.state == ScorecardState.IN_REVIEW


def test_an_administrator_gives_one_agency_more_time(sit, world):
    assignment = world.card.agency.assignments.create(framework=world.framework, form=world.framework)
    url = reverse("extend_deadline", args=[assignment.pk, world.card.pk])
    day = timezone.localdate() + timezone.timedelta(days=20)
    assert sit("chawi").get(url).status_code == 200
    refused = sit("chawi").post(url, {"until": "1/10/2550", "reason": "น้ำท่วม"})
    assert refused.status_code == 409
    form = {"until": day.isoformat(), "reason": "น้ำท่วม"}
    assert sit("chawi").post(url, form).status_code == 302
    assert timezone.localdate(Scorecard.objects.get(pk=world.card.pk).extended_to) == day
    assert sit("chat").get(url).status_code == 404


# ── standing in and the plan ──────────────────────────────────────────────────────────────────────────────────────


def test_a_supervisor_arranges_a_deputy_and_ends_it(sit, world):
    busaba, url = sit("busaba"), reverse("delegations")
    today = timezone.localdate()
    member = world.busaba.memberships.get()
    form = {"away": member.pk, "deputy": world.chat.pk, "first_day": today.isoformat(), "reason": "ลาพักผ่อน"}
    assert busaba.post(url, form | {"last_day": "ไม่รู้"}).status_code == 409
    assert (
        busaba.post(url, form | {"last_day": today.isoformat(), "request_key": "k" * 32}).status_code == 302
    )
    assert (
        busaba.post(url, form | {"last_day": today.isoformat(), "request_key": "k" * 32}).status_code == 302
    )
    given = Delegation.objects.get()
    entry = entry_in(world, EntryState.PROPOSED)
    assert may(User.objects.get(pk=world.chat.pk), Action.ENDORSE, entry)
    assert "รอท่านรับรอง" in text(sit("chat").get("/"))
    assert sit("duangjai").post(reverse("end_standing_in", args=[given.pk])).status_code == 404
    busaba.post(reverse("end_standing_in", args=[given.pk]))
    assert not may(User.objects.get(pk=world.chat.pk), Action.ENDORSE, entry)


@pytest.mark.parametrize("who", ["busaba", "chat"])
def test_nobody_is_proposed_to_stand_in(sit, world, who):
    desk, url = sit(who), reverse("delegations")
    form = desk.get(url).context["form"]
    assert form["deputy"].field.choices[0] == ("", "–")
    today = timezone.localdate().isoformat()
    untouched = {"away": form["away"].field.choices[0][0], "deputy": "", "reason": "ลา", "first_day": today}
    refused = desk.post(url, untouched | {"last_day": today})
    assert (refused.status_code, list(refused.context["form"].errors)) == (409, ["deputy"])
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1/1/9999"])
def test_days_that_nobody_means_are_told_and_no_fault(sit, world, day):
    member, today = world.busaba.memberships.get(), timezone.localdate().isoformat()
    form = {"away": member.pk, "deputy": world.chat.pk, "reason": "ลา", "first_day": day, "last_day": today}
    assert sit("busaba").post(reverse("delegations"), form).status_code == 409
    assert "ไม่ใช่วันที่" in text(sit("busaba").post(reverse("delegations"), form))


def test_a_plan_is_saved_on_its_page_and_shows_on_the_indicators(db):
    world = make_world("sdo-2562", months=6)
    entry = world.card.entries.get(indicator__code="5.1")
    arun, url = sit_in(world.arun), reverse("entry_plan", args=[entry.pk])
    form = posted(arun.get(url)) | {"planned.1.m10": "๕๐", "done.1.m10": "25", "level": "1"}
    assert arun.post(url, form).status_code == 302
    page = text(arun.get(reverse("entry", args=[entry.pk])))
    assert "50.00 %" in page
    refused = arun.post(url, posted(arun.get(url)) | {"done.1.m10": "ครึ่ง"})
    assert refused.status_code == 409
    assert posted(refused)["done.1.m10"] == "ครึ่ง"


def test_two_people_on_one_plan_see_both_values(db):
    world = make_world("sdo-2562")
    entry = world.card.entries.get(indicator__code="5.1")
    url = reverse("entry_plan", args=[entry.pk])
    arun, busaba = sit_in(world.arun), sit_in(world.busaba)
    mine, theirs = posted(arun.get(url)), posted(busaba.get(url))
    busaba.post(url, theirs | {"done.1.m10": "71"})
    refused = arun.post(url, mine | {"done.1.m10": "25"})
    assert refused.status_code == 409
    assert "71" in text(refused)
    assert arun.post(url, posted(refused)).status_code == 302
    entry.refresh_from_db()
    assert entry.plan["activities"]["1"]["done"]["m10"] == "25"


def sit_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_an_indicator_without_a_plan_in_the_last_round_has_no_page_for_it(sit, world):
    assert sit("arun").get(reverse("entry_plan", args=[world.entry.pk])).status_code == 404


def test_queries_do_not_grow_with_comments_parts_and_corrections(sit, world, entry_url):
    arun = sit("arun")
    arun.get(entry_url)
    with CaptureQueriesContext(connection) as few:
        arun.get(entry_url)
    for step in range(1, 6):
        Part.objects.create(entry=world.entry, criterion_key=f"step{step}", collector=world.busaba)
        for _one in range(5):
            Comment.objects.create(
                entry=world.entry, criterion_key=f"step{step}", author=world.busaba, text="ก"
            )
    fill(world)
    with CaptureQueriesContext(connection) as many:
        arun.get(entry_url)
    assert len(many) <= len(few) + 2  # the answers, and who wrote them


def test_who_has_no_name_is_called_by_the_user_name_in_a_refusal(world):
    User.objects.update(first_name="", last_name="")
    stranger = User.objects.get(pk=world.duangjai.pk)
    with pytest.raises(Refused, match="duangjai"):
        share_out(world.entry, {"step1": stranger}, actor=world.busaba)
