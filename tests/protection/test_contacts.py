"""Telephone numbers and addresses are whole where they are needed, masked elsewhere; who read them is on record."""

import io
import zipfile

import pytest
from django.urls import reverse

from scorecards.events import verify
from scorecards.models import Event
from scorecards.people.contacts import masked
from scorecards.people.joining import invite
from scorecards.people.personal_data import readings_of
from scorecards.states import ScorecardState
from tests.protection.conftest import EMAIL, TELEPHONE
from tests.world import walk


def readings(world):
    rows = Event.objects.filter(action="read_contacts").order_by("number")
    return [(one.actor.username, one.after["place"]) for one in rows]


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("081-555-1234", "●●●-●●●-1234"),
        ("๐๘๑ ๕๕๕ ๑๒๓๔", "●●● ●●● ๑๒๓๔"),
        ("1234", "●●●●"),
        ("0 2141 9999 ต่อ 12345", "● ●●●● ●●●● ●●● ●2345"),
        ("malee@example.org", "m●●●@example.org"),
        ("มาลี", "●●●●"),
        ("", ""),
    ],
)
def test_masked(contact, shown):
    assert masked(contact) == shown


def test_the_page_of_an_indicator_shows_them_masked(named, sit):
    page = sit("arun").get(reverse("entry", args=[named.entry.pk])).content.decode()
    assert "●●●-●●●-1234" in page
    assert TELEPHONE not in page
    assert EMAIL not in page
    assert readings(named) == []


@pytest.mark.parametrize("person", ["arun", "chat", "kamon", "khamron", "chawi"])
def test_those_who_work_with_them_read_them_whole_and_it_is_recorded_once_a_day(named, sit, person):
    walk(named, ScorecardState.SUBMITTED)
    browser, address = sit(person), reverse("contacts", args=[named.card.pk])
    for _again in range(2):
        page = browser.get(address).content.decode()
        assert TELEPHONE in page
        assert EMAIL in page
    assert readings(named) == [(person, "page")]
    assert TELEPHONE not in str(Event.objects.get(action="read_contacts").__dict__)
    assert verify(named.agencies["ict"]) == []


def test_observers_read_them_masked(named, sit):
    walk(named, ScorecardState.SUBMITTED)
    page = sit("cho").get(reverse("contacts", args=[named.card.pk])).content.decode()
    assert "●●●-●●●-1234" in page
    assert TELEPHONE not in page
    assert readings(named) == []


def test_whoever_takes_them_away_in_a_file_is_recorded(named, sit):
    form = sit("arun").get(reverse("entry_docx", args=[named.entry.pk])).content
    workbook = sit("chawi").get(reverse("assignments_workbook", args=[named.framework.pk])).content
    sit("chawi").get(reverse("assignment", args=[named.assignment.pk]))
    for packed in (form, workbook):
        with zipfile.ZipFile(io.BytesIO(packed)) as package:
            assert any(TELEPHONE in package.read(one).decode("utf-8", "ignore") for one in package.namelist())
    assert readings(named) == [("arun", "word"), ("chawi", "workbook"), ("chawi", "form")]


def test_the_addresses_of_an_agencys_accounts_are_read_by_administrators_on_record(named, sit):
    for _again in range(2):
        sit("chawi").get(reverse("people", args=["ict"]))
    assert readings(named) == [("chawi", "people")]
    assert [one.actor for one in readings_of(named.arun)] == [named.chawi]
    assert not readings_of(named.duangjai)


def test_the_record_of_an_invitation_holds_the_address_masked(named):
    invite(named.agencies["ict"], email=EMAIL, role="collector", actor=named.chawi)
    event = Event.objects.get(action="invite")
    assert event.after["email"] == "m●●●@example.org"
    assert EMAIL not in str(event.__dict__)


def test_nothing_is_recorded_where_nothing_was_to_be_read(named, sit):
    named.assignment.owners.update(telephone="", email="")
    sit("arun").get(reverse("contacts", args=[named.card.pk]))
    assert readings(named) == []


def test_no_contact_details_are_frozen(named):
    """What is frozen holds names of those who acted, never how to reach them."""
    card = walk(named, ScorecardState.PUBLISHED)
    frozen = [
        *card.submissions.values_list("content", "scored"),
        *card.publications.values_list("content", "scored"),
    ]
    told = str(frozen) + str(list(Event.objects.values_list("before", "after", "reason")))
    assert "อรุณ" in told
    assert TELEPHONE not in told
    assert EMAIL not in told
