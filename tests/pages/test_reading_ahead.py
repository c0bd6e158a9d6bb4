"""The next indicator is fetched while this one is read; what changed meanwhile is always seen."""

import pytest
from django.urls import reverse

from scorecards.models import Membership, Reason, ReviewAssignment
from scorecards.reviewing import review
from scorecards.reviewing.clarifying import ask
from scorecards.states import ScorecardState
from tests.world import disagreement, walk


@pytest.fixture
def ahead(world, sit):
    """The page as กมล's browser fetched it ahead, and what she would get on opening it."""
    walk(world, ScorecardState.IN_REVIEW)
    ReviewAssignment.objects.create(entry=world.entry, reviewer=world.khwan, assigned_by=world.khamron)
    kamon, address = sit("kamon"), reverse("review", args=[world.card.pk, "4"])
    # any page before it gives the browser its token for forms
    kamon.get(reverse("decide", args=[world.card.pk]))
    kept = kamon.get(address)
    world.kept, world.address, world.kamon_browser = kept, address, kamon
    return lambda browser=kamon: browser.get(address, headers={"If-None-Match": kept["ETag"]})


def test_what_stands_as_it_did_is_not_written_again(world, ahead):
    assert set(world.kept["Cache-Control"].split(", ")) == {
        "private",
        "no-cache",
    }  # always asked, never shared
    answer = ahead()
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_ruling_made_meanwhile_by_another_reviewer_is_seen(world, ahead):
    sent = world.card.submissions.get()
    review.rule(sent, actor=world.khwan, indicator=world.entry.indicator, rulings=[disagreement()])
    answer = ahead()
    assert answer.status_code == 200
    assert "ผลสำรวจเป็นของปีก่อน" in answer.content.decode()
    assert answer["ETag"] != world.kept["ETag"]


def ask_a_question(world):
    ask(world.card.submissions.get(), indicator=world.entry.indicator, criterion_key="step3",
        question="ผลสำรวจเป็นของปีใด", actor=world.kamon)  # fmt: skip


def send_again(world):
    review.return_for_correction(world.card, actor=world.kamon, remark="โปรดแนบรายงาน")


def offer_a_reason(world):
    facts = {"framework_code": world.framework.code, "indicator_code": "4", "criterion_key": "step3"}
    Reason.objects.create(text="ผลสำรวจไม่ครบ", made_by=world.khwan, **facts)


def become_observer(world):
    Membership.objects.filter(user=world.kamon).update(role="observer")


def rename_the_agency(world):
    world.agencies["ict"].name_th = "ศูนย์ดิจิทัล"
    world.agencies["ict"].save()


def choose_english(world):
    world.kamon_browser.cookies["django_language"] = "en"


@pytest.mark.parametrize(
    "meanwhile",
    [ask_a_question, send_again, offer_a_reason, become_observer, rename_the_agency, choose_english],
)
def test_whatever_else_changed_meanwhile_is_seen(world, ahead, meanwhile):
    meanwhile(world)
    answer = ahead()
    assert answer.status_code == 200
    assert answer.content


def test_what_one_person_fetched_is_shown_to_nobody_else(world, ahead, sit):
    assert ahead(sit("khwan")).status_code == 200
    assert ahead(sit("kamon")).status_code == 200  # the same person signed in again: the form's token is new


def test_who_may_no_longer_open_it_gets_404(world, ahead):
    world.card.reviewers.remove(world.kamon)
    assert ahead().status_code == 404


def test_a_page_with_a_message_is_not_kept(world, ahead):
    form = {"submission": world.card.submissions.get().pk, "then": "agree_all"}
    assert world.kamon_browser.post(world.address, form).status_code == 302
    told = world.kamon_browser.get(world.address)
    assert "ETag" not in told
    assert "บันทึก" in told.content.decode()
    assert "ETag" in world.kamon_browser.get(world.address)
