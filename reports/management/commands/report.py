from django.core.management.base import BaseCommand, CommandError

from indicators.target_files import file_to_write
from reports import checking
from reports.models import Digits
from reports.pdf import CannotPrint, print_record
from reports.record import NothingToPrint, build_record
from scorecards.models import Scorecard


class Command(BaseCommand):
    """Write the PDF of a scorecard's frozen record to a file, without queue or worker."""

    help = "Writes the PDF scorecard of an agency and year to a file."

    def add_arguments(self, parser):
        parser.add_argument("agency", help="code of the agency")
        parser.add_argument("year", type=int, help="fiscal year, พ.ศ.")
        parser.add_argument(
            "--round", type=int, choices=[6, 9, 12], help="months; the latest one sent unless given"
        )
        parser.add_argument("--framework", help="code of the form, where the agency has several")
        parser.add_argument("--language", choices=["th", "en"], default="th")
        parser.add_argument("--digits", choices=Digits.values, default=Digits.ARABIC)
        parser.add_argument("--out", type=file_to_write, required=True, help="the file to write")

    def handle(self, *args, **options):
        scorecard = find(**{name: options[name] for name in ("agency", "year", "round", "framework")})
        try:
            record = build_record(scorecard, language=options["language"], digits=options["digits"])
            printed = print_record(record)
        except (NothingToPrint, CannotPrint) as fault:
            raise CommandError(str(fault)) from None
        checking.note(record, printed.content, scorecard=scorecard)
        options["out"].write_bytes(printed.content)
        self.stdout.write(
            f"{options['out']}: {printed.pages} หน้า รหัสข้อมูล {printed.record_hash} · "
            f"{printed.pages} pages, record {printed.record_hash}"
        )


def find(*, agency: str, year: int, round: int | None, framework: str | None) -> Scorecard:
    """The one scorecard meant; of several rounds the latest that was sent."""
    found = Scorecard.objects.filter(agency__code=agency, framework__year__year=year)
    found = found.filter(round__months=round) if round else found
    found = found.filter(framework__code=framework) if framework else found
    if found.values("framework").distinct().count() > 1:
        codes = sorted(set(found.values_list("framework__code", flat=True)))
        raise CommandError(
            f"{agency} มีหลายแบบประเมินในปี {year} ให้ระบุด้วย --framework ({', '.join(codes)})\n"
            f"{agency} has several forms in {year}: name one with --framework ({', '.join(codes)})."
        )
    sent = found.filter(submissions__isnull=False)
    scorecard = (sent or found).order_by("-round__months").first()
    if scorecard is None:
        raise CommandError(
            f"{agency} ไม่มีรายงานตามที่ระบุในปี {year} ปีต้องเป็น พ.ศ. และรหัสหน่วยงานดูได้ที่หน้า /people/\n"
            f"{agency} has no such scorecard in {year}: the year is in พ.ศ., the codes stand at /people/"
        )
    return scorecard
