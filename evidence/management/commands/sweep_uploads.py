"""manage.py sweep_uploads: forgets uploads that broke off more than two days ago. Run it once a day."""

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from evidence.arriving import drop_stale_uploads


class Command(BaseCommand):
    help = "Forgets uploads that began more than two days ago, and what lies aside of them."

    def handle(self, *args, **options):
        dropped = drop_stale_uploads()
        text = ngettext("%(n)s upload forgotten.", "%(n)s uploads forgotten.", dropped)
        self.stdout.write(text % {"n": dropped})
