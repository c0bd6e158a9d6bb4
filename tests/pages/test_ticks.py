"""Lists with ticks that have pages or filters: turning and narrowing keep what is ticked, without JavaScript."""

import pytest
from django.urls import reverse
from django.utils import timezone

from scorecards.models import Assignment, Scorecard
from scorecards.results import publish_pages
from scorecards.states import ScorecardState
from tests.editor.forms import fields_in
from tests.world import sent_by_others

S = ScorecardState
ASSIGN = reverse("assign_reviews")


def form_of(page, **more):
    """The fields that travel with what somebody ticks."""
    fields = fields_in(page.content.decode())
    return {
        name: fields[name]
        for name in ("page", "seen", "kept", "apart", "group", "order", "single")
        if name in fields
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


class TestNarrowing:
    """Other filters and another order keep what is ticked, and the page says what it does not show."""

    def test_a_filter_keeps_the_ticks_it_hides_and_the_action_takes_them(self, world, sit, lines):
        hidden, health = lines[0], sent_by_others(world, 1, ministry="health")[0]
        desk = sit("khamron")
        desk.cookies["django_language"] = "en"
        typed = form_of(desk.get(ASSIGN), line=[hidden.pk], reviewer=[world.khwan.pk])
        page = desk.post(ASSIGN, typed | {"ministry": "health", "narrow": "typed"})
        assert [line.key for line in page.context["lines"]] == [health.pk]
        assert (page.context["kept"], page.context["hidden"]) == ([hidden.pk], 1)
        assert "1 more is ticked that these filters do not show." in page.content.decode()
        assert 'action="?ministry=health"' in page.content.decode()
        done = form_of(page, line=[health.pk], reviewer=[world.khwan.pk], do="assign")
        assert desk.post(f"{ASSIGN}?ministry=health", done)["Location"] == f"{ASSIGN}?ministry=health"
        assert set(world.khwan.assigned_scorecards.all()) == {hidden, health}

    def test_a_list_that_the_filters_left_empty_still_holds_them(self, world, sit, lines):
        desk = sit("khamron")
        typed = {"line": [lines[0].pk], "reviewer": [world.khwan.pk]}
        nothing = desk.post(f"{ASSIGN}?state=published", typed | {"narrow": ""})
        assert nothing.context["lines"] == []
        back = desk.post(ASSIGN, form_of(nothing, narrow=""))
        assert f'name="line" value="{lines[0].pk}" checked' in back.content.decode()

    def test_they_can_be_given_up(self, world, sit, lines):
        desk = sit("khamron")
        page = desk.post(ASSIGN, {"line": [lines[0].pk], "ministry": "health", "narrow": "typed"})
        given_up = desk.post(f"{ASSIGN}?ministry=health", form_of(page, untick=""))
        assert (given_up.context["kept"], given_up.context["hidden"]) == ([], 0)

    def test_a_tick_on_a_scorecard_means_no_single_indicator(self, world, sit, lines):
        """Their keys are numbers alike."""
        desk = sit("khamron")
        one = {"form": "moi-ict-2556", "indicator": "4", "narrow": "typed"}
        page = desk.post(ASSIGN, {"line": [lines[0].pk, lines[1].entries.get().pk]} | one)
        assert (page.context["ticked"], page.context["given_up"]) == (frozenset(), 2)
        entry = lines[0].entries.get().pk
        other = desk.post(ASSIGN, {"line": [entry], "single": "1", "days": "3"} | one)
        assert other.context["ticked"] == {entry}

    def test_all_of_the_list_is_said_of_that_list_alone(self, world, sit, lines):
        page = sit("khamron").post(ASSIGN, {"all": "on", "line": [lines[0].pk], "narrow": ""})
        assert page.context["all"] is False

    def test_where_nothing_is_ticked_the_filters_stand_in_the_address(self, world, sit):
        answer = sit("khamron").post(ASSIGN, {"state": "submitted", "narrow": "typed"})
        assert answer["Location"] == f"{ASSIGN}?state=submitted"
        faulty = sit("khamron").post(ASSIGN, {"days": "x", "narrow": "typed"})
        assert faulty.context["filters"].errors

    def test_agencies_of_a_form(self, world, sit, lines):
        desk, address = sit("chawi"), reverse("assignments", args=[world.framework.pk])
        ticked = lines[0].agency
        page = desk.post(address, {"agency": [ticked.pk], "ministry": "interior", "narrow": "typed"})
        assert (page.context["kept"], page.context["hidden"]) == ([ticked.pk], 1)
        give = reverse("assign_agencies", args=[world.framework.pk])
        shown = world.agencies["policy"]
        desk.post(f"{give}?ministry=interior", form_of(page, agency=[shown.pk]))
        given = Assignment.objects.filter(framework=world.framework, agency__in=[ticked, shown])
        assert given.count() == 2

    def test_agencies_that_get_more_time(self, world, sit):
        cards = sent_by_others(world, 2, state=S.OPEN)
        address = reverse("extend_deadlines", args=[2556, 12])
        typed = {"card": [cards[0].pk], "until": "พรุ่งนี้", "reason": "อุทกภัย"}
        page = sit("chawi").post(address, typed | {"ministry": "interior", "narrow": "typed"})
        assert (page.context["kept"], page.context["hidden"]) == ([cards[0].pk], 1)
        assert "พรุ่งนี้" in page.content.decode()
        day = timezone.localdate(world.round.closes_at) + timezone.timedelta(days=5)
        done = form_of(page, card=[world.other.pk], until=day.isoformat(), reason="อุทกภัย")
        sit("chawi").post(f"{address}?ministry=interior", done)
        extended = Scorecard.objects.exclude(extended_to=None)
        assert set(extended) == {cards[0], world.other}


@pytest.mark.parametrize(("place", "state"), [("publish_approved", S.APPROVED), ("committee", S.CONCLUDED)])
class TestFormsAndRounds:
    """Ticks of another form or round are kept for it; what is decided here leaves them."""

    @pytest.fixture
    def both(self, world, state):
        """A scorecard of the round, and one of a round of nine months, which stands first."""
        nine = world.round.year.rounds.create(
            months=9,
            opens_at=world.round.opens_at,
            closes_at=world.round.closes_at,
            review_closes_at=world.round.review_closes_at,
        )
        cards = [sent_by_others(world, 1, state=state, round=one)[0] for one in (nine, world.round)]
        Scorecard.objects.filter(pk__in=[one.pk for one in cards]).update(
            approved_by=world.chan, concluded_by=world.kamon
        )
        return cards

    def test_going_there_and_back_keeps_them(self, sit, both, place):
        desk, address = sit("khamron"), reverse(place)
        first = desk.get(address)
        there = f"{address}?group={first.context['groups'][1]['key']}"
        second = desk.post(there, form_of(first, card=[both[0].pk], narrow=""))
        assert [line["card"] for line in second.context["lines"]] == [both[1]]
        assert (second.context["kept"], second.context["apart"]) == ([], [both[0].pk])
        key = first.context["groups"][0]["key"]
        back = desk.post(
            f"{address}?group={key}", form_of(second, narrow="")
        )  # here nothing is ticked any more
        assert [(line["card"], line["ticked"]) for line in back.context["lines"]] == [(both[0], True)]
        assert back.context["apart"] == []

    def test_what_is_decided_leaves_them(self, sit, both, place, state):
        desk, address = sit("khamron"), reverse(place)
        first = desk.get(address)
        there = f"{address}?group={first.context['groups'][1]['key']}"
        second = desk.post(there, form_of(first, card=[both[0].pk], narrow=""))
        desk.post(address, form_of(second, card=[both[1].pk], then="now", sure="on"))
        states = [Scorecard.objects.get(pk=one.pk).state for one in both]
        assert states[0] == state


def test_another_order_keeps_what_was_left_unticked(world, sit):
    cards = sent_by_others(world, 52, state=S.CONCLUDED)
    Scorecard.objects.filter(pk__in=[one.pk for one in cards]).update(concluded_by=world.kamon)
    desk, address = sit("khamron"), reverse("committee")
    first = desk.get(address)
    keys = [line["card"].pk for line in first.context["lines"]]
    key = first.context["chosen"]["key"]
    other = desk.post(f"{address}?group={key}&order=agency", form_of(first, card=keys[:1], narrow=""))
    assert other.context["order"] == "agency"
    ticked = {line["card"].pk for line in other.context["lines"] if line["ticked"]} | set(
        other.context["kept"]
    )
    assert ticked.isdisjoint(keys[1:])
    assert keys[0] in ticked
