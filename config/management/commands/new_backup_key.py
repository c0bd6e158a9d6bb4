from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from config.backup.keys import new_key


class Command(BaseCommand):
    help = "Makes a pair of keys for backups and prints it; nothing is stored."
    requires_system_checks = []

    def handle(self, *args, **options):
        public, secret = new_key()
        self.stdout.write("# " + _("Public half, for this server (BACKUP_KEY): %(key)s") % {"key": public})
        self.stdout.write("# " + _("Secret half, for restoring; keep it elsewhere, twice:"))
        self.stdout.write(secret)
