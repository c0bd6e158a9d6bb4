"""What a new password may not be: words that everybody here would guess, and what is known from break-ins."""

import hashlib

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError

from config import environment

GOOD = ["น้ำใจไหลหลากปีนี้", "correct horse battery", "ประเมินใจกันดูก่อนเถิด", "Sarabun-ladder-9"]


def faults_of(password) -> list[str]:
    """The codes of everything that stands against a password; none of one that is taken."""
    try:
        validate_password(password)
    except ValidationError as refused:
        return [one.code for one in refused.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "Opdc@2562!!",
        "kpi-scorecard",
        "ตัวชี้วัด๒๕๖๒",
        "ตัวชี้วัด2569",
        "กระทรวงการ",
        "Scorecard2026",
        "admin_thailand1",
        "example-2569",
    ],
)
def test_words_that_everybody_here_would_guess_are_refused(password, settings):
    settings.SITE_URL = "https://kpi.example.go.th"
    assert "own_words" in faults_of(password)


@pytest.mark.parametrize("password", GOOD)
def test_others_are_taken_also_with_such_a_word_in_them(password):
    assert faults_of(password) == []


@pytest.fixture
def known(tmp_path, settings):
    """A list of a hundred, in order, as it is given away."""
    hashes = sorted(
        hashlib.sha1(f"known-word-{number}".encode()).hexdigest().upper() for number in range(100)
    )
    file = tmp_path / "breached.txt"
    file.write_text("".join(f"{one}:{number}\r\n" for number, one in enumerate(hashes)))
    settings.BREACHED_PASSWORDS = str(file)


def test_every_password_of_the_list_is_refused(known):
    found = {code for number in range(100) for code in faults_of(f"known-word-{number}") or ["taken"]}
    assert found == {"known"}


@pytest.mark.parametrize("password", [*GOOD, "known-word-100", "known-word-101", "unknown-1"])
def test_what_is_not_in_it_is_taken(known, password):
    assert faults_of(password) == []


def test_without_a_list_nothing_is_asked():
    assert faults_of("known-word-1") == []


def test_a_list_that_is_not_there_is_told_at_the_start(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="BREACHED_PASSWORDS"):
        environment.read({"BREACHED_PASSWORDS": str(tmp_path / "none")})
