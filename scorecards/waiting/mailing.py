"""Mails of the waiting notices: one mail to each person and run, listing all that is new to them."""

import datetime as dt
import hashlib
import logging
import smtplib
import uuid
from collections import defaultdict
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from scorecards.clock import database_now
from scorecards.models import MailChoice, Notice
from scorecards.models.reminders import NoticeQuerySet
from scorecards.waiting.reminders import make_notices, notices_due, sentence

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=10)  # how long a process may take over one mail before another takes it up
# Pauses after the first, second, … failure: ten attempts in three days, then it is given up.
PAUSES = [dt.timedelta(hours=hours) for hours in (0.25, 0.5, 1, 2, 4, 8, 12, 16, 24)]
OF_THE_SERVER = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)


class ServerDown(Exception):
    """The mail server itself does not take anything; the argument is the reason."""


def remind() -> None:
    """Make the notices that are due and send what waits: what beat and `manage.py send_reminders` do."""
    make_notices()
    send_waiting()


def send_waiting() -> int:
    """Mail everybody what waits for them; returns the number of mails. Any number of processes may do it at once."""
    waiting = waiting_by_person()
    if not settings.MAIL_IS_SET_UP or not waiting:
        return 0
    # Read after what waits: what is told from now on must not pass for overtaken.
    helpful = {(notice.person_id, notice.key) for notice in notices_due(database_now())}
    connection, sent = get_connection(), 0
    try:
        for person, numbers in waiting:
            notices = claim(numbers)
            sent += bool(notices) and send(person, notices, helpful=helpful, connection=connection)
    except ServerDown as down:
        logger.warning("The mail server does not answer, the mails wait: %s", down)
        for _person, numbers in waiting:
            put_back(claim(numbers), reason=str(down))
    finally:
        hang_up(connection)
    return sent


def waiting_by_person() -> list:
    """(person, numbers of the notices) of everybody for whom a mail may be tried now."""
    numbers = defaultdict(list)
    for person, number in Notice.objects.to_mail(database_now()).values_list("person_id", "pk"):
        numbers[person].append(number)
    people = get_user_model().objects.select_related("mail_choice").in_bulk(numbers)
    return [(people[person], found) for person, found in numbers.items()]


def claim(numbers: list[int]) -> list[Notice]:
    """Take these notices for this process; empty when another has them. The condition names columns of the row alone:
    PostgreSQL would not check a joined one again after waiting for the other process."""
    now, token = database_now(), uuid.uuid4()
    free = Notice.objects.filter(pk__in=numbers, mail=Notice.Mail.WAITING, try_at__lte=now)
    free.update(claimed_by=token, try_at=now + LEASE, attempts=F("attempts") + 1)
    return list(
        Notice.objects.filter(pk__in=numbers, claimed_by=token).with_subject().order_by("made_at", "pk")
    )


def send(
    person: User, notices: list[Notice], *, helpful: set[tuple[int, str]], connection: BaseEmailBackend
) -> bool:
    """Send one person one mail of those that still help and are wanted; returns whether there was any. Raises
    ServerDown with the notices put back; a fault of this mail alone is written into its rows."""
    choice = getattr(person, "mail_choice", None) or MailChoice(person=person)
    overtaken = [notice for notice in notices if (notice.person_id, notice.key) not in helpful]
    unwanted = [one for one in notices if one not in overtaken and one.occasion in choice.unwanted]
    wanted = [one for one in notices if one not in overtaken and one not in unwanted]
    finish(overtaken, mail=Notice.Mail.OVERTAKEN)
    finish(unwanted, mail=Notice.Mail.NOT_WANTED)
    if not wanted:
        return False
    try:
        connection.open()  # once for all mails of a run
        with translation.override(choice.language):
            compose(person, wanted, connection=connection).send()
    except Exception as fault:  # it belongs into the rows, and must not hold up the next person
        put_back(wanted, reason=f"{type(fault).__name__}: {fault}")
        if is_server_down(fault):
            raise ServerDown(f"{type(fault).__name__}: {fault}") from fault
        logger.warning("The mail to person %s failed: %s", person.pk, fault)
        return False
    finish(wanted, mail=Notice.Mail.SENT, sent_at=database_now())
    return True


def is_server_down(fault: Exception) -> bool:
    """Whether the next mail would fail as well, not this one alone."""
    of_the_network = isinstance(fault, OSError) and not isinstance(fault, smtplib.SMTPException)
    return of_the_network or isinstance(fault, OF_THE_SERVER)


def finish(notices: list[Notice], *, mail: Notice.Mail, sent_at: dt.datetime | None = None) -> None:
    """End the mail of notices that this process still holds."""
    held(notices).update(mail=mail, sent_at=sent_at, claimed_by=None)


def put_back(notices: list[Notice], *, reason: str) -> None:
    """Let them wait for the next attempt, or give them up after the last, with the reason."""
    for attempts in {notice.attempts for notice in notices}:
        rows = held([notice for notice in notices if notice.attempts == attempts])
        facts = {"last_error": reason[:300], "claimed_by": None}
        if attempts > len(PAUSES):
            rows.update(mail=Notice.Mail.FAILED, **facts)
        else:
            rows.update(try_at=database_now() + PAUSES[attempts - 1], **facts)


def held(notices: list[Notice]) -> NoticeQuerySet:
    """The rows of these notices that this process still holds."""
    tokens = {notice.claimed_by for notice in notices}
    return Notice.objects.filter(pk__in=[one.pk for one in notices], claimed_by__in=tokens)


def hang_up(connection: BaseEmailBackend) -> None:
    """Close the connection, whatever the server thinks of it."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as fault:
        logger.info("The mail server was gone first: %s", fault)


def compose(person: User, notices: list[Notice], *, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """The mail in the language of the moment, as text and as HTML. A second attempt bears the same Message-ID, by
    which mail servers drop a copy when a process died between sending and writing it down."""
    lines: list[dict[str, Any]] = [
        {"notice": notice, "sentence": sentence(notice), "url": urljoin(settings.SITE_URL, notice.url)}
        for notice in notices
    ]
    facts = {
        "person": person,
        "lines": lines,
        "home": urljoin(settings.SITE_URL, reverse("home")),
        "choices": urljoin(settings.SITE_URL, reverse("reminders")),
    }
    subject = lines[0]["sentence"]
    if len(lines) > 1:
        subject = _("%(n)s reminders from KPI scorecards") % {"n": len(lines)}
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string("reminders/mail.txt", facts),
        to=[person.email],
        connection=connection,
        headers={"Message-ID": message_id(notices), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("reminders/mail.html", facts), "text/html")
    return mail


def message_id(notices: list[Notice]) -> str:
    """The same for the same notices."""
    numbers = " ".join(str(notice.pk) for notice in notices)
    return f"<{hashlib.sha256(numbers.encode()).hexdigest()[:32]}@{urlsplit(settings.SITE_URL).hostname}>"
