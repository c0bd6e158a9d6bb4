"""Thai is the default; English is a choice that stays."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_browser_that_prefers_english_reads_thai():
    answer = Client(headers={"accept-language": "en-US,en"}).get("/login/")
    assert '<html lang="th"' in answer.content.decode()
    assert answer.headers["Content-Language"] == "th"


def test_the_choice_of_english_stays():
    browser = Client()
    browser.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    answer = browser.get("/login/")
    assert '<html lang="en"' in answer.content.decode()
    assert answer.headers["Content-Language"] == "en"


def test_a_language_that_is_not_offered_is_thai():
    browser = Client()
    browser.cookies["django_language"] = "xx"
    assert '<html lang="th"' in browser.get("/login/").content.decode()
