from django.core.management.base import BaseCommand
from django.db.models import Count

from scorecards import invitation_mail, mailing, new_passwords
from scorecards.models import Notice


class Command(BaseCommand):
    """Do once what beat does every quarter of an hour, and mail what else waits: for installations without it, by cron.
    Safe at any time."""

    help = "Makes the reminders that are due, sends the mails that wait, and says how many stand where."

    def handle(self, *args, **options):
        mailing.remind()
        invitation_mail.send_waiting()
        new_passwords.send_waiting()
        counts = dict(Notice.objects.order_by().values_list("mail").annotate(Count("pk")))
        self.stdout.write(", ".join(f"{state.value}: {counts.get(state.value, 0)}" for state in Notice.Mail))
