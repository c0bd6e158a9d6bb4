"""A new secret key: with the old one behind it nobody notices, without it everybody signs in anew."""

import pytest

from scorecards.accounts.new_passwords import path_for
from scorecards.people.joining import find_invitation, invite, token_of

NEW = "a-new-key-" * 6


@pytest.fixture
def before(world, signing_in):
    """What was signed by the key until now: a session, the link of an invitation, a link for a new password."""
    invited = invite(world.agencies["ict"], email="malee@example.org", role="collector", actor=world.chawi)
    return signing_in("arun")[0], token_of(invited), path_for(world.busaba)


def holds(client, before) -> list[bool]:
    browser, token, path = before
    page = client.get(path, follow=True).content.decode()
    return [browser.get("/").status_code == 200, find_invitation(token) is not None, "password1" in page]


def test_what_the_key_before_it_signed_still_holds(client, before, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]
    assert holds(client, before) == [True, True, True]
    settings.SECRET_KEY_FALLBACKS = []
    assert holds(client, before)[0]  # the session was signed anew when it was used


def test_a_key_that_was_seen_is_dropped_and_with_it_all_that_it_signed(client, before, settings):
    settings.SECRET_KEY = NEW
    assert holds(client, before) == [False, False, False]
