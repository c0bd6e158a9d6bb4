"""A new password by mail: whoever asks learns nothing of whether there is such an account."""

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from scorecards.accounts import new_passwords
from scorecards.models import PasswordRequest
from scorecards.waiting import letters

ASK, SENT = "/account/password/reset/", "/account/password/reset/sent/"
LONGEST = PasswordRequest._meta.get_field("email").max_length
NEW = "ใหม่-ทั้งหมด-๑๒"


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings):
    settings.MAIL_IS_SET_UP = True


def ask(email, browser=None):
    return (browser or Client()).post(ASK, {"email": email})


def silent(settings, is_away=True):
    """The mail server is away, or back."""
    kind = "smtp" if is_away else "locmem"
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{kind}.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9


def test_a_worker_mails_a_link_that_sets_one(world, client):
    ask("Arun@example.org")
    assert mail.outbox == []
    assert new_passwords.send_waiting() == 1
    assert [one.to for one in mail.outbox] == [["arun@example.org"]]
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/" in word)
    page = client.get("/" + link.split("/", 3)[3], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    world.arun.refresh_from_db()
    assert world.arun.check_password(NEW)


def test_the_answer_is_the_same_for_an_address_that_nobody_has(world, settings):
    """The same page after the same statements, also while the mail server is away."""
    silent(settings)
    ask("somebody@example.org")  # from now on this address of a computer is counted
    seen = []
    for email in ("arun@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as asked:
            answer = ask(email)
        kinds = [one["sql"].split()[0] for one in asked]
        seen.append((answer.status_code, answer["Location"], answer.content, list(answer.cookies), kinds))
    assert seen[0] == seen[1]
    assert seen[0][:2] == (302, SENT)


def test_strangers_are_sent_nothing_and_leave_no_row(world):
    ask("nobody@example.org")
    assert (new_passwords.send_waiting(), mail.outbox) == (0, [])
    assert not PasswordRequest.objects.exists()


def test_an_address_that_is_longer_in_small_letters_is_no_fault(world):
    assert ask("İ" * 200 + "@example.org").status_code in (200, 302)
    assert all(len(one.email) <= LONGEST for one in PasswordRequest.objects.all())


def test_a_closed_account_is_sent_nothing(world):
    world.arun.is_active = False
    world.arun.save()
    ask("arun@example.org")
    assert new_passwords.send_waiting() == 0


def test_while_the_mail_server_is_away_it_waits(world, settings):
    ask("arun@example.org")
    silent(settings)
    assert new_passwords.send_waiting() == 0
    silent(settings, is_away=False)
    assert (new_passwords.send_waiting(), new_passwords.send_waiting()) == (1, 0)


def test_after_an_hour_nothing_is_mailed_any_more(world):
    ask("arun@example.org")
    PasswordRequest.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=61))
    assert new_passwords.send_waiting() == 0
    assert not PasswordRequest.objects.exists()


def test_who_asks_often_is_mailed_once(world):
    for _time in range(3):
        ask("arun@example.org")
    assert new_passwords.send_waiting() == 1


def test_what_a_dead_process_had_claimed_is_taken_up(world):
    ask("arun@example.org")
    PasswordRequest.objects.update(claimed_at=timezone.now())
    assert new_passwords.send_waiting() == 0
    PasswordRequest.objects.update(claimed_at=timezone.now() - letters.LEASE * 2)
    assert new_passwords.send_waiting() == 1


def test_the_mail_speaks_the_language_of_whoever_asked(world):
    browser = Client()
    browser.post("/i18n/setlang/", {"language": "en"})
    ask("arun@example.org", browser)
    new_passwords.send_waiting()
    assert "Your user name is arun" in mail.outbox[0].body


@pytest.mark.parametrize("email", ["", "arun", f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.org"])
def test_what_is_no_address_is_told_on_the_page(world, email):
    answer = ask(email)
    assert answer.status_code == 200
    assert not PasswordRequest.objects.exists()


def test_without_a_mail_server_the_page_says_whom_to_ask(client, world, settings):
    settings.MAIL_IS_SET_UP = False
    page = client.get(ASK).content.decode()
    assert '<form method="post" action="/account' not in page
    assert ask("arun@example.org").status_code == 200
    assert not PasswordRequest.objects.exists()
