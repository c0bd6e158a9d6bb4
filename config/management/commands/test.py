"""`manage.py test [pytest's arguments]`: the tests, by pytest, on all processors."""

import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand

# With these the tests stay in one process: a debugger, a listing, or one's own choice of processes.
ONE_PROCESS = {"--pdb", "--trace", "--collect-only", "--co", "-h", "--help", "no:xdist"}


class Command(BaseCommand):
    """Hand everything after `test` to pytest."""

    help = (
        "Runs the tests. Everything after the word goes to pytest: manage.py test tests/test_setup.py -k port"
    )

    def run_from_argv(self, argv):
        """Become pytest instead of parsing: its arguments are not ours to know."""
        arguments = argv[2:]
        chosen = any(argument.startswith(("-n", "--numprocesses")) for argument in arguments)
        spread = [] if chosen or ONE_PROCESS & set(arguments) else ["-n", "auto", "--dist", "worksteal"]
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *spread, *arguments])
