"""News on the home page, and the choice of what comes by e-mail."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scorecards.models import MailChoice, Notice, Occasion
from scorecards.waiting.reminders import make_notices
from tests.world import entry_in

SEEN, CHOICES = reverse("notices_seen"), reverse("reminders")


@pytest.fixture
def english(sit):
    """english("arun"): that person's browser, in English."""

    def client(username):
        browser = sit(username)
        browser.cookies["django_language"] = "en"
        return browser

    return client


def text(answer) -> str:
    return answer.content.decode()


def test_home_shows_what_is_new_with_its_link_until_it_is_ticked_off(world, english):
    assert "News for you" not in text(english("arun").get("/"))
    entry = entry_in(world, "returned")
    make_notices()
    arun = english("arun")
    page = text(arun.get("/"))
    assert "News for you" in page
    assert "was sent back to you for correction." in page
    assert reverse("entry", args=[entry.pk]) in page
    sent_back, opened = world.arun.notices.order_by("-occasion")
    assert arun.post(SEEN, {"notices": sent_back.pk}).headers["Location"] == "/"
    page = text(arun.get("/"))
    assert "was sent back" not in page
    assert "The round is open" in page
    fragment = text(arun.post(SEEN, {"notices": opened.pk}, headers={"HX-Request": "true"}))
    assert fragment.strip() == ""
    assert "News for you" not in text(arun.get("/"))


def test_all_that_is_shown_is_ticked_off_at_once_and_keeps_its_moment(world, sit):
    entry_in(world, "returned")
    make_notices()
    numbers = " ".join(str(notice.pk) for notice in world.arun.notices.all())
    sit("arun").post(SEEN, {"notices": numbers})
    seen = set(world.arun.notices.values_list("pk", "seen_at"))
    assert None not in {moment for _pk, moment in seen}
    sit("arun").post(SEEN, {"notices": numbers})
    assert set(world.arun.notices.values_list("pk", "seen_at")) == seen


@pytest.mark.parametrize("asked", ["", "0", "x", "²", "9" * 40, "-1"])
def test_ticking_off_what_is_not_there_is_404(world, sit, asked):
    assert sit("arun").post(SEEN, {"notices": asked}).status_code == 404


def test_nobody_ticks_off_for_somebody_else(world, sit):
    make_notices()
    own, other = world.arun.notices.get(), world.duangjai.notices.get()
    assert sit("arun").post(SEEN, {"notices": f"{own.pk} {other.pk}"}).status_code == 404
    assert not Notice.objects.exclude(seen_at=None).exists()
    assert sit("arun").get(SEEN).status_code == 405


def test_the_news_of_another_agency_are_not_on_the_page(world, sit):
    make_notices()
    for person in ("arun", "busaba", "chat"):
        assert "สำนักนโยบายและแผน" not in text(sit(person).get("/"))


def test_more_than_five_are_folded(world, english):
    make_notices()
    notice = world.arun.notices.get()
    assert "more</summary>" not in text(english("arun").get("/"))
    for card in open_more(world, 6):
        Notice.objects.create(
            person=world.arun, scorecard=card, occasion="opened", key=f"opened:{card.pk}",
            made_at=notice.made_at, try_at=notice.try_at,
        )  # fmt: skip
    page = text(english("arun").get("/"))
    assert "2 more</summary>" in page
    assert page.split("<summary>")[0].count("<time ") == 5
    assert page.count("<time ") == 7


def open_more(world, number):
    """More scorecards of the ICT centre, by years of their own."""
    for place in range(number):
        round_ = type(world.round).objects.get(pk=world.round.pk)
        year = type(round_.year).objects.create(year=2570 + place)
        round_.pk, round_.year = None, year
        round_.save()
        card = type(world.card).objects.get(pk=world.card.pk)
        card.pk, card.round = None, round_
        card.save()
        yield card


def test_the_homes_queries_do_not_grow_with_the_news(world, sit):
    make_notices()
    arun, counted = sit("arun"), []
    for more in (0, 6):
        for card in open_more(world, more):
            Notice.objects.create(
                person=world.arun, scorecard=card, occasion="opened", key=f"opened:{card.pk}",
                made_at=timezone.now(), try_at=timezone.now(),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as caught:
            arun.get("/")
        counted.append(len(caught))
    assert counted[0] == counted[1]


def test_choosing_what_comes_by_mail(world, english):
    arun = english("arun")
    page = text(arun.get(CHOICES))
    assert page.count(" checked") == len(Occasion.values)
    answer = arun.post(CHOICES, {"wanted": ["opened", "closing_3"], "language": "en"}, follow=True)
    assert "Saved." in text(answer)
    assert text(answer).count(" checked") == 2
    choice = MailChoice.objects.get(person=world.arun)
    assert set(Occasion.values) - set(choice.unwanted) == {"opened", "closing_3"}
    assert choice.language == "en"
    arun.post(CHOICES, {"language": "th"})
    choice.refresh_from_db()
    assert choice.unwanted == Occasion.values


def test_a_choice_that_is_not_offered_is_refused_and_nothing_changes(world, sit):
    assert sit("arun").post(CHOICES, {"wanted": ["lottery"], "language": "th"}).status_code == 409
    assert sit("arun").post(CHOICES, {"wanted": [], "language": "xx"}).status_code == 409
    assert not MailChoice.objects.exists()


def test_the_page_says_where_mails_go_and_what_to_do_without_an_address(world, english, settings):
    assert "No e-mail address of yours is known" in text(english("arun").get(CHOICES))
    world.arun.email, settings.MAIL_IS_SET_UP = "arun@example.org", True
    world.arun.save()
    page = text(english("arun").get(CHOICES))
    assert "Mails go to <b>arun@example.org</b>" in page
    assert "sends no mails yet" not in page
    settings.MAIL_IS_SET_UP = False
    assert "sends no mails yet" in text(english("arun").get(CHOICES))


def test_the_page_is_found_from_every_page_and_only_by_who_signed_in(world, sit):
    assert f'href="{CHOICES}"' in text(sit("arun").get("/scorecards/"))
    assert f'href="{CHOICES}"' not in text(sit("kamon").get("/scorecards/"))  # reviewers are not reminded
    for answer in (Client().get(CHOICES), Client().post(SEEN, {"notices": "1"})):
        assert answer.headers["Location"].startswith("/login/")
