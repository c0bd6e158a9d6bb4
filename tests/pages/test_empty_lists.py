"""A list with nothing in it says why and what comes next, with a link where the reader may do it."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.accounts.conftest import make_people

CARDS, APPEALS, PUBLISH, RESULTS = "/scorecards/", "/review/appeals/", "/review/publish/", "/results/"


@pytest.fixture
def people(db):
    """Everybody at their offices; no round was opened."""
    return make_people()


def told(person, address) -> str:
    """What stands in the place of the list, in English."""
    browser = Client()
    browser.post("/i18n/setlang/", {"language": "en"})
    if person:
        browser.force_login(person)
    page = browser.get(address).content.decode()
    return re.search(r'<p class="panel empty">(.*?)</p>', page, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("name", "address", "says", "leads_to"),
    [
        ("arun", CARDS, "has given your agency the year's form", None),
        ("kamon", CARDS, "the chief reviewer has assigned it to you", "/review/"),
        ("khamron", CARDS, "as soon as it is sent", "/dashboards/"),
        ("cho", CARDS, "as soon as it is sent", "/dashboards/"),
        ("chawi", CARDS, "given to them and its round is opened", "/frameworks/"),
        ("kamon", APPEALS, "its agency may appeal", None),
        ("khamron", APPEALS, "its agency may appeal", PUBLISH),
        ("khamron", PUBLISH, "a chief reviewer has approved it", "/review/committee/"),
        ("chawi", PUBLISH, "a chief reviewer has approved it", "/review/"),
        ("arun", RESULTS, "as soon as its review is approved and published", None),
        ("chawi", RESULTS, "as soon as its review is approved and published", PUBLISH),
    ],
)
def test_it_says_to_each_what_comes_next(people, name, address, says, leads_to):
    sentence = told(getattr(people, name), address)
    assert says in sentence
    assert re.findall('href="([^"]+)"', sentence) == ([leads_to] if leads_to else [])
    if leads_to:
        browser = Client()
        browser.force_login(getattr(people, name))
        assert browser.get(leads_to).status_code == 200


def test_who_belongs_nowhere_is_told_whom_to_ask_or_what_to_do_first(people):
    assert "Ask the administrator" in told(User.objects.create_user("alone"), CARDS)
    assert 'href="/"' in told(User.objects.create_superuser("root"), CARDS)


def test_a_visitor_of_the_results_is_told_too(people):
    assert "for everybody to read" in told(None, RESULTS)


def test_the_first_page_says_it_as_well(people):
    browser = Client()
    browser.post("/i18n/setlang/", {"language": "en"})
    browser.force_login(people.arun)
    assert "has given your agency the year" in browser.get("/").content.decode()
