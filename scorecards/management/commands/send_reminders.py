from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Count

from scorecards.accounts import new_passwords
from scorecards.models import Notice
from scorecards.people import address_mail, invitation_mail
from scorecards.waiting import mailing


class Command(BaseCommand):
    """Do once what beat does every quarter of an hour, and mail what else waits: for installations without it, by cron.
    Safe at any time."""

    help = "Makes the reminders that are due, sends the mails that wait, and says how many stand where."

    def handle(self, *args, **options):
        mailing.remind()
        invitation_mail.send_waiting()
        new_passwords.send_waiting()
        address_mail.send_waiting()
        counts = dict(Notice.objects.order_by().values_list("mail").annotate(Count("pk")))
        for word in ("label", "value"):
            told = [f"{getattr(state, word)}: {counts.get(state.value, 0)}" for state in Notice.Mail]
            self.stdout.write(", ".join(told))
        if not settings.MAIL_IS_SET_UP:
            self.stdout.write(
                "ยังไม่ได้ตั้งค่าเซิร์ฟเวอร์อีเมล (EMAIL_URL) การแจ้งเตือนจึงแสดงในระบบเท่านั้น\n"
                "No mail server is set (EMAIL_URL): the reminders stand on people's pages only."
            )
        elif counts.get(Notice.Mail.FAILED):
            self.stdout.write(
                "มีอีเมลที่ส่งไม่สำเร็จและเลิกส่งแล้ว ตรวจสอบด้วย manage.py doctor mail และดูหน้า /operations/\n"
                "Mails were given up: see manage.py doctor mail, and the page /operations/"
            )
