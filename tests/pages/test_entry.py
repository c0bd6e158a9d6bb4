"""The indicator's page: the official form, its live score, saving, and what happens when two people type at once."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from evidence.models import Evidence
from scorecards import workflow
from scorecards.models import Answer, Entry
from scorecards.permissions import may
from scorecards.presenting import patterns
from scorecards.reviewing import review
from scorecards.states import Action, EntryState, ScorecardState
from tests.pages.conftest import posted
from tests.world import STEPS, changes, disagreement, entry_in, fill, make_world, walk

N_A_HINT = (
    "Once a reason stands here, this is not scored, whatever was answered above. "
    "Empty the field to score it again."
)


def text(answer) -> str:
    return answer.content.decode()


def test_the_page_is_the_form_with_its_steps_and_prose(sit, entry_url):
    page = text(sit("arun").get(entry_url))
    for expected in ("ขั้นตอนที่ ๑", "ขั้นตอนที่ ๕", "มี", "ไม่มี", "ปัจจัยสนับสนุน", "คำอธิบาย", "ยังเป็นไปได้สูงสุด"):
        assert expected in page


def test_without_a_script_the_whole_form_is_saved(sit, world, entry_url):
    arun = sit("arun")
    form = posted(arun.get(entry_url)) | {
        "value.step1": "yes",
        "value.step2": "no",
        "obstacles": "ล่าช้า\r\nมาก",
    }
    assert arun.post(entry_url, form).status_code == 302
    world.entry.refresh_from_db()
    assert world.entry.obstacles == "ล่าช้า\nมาก"
    assert {one.criterion_key: one.content for one in Answer.objects.all()} == {
        "step1": {"value": "yes"}, "step2": {"value": "no"},
    }  # fmt: skip
    page = posted(arun.get(entry_url))
    assert (page["value.step1"], page["value.step2"]) == ("yes", "no")


def test_without_a_script_attaching_a_file_saves_what_was_typed_beside_it(sit, world, entry_url):
    arun = sit("arun")
    form = posted(arun.get(entry_url)) | {"value.step1": "yes", "obstacles": "น้ำท่วม"}
    file = SimpleUploadedFile("รายงาน.txt", "ผลการดำเนินงาน".encode())
    arun.post(reverse("evidence_upload", args=[world.entry.pk, "step1"]), form | {"files.step1": file})
    world.entry.refresh_from_db()
    assert world.entry.obstacles == "น้ำท่วม"
    assert Answer.objects.get().content == {"value": "yes"}
    assert Evidence.objects.get().name == "รายงาน.txt"


def test_a_page_is_the_same_whether_its_pieces_were_drawn_before_or_not(sit, world, entry_url):
    """Whoever opened it first, in which language, with which answers: nothing of theirs stands on another's page."""
    theirs = reverse("entry", args=[world.other.entries.get().pk])
    notes = {"step1": "ของ <อรุณ>", "step5": "ดู “หน้า ๓”"}
    told = {key: workflow.AnswerChange({"value": "yes"}, note=note) for key, note in notes.items()}
    workflow.save_entry(world.entry, actor=world.arun, changes=workflow.EntryChanges(answers=told))
    visits = [("arun", entry_url), ("chat", entry_url), ("duangjai", theirs), ("busaba", entry_url)]
    for language in ("th", "en", "th"):
        for who, address in visits:
            browser = sit(who)
            browser.cookies["django_language"] = language
            drawn_before = without_tokens(text(browser.get(address)))
            patterns.DRAWN.clear()
            assert without_tokens(text(browser.get(address))) == drawn_before
            assert ("ของ &lt;อรุณ&gt;" in drawn_before) is (address == entry_url)


def without_tokens(page: str) -> str:
    return re.sub(r"[0-9a-f]{8}-?[0-9a-f-]{24,27}|[A-Za-z0-9]{64}", "…", page)


def test_the_preview_scores_by_the_fold_and_writes_nothing(sit, world, entry_url):
    arun = sit("arun")
    form = posted(arun.get(entry_url)) | {f"value.{step}": "yes" for step in STEPS if step != "step4"}
    page = text(arun.post(reverse("preview", args=[world.entry.pk]), form))
    assert "3.0000" in page
    assert "ผ่านต่อเนื่องแล้ว 3 ขั้น" in page
    assert not Answer.objects.exists()


def test_who_proposed_an_indicator_stands_by_its_state(world, sit, entry_url):
    assert "เสนอโดย" not in text(sit("busaba").get(entry_url))
    entry_in(world, EntryState.PROPOSED)
    for reader in ("busaba", "chat"):
        page = text(sit(reader).get(entry_url))
        head = page[page.index('class="state state-proposed"') : page.index('class="soft jump"')]
        assert "เสนอโดย อรุณ" in " ".join(head.split())
    workflow.endorse(world.entry, actor=world.busaba)
    assert "เสนอโดย" not in text(sit("busaba").get(entry_url))


def next_unanswered(page: str) -> list[str]:
    """Where the line at the foot of a phone leads, and how many are left."""
    line = page[page.index('id="phone-score"') :]
    found = re.search(r'<a class="next-unanswered"[^>]*href="#criterion-(\w+)">[^<(]*\D(\d+)', line)
    return list(found.groups()) if found else []


def test_on_a_phone_the_next_unanswered_criterion_is_one_tap_away(sit, world, entry_url):
    arun = sit("arun")
    arun.cookies["django_language"] = "en"
    page = text(arun.get(entry_url))
    assert next_unanswered(page) == ["step1", "5"]
    hidden = page[page.index('id="phone-score"') : page.index('class="next-unanswered"')]
    assert hidden.count("<p aria-hidden") == hidden.count("</p>") == 1
    form, preview = posted(arun.get(entry_url)), reverse("preview", args=[world.entry.pk])
    said = {"value.step1": "yes", "value.step2": "no", "value.step4": "yes"}
    assert next_unanswered(text(arun.post(preview, form | said))) == ["step3", "2"]
    said = {f"value.{step}": "yes" for step in STEPS}
    assert next_unanswered(text(arun.post(preview, form | said))) == []
    assert next_unanswered(text(arun.post(preview, form | {"na.steps": "ยุบงานแล้ว"}))) == []


def test_a_number_that_is_none_is_told_at_its_criterion_while_it_is_typed(db):
    world = make_world("sdo-2562")
    client, entry = Client(), world.card.entries.get(indicator__code="4.1")
    client.force_login(world.arun)
    form = posted(client.get(entry.get_absolute_url())) | {"value.satisfaction": "๘๔x"}
    page = text(client.post(reverse("preview", args=[entry.pk]), form))
    place = page[page.index('id="asked-satisfaction"') :]
    assert "“๘๔x” ไม่ใช่ตัวเลข" in place
    assert page.count("“๘๔x” ไม่ใช่ตัวเลข") == 1


def test_the_box_beside_a_step_is_ticked_by_a_click(sit, entry_url):
    page = text(sit("arun").get(entry_url))
    for answer in ("yes", "no"):
        field = re.search(rf'<input type="radio" name="value.step1" value="{answer}" id="(\w[^"]*)"', page)[1]
        assert f'<label class="tick to-{answer}" for="{field}"' in page


def test_a_reason_why_something_does_not_apply_is_told_to_outweigh_the_answer(db):
    world = make_world("sdo-2562")
    client = Client()
    client.force_login(world.arun)
    page = text(client.get(world.card.entries.get(indicator__code="4.1").get_absolute_url()))
    assert gettext(N_A_HINT) in page


@pytest.mark.parametrize(
    ("state", "who"), [(EntryState.PROPOSED, "supervisor"), (EntryState.ENDORSED, "head")]
)
def test_what_was_proposed_says_who_opens_it_again(world, state, who):
    entry_in(world, state)
    with override("en"):
        assert who in str(may(world.arun, Action.ANSWER, world.entry))


def test_a_supervisor_is_told_before_proposing_that_somebody_else_must_endorse_then(sit, entry_url):
    warning = gettext("Whoever proposes an indicator cannot endorse it: leave this to the collector.")
    assert warning in text(sit("busaba").get(entry_url))
    assert warning not in text(sit("arun").get(entry_url))


def test_who_has_nothing_to_do_at_an_indicator_that_stands_alone_gets_a_box_of_nothing_which_is_not_shown(
    sit, entry_url
):
    box = sit("chat").get(entry_url).content.decode().split('<div class="do-here">')[1].split("</div>")[0]
    assert box.strip() == ""


def test_after_endorsing_the_page_leads_to_the_next_that_waits(db):
    world = make_world("sdo-2562")
    first, second, third = world.card.entries.all()[:3]
    Entry.objects.filter(pk__in=[first.pk, third.pk]).update(
        state=EntryState.PROPOSED, proposed_by=world.arun
    )
    supervisor = Client()
    supervisor.force_login(world.busaba)
    way_on = f'<a class="btn btn-primary" href="{third.get_absolute_url()}"'
    assert way_on not in text(supervisor.get(first.get_absolute_url()))  # it waits itself
    page = supervisor.post(reverse("move_entry", args=[first.pk, "endorse"]), follow=True)
    assert way_on in text(page)
    assert f'<a class="btn btn-primary" href="{second.get_absolute_url()}"' not in text(page)


def test_saving_as_you_type_answers_with_the_new_versions(sit, world, entry_url):
    arun = sit("arun")
    form = posted(arun.get(entry_url)) | {"value.step1": "yes"}
    page = arun.post(reverse("save_field", args=[world.entry.pk]), form)
    assert "บันทึกแล้ว" in text(page)
    fresh = posted(page)
    assert fresh["seen.step1"].startswith("1:")
    again = form | fresh | {"value.step1": "no"}
    assert "บันทึกแล้ว" in text(arun.post(reverse("save_field", args=[world.entry.pk]), again))
    assert Answer.objects.get().content == {"value": "no"}


def test_untouched_fields_of_an_old_page_do_not_undo_a_colleague(sit, world, entry_url):
    arun, busaba = sit("arun"), sit("busaba")
    old = posted(arun.get(entry_url))
    busaba.post(entry_url, posted(busaba.get(entry_url)) | {"value.step1": "yes", "remedies": "ของบุษบา"})
    assert arun.post(entry_url, old | {"value.step2": "yes"}).status_code == 302
    world.entry.refresh_from_db()
    assert world.entry.remedies == "ของบุษบา"
    assert Answer.objects.get(criterion_key="step1").content == {"value": "yes"}


def test_saving_as_you_type_does_not_undo_a_colleague_whose_text_the_page_does_not_show(
    sit, world, entry_url
):
    arun, busaba, save = sit("arun"), sit("busaba"), reverse("save_field", args=[world.entry.pk])
    page = posted(arun.get(entry_url))
    busaba.post(entry_url, posted(busaba.get(entry_url)) | {"value.step1": "yes", "remedies": "ของบุษบา"})
    for step in ("step2", "step3"):
        page |= {f"value.{step}": "yes"}
        page |= posted(arun.post(save, page))
    world.entry.refresh_from_db()
    assert world.entry.remedies == "ของบุษบา"
    answers = {one.criterion_key: one.content["value"] for one in Answer.objects.all()}
    assert answers == {"step1": "yes", "step2": "yes", "step3": "yes"}


@pytest.mark.parametrize(("choice", "held"), [("mine:1", "no"), ("theirs:1", "yes")])
def test_the_same_field_by_two_people_shows_both_and_the_person_chooses(sit, world, entry_url, choice, held):
    arun, busaba = sit("arun"), sit("busaba")
    old = posted(arun.get(entry_url))
    busaba.post(entry_url, posted(busaba.get(entry_url)) | {"value.step1": "yes"})
    mine = old | {"value.step1": "no", "value.step2": "yes"}
    refused = arun.post(entry_url, mine)
    assert refused.status_code == 409
    for expected in ("บุษบา", "ของฉัน", "ของเพื่อนร่วมงาน", "mine:1", "theirs:1"):
        assert expected in text(refused)
    assert not Answer.objects.filter(criterion_key="step2").exists()  # nothing was saved yet
    assert arun.post(entry_url, mine | {"choose.step1": choice}).status_code == 302
    assert Answer.objects.get(criterion_key="step1").content == {"value": held}
    assert Answer.objects.get(criterion_key="step2").content == {"value": "yes"}


def test_the_same_text_by_two_people(sit, world, entry_url):
    arun, busaba = sit("arun"), sit("busaba")
    old = posted(arun.get(entry_url))
    busaba.post(entry_url, posted(busaba.get(entry_url)) | {"obstacles": "ของบุษบา"})
    refused = arun.post(entry_url, old | {"obstacles": "ของอรุณ"})
    assert refused.status_code == 409
    assert "ของบุษบา" in text(refused)
    assert "ของอรุณ" in text(refused)


def test_choosing_mine_in_one_field_saves_another_that_was_changed_as_well(sit, world, entry_url):
    arun, busaba = sit("arun"), sit("busaba")
    old = posted(arun.get(entry_url))
    busaba.post(entry_url, posted(busaba.get(entry_url)) | {"obstacles": "ของบุษบา"})
    mine = old | {"obstacles": "ของอรุณ", "remedies": "ปรับแผน"}
    assert arun.post(entry_url, mine).status_code == 409
    world.entry.refresh_from_db()
    chosen = {"choose.text:obstacles": f"mine:{world.entry.version}"}
    assert arun.post(entry_url, mine | chosen).status_code == 302
    world.entry.refresh_from_db()
    assert (world.entry.obstacles, world.entry.remedies) == ("ของอรุณ", "ปรับแผน")


def test_proposing_what_is_not_complete_is_refused_with_links(sit, entry_url):
    arun = sit("arun")
    refused = arun.post(entry_url, posted(arun.get(entry_url)) | {"value.step1": "yes", "then": "propose"})
    assert refused.status_code == 409
    assert f'href="{entry_url}#criterion-step2"' in text(refused)
    assert f'href="{entry_url}#criterion-step1"' not in text(refused)
    assert Answer.objects.filter(criterion_key="step1").exists()  # what was typed is kept


def test_proposing_sent_again_after_a_lost_answer_is_done_and_not_refused(sit, world, entry_url):
    fill(world)  # all is saved already, as it is while somebody types
    arun = sit("arun")
    form = posted(arun.get(entry_url)) | {"then": "propose", "request_key": "k" * 32}
    assert [arun.post(entry_url, form).status_code for _click in range(2)] == [302, 302]
    assert world.entry.scorecard.events.filter(action="propose").count() == 1


def test_proposed_endorsed_and_sent_back(sit, world, entry_url):
    fill(world)
    arun, busaba = sit("arun"), sit("busaba")
    assert arun.post(entry_url, posted(arun.get(entry_url)) | {"then": "propose"}).status_code == 302
    assert "รับรอง" in text(busaba.get(entry_url))
    refused = busaba.post(reverse("move_entry", args=[world.entry.pk, "send_back"]), {"remark": ""})
    assert refused.status_code == 409
    assert "ต้องมีข้อสังเกต" in text(refused)
    busaba.post(reverse("move_entry", args=[world.entry.pk, "send_back"]), {"remark": "โปรดแนบผลสำรวจ"})
    assert "โปรดแนบผลสำรวจ" in text(arun.get(entry_url))
    arun.post(entry_url, posted(arun.get(entry_url)) | {"then": "propose"})
    busaba.post(reverse("move_entry", args=[world.entry.pk, "endorse"]))
    world.entry.refresh_from_db()
    assert world.entry.state == EntryState.ENDORSED


def test_a_collector_takes_the_proposal_back_and_the_supervisors_open_page_says_so(sit, world, entry_url):
    arun, busaba = sit("arun"), sit("busaba")
    move = {
        action: reverse("move_entry", args=[world.entry.pk, action]) for action in ("take_back", "endorse")
    }
    workflow.propose(fill(world), actor=world.arun)
    assert move["take_back"] in text(arun.get(entry_url))
    open_page = text(busaba.get(entry_url))
    assert move["take_back"] not in open_page
    seen = re.search(r'name="version" value="([0-9]+)"', open_page)[1]
    assert arun.post(move["take_back"]).status_code == 302
    assert move["take_back"] not in text(arun.get(entry_url))
    refused = busaba.post(move["endorse"], {"version": seen})
    assert refused.status_code == 409
    assert "the collector is working on it" in str(refusal_in_english(world.busaba, world))
    assert "send_back" not in text(refused)  # nothing to decide is offered
    arun.post(entry_url, posted(arun.get(entry_url)) | {"value.step3": "no", "then": "propose"})
    assert busaba.post(move["endorse"], {"version": seen}).status_code == 409  # not what was read
    again = re.search(r'name="version" value="([0-9]+)"', text(busaba.get(entry_url)))[1]
    assert busaba.post(move["endorse"], {"version": again}).status_code == 302


def test_a_supervisor_takes_a_wrong_endorsement_back_on_its_page(sit, world, entry_url):
    entry, busaba = entry_in(world, EntryState.ENDORSED), sit("busaba")
    undo = reverse("move_entry", args=[entry.pk, "withdraw_endorsement"])
    for other in ("arun", "chat"):
        assert undo not in text(sit(other).get(entry_url))
    page = text(busaba.get(entry_url))
    assert page.index(reverse("move_entry", args=[entry.pk, "send_back"])) < page.index(undo)
    seen = re.search(r'name="version" value="([0-9]+)"', page)[1]
    form = {"version": seen, "request_key": "k" * 32}
    assert [busaba.post(undo, form).status_code for _click in range(2)] == [302, 302]
    page = text(busaba.get(entry_url))
    assert undo not in page
    assert reverse("move_entry", args=[entry.pk, "endorse"]) in page
    assert reverse("move_entry", args=[entry.pk, "take_back"]) in text(sit("arun").get(entry_url))
    workflow.endorse(entry, actor=world.busaba)
    assert busaba.post(undo, {"version": seen}).status_code == 409  # not what was read
    entry.refresh_from_db()
    assert entry.state == EntryState.ENDORSED


def test_who_sent_it_back_cancels_that_on_its_page(sit, world, entry_url):
    entry, busaba = entry_in(world, EntryState.RETURNED), sit("busaba")
    undo = reverse("move_entry", args=[entry.pk, "cancel_send_back"])
    for other in ("arun", "chat"):
        assert undo not in text(sit(other).get(entry_url))
    assert undo in text(busaba.get(entry_url))
    assert [busaba.post(undo, {"request_key": "k" * 32}).status_code for _click in range(2)] == [302, 302]
    page = text(busaba.get(entry_url))
    assert undo not in page
    assert reverse("move_entry", args=[entry.pk, "endorse"]) in page
    assert busaba.post(undo).status_code == 409  # it is proposed already


def refusal_in_english(person, world):
    world.entry.refresh_from_db()
    with override("en"):
        return may(person, Action.ENDORSE, world.entry)


def test_the_published_page_shows_ruling_reason_and_both_scores(sit, world, entry_url):
    card = walk(world, ScorecardState.IN_REVIEW)
    submission = card.submissions.get()
    review.rule(submission, actor=world.kamon, indicator=world.entry.indicator, rulings=[disagreement()])
    review.agree_to_all(submission, actor=world.kamon, indicator=world.entry.indicator)
    assert "ผลสำรวจเป็นของปีก่อน" not in text(sit("arun").get(entry_url))  # not before publication
    review.conclude(card, actor=world.kamon)
    review.approve(card, actor=world.khamron)
    review.publish(card, actor=world.chan)
    page = text(sit("arun").get(entry_url))
    assert "ผลสำรวจเป็นของปีก่อน" in page
    assert "3.0000" in page
    assert "2.0000" in page


def test_english_says_the_same(sit, entry_url):
    arun = sit("arun")
    arun.post(reverse("set_language"), {"language": "en", "next": "/"})
    page = text(arun.get(entry_url))
    for expected in ("Still possible", "How the score comes about", "Propose to the supervisor", "Step 1"):
        assert expected in page


class TestNumbers:
    """Typed numbers on a form with measures: read by one parser, kept in the field when refused."""

    @pytest.fixture
    def world(self, db):
        return make_world("ict-2550")

    def test_thai_digits_are_understood_and_kept_as_typed(self, sit, world, entry_url):
        arun = sit("arun")
        typed = {"input.progress.weighted_progress": "๙,๐๐๐.๕๐", "input.progress.weights": "100"}
        assert arun.post(entry_url, posted(arun.get(entry_url)) | typed).status_code == 302
        answer = Answer.objects.get(criterion_key="progress")
        assert answer.content == {"inputs": {"weighted_progress": "9000.50", "weights": "100"}}
        assert posted(arun.get(entry_url))["input.progress.weighted_progress"] == "๙,๐๐๐.๕๐"

    @pytest.mark.parametrize("typed", ["1e400", "NaN", "๑,๒", "1_000", "สิบ", "=1+1", "9" * 40])
    def test_what_is_no_number_stays_in_its_field_with_a_sentence(self, sit, world, entry_url, typed):
        arun = sit("arun")
        form = posted(arun.get(entry_url)) | {"input.progress.weights": typed, "obstacles": "เก็บไว้"}
        refused = arun.post(entry_url, form)
        assert refused.status_code == 409
        assert posted(refused)["input.progress.weights"] == typed
        assert 'class="error"' in text(refused)
        assert not Answer.objects.exists()
        world.entry.refresh_from_db()
        assert world.entry.obstacles == "เก็บไว้"  # the rest was saved

    def test_a_division_by_zero_is_a_reason(self, sit, world, entry_url):
        arun = sit("arun")
        typed = {"input.progress.weighted_progress": "5", "input.progress.weights": "0"}
        page = text(arun.post(reverse("preview", args=[world.entry.pk]), posted(arun.get(entry_url)) | typed))
        assert "หารด้วยศูนย์" in page

    def test_not_applicable_takes_a_reason(self, sit, world, entry_url):
        arun = sit("arun")
        assert (
            arun.post(entry_url, posted(arun.get(entry_url)) | {"na.progress": "ไม่มีแผน"}).status_code == 302
        )
        assert Answer.objects.get().content == {"na": "ไม่มีแผน"}


def test_the_number_of_queries_does_not_depend_on_the_number_of_criteria(db, django_assert_max_num_queries):
    world = make_world("ict-2550")
    client = Client()
    client.force_login(world.arun)
    with django_assert_max_num_queries(26):  # PostgreSQL is asked for its clock, too
        client.get(reverse("entry", args=[world.entry.pk]))


@pytest.mark.parametrize(("value", "status"), [("\x00", 400), ("a" * 25_000, 409), ("maybe", 409)])
def test_hostile_input_is_a_message(sit, world, entry_url, value, status):
    arun = sit("arun")
    form = posted(arun.get(entry_url)) | {"value.step1": value, "obstacles": value}
    assert arun.post(entry_url, form).status_code == status
    assert not Answer.objects.exists()


def test_a_closed_form_is_read_only(sit, world, entry_url):
    entry_in(world, EntryState.PROPOSED)
    page = text(sit("arun").get(entry_url))
    assert "disabled" in page
    assert "/save" not in page
    assert "/preview" not in page
    saved = workflow.Entry.objects.get(pk=world.entry.pk).version
    sit("arun").post(entry_url, {"value.step1": "no", "seen.step1": "1:x"})
    assert workflow.Entry.objects.get(pk=world.entry.pk).version == saved
    assert changes({}).answers == {}
