from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from indicators import publishing
from indicators.documents import load_document
from indicators.files import read_bytes, refuse
from indicators.refusals import Refused
from indicators.scoring import DocumentError


class Command(BaseCommand):
    """Load a framework file as a draft; with --publish freeze it. The same file twice changes nothing."""

    help = "Loads a framework file (YAML or JSON) as a draft; --publish freezes it."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--publish", action="store_true", help="check and freeze it")
        parser.add_argument("--by", help="username of whoever publishes")

    def handle(self, *args, file, publish: bool, by, **options):
        person = self.person(by) if by else None
        try:
            framework = publishing.load_framework(load_document(read_bytes(file)), actor=person)
            if publish:
                framework = publishing.publish(framework, actor=person)
        except DocumentError as error:
            raise refuse(file, error) from None
        except Refused as error:
            raise CommandError("\n".join(f"{file}: {reason}" for reason in error.reasons)) from None
        self.stdout.write(
            f"{framework.code} v{framework.version}: {framework.state} {framework.content_hash}"
        )

    def person(self, username):
        found = get_user_model().objects.filter(username=username).first()
        if found is None:
            raise CommandError(f"There is nobody with the username “{username}”.")
        return found
