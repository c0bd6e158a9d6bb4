"""An expired session in the middle of a sentence, without JavaScript: what was sent is kept through signing in."""

import re

import pytest
from django.test import Client

from scorecards.models import Answer
from tests.pages.conftest import posted

SIGN_IN = {"username": "arun", "password": "รหัสผ่าน-ทดสอบ"}


@pytest.fixture
def kept(world, entry_url):
    """A browser without a session, and the page that came back after it sent the form."""
    form = posted(signed_in(world).get(entry_url)) | {"value.step1": "yes", "obstacles": "น้ำท่วม\nสองครั้ง"}
    browser = Client()
    return browser, browser.post(entry_url, form)


def signed_in(world):
    client = Client()
    client.force_login(world.arun)
    return client


def test_what_was_sent_without_a_session_is_saved_after_signing_in(world, entry_url, kept):
    browser, page = kept
    assert page.status_code == 401
    assert not Answer.objects.exists()
    on = browser.post("/login/", posted(page) | SIGN_IN)
    assert on.status_code == 200
    action = re.search(r'<form method="post" action="(/entries[^"]+)"', on.content.decode())[1]
    assert browser.post(action, posted(on)).status_code == 302
    world.entry.refresh_from_db()
    assert world.entry.obstacles == "น้ำท่วม\nสองครั้ง"
    assert Answer.objects.get().content == {"value": "yes"}


def test_a_wrong_password_keeps_it_too(world, entry_url, kept):
    browser, page = kept
    again = browser.post("/login/", posted(page) | SIGN_IN | {"password": "ผิด"})
    assert posted(again)["kept.obstacles"] == "น้ำท่วม\nสองครั้ง"
    on = browser.post("/login/", posted(again) | SIGN_IN)
    assert posted(on)["obstacles"] == "น้ำท่วม\nสองครั้ง"


def test_the_password_is_never_among_what_is_kept(kept):
    browser, page = kept
    on = browser.post("/login/", posted(page) | SIGN_IN | {"kept.password": "x"})
    assert "รหัสผ่าน-ทดสอบ" not in on.content.decode()
    assert "username" not in posted(on)


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_it_is_never_sent_elsewhere(kept, elsewhere):
    browser, page = kept
    answer = browser.post("/login/", posted(page) | SIGN_IN | {"next": elsewhere})
    assert "elsewhere" not in answer.content.decode()
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_somebody_else_who_signs_in_saves_nothing(world, entry_url, kept):
    browser, page = kept
    on = browser.post("/login/", posted(page) | SIGN_IN | {"username": "duangjai"})
    assert browser.post(entry_url, posted(on)).status_code == 404
    assert not Answer.objects.exists()
