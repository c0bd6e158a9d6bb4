"""Browsers that really sign in, and people with a second factor."""

from types import SimpleNamespace

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from scorecards.models import Agency, Membership, Ministry
from tests.world import PEOPLE, make_world

PASSWORD = "รหัสผ่าน-ทดสอบ"


@pytest.fixture
def world(request, db):
    """The named people with an address each, at their offices; with `whole` beside it, their scorecards as well."""
    if "whole" in request.fixturenames:
        return request.getfixturevalue("whole")
    return make_people()


@pytest.fixture
def whole(db):
    """The people and their scorecards."""
    made = make_world()
    for name in PEOPLE:
        person = getattr(made, name)
        person.email = f"{name}@example.org"
        person.save(update_fields=["email"])
    return made


@pytest.fixture(autouse=True)
def _nobody_has_tried(db):
    """Attempts of another test are not counted."""
    cache.clear()


@pytest.fixture
def signing_in(world):
    """signing_in("arun"): a browser in which that person has signed in with the password, and the answer."""

    def sign_in(username, password=PASSWORD, *, browser=None, **more):
        browser = browser or Client()
        return browser, browser.post("/login/", {"username": username, "password": password} | more)

    return sign_in


@pytest.fixture
def second_factor(settings):
    settings.SECOND_FACTOR = True


def make_people() -> SimpleNamespace:
    """The world of tests/world.py without forms and scorecards: a few milliseconds."""
    ministry = Ministry.objects.create(code="interior", name_th="กระทรวงมหาดไทย")
    names = {"ict": "ศูนย์เทคโนโลยีสารสนเทศ", "policy": "สำนักนโยบายและแผน", "opdc": "สำนักงาน ก.พ.ร."}
    agencies = {
        code: Agency.objects.create(
            code=code, name_th=name, ministry=ministry, kind="central" if code == "opdc" else "office"
        )
        for code, name in names.items()
    }
    password, people = make_password(PASSWORD), {}
    for username, (name, agency, role) in PEOPLE.items():
        person = User.objects.create(
            username=username, first_name=name, email=f"{username}@example.org", password=password
        )
        Membership.objects.create(user=person, agency=agencies[agency], role=role)
        people[username] = person
    return SimpleNamespace(**people, agencies=agencies)


def give_totp(person) -> str:
    """Set up an app on the telephone and recovery codes; returns the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret
