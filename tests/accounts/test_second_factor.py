"""Those who review or administer have a second factor before anything else; nothing they sent is lost over it."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from config import environment
from tests.accounts.conftest import PASSWORD, give_totp
from tests.pages.conftest import posted
from tests.world import walk

pytestmark = pytest.mark.usefixtures("second_factor")
SET_UP = "/account/second-factor/"


def code_of(secret) -> str:
    """What the app on the telephone shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize("person", ["kamon", "khamron", "chawi"])
@pytest.mark.parametrize(
    "path", ["/", "/scorecards/", "/review/", "/people/", "/admin/", "/frameworks/", "/login/go-on"]
)
def test_who_needs_one_and_has_none_is_led_to_set_it_up(world, person, path):
    browser = Client()
    browser.force_login(getattr(world, person))
    answer = browser.get(path)
    assert (answer.status_code, answer["Location"]) == (302, SET_UP)


@pytest.mark.parametrize("person", ["arun", "busaba", "chat", "cho"])
def test_the_others_need_none(world, person):
    browser = Client()
    browser.force_login(getattr(world, person))
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("person", ["arun", "chat", "cho", "kamon"])
def test_an_installation_may_ask_everybody(world, settings, person):
    settings.SECOND_FACTOR = environment.read({"SECOND_FACTOR": "all"})["SECOND_FACTOR"]
    browser = Client()
    browser.force_login(getattr(world, person))
    assert browser.get("/")["Location"] == SET_UP


@pytest.mark.parametrize("mark", ["is_staff", "is_superuser"])
def test_who_may_use_the_admin_needs_one_whatever_the_role(world, mark):
    setattr(world.arun, mark, True)
    world.arun.save()
    browser = Client()
    browser.force_login(world.arun)
    assert browser.get("/")["Location"] == SET_UP


def test_it_is_a_setting(world, settings):
    settings.SECOND_FACTOR = False
    browser = Client()
    browser.force_login(world.kamon)
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/results/", "/check/", "/health/live", SET_UP, "/account/", "/account/sessions/"]
)
def test_the_way_to_it_and_what_is_for_everybody_stay_open(world, path):
    browser = Client()
    browser.force_login(world.kamon)
    assert browser.get(path).status_code == 200
    assert browser.post("/i18n/setlang/", {"language": "en"}).status_code == 302
    assert browser.post("/logout/").status_code == 302


def test_the_password_alone_does_not_sign_in_who_has_one(world, signing_in):
    give_totp(world.kamon)
    browser, answer = signing_in("kamon")
    assert answer["Location"] == "/account/second-factor/authenticate/"
    assert browser.get("/review/").status_code == 302


def test_the_app_signs_in_and_a_code_is_good_once(world, signing_in):
    secret = give_totp(world.kamon)
    browser, _answer = signing_in("kamon", next="/review/")
    code = code_of(secret)
    answer = browser.post("/account/second-factor/authenticate/", {"code": code})
    assert answer["Location"] == "/review/"
    assert browser.get("/review/").status_code == 200
    again, _answer = signing_in("kamon")
    assert again.post("/account/second-factor/authenticate/", {"code": code}).status_code == 200


def test_a_recovery_code_signs_in_once(world, signing_in):
    give_totp(world.kamon)
    codes = world.kamon.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()
    for expected in (302, 200):
        browser, _answer = signing_in("kamon")
        answer = browser.post("/account/second-factor/authenticate/", {"code": codes[0]})
        assert answer.status_code == expected


def test_guessing_codes_is_slowed(world, signing_in):
    secret = give_totp(world.kamon)
    browser, _answer = signing_in("kamon")
    for _attempt in range(5):
        browser.post("/account/second-factor/authenticate/", {"code": "000000"})
    assert browser.post("/account/second-factor/authenticate/", {"code": code_of(secret)}).status_code == 200


def test_setting_up_asks_for_the_password_again(world):
    browser = Client()
    browser.force_login(world.kamon)
    answer = browser.get("/account/second-factor/totp/activate/")
    assert answer["Location"].startswith("/account/reauthenticate/")


def test_but_not_of_who_typed_it_a_moment_ago_to_sign_in(world, signing_in):
    page = "/account/second-factor/totp/activate/"
    browser, _answer = signing_in("kamon")
    assert browser.get(page).status_code == 200
    kept = browser.session
    for one in kept["account_authentication_methods"]:
        one["at"] -= 6 * 60
    kept.save()
    assert browser.get(page)["Location"].startswith("/account/reauthenticate/")


def set_up(browser, world):
    """Set up the app as the pages ask for it; returns the page that follows."""
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/account/second-factor/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page)[1]
    return browser.post("/account/second-factor/totp/activate/", {"code": code_of(secret)}, follow=True)


def test_after_setting_up_one_goes_on_to_the_page_that_was_wanted(world):
    browser = Client()
    browser.force_login(world.kamon)
    browser.get("/review/?state=in_review")
    assert "/login/go-on" in set_up(browser, world).content.decode()
    assert browser.get("/login/go-on")["Location"] == "/review/?state=in_review"
    assert browser.get("/login/go-on")["Location"] == "/"


def test_what_was_sent_is_kept_until_it_is_set_up(world, whole):
    """The role needs one from today on; the reviewer was in the middle of a remark."""
    walk(world, "in_review")
    browser = Client()
    browser.force_login(world.kamon)
    path = reverse("ask_agency", args=[world.card.pk, "4", "step1"])
    answer = browser.post(path, {"text": "ขอทราบ\nวันที่", "request_key": "1"})
    assert answer["Location"] == SET_UP
    browser.get("/review/")  # only looking does not replace what was sent
    set_up(browser, world)
    on = browser.get("/login/go-on")
    assert f'action="{path}"' in on.content.decode()
    browser.post(path, posted(on))
    assert world.card.submissions.get().clarifications.get().question == "ขอทราบ\nวันที่"


def test_a_fragment_is_led_there_by_htmx(world):
    browser = Client()
    browser.force_login(world.kamon)
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/review/"}
    answer = browser.post("/me/reminders/seen", {}, headers=here)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, SET_UP)
    set_up(browser, world)
    assert browser.get("/login/go-on")["Location"] == "/review/"


def test_what_was_typed_without_a_session_survives_the_second_factor(world, whole, signing_in):
    walk(world, "in_review")
    secret = give_totp(world.kamon)
    browser = Client()
    path = reverse("ask_agency", args=[world.card.pk, "4", "step1"])
    asked = browser.post(path, {"text": "ขอทราบวันที่"})
    browser.post("/login/", posted(asked) | {"username": "kamon", "password": PASSWORD})
    on = browser.post("/account/second-factor/authenticate/", {"code": code_of(secret)}, follow=True)
    browser.post(path, posted(on))
    assert world.card.submissions.get().clarifications.get().question == "ขอทราบวันที่"


def test_what_was_typed_survives_another_way_to_sign_in(world, whole, entry_path):
    browser = Client()
    asked = browser.post(entry_path, {"obstacles": "น้ำท่วม"})
    answer = browser.post("/login/", posted(asked) | {"another_way": "1"})
    assert answer["Location"] == "/login/"
    on = browser.post("/login/", {"username": "arun", "password": PASSWORD}, follow=True)
    assert posted(on)["obstacles"] == "น้ำท่วม"


def test_a_stranger_stores_no_book_here(world, whole, entry_path):
    browser = Client()
    asked = browser.post(entry_path, {"obstacles": "น" * 200_001})
    page = browser.post("/login/", posted(asked) | {"another_way": "1"})
    assert posted(page)["kept.obstacles"] == "น" * 200_001  # it stays in the page
    assert "interrupted" not in browser.session


@pytest.fixture
def entry_path(world, whole):
    return reverse("entry", args=[world.entry.pk])


def test_a_field_says_what_it_is_once_and_in_the_readers_language(world, signing_in):
    browser, _answer = signing_in("arun")
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/account/second-factor/webauthn/add/").content.decode()
    labels = re.findall(r"<label[^>]*>(.*?)</label>", page, re.DOTALL)
    assert labels
    assert not any(re.search("[A-Za-z]{3}", re.sub("<[^>]+>", "", label)) for label in labels)
    assert "placeholder=" not in page
    assert "placeholder=" not in browser.get("/account/password/change/").content.decode()
