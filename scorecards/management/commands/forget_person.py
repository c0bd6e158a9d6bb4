from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from indicators.refusals import Refused
from scorecards.people.forgetting import forget, pseudonym_of


class Command(BaseCommand):
    """Put a pseudonym in the place of a person who left; what they did for an agency stays on record."""

    help = "Forgets a person: names, addresses, sessions, notices. Refused while anything depends on them."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="stays on record: write no name into it")
        parser.add_argument("--by", help="username of the administrator who orders it")

    def handle(self, *args, username, reason, by, **options):
        person = account(username)
        try:
            forget(person, actor=account(by) if by else None, reason=reason)
        except Refused as refused:
            raise CommandError("\n".join(map(str, refused.reasons))) from refused
        name = pseudonym_of(person)
        self.stdout.write(
            f"ลบข้อมูลส่วนบุคคลแล้ว ในระบบจะแสดงเป็น “{name}” ข้อมูลสำรองที่มีอยู่ยังมีชื่อเดิมจนกว่าจะหมดอายุ\n"
            f"Forgotten: the pages say “{name}” from now on; backups hold the name until they are thrown away."
        )


def account(username):
    """The account of this name; CommandError where there is none."""
    person = get_user_model().objects.filter(username=username).first()
    if person is None:
        raise CommandError(
            f"ไม่มีบัญชีผู้ใช้ “{username}” ชื่อผู้ใช้ดูได้ที่หน้า /people/\n"
            f"There is no account “{username}”; the user names stand at /people/"
        )
    return person
