"""The page on which approved results are published, now or at a set time."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scorecards.events import verify
from scorecards.models import Agency, Event, Publication, PublishOrder, Scorecard
from scorecards.results import publish_pages, publish_views
from scorecards.results.publish_orders import order_publishing
from scorecards.states import ScorecardState
from tests.pages.conftest import posted
from tests.world import sent_by_others, walk

PAGE = "/review/publish/"


@pytest.fixture
def approved(world):
    walk(world, ScorecardState.APPROVED)
    return world


@pytest.fixture
def chan(approved, sit):
    browser = sit("chan")
    browser.cookies["django_language"] = "en"
    return browser


def text(answer) -> str:
    return answer.content.decode()


def ticked(world, page, **said):
    return posted(page) | {"card": [world.card.pk], "then": "now", "sure": "on"} | said


def test_the_approved_are_listed_by_form_and_round_with_who_approved(approved, chan):
    page = text(chan.get(PAGE))
    assert "ศูนย์เทคโนโลยีสารสนเทศ" in page
    assert "คำรณ" in page
    assert approved.framework.name_en in page
    assert "· 2556 · 12 months (1)" in page
    assert "moi-ict-2556 ·" not in page  # a code says nothing to an official
    assert PAGE in text(chan.get("/review/"))


@pytest.mark.parametrize("person", ["arun", "chat", "kamon", "cho"])
def test_it_is_for_those_who_publish(approved, sit, person):
    assert sit(person).get(PAGE).status_code == 404
    assert PAGE not in text(sit(person).get("/"))


def test_what_is_ticked_is_published_now(approved, chan):
    page = chan.get(PAGE)
    answer = chan.post(PAGE, ticked(approved, page), follow=True)
    assert "1 scorecard is published." in text(answer)
    assert Publication.objects.get().published_by == approved.chan
    again = chan.post(PAGE, ticked(approved, page), follow=True)
    assert again.status_code == 200
    assert Publication.objects.count() == 1


def test_the_scores_stand_beside_what_is_to_be_published(approved, chan):
    approved.card.refresh_from_db()
    approved.card.concluded_scores = {"": ["4", "3"]}
    approved.card.save()
    assert ">4.0000<" in text(chan.get(PAGE))
    assert "−1.0000" in text(chan.get(PAGE))


def test_nothing_is_published_at_once_before_somebody_said_that_it_is_for_good(approved, chan):
    other = sent_by_others(approved, 1)[0]
    Scorecard.objects.filter(pk=other.pk).update(state=ScorecardState.APPROVED, approved_by=approved.khamron)
    form = ticked(approved, chan.get(PAGE))
    form.pop("sure")
    refused = chan.post(PAGE, form)
    assert (refused.status_code, Publication.objects.count()) == (409, 0)
    assert "Confirm below" in text(refused)
    assert text(refused).count(" checked>") == 1  # what was left out stays left out


def test_where_there_is_nothing_to_publish_there_is_no_button(approved, sit):
    page = text(sit("khamron").get(PAGE))  # approved it: somebody else publishes
    assert 'value="now"' not in page.replace('class="visually-hidden"', "")


def test_it_is_published_at_a_time_as_people_write_it(approved, chan):
    day = timezone.localtime().replace(year=timezone.localtime().year + 1)
    said = {"then": "at", "day": f"๑/๓/{day.year + 543}", "time": "๑๖.๓๐ น."}
    answer = chan.post(PAGE, ticked(approved, chan.get(PAGE), **said), follow=True)
    assert "1 scorecard will be published then." in text(answer)
    order = PublishOrder.objects.get()
    assert timezone.localtime(order.at).strftime("%d %m %H:%M") == "01 03 16:30"
    assert (order.ordered_by, Publication.objects.count()) == (approved.chan, 0)
    assert "16:30" in text(chan.get(PAGE))
    assert "To be published on" in text(chan.get(reverse("decide", args=[approved.card.pk])))
    cancelled = chan.post(reverse("cancel_order", args=[order.pk]), follow=True)
    assert "The order to publish is cancelled." in text(cancelled)
    order.refresh_from_db()
    assert order.cancelled_at


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"day": "1/3/2600"},
        {"time": "09:00"},
        {"day": "x", "time": "9"},
        {"day": "1/3/2600", "time": "25:00"},
    ],
)
def test_a_moment_that_is_not_one_is_refused_and_kept(approved, chan, said):
    answer = chan.post(PAGE, ticked(approved, chan.get(PAGE), **{"then": "at"} | said))
    assert answer.status_code == 409
    for value in said.values():
        assert f'value="{value}"' in text(answer)
    assert not PublishOrder.objects.exists()


def test_the_past_is_refused_with_the_name_of_the_agency(approved, chan):
    said = {"then": "at", "day": "1/3/2560", "time": "09:00"}
    answer = chan.post(PAGE, ticked(approved, chan.get(PAGE), **said))
    assert answer.status_code == 409
    assert "ศูนย์เทคโนโลยีสารสนเทศ: 1 Mar 2017 09:00" in text(answer)


def test_nothing_ticked_and_no_button_publish_nothing(approved, chan):
    assert chan.post(PAGE, {"then": "now", "sure": "on"}).status_code == 409
    assert chan.post(PAGE, {"card": [approved.card.pk]}).status_code == 409  # the Enter key is no button
    assert not Publication.objects.exists()


def test_who_approved_reads_why_not(approved, sit):
    khamron = sit("khamron")
    khamron.cookies["django_language"] = "en"
    page = khamron.get(PAGE)
    assert "You approved this yourself" in text(page)
    assert 'name="card"' not in text(page)
    assert khamron.post(PAGE, {"then": "now", "sure": "on", "card": [approved.card.pk]}).status_code == 409
    assert not Publication.objects.exists()


def test_a_stranger_to_the_order_gets_404(approved, sit):
    order = order_publishing(approved.card, at=timezone.now() + dt.timedelta(days=1), actor=approved.chan)
    for person in ("arun", "chat", "kamon", "cho"):
        assert sit(person).post(reverse("cancel_order", args=[order.pk])).status_code == 404
    assert sit("chawi").post(reverse("cancel_order", args=[order.pk])).status_code == 302


def test_the_number_of_queries_does_not_depend_on_the_number_of_scorecards(
    approved, chan, django_assert_num_queries
):
    def more(numbers):
        for number in numbers:
            agency = Agency.objects.create(
                code=f"o{number}",
                name_th=f"สำนัก {number}",
                kind="office",
                ministry=approved.agencies["ict"].ministry,
            )
            card = Scorecard.objects.create(
                agency=agency, framework=approved.framework, round=approved.round, state=ScorecardState.APPROVED,
                approved_by=approved.khamron,
            )  # fmt: skip
            submission = approved.card.submissions.get()
            submission.pk, submission.scorecard, submission._state.adding = None, card, True
            submission.save(force_insert=True)
            at = timezone.now() + dt.timedelta(days=1)
            order_publishing(card, at=at, actor=approved.chan)

    more(range(2))
    chan.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        chan.get(PAGE)
    more(range(2, 59))
    with django_assert_num_queries(len(few)):
        page = text(chan.get(PAGE))
    assert "12 months (60)" in page


# ── a long list, in steps ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def many(approved, monkeypatch):
    """Four approved scorecards, of which each step publishes one; the third was approved by จันทร์ herself."""
    cards = [approved.card, *sent_by_others(approved, 3, state=ScorecardState.APPROVED)]
    Scorecard.objects.filter(pk__in=[card.pk for card in cards]).update(approved_by=approved.khamron)
    Scorecard.objects.filter(pk=cards[2].pk).update(approved_by=approved.chan)
    monkeypatch.setattr(publish_views, "SECONDS", 1e-9)
    return cards


def all_steps(chan, answer):
    """The page after the last step, as the page goes on by itself or by its button; and how many steps there were."""
    steps = 1
    while "are dealt with" in text(answer):
        answer = chan.post(PAGE, posted(answer) | {"card": answer.context["chosen"]}, follow=True)
        steps += 1
    return answer, steps


def published_once(cards):
    events = Event.objects.filter(action="publish", scorecard__in=cards)
    assert sorted(Publication.objects.values_list("scorecard", flat=True)) == sorted(
        card.pk for card in cards
    )
    assert sorted(events.values_list("scorecard", flat=True)) == sorted(card.pk for card in cards)
    assert all(verify(card.agency) == [] for card in cards)


def test_a_long_list_shows_its_progress_and_tells_at_the_end_what_was_refused(many, approved, chan):
    form = ticked(approved, chan.get(PAGE), card=[card.pk for card in many])
    first = chan.post(PAGE, form)
    assert "1 of 4 scorecards are dealt with" in text(first)
    assert Publication.objects.count() == 1
    last, steps = all_steps(chan, first)
    assert steps == 4
    assert last.status_code == 409
    assert f"{many[2].agency.name}: You approved this yourself" in text(last)
    assert "3 scorecards are published." in text(last)
    published_once([many[0], many[1], many[3]])


@pytest.mark.parametrize("with_the_same_key", [True, False])
def test_cut_off_in_the_middle_it_is_repeated_and_each_is_published_once(
    many, approved, chan, with_the_same_key
):
    page = chan.get(PAGE)
    form = ticked(approved, page, card=[card.pk for card in many])
    second = chan.post(PAGE, form)
    chan.post(PAGE, posted(second) | {"card": second.context["chosen"]})
    assert Publication.objects.count() == 2  # and the browser is closed
    if not with_the_same_key:
        form["request_key"] = posted(chan.get(PAGE))["request_key"]
    all_steps(chan, chan.post(PAGE, form))
    published_once([many[0], many[1], many[3]])


def test_a_long_list_is_ordered_for_a_moment_once_each(many, approved, chan):
    year = timezone.localtime().year + 544
    said = {"then": "at", "day": f"1/3/{year}", "time": "09:00", "card": [card.pk for card in many]}
    form = ticked(approved, chan.get(PAGE), **said)
    chan.post(PAGE, form)
    last, _steps = all_steps(chan, chan.post(PAGE, form))
    assert "You approved this yourself" in text(last)
    ordered = PublishOrder.objects.values_list("scorecard", flat=True)
    assert sorted(ordered) == sorted(card.pk for card in (many[0], many[1], many[3]))
    assert Event.objects.filter(action="order_publishing").count() == 3


def test_all_of_a_form_and_round_are_those_that_can_be_published(many, approved, chan, monkeypatch):
    monkeypatch.setattr(publish_pages, "PAGE", 2)
    page = chan.get(PAGE)
    assert "on every page" in text(page)
    form = posted(page) | {"all": "on", "then": "now", "sure": "on"}
    last, _steps = all_steps(chan, chan.post(PAGE, form))
    assert last.status_code == 200  # what somebody may not publish is left out, not refused
    published_once([many[0], many[1], many[3]])


def test_htmx_shows_what_was_refused_at_the_end(many, approved, chan):
    form = ticked(approved, chan.get(PAGE), card=[many[2].pk])
    answer = chan.post(PAGE, form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "You approved this yourself" in text(answer)
    form["card"] = [many[0].pk]
    assert chan.post(PAGE, form, headers={"HX-Request": "true"})["HX-Redirect"].startswith(PAGE)
