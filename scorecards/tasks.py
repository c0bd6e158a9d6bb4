"""Celery's side of the reminders and of publishing at a set time: it rings and decides nothing."""

from celery import shared_task

from scorecards import mailing, publish_orders


@shared_task(name="scorecards.tasks.send_reminders")
def send_reminders():
    """Make the notices that are due and send what waits (every quarter of an hour, by beat)."""
    mailing.remind()


@shared_task(name="scorecards.tasks.publish_due")
def publish_due():
    """Publish what was ordered for a moment that has come (every minute, by beat)."""
    publish_orders.publish_due()
