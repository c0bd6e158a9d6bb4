"""Addresses of accounts: kept in small letters whichever way they come, found however they are typed."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from scorecards.accounts import new_passwords
from tests.accounts.conftest import PASSWORD


def spell(person, email):
    """The address as an installation may hold it that was made before addresses were folded."""
    User.objects.filter(pk=person.pk).update(email=email)


def mailed(email, settings, mailoutbox):
    """To whom a link for a new password goes when somebody asks at this address."""
    settings.MAIL_IS_SET_UP = True
    Client().post("/account/password/reset/", {"email": email})
    new_passwords.send_waiting()
    return [one.to for one in mailoutbox]


def test_an_account_with_capital_letters_signs_in_and_gets_its_mail(world, settings, mailoutbox):
    call_command(
        "createsuperuser", username="root", email="Admin@Example.ORG", interactive=False, verbosity=0
    )
    root = User.objects.get(username="root")
    root.set_password(PASSWORD)
    root.save(update_fields=["password"])
    browser = Client()
    browser.post("/login/", {"username": "ADMIN@example.org", "password": PASSWORD})
    assert browser.session["_auth_user_id"] == str(root.pk)
    assert mailed("Admin@Example.ORG", settings, mailoutbox) == [["admin@example.org"]]


def test_the_pages_of_the_admin_keep_small_letters_too(world):
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    typed = {"username": "arun", "email": "Arun.J@Example.ORG", "is_active": "on"}
    days = {"date_joined_0": "2026-11-01", "date_joined_1": "08:00", "last_login_0": "", "last_login_1": ""}
    answer = browser.post(f"/admin/auth/user/{world.arun.pk}/change/", typed | days)
    assert answer.status_code == 302, answer.context["errors"]
    world.arun.refresh_from_db()
    assert world.arun.email == "arun.j@example.org"


def test_capital_letters_that_are_stored_are_no_hindrance_to_a_new_password(world, settings, mailoutbox):
    spell(world.arun, "Arun@Example.org")
    assert mailed("arun@example.org", settings, mailoutbox) == [["Arun@Example.org"]]


@pytest.mark.parametrize("letter", ["ſ", "ı"])
def test_a_letter_of_another_script_leads_no_link_elsewhere(world, settings, mailoutbox, letter):
    """Databases take ſ for S and ı for I; a mail server does not."""
    spell(world.busaba, "busi@example.org")
    asked = "busi@example.org".replace("s" if letter == "ſ" else "i", letter)
    assert mailed(asked, settings, mailoutbox) in ([], [["busi@example.org"]])


def test_the_migration_folds_what_stays_apart(world):
    spell(world.arun, "Arun@Example.org")
    spell(world.busaba, "Chat@Example.org")  # chat@example.org is somebody's
    import_module("scorecards.migrations.0021_addresses_in_small_letters").fold(apps, None)
    assert User.objects.get(pk=world.arun.pk).email == "arun@example.org"
    assert User.objects.get(pk=world.busaba.pk).email == "Chat@Example.org"
