"""The mails of invitations. Where no mail server is set up they wait; the link stands on the page of the people."""

import logging
from urllib.parse import urljoin

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from scorecards.models import Invitation
from scorecards.people.joining import token_of

logger = logging.getLogger(__name__)


def link_of(invitation: Invitation) -> str:
    """The address that whoever is invited opens."""
    return urljoin(settings.SITE_URL, reverse("join", args=[token_of(invitation)]))


def send_waiting() -> int:
    """Mail every open invitation that was not mailed yet; returns how many. A row is claimed before its mail goes, so
    that two processes never send it twice; one that fails waits for the next time."""
    if not settings.MAIL_IS_SET_UP:
        return 0
    sent, connection = 0, get_connection()
    for invitation in Invitation.objects.open().filter(mailed_at=None).select_related("agency", "invited_by"):
        free = Invitation.objects.filter(pk=invitation.pk, mailed_at=None)
        if not free.update(mailed_at=timezone.now()):
            continue
        try:
            compose(invitation, connection=connection).send()
            sent += 1
        except Exception as fault:  # an address that no mail can bear must not hold up the next invitation
            Invitation.objects.filter(pk=invitation.pk).update(mailed_at=None)
            logger.warning("The mail of invitation %s failed: %s", invitation.pk, fault)
    return sent


def send_soon() -> None:
    """Ask a worker to mail what waits, once the transaction is kept; without a broker beat's next round does it."""
    task = "scorecards.tasks.mail_invitations"
    transaction.on_commit(lambda: current_app.send_task(task, ignore_result=True), robust=True)


def compose(invitation: Invitation, *, connection: BaseEmailBackend) -> EmailMessage:
    """The mail in the language of the installation: whoever is invited has not chosen one yet."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = {"invitation": invitation, "link": link_of(invitation)}
        subject = _("Invitation to KPI scorecards: %(agency)s") % {"agency": invitation.agency}
        body = render_to_string("people/invitation_mail.txt", facts)
    return EmailMessage(subject=subject, body=body, to=[invitation.email], connection=connection)
