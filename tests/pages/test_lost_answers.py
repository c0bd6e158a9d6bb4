"""The answer to a save got lost and the person types on: nobody is asked to choose between two values of their own."""

import pytest
from django.urls import reverse

from scorecards.models import Answer, Ruling
from scorecards.states import ScorecardState
from tests.pages.conftest import posted
from tests.world import walk

HERE, ELSEWHERE = {"page": "a" * 32}, {"page": "b" * 32}
STEP = "value.step1"


@pytest.fixture
def save(world):
    return reverse("save_field", args=[world.entry.pk])


@pytest.fixture
def page(sit, entry_url):
    """The indicator's page as อรุณ has it open; it never learns of a new version."""
    return posted(sit("arun").get(entry_url))


def conflicts(answer) -> bool:
    return 'name="choose.' in answer.content.decode()


@pytest.mark.parametrize("typed", [["yes", "no"], ["yes", "no", "yes"]])
def test_the_last_answer_typed_on_this_page_holds(sit, page, save, typed):
    for value in typed:
        answer = sit("arun").post(save, page | HERE | {STEP: value, "obstacles": f"น้ำท่วม {value}"})
        assert not conflicts(answer)
    held = Answer.objects.get()
    assert held.content == {"value": typed[-1]}
    assert held.entry.obstacles == f"น้ำท่วม {typed[-1]}"


def test_what_is_taken_out_again_before_any_answer_came_is_taken_out(sit, page, save):
    for sentence in ("น้ำท่วม", ""):
        sit("arun").post(save, page | HERE | {"note.step1": sentence, "obstacles": sentence})
    held = Answer.objects.get()
    assert (held.note, held.entry.obstacles) == ("", "")


def test_the_button_saves_on_without_asking_as_well(sit, page, save, entry_url):
    sit("arun").post(save, page | HERE | {STEP: "yes"})
    assert sit("arun").post(entry_url, page | HERE | {STEP: "no"}).status_code == 302
    assert Answer.objects.get().content == {"value": "no"}


@pytest.mark.parametrize("other", [ELSEWHERE, {"page": ""}, {"page": "a" * 31}, {"page": "a" * 33}])
def test_another_page_of_the_same_person_is_asked(sit, page, save, other):
    sit("arun").post(save, page | HERE | {STEP: "yes", "obstacles": "น้ำท่วม"})
    answer = sit("arun").post(save, page | other | {STEP: "no", "obstacles": "ฝนตก"})
    assert conflicts(answer)
    held = Answer.objects.get()
    assert (held.content, held.entry.obstacles) == ({"value": "yes"}, "น้ำท่วม")


def test_a_colleague_who_came_between_is_not_written_over(sit, page, save, entry_url):
    busaba = sit("busaba")
    sit("arun").post(save, page | HERE | {STEP: "yes"})
    busaba.post(entry_url, posted(busaba.get(entry_url)) | {STEP: "no"})
    assert conflicts(sit("arun").post(save, page | HERE | {STEP: "yes", "note.step1": "แนบแล้ว"}))
    assert Answer.objects.get().content == {"value": "no"}


def test_whoever_names_the_page_of_a_colleague_is_asked_all_the_same(sit, page, save):
    sit("arun").post(save, page | HERE | {STEP: "yes", "obstacles": "น้ำท่วม"})
    answer = sit("busaba").post(save, page | HERE | {STEP: "no", "obstacles": "ฝนตก"})
    assert conflicts(answer)
    held = Answer.objects.get()
    assert (held.content, held.entry.obstacles) == ({"value": "yes"}, "น้ำท่วม")


def test_a_reviewer_is_not_asked_to_choose_between_two_own_rulings(sit, world):
    card = walk(world, ScorecardState.IN_REVIEW)
    card.reviewers.add(world.khwan)
    kamon, save = sit("kamon"), reverse("save_rulings", args=[card.pk, "4"])
    open_page = posted(kamon.get(reverse("review", args=[card.pk, "4"])))
    denied = {"decision.step1": "change", "value.step1": "no"}
    for reason in ("ไม่มีคำสั่ง", "ไม่มีคำสั่งแต่งตั้ง"):
        assert not conflicts(kamon.post(save, open_page | HERE | denied | {"reason.step1": reason}))
    assert Ruling.objects.get().reason == "ไม่มีคำสั่งแต่งตั้ง"
    assert not conflicts(kamon.post(save, open_page | HERE | {"decision.step1": "agree"}))
    assert conflicts(sit("khwan").post(save, open_page | ELSEWHERE | denied | {"reason.step1": "ก"}))
    assert Ruling.objects.get().decision == "agree"
