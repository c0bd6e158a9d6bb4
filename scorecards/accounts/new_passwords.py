"""A link for a new password. Whoever asks by mail is answered before anybody looks whether there is such an account:
the same page after the same work, also while the mail server is away. A worker looks, and mails."""

import datetime as dt
from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from scorecards.models import PasswordRequest
from scorecards.waiting.letters import send_each

HOLDS = dt.timedelta(hours=1)  # who has waited longer has asked somebody else, or asks again


def ask(email: str, *, language: str) -> None:
    """Note that somebody asks at this address; once while it waits. The mail goes as soon as this is kept, or, without
    a broker, at beat's next round."""
    PasswordRequest.objects.get_or_create(email=email.lower(), defaults={"language": language})
    task = "scorecards.tasks.mail_new_passwords"
    transaction.on_commit(lambda: current_app.send_task(task, ignore_result=True), robust=True)


def send_waiting() -> int:
    """Mail a link to every account that has an address asked for; returns how many. While the server is down they wait,
    an hour at most."""
    PasswordRequest.objects.filter(asked_at__lt=timezone.now() - HOLDS).delete()
    return send_each(PasswordRequest.objects.all(), _answer) if settings.MAIL_IS_SET_UP else 0


def path_for(person: User) -> str:
    """The path of a page where the person sets a new password, once."""
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return reverse("account_reset_password_from_key", kwargs=key)


def _answer(asked: PasswordRequest) -> int:
    people = User.objects.filter(email__iexact=asked.email, is_active=True)
    for person in people:
        compose(person, asked).send()
    return len(people)


def compose(person: User, asked: PasswordRequest) -> EmailMessage:
    """The mail in the language in which it was asked for. It goes to the address of the account, never to what was
    typed: databases take letters of other scripts for the same that no mail server does."""
    facts = {"person": person, "link": urljoin(settings.SITE_URL, path_for(person))}
    with translation.override(asked.language):
        subject = _("A new password for KPI scorecards")
        body = render_to_string("people/new_password_mail.txt", facts)
    return EmailMessage(subject=subject, body=body, to=[person.email], connection=get_connection())
