"""manage.py sweep_reports: removes the files of old batches and old replaced reports. Beat does it once a day."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from reports import retention


class Command(BaseCommand):
    help = "Removes batch files and replaced reports that are past their time; their history stays."

    def handle(self, *args, **options):
        removed = retention.sweep()
        self.stdout.write(
            _("Removed: %(batches)s files of batches, %(documents)s replaced reports.") % removed
        )
