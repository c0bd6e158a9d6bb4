from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from indicators.documents import document_problems
from indicators.files import problem_lines, read_bytes


class Command(BaseCommand):
    """Say everything that stands between a framework file and its publication; nothing is stored."""

    help = (
        "Checks framework files; prints every problem with its place and ends with status 1 if there is one."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", type=Path, nargs="+", metavar="file")

    def handle(self, *args, files, **options):
        lines = [line for file in files for line in problem_lines(file, document_problems(read_bytes(file)))]
        for line in lines:
            self.stdout.write(line)
        if lines:
            raise CommandError(f"{len(lines)} problems.")
        self.stdout.write("No problems.")
