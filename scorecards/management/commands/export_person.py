import json

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from indicators.refusals import Refused
from indicators.target_files import new_file, write_privately
from scorecards.management.commands.forget_person import account
from scorecards.people.forgetting import hand_out


class Command(BaseCommand):
    """Write everything held about one person into a file (docs/privacy.md), and record that."""

    help = "Writes all that is held about a person as JSON."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--out", required=True, type=new_file)
        parser.add_argument("--reason", required=True, help="for example the number of the request")
        parser.add_argument("--by", help="username of the administrator who orders it")

    def handle(self, *args, username, out, reason, by, **options):
        try:
            data = hand_out(account(username), actor=account(by) if by else None, reason=reason)
        except Refused as refused:
            raise CommandError("\n".join(map(str, refused.reasons))) from refused
        write_privately(out, json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        rows = sum(map(len, data["on_record"].values()))
        self.stdout.write(
            f"{out}: {rows} รายการ อ่านได้เฉพาะผู้เรียกคำสั่ง ส่งมอบให้เจ้าของข้อมูลแล้วลบไฟล์ทิ้ง\n"
            f"{out}: {rows} rows on record, readable by you alone; hand it to the person, then delete the file."
        )
