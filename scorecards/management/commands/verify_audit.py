from django.core.management.base import BaseCommand, CommandError

from scorecards.events import last_number, verify
from scorecards.models import Agency


class Command(BaseCommand):
    """Re-check the chain of events of every agency, or of one; the first fault of each is named."""

    help = "Verifies that no event was changed or removed; ends with status 1 and names the first that was."

    def add_arguments(self, parser):
        parser.add_argument("agency", nargs="?", help="code; every agency unless given")

    def handle(self, *args, agency, **options):
        agencies = Agency.objects.filter(code=agency) if agency else Agency.objects.all()
        if not agencies and agency:
            raise CommandError(
                f"ไม่มีหน่วยงานรหัส “{agency}” รหัสของแต่ละหน่วยงานดูได้ที่หน้า /people/\n"
                f"There is no agency “{agency}”; the codes stand at /people/"
            )
        faults = [fault for one in agencies for fault in verify(one)[:1]]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(
                f"ประวัติของหน่วยงาน {len(faults)} จาก {len(agencies)} แห่งไม่ครบถ้วน อย่าแก้ไขฐานข้อมูล "
                "ให้เก็บสำเนาไว้เป็นหลักฐาน แล้วเทียบกับข้อมูลสำรองครั้งล่าสุด (docs/deployment/backup.md)\n"
                f"{len(faults)} of {len(agencies)} agencies have a broken record. Change nothing: keep a copy of the "
                "database as proof and compare it with the last backup (docs/deployment/backup.md)."
            )
        count = sum(last_number(one) for one in agencies)
        self.stdout.write(
            f"{len(agencies)} หน่วยงาน {count} เหตุการณ์ ครบถ้วนไม่ถูกแก้ไข · "
            f"{len(agencies)} agencies, {count} events: whole."
        )
