"""Celery's side of the reminders, of publishing at a set time and of sessions that ended: it rings and decides
nothing."""

from celery import shared_task
from django.core.management import call_command

from scorecards.accounts import new_passwords
from scorecards.people import address_mail, invitation_mail
from scorecards.results import publish_orders
from scorecards.waiting import mailing


@shared_task(name="scorecards.tasks.send_reminders")
def send_reminders() -> None:
    """Make the notices that are due and send what waits (every quarter of an hour, by beat)."""
    mailing.remind()
    invitation_mail.send_waiting()
    address_mail.send_waiting()


@shared_task(name="scorecards.tasks.mail_corrected_addresses")
def mail_corrected_addresses() -> None:
    """Tell whose address was corrected, at once; beat does it again for those that failed."""
    address_mail.send_waiting()


@shared_task(name="scorecards.tasks.mail_invitations")
def mail_invitations() -> None:
    """Mail the invitations that wait, as soon as somebody was invited; beat does it again for those that failed."""
    invitation_mail.send_waiting()


@shared_task(name="scorecards.tasks.mail_new_passwords")
def mail_new_passwords() -> None:
    """Mail the links for new passwords that were asked for: at once, and every minute by beat for those that failed."""
    new_passwords.send_waiting()


@shared_task(name="scorecards.tasks.publish_due")
def publish_due() -> None:
    """Publish what was ordered for a moment that has come (every minute, by beat)."""
    publish_orders.publish_due()


@shared_task(name="scorecards.tasks.clear_sessions")
def clear_sessions() -> None:
    """Remove the rows of sessions that have ended by themselves (every hour, by beat)."""
    call_command("clearsessions")
