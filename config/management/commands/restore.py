from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.backup.keys import key_from
from config.backup.restoring import Consent, restore
from indicators.refusals import Refused


class Command(BaseCommand):
    help = "Puts a backup into an empty installation, after it was read whole; all of it or nothing."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--key-file", default="", help="a key of age, instead of BACKUP_KEY")
        parser.add_argument(
            "--replace", default="", metavar="SITE", help="the host name of the site whose data goes"
        )
        parser.add_argument(
            "--accept-faults", action="store_true", help="restore what was not whole when it was taken"
        )

    def handle(self, *args, file, **options):
        consent = Consent(replace=options["replace"], faults=options["accept_faults"])
        try:
            left = restore(file, key=key_from(options["key_file"]), consent=consent)
        except Refused as refused:
            raise CommandError("\n".join(str(reason) for reason in refused.reasons)) from None
        self.stdout.write(_("Restored. Looking at it again:"))
        for folder in left:
            self.stdout.write(_("What was there before is kept in %(name)s.") % {"name": folder})
        call_command("verify_audit", stdout=self.stdout, stderr=self.stderr)
        call_command("verify_evidence", stdout=self.stdout, stderr=self.stderr)
