"""The Enter key on a tick or within a field decides nothing: the first button of such a form sends nothing."""

import re

import pytest
from django.urls import reverse

from scorecards.calibrating.sampling import draw
from scorecards.models import Appeal, Sample
from scorecards.states import ScorecardState
from tests.world import publish_denied, walk

# What Enter presses is the first button of the form (HTML, implicit submission; browsers pass over a disabled one).
FIRST_BUTTON = re.compile(r'<form method="post"(?:(?!</form>).)*?<button([^>]*)>', re.DOTALL)


def pressed_by_enter(page) -> str:
    """The attributes of the first button of the page's own form."""
    main = page.content.decode().partition("<main")[2]
    return FIRST_BUTTON.search(main)[1]


@pytest.fixture
def appealed(world, sit):
    publish_denied(world)
    sit("chat").post(reverse("open_appeal", args=[world.entry.pk]), {"text": "ผลสำรวจเป็นของปีนี้"})
    return reverse("decide_appeal", args=[Appeal.objects.get().pk])


@pytest.fixture
def concluded(world):
    walk(world, ScorecardState.CONCLUDED)
    return world


def test_an_appeal_is_decided_by_its_buttons_alone(sit, appealed):
    page = sit("chan").get(appealed)
    assert 'value="upheld"' in page.content.decode()
    assert 'formmethod="dialog"' in pressed_by_enter(page)


def test_second_rulings_are_given_by_their_button_alone(sit, concluded):
    sample = Sample(framework=concluded.framework, round=concluded.round, number=5, seed="ก")
    line = draw(sample, actor=concluded.khamron).lines.get()
    assert 'formmethod="dialog"' in pressed_by_enter(
        sit("khwan").get(reverse("second_review", args=[line.pk]))
    )


@pytest.mark.parametrize("name", ["committee", "amend_indicator"])
def test_the_chief_approves_and_changes_by_the_buttons_alone(sit, concluded, name):
    address = reverse(name, args=[concluded.card.pk, "4"] if name == "amend_indicator" else [])
    assert 'formmethod="dialog"' in pressed_by_enter(sit("khamron").get(address))


@pytest.mark.parametrize(
    ("name", "keys"),
    [("assign_reviews", []), ("assignments", None), ("extend_deadlines", [2556, 12]), ("new_batch", [])],
)
def test_within_a_form_with_filters_it_only_narrows_the_list(world, sit, name, keys):
    page = sit("chawi").get(reverse(name, args=[world.framework.pk] if keys is None else keys))
    form = page.content.decode().partition('name="narrow"')[0].rpartition("<form")[2]
    assert "<button" not in form.replace('<button class="visually-hidden" ', "")
