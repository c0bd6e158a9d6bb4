"""The assessing side's pages: queue, rulings, decisions."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from scorecards.models import Ruling, Submission
from scorecards.presenting.answer_words import numbers_in
from scorecards.reviewing.forms import RulingForm
from scorecards.states import ScorecardState
from tests.pages.conftest import posted
from tests.world import STEPS, make_world, walk

S = ScorecardState


@pytest.fixture
def address(world):
    return reverse("review", args=[world.card.pk, "4"])


def text(answer) -> str:
    return answer.content.decode()


def test_the_queue_shows_what_was_sent_to_the_assigned_reviewer(world, sit):
    walk(world, S.SUBMITTED)
    assert "ศูนย์เทคโนโลยีสารสนเทศ" in text(sit("kamon").get(reverse("review_queue")))
    assert "ศูนย์เทคโนโลยีสารสนเทศ" not in text(sit("khwan").get(reverse("review_queue")))
    assert "ศูนย์เทคโนโลยีสารสนเทศ" in text(sit("khamron").get("/review/?state=submitted"))
    assert "สำนักนโยบายและแผน" not in text(sit("khamron").get(reverse("review_queue")))  # never sent


def test_a_ruling_is_previewed_saved_and_shown(world, sit, address):
    walk(world, S.IN_REVIEW)
    kamon = sit("kamon")
    form = posted(kamon.get(address)) | {
        "decision.step3": "change", "value.step3": "no", "reason.step3": "ผลสำรวจเป็นของปีก่อน",
    }  # fmt: skip
    preview = text(kamon.post(reverse("review_preview", args=[world.card.pk, "4"]), form))
    assert "2.0000" in preview
    assert "−1.0000" in preview
    assert not Ruling.objects.exists()
    assert kamon.post(address, form).status_code == 302
    assert Ruling.objects.get().reason == "ผลสำรวจเป็นของปีก่อน"
    assert "ผลสำรวจเป็นของปีก่อน" in text(kamon.get(address))


def test_a_ruling_without_a_reason_is_refused_and_kept_on_the_page(world, sit, address):
    walk(world, S.IN_REVIEW)
    kamon = sit("kamon")
    refused = kamon.post(
        address, posted(kamon.get(address)) | {"decision.step3": "change", "value.step3": "no"}
    )
    assert refused.status_code == 409
    (link,) = re.findall(r'<a href="(#[^"]+)">[^<]*โปรดระบุเหตุผล', text(refused))
    assert f'id="{link[1:]}"' in text(refused)  # the reason leads to the line of its criterion
    assert posted(refused)["decision.step3"] == "change"
    assert not Ruling.objects.exists()


def test_agree_to_the_rest(world, sit, address):
    walk(world, S.IN_REVIEW)
    kamon = sit("kamon")
    form = posted(kamon.get(address)) | {"decision.step1": "na", "reason.step1": "x", "then": "agree_all"}
    assert 'name="decision.step1" value="na"' not in text(kamon.get(address))  # a step cannot be N/A
    refused = kamon.post(address, form)  # and is not, whatever is sent
    assert refused.status_code == 409
    assert '<a href="#id_decision.step1_0">' in text(refused)
    kamon.post(address, posted(kamon.get(address)) | {"then": "agree_all"})
    assert Ruling.objects.filter(decision="agree").count() == len(STEPS)


def test_two_reviewers_at_once_lose_no_ruling(world, sit, address):
    card = walk(world, S.IN_REVIEW)
    card.reviewers.add(world.khwan)
    kamon, khwan = sit("kamon"), sit("khwan")
    old = posted(kamon.get(address))
    khwan.post(
        address,
        posted(khwan.get(address)) | {"decision.step1": "change", "value.step1": "no", "reason.step1": "ก"},
    )
    refused = kamon.post(address, old | {"decision.step1": "agree"})
    assert refused.status_code == 409
    assert Ruling.objects.get().reviewer == world.khwan


def test_the_whole_way_to_publication(world, sit, address):
    walk(world, S.SUBMITTED)
    kamon, khamron, chan = sit("kamon"), sit("khamron"), sit("chan")

    def do(client, action, **fields):
        return client.post(reverse("move_scorecard", args=[world.card.pk, action]), fields)

    assert do(kamon, "begin_review").status_code == 302
    refused = do(kamon, "conclude")
    assert refused.status_code == 409
    assert text(refused).count("โปรดพิจารณา") >= len(STEPS)
    kamon.post(address, posted(kamon.get(address)) | {"then": "agree_all"})
    assert do(kamon, "conclude").status_code == 302
    assert do(kamon, "approve").status_code == 409
    assert do(khamron, "approve").status_code == 302
    assert do(khamron, "publish").status_code == 409  # two people
    assert do(chan, "publish").status_code == 302
    world.card.refresh_from_db()
    assert world.card.state == S.PUBLISHED


def test_while_rulings_are_missing_the_next_criterion_comes_first(world, sit, address):
    card, desk = walk(world, S.IN_REVIEW), sit("kamon")
    decide = reverse("decide", args=[card.pk])
    desk.cookies["django_language"] = "en"
    page = text(desk.get(decide))
    assert f'<a class="btn btn-primary" href="{address}#criterion-step1">' in page
    assert '<button class="btn btn-outline-primary">Conclude the review</button>' in page
    assert "5 criteria without a ruling" in page
    desk.post(address, posted(desk.get(address)) | {"then": "agree_all"})
    page = text(desk.get(decide))
    assert '<button class="btn btn-primary">Conclude the review</button>' in page
    assert "#criterion-" not in page


@pytest.mark.parametrize("action", ["return", "reopen_review"])
def test_a_reason_left_empty_is_asked_for_at_its_field_which_has_the_focus(world, sit, action):
    card = walk(world, S.IN_REVIEW if action == "return" else S.CONCLUDED)
    desk = sit("kamon" if action == "return" else "khamron")
    page = desk.post(reverse("move_scorecard", args=[card.pk, action]), {"reason": " "})
    assert page.status_code == 409
    assert re.search(r'<textarea name="reason"[^>]* autofocus[^>]* aria-invalid="true"', text(page))


def test_who_has_no_name_is_called_by_the_user_name(world, sit):
    walk(world, S.PUBLISHED)
    User.objects.update(first_name="", last_name="")
    page = text(sit("chawi").get(reverse("decide", args=[world.card.pk])))
    assert all(person in page for person in ("kamon", "khamron", "chan"))  # concluded, approved, published


def test_returning_takes_a_reason_and_opens_the_agencys_form(world, sit, address):
    walk(world, S.IN_REVIEW)
    path = reverse("move_scorecard", args=[world.card.pk, "return"])
    assert sit("kamon").post(path, {"reason": " "}).status_code == 409
    assert sit("kamon").post(path, {"reason": "โปรดแนบผลสำรวจ"}).status_code == 302
    assert "โปรดแนบผลสำรวจ" in text(sit("arun").get(reverse("entry", args=[world.entry.pk])))


def test_the_review_is_begun_where_one_reads_and_returned_from_there(world, sit, address):
    walk(world, S.SUBMITTED)
    kamon = sit("kamon")
    begin = reverse("move_scorecard", args=[world.card.pk, "begin_review"])
    assert f'action="{begin}"' in text(kamon.get(address))
    assert f'action="{begin}"' not in text(sit("khamron").get(address))
    assert kamon.post(begin, {"indicator": "4"})["Location"] == address
    seen = text(kamon.get(address))
    assert f'action="{begin}"' not in seen
    returning = re.search(r'href="([^"]+/return[^"#]*)#indicator-4"', seen)[1]
    assert re.search(r'id="indicator-4" open', text(kamon.get(returning)))


@pytest.mark.parametrize("way", ["return", "do/return"])
def test_remarks_that_a_session_ended_under_are_kept_through_signing_in(world, way):
    walk(world, S.IN_REVIEW)
    said = {"remark": "โปรดแนบผลสำรวจ", "reason": "โปรดแนบผลสำรวจ"}
    kept = Client().post(f"{reverse('decide', args=[world.card.pk])}{way}", said)
    assert kept.status_code == 401
    assert "โปรดแนบผลสำรวจ" in text(kept)


def test_others_read_without_buttons(world, sit, address):
    walk(world, S.IN_REVIEW)
    for reader in ("khamron", "chawi", "cho"):
        seen = text(sit(reader).get(address))
        assert "ขั้นตอนที่ ๑" in seen
        assert 'name="then"' not in seen.replace('class="visually-hidden" name="then"', "")


@pytest.mark.parametrize("number", ["abc", "999999", "0", ""])
def test_a_submission_that_is_not_there_is_a_404(world, sit, address, number):
    walk(world, S.IN_REVIEW)
    assert sit("kamon").post(address, {"submission": number}).status_code == 404


def test_numbers_of_a_formula_stand_under_each_other_with_their_units():
    document = {
        "inputs": [
            {"name": "income", "label": {"th": "รายได้"}, "unit": {"th": "บาท"}},
            {"name": "rate", "label": {"th": "อัตรา"}},
        ]
    }
    said = {"inputs": {"rate": "1.5", "income": "20840070.25"}}
    assert numbers_in(said, document) == [("รายได้", "20,840,070.25", "บาท"), ("อัตรา", "1.5", "")]
    assert numbers_in({"value": "yes"}, {}) == []


def test_a_rating_is_given_not_changed(db):
    world = make_world("sdo-2562")
    indicator = next(
        one
        for one in world.framework.indicators.filter(rubric__isnull=False)
        if one.rubric["kind"] == "rating"
    )
    submission = Submission(scorecard=world.card, content={"answers": {}})
    form = RulingForm(submission=submission, indicator=indicator, known={})
    labels = [str(label) for _value, label in form.fields[f"decision.{indicator.rubric['key']}"].choices]
    assert labels == ["ให้คะแนน", "ไม่ประเมิน"]


@pytest.mark.parametrize(
    "state", [ScorecardState.RETURNED, ScorecardState.CONCLUDED, ScorecardState.PUBLISHED]
)
def test_who_has_nothing_to_decide_finds_no_empty_row_of_buttons(world, sit, state):
    walk(world, state)
    page = sit("kamon").get(reverse("decide", args=[world.card.pk])).content.decode()
    assert 'id="decisions"' in page
    assert re.search(r'<div class="actions">\s*</div>', page) is None
