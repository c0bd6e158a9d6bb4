"""The head of every page, drawn once and filled in: each reader's own, at its own place, in their language."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from scorecards.models import Membership
from scorecards.presenting.navigation import PAGES
from scorecards.presenting.patterns import DRAWN
from scorecards.states import Role

PLACES = ("home", "scorecards", "frameworks", "reminders", "account")


def head(client, address) -> str:
    page = client.get(address).content.decode()
    return page[page.index("<header") : page.index("</header>")]


def without_tokens(text) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w{64}"', "", text)


def marked(text) -> list[str]:
    return re.findall(r'href="([^"]+)" aria-current="page"', text)


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_head_that_was_kept_is_what_would_be_drawn(world, sit, language):
    clients = [sit(name) for name in ("arun", "fah", "kamon", "chawi", "cho")] + [Client()]
    for client in clients:
        client.cookies["django_language"] = language
    visits = [(client, reverse(name)) for name in PLACES for client in clients[:-1]]
    visits += [(client, reverse("results")) for client in clients[:1]] + [(clients[-1], reverse("login"))]
    kept = [without_tokens(head(*visit)) for visit in visits for _twice in range(2)][1::2]
    for visit, found in zip(visits, kept, strict=True):
        DRAWN.clear(), PAGES.clear()
        assert without_tokens(head(*visit)) == found


def test_each_reader_finds_their_own_name_and_place_in_it(world, sit):
    arun, busaba = sit("arun"), sit("busaba")
    for client, person, other in ((arun, world.arun, world.busaba), (busaba, world.busaba, world.arun)) * 2:
        for address in (reverse("home"), reverse("reminders")):
            found = head(client, address)
            assert person.get_full_name() in found
            assert other.get_full_name() not in found
            assert marked(found) == [address]


def test_a_role_that_is_given_or_taken_changes_it_at_once(world, sit):
    client, queue = sit("arun"), reverse("review_queue")
    before = head(client, "/")
    assert queue not in before
    given = Membership.objects.create(user=world.arun, agency=world.agencies["opdc"], role=Role.REVIEWER)
    assert queue in head(client, "/")
    given.delete()
    assert without_tokens(head(client, "/")) == without_tokens(before)


def test_a_page_without_a_token_has_no_field_for_it(db):
    assert "csrfmiddlewaretoken" not in render_to_string("base.html")
