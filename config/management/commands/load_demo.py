from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo.loading import load_demo


class Command(BaseCommand):
    help = "Fill an empty database with the demo (refused in production)."

    def handle(self, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "This is a production set-up: it refuses the demo. "
                "Unset DATABASE_URL, or set DJANGO_DEBUG=1 for a trial."
            )
        loaded = load_demo(say=self.stdout.write)
        self.stdout.write(
            "The demo is loaded." if loaded else "There are agencies already: nothing was changed."
        )
