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
            raise CommandError(f"There is no agency “{agency}”.")
        faults = [fault for one in agencies for fault in verify(one)[:1]]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} of {len(agencies)} agencies have a broken record.")
        count = sum(last_number(one) for one in agencies)
        self.stdout.write(f"{len(agencies)} agencies, {count} events: whole.")
