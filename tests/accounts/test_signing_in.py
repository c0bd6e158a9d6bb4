"""Signing in with a name or an address; guessing is slowed, and never locks the owner out."""

import html
import time

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from tests.accounts.conftest import PASSWORD


@pytest.fixture
def few(settings):
    """Three wrong attempts a minute from one address instead of sixty."""
    assert settings.ACCOUNT_RATE_LIMITS["login_failed"].startswith("60/m/ip")
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed": "3/m/ip,5/5m/key"}


def is_in(browser) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize("name", ["arun", "arun@example.org", "ARUN@example.org"])
def test_with_the_name_or_the_address(signing_in, name):
    browser, answer = signing_in(name)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(browser)


def test_nobody_registers(client, world):
    for path in ("/account/sign-on/signup/", "/account/signup/"):
        assert client.get(path).status_code in (302, 404)
        assert client.post(path, {"username": "x"}).status_code in (302, 404)


def test_the_sixth_wrong_password_is_refused_with_when_to_try_again(signing_in):
    for _attempt in range(5):
        _browser, answer = signing_in("arun", "ผิด")
        assert answer.status_code == 200
    browser, answer = signing_in("arun")
    assert not is_in(browser)
    assert "โปรดลองอีกครั้งในอีก 5 นาที" in answer.content.decode()


def test_the_name_and_the_address_are_one_account_to_guess_at(signing_in):
    for attempt in range(5):
        signing_in(("arun", "arun@example.org")[attempt % 2], "ผิด")
    assert not is_in(signing_in("arun")[0])


def test_who_guesses_elsewhere_does_not_keep_the_owner_out(signing_in):
    browser, _answer = signing_in("arun")
    browser.post("/logout/")
    for _attempt in range(6):
        signing_in("arun", "ผิด")
    assert not is_in(signing_in("arun")[0])
    signing_in("arun", browser=browser)
    assert is_in(browser)


def test_a_browser_that_the_owner_used_guesses_no_faster(signing_in):
    browser, _answer = signing_in("arun")
    browser.post("/logout/")
    for _attempt in range(5):
        signing_in("arun", "ผิด", browser=browser)
    signing_in("arun", browser=browser)
    assert not is_in(browser)


def test_a_forged_mark_of_a_known_browser_counts_for_nothing(world, signing_in):
    browser = Client()
    browser.cookies["known_people"] = f"{world.arun.pk}:forged"
    for _attempt in range(5):
        signing_in("arun", "ผิด")
    assert not is_in(signing_in("arun", browser=browser)[0])


def test_it_is_over_after_five_minutes(signing_in, monkeypatch):
    for _attempt in range(5):
        signing_in("arun", "ผิด")
    later = time.time() + 5 * 60 + 1
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    assert is_in(signing_in("arun")[0])


def test_one_address_that_tries_many_accounts_is_slowed_too(signing_in, few):
    for number in range(3):
        signing_in(f"person-{number}", "ผิด")
    assert not is_in(signing_in("arun")[0])
    cache.clear()
    assert is_in(signing_in("arun")[0])


def test_many_who_sign_in_rightly_from_one_office_are_not_slowed(signing_in, few):
    for _person in range(4):
        assert is_in(signing_in("arun")[0])


def test_the_admin_has_no_door_of_its_own(world):
    answer = Client().get("/admin/login/?next=/admin/")
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=%2Fadmin%2F"
    browser = Client()
    browser.post("/admin/login/", {"username": "arun", "password": PASSWORD})
    assert not is_in(browser)


def test_a_closed_account_is_told_so(world, signing_in):
    world.arun.is_active = False
    world.arun.save()
    browser, answer = signing_in("arun")
    assert answer["Location"] == "/account/inactive/"
    assert not is_in(browser)


def test_the_session_ends_a_while_after_the_last_page_and_not_before(signing_in, settings, monkeypatch):
    browser, _answer = signing_in("arun")
    begun = browser.session["seen_at"]
    browser.get("/")
    assert browser.session["seen_at"] == begun
    now = time.time()
    monkeypatch.setattr("scorecards.accounts.idle_sessions.time.time", lambda: now + 6 * 60)
    browser.get("/")
    assert browser.session["seen_at"] >= begun + 6 * 60
    assert browser.session.get_expiry_age() <= settings.SESSION_COOKIE_AGE


WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{IPHONE} CriOS/126.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 Line/14.9.1",
         "LINE on Android"),
        ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "Windows"),
        ("curl/8.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_a_session_is_named_by_browser_and_system(signing_in, said, words):
    """What the browser said itself stands in the title."""
    here, _answer = signing_in("arun")
    UserSession.objects.update(user_agent=said)
    here.cookies["django_language"] = "en"
    page = html.unescape(here.get("/account/sessions/").content.decode())
    assert f'<span class="soft" title="{said}">{words}</span>' in page


def test_sessions_are_listed_and_ended_one_by_one(world, signing_in):
    here, _answer = signing_in("arun")
    there, _answer = signing_in("arun")
    page = here.get("/account/sessions/").content.decode()
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert f"/account/sessions/{other.pk}/end" in page
    stranger, _answer = signing_in("busaba")
    assert stranger.post(f"/account/sessions/{other.pk}/end").status_code == 404
    here.post(f"/account/sessions/{other.pk}/end")
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_all_other_sessions_are_ended_at_once(signing_in):
    here, _answer = signing_in("arun")
    others = [signing_in("arun")[0] for _number in range(2)]
    here.post("/account/sessions/")
    assert [one.get("/").status_code for one in others] == [302, 302]
    assert here.get("/").status_code == 200
