"""Lists with ticks that have pages: turning a page keeps what is ticked on the others, without JavaScript."""

import pytest
from django.urls import reverse

from scorecards import publish_pages
from scorecards.models import Assignment, Scorecard
from scorecards.states import ScorecardState
from tests.editor.forms import fields_in
from tests.world import sent_by_others

S = ScorecardState
ASSIGN = reverse("assign_reviews")


def form_of(page, **more):
    """The fields that travel with what somebody ticks."""
    fields = fields_in(page.content.decode())
    return {
        name: fields[name] for name in ("page", "seen", "kept", "group", "order") if name in fields
    } | more


@pytest.fixture
def lines(world):
    """Sixty scorecards and one: two pages of the queue."""
    return sent_by_others(world, 61)


class TestReviewers:
    @pytest.fixture
    def second(self, world, sit, lines):
        """The second page, turned to with two lines of the first ticked."""
        desk = sit("khamron")
        first = desk.get(ASSIGN)
        ticked = [line.key for line in first.context["lines"][:2]]
        page = desk.post(ASSIGN, form_of(first, line=ticked, reviewer=[world.kamon.pk], turn="2"))
        return desk, page, ticked

    def test_turning_keeps_the_ticks_and_who_is_chosen(self, world, second):
        desk, page, ticked = second
        assert page.status_code == 200
        assert page.context["kept"] == sorted(ticked)
        assert page.context["chosen"] == {world.kamon.pk}
        assert not Scorecard.objects.filter(pk__in=ticked, reviewers=world.kamon).exists()
        more = page.context["lines"][0].key
        desk.post(ASSIGN, form_of(page, line=[more], reviewer=[world.kamon.pk], do="assign"))
        done = Scorecard.objects.filter(reviewers=world.kamon).exclude(pk__in=[world.card.pk, world.other.pk])
        assert set(done.values_list("pk", flat=True)) == {*ticked, more}

    def test_back_on_their_page_they_are_ticked_and_can_be_unticked(self, world, second):
        desk, page, ticked = second
        back = desk.post(ASSIGN, form_of(page, turn="1"))
        assert back.context["kept"] == []
        assert f'name="line" value="{ticked[0]}" checked' in back.content.decode()
        again = desk.post(ASSIGN, form_of(back, line=ticked[:1], turn="2"))
        assert again.context["kept"] == ticked[:1]

    def test_the_page_says_how_many_are_ticked_elsewhere(self, second):
        desk, page, _ticked = second
        desk.cookies["django_language"] = "en"
        page = desk.post(ASSIGN, form_of(page, turn="2"))
        assert "2 more are ticked on other pages." in page.content.decode()

    def test_what_is_not_in_the_list_is_not_kept(self, sit, lines):
        desk = sit("khamron")
        made_up = desk.post(ASSIGN, {"turn": "2", "kept": "999999 x ๑ " + "9" * 30})
        assert made_up.context["kept"] == []


@pytest.mark.parametrize("place", ["committee", "assign_reviews", "publish_approved"])
def test_a_made_up_list_of_ticks_is_cut_off(world, sit, place):
    """A database takes no statement with a value for each of them."""
    made_up = {
        "kept": " ".join(str(number) for number in range(10**6, 10**6 + 260_000)),
        "sure": "1",
        "then": "now",
    }
    assert sit("khamron").post(reverse(place), made_up).status_code in (302, 404, 409)


def test_agencies_ticked_on_two_pages_are_given_the_form(world, sit, lines):
    desk, page_of = sit("chawi"), reverse("assignments", args=[world.framework.pk])
    give = reverse("assign_agencies", args=[world.framework.pk])
    first = desk.get(f"{page_of}?ministry=finance")
    ticked = [first.context["lines"][0]["agency"].pk]
    second = desk.post(page_of, form_of(first, agency=ticked, ministry="finance", turn="2"))
    assert second.context["kept"] == ticked
    assert not Assignment.objects.filter(agency__in=ticked).exists()
    ticked.append(second.context["lines"][0]["agency"].pk)
    desk.post(give, form_of(second, agency=ticked[1:], ministry="finance"))
    given = Assignment.objects.filter(framework=world.framework, agency__ministry__code="finance")
    assert set(given.values_list("agency", flat=True)) == set(ticked)


@pytest.mark.parametrize(
    ("place", "state", "count"), [("publish_approved", S.APPROVED, 102), ("committee", S.CONCLUDED, 52)]
)
def test_a_page_nobody_saw_has_its_own_ticks_and_a_seen_one_what_was_left(world, sit, place, state, count):
    """Before the committee and before publishing what is plain is ticked, a page at a time."""
    cards = sent_by_others(world, count, state=state)
    Scorecard.objects.filter(pk__in=[one.pk for one in cards]).update(
        approved_by=world.chan, concluded_by=world.kamon
    )
    desk, address = sit("khamron"), reverse(place)
    first = desk.get(address)
    keys = [line["card"].pk for line in first.context["lines"]]
    assert all(line["ticked"] for line in first.context["lines"])
    second = desk.post(address, form_of(first, card=keys[:1], turn="2"))
    assert [line["ticked"] for line in second.context["lines"]] == [True, True]
    assert second.context["kept"] == keys[:1]
    back = desk.post(address, form_of(second, turn="1"))
    assert [line["card"].pk for line in back.context["lines"] if line["ticked"]] == keys[:1]
    assert back.context["kept"] == []


def test_turning_a_page_keeps_all_and_the_moment_that_was_typed(world, sit, monkeypatch):
    monkeypatch.setattr(publish_pages, "PAGE", 1)
    sent_by_others(world, 2, state=S.APPROVED)
    desk = sit("chan")
    typed = {"turn": "2", "day": "๑ ธ.ค. ๒๕๗๐", "time": "เก้าโมง", "all": "on"}
    page = desk.post(reverse("publish_approved"), typed)
    assert page.status_code == 200
    assert 'name="all" checked' in page.content.decode()
    assert "๑ ธ.ค. ๒๕๗๐" in page.content.decode()
    assert "เก้าโมง" in page.content.decode()
