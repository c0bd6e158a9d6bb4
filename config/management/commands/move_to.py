from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.backup.moving import move
from indicators.refusals import Refused


class Command(BaseCommand):
    help = "Copies everything to another, empty database and compares; files stay where they are."

    def add_arguments(self, parser):
        parser.add_argument("url", help="postgres://user:password@host:port/name")

    def handle(self, *args, url, **options):
        try:
            counts = move(url)
        except Refused as refused:
            raise CommandError("\n".join(str(reason) for reason in refused.reasons)) from None
        self.stdout.write(
            _("%(rows)s rows of %(tables)s tables are there, all the same.")
            % {"rows": sum(counts.values()), "tables": len(counts)}
        )
        self.stdout.write(
            _(
                "Now set DATABASE_URL to that address (and BROKER_URL to a Redis), leave VAR_DIR as it is, and start. "
                "The old database was not changed; keep it until you are sure."
            )
        )
