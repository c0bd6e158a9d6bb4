"""manage.py rescan_evidence: scans the stored files that came before there was a virus scanner."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from evidence import store
from evidence.rescanning import rescan_evidence
from evidence.sentences import bucket_away


class Command(BaseCommand):
    help = "Scans every stored file that was never scanned; holds those in which something is found."

    def handle(self, *args, **options):
        if not settings.CLAMD_HOST:
            raise CommandError(_("No virus scanner is configured. Set CLAMD_HOST."))
        try:
            tally = rescan_evidence()
        except store.Away as away:
            raise CommandError(bucket_away(away)) from away
        self.stdout.write(
            _("Clean: %(clean)s. Held: %(held)s. Could not be read: %(unread)s (see verify_evidence).")
            % {"clean": tally.clean, "held": tally.held, "unread": tally.unread}
        )
        if not tally.is_complete:
            raise CommandError(
                _("The scanner fell silent. Start it and run this again: it goes on from here.")
            )
