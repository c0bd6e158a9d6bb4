from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo import people
from config.demo.loading import load_demo
from scorecards.models import Agency
from scorecards.states import Role


class Command(BaseCommand):
    help = "Fill an empty database with the demo (refused in production)."

    def handle(self, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "This is a production set-up: it refuses the demo. "
                "Unset DATABASE_URL, or set DJANGO_DEBUG=1 for a trial."
            )
        loaded = load_demo(say=self.stdout.write)
        self.stdout.write(accounts() if loaded or Agency.objects.filter(code="ict-moi").exists() else KEPT)


KEPT = "There are agencies already: nothing was changed."


def accounts() -> str:
    """The demo accounts as a table; all have the same password."""
    rows = [
        f"  {username:<16} {Role(role).label} · {Agency.objects.get(code=agency).name}"
        for username, _first, _last, agency, role in people.ACCOUNTS
    ]
    return "\n".join([f"บัญชีตัวอย่าง (รหัสผ่าน) · Demo accounts (password): {people.PASSWORD}", *rows])
