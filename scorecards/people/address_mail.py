"""The mails that tell somebody, at the old address and at the new one, that the address of their account was corrected:
whoever did not ask for it learns of it."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urljoin

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from scorecards.models import AddressMail, MailChoice
from scorecards.waiting.letters import send_each

HOLDS = dt.timedelta(days=7)  # older news is none


def tell(person: User, *, addresses: Iterable[str]) -> None:
    """Note that the person is to be told at these addresses. The mails go as soon as this is kept, or, without a
    broker, at beat's next round."""
    AddressMail.objects.bulk_create(AddressMail(person=person, email=one) for one in addresses if one)
    task = "scorecards.tasks.mail_corrected_addresses"
    transaction.on_commit(lambda: current_app.send_task(task, ignore_result=True), robust=True)


def send_waiting() -> int:
    """Send what waits; returns how many mails that were."""
    AddressMail.objects.filter(made_at__lt=timezone.now() - HOLDS).delete()
    waiting = AddressMail.objects.select_related("person__mail_choice")
    return send_each(waiting, _send) if settings.MAIL_IS_SET_UP else 0


def _send(waiting: AddressMail) -> int:
    return compose(waiting).send()


def compose(waiting: AddressMail) -> EmailMessage:
    """The mail in the person's language."""
    person = waiting.person
    facts = {
        "person": person,
        "is_new": waiting.email == person.email,
        "site": urljoin(settings.SITE_URL, reverse("home")),
    }
    choice = getattr(person, "mail_choice", None) or MailChoice(person=person)
    with translation.override(choice.language):
        subject = _("Your e-mail address at KPI scorecards was corrected")
        body = render_to_string("people/corrected_address_mail.txt", facts)
    return EmailMessage(subject=subject, body=body, to=[waiting.email], connection=get_connection())
