"""Single sign-on against a provider that is a process of its own: it finds existing accounts, and makes none."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from scorecards.people import joining
from scorecards.states import Role
from tests.accounts.conftest import give_totp
from tests.accounts.provider import CLIENT, SECRET
from tests.demo_running import wait_until
from tests.pages.conftest import posted

PROGRAM = Path(__file__).with_name("provider.py")


class Stay(urllib.request.HTTPRedirectHandler):
    """The test's browser follows by itself."""

    def redirect_request(self, *args):
        return None


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """The provider's port and where it is told who comes."""
    place = tmp_path_factory.mktemp("provider") / "port"
    with subprocess.Popen([sys.executable, str(PROGRAM), str(place)]) as running:
        assert wait_until(lambda: place.exists() and place.read_text(), seconds=20)
        yield f"http://127.0.0.1:{place.read_text()}", place.with_suffix(".person")
        running.terminate()


@pytest.fixture
def comes(process, settings, world):
    """comes(email=…): a browser in which that person was sent through the provider, and the last answer."""
    address, person = process
    app = {"provider_id": "sso", "name": "ThaiD", "client_id": CLIENT, "secret": SECRET,
           "settings": {"server_url": address, "oauth_pkce_enabled": True}}  # fmt: skip
    settings.OIDC_SERVER_URL, settings.OIDC_NAME = address, "ThaiD"
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}

    def come(browser=None, *, next="/", **claims):
        person.write_text(json.dumps({"sub": "1", "email_verified": True} | claims), encoding="utf-8")
        browser = browser or Client()
        begun = browser.get("/account/oidc/sso/login/", {"process": "login", "next": next})
        assert begun["Location"].startswith(f"{address}/authorize?")
        try:
            urllib.request.build_opener(Stay).open(begun["Location"])
        except urllib.error.HTTPError as led:
            back = led.headers["Location"]
        return browser, browser.get(back.removeprefix("http://testserver"))

    return come


def test_the_page_offers_it_where_it_is_set_up(comes, client, settings):
    assert "ThaiD" in client.get("/login/").content.decode()
    settings.OIDC_SERVER_URL = ""
    assert "ThaiD" not in client.get("/login/").content.decode()


def test_a_verified_address_finds_the_account_and_its_password_stays(world, comes):
    browser, answer = comes(email="ARUN@example.org", next="/scorecards/")
    assert answer["Location"] == "/scorecards/"
    assert int(browser.session["_auth_user_id"]) == world.arun.pk
    assert User.objects.get(pk=world.arun.pk).has_usable_password()


def test_later_the_provider_knows_them_by_its_own_number(world, comes):
    comes(email="arun@example.org")
    browser, _answer = comes(email="changed@example.org")
    assert int(browser.session["_auth_user_id"]) == world.arun.pk


@pytest.mark.parametrize(
    "claims",
    [{"email": "arun@example.org", "email_verified": False}, {"email": "arun@example.org", "email_verified": "false"},
     {"email": "stranger@example.org"}, {}],
)  # fmt: skip
def test_nobody_else_gets_in_and_no_account_is_made(world, comes, claims):
    before = User.objects.count()
    browser, answer = comes(**claims)
    assert answer.status_code == 403
    assert "_auth_user_id" not in browser.session
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_an_address_that_two_accounts_have_finds_neither(world, comes):
    User.objects.create_user("other", email="arun@example.org")
    assert comes(email="arun@example.org")[1].status_code == 403


def test_a_closed_account_stays_closed(world, comes):
    User.objects.filter(pk=world.arun.pk).update(is_active=False)
    browser, answer = comes(email="arun@example.org")
    assert answer.status_code == 403
    assert "_auth_user_id" not in browser.session


def test_who_was_invited_joins_through_it(world, comes):
    asked = joining.invite(
        world.agencies["ict"], email="malee@example.org", role=Role.HEAD, actor=world.chawi
    )
    browser = Client()
    browser.get(f"/join/{joining.token_of(asked)}/")
    comes(browser, email="malee@example.org", given_name="มาลี", family_name="ใจดี")
    person = User.objects.get(email="malee@example.org")
    assert (person.get_full_name(), person.memberships.get().role) == ("มาลี ใจดี", Role.HEAD)
    assert int(browser.session["_auth_user_id"]) == person.pk
    assert not person.has_usable_password()


def test_an_invitation_of_somebody_else_does_not_help(world, comes):
    asked = joining.invite(
        world.agencies["ict"], email="malee@example.org", role=Role.HEAD, actor=world.chawi
    )
    browser = Client()
    browser.get(f"/join/{joining.token_of(asked)}/")
    assert comes(browser, email="stranger@example.org")[1].status_code == 403


def test_an_own_second_factor_is_asked_for_after_it(world, comes):
    give_totp(world.arun)
    browser, answer = comes(email="arun@example.org")
    assert answer["Location"] == "/account/second-factor/authenticate/"
    assert browser.get("/scorecards/").status_code == 302


@pytest.mark.parametrize(("trusted", "status"), [(False, 302), (True, 200)])
def test_the_providers_second_factor_counts_where_the_settings_say_so(
    world, comes, settings, trusted, status
):
    settings.SECOND_FACTOR, settings.OIDC_HAS_SECOND_FACTOR = True, trusted
    browser, _answer = comes(email="kamon@example.org")
    assert browser.get("/").status_code == status


def test_a_password_is_not_the_providers_factor(world, signing_in, settings):
    settings.SECOND_FACTOR, settings.OIDC_HAS_SECOND_FACTOR = True, True
    assert signing_in("kamon")[0].get("/")["Location"] == "/account/second-factor/"


def test_what_was_typed_is_kept_through_it(world, whole, comes):
    browser, path = Client(), reverse("entry", args=[world.entry.pk])
    asked = browser.post(path, {"obstacles": "น้ำท่วม"})
    browser.post("/login/", posted(asked) | {"another_way": "1"})
    _browser, answer = comes(browser, email="arun@example.org")
    assert answer["Location"] == "/login/go-on"
    assert posted(browser.get("/login/go-on"))["obstacles"] == "น้ำท่วม"


def test_a_provider_that_does_not_answer_is_told(world, settings, comes, client):
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = client.get("/account/oidc/sso/login/", {"process": "login"})
    assert answer.status_code == 503
    assert "ThaiD" in answer.content.decode()
