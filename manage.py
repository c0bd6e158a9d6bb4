#!/usr/bin/env python3
"""Django's command line. `demo` and `test` first set up the environment themselves (config/setup_environment.py)."""

import os
import runpy
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
# With these the tests stay in one process: a debugger, a listing, an installation that is alone, or one's own choice.
ONE_PROCESS = {
    "--pdb",
    "--trace",
    "--collect-only",
    "--co",
    "-h",
    "--help",
    "--version",
    "no:xdist",
    "--faults",
}


def main():
    word, arguments = sys.argv[1:2], sys.argv[2:]
    if word in (["demo"], ["test"]):
        setup = runpy.run_path(str(PROJECT / "config" / "setup_environment.py"))
        setup["ensure"](word[0], arguments=sys.argv[1:])
    if word == ["test"]:
        become_pytest(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the settings
    except ImproperlyConfigured as fault:
        sys.exit(str(fault))
    from django.db import OperationalError, ProgrammingError

    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, ProgrammingError) as fault:
        if "--traceback" in sys.argv:
            raise
        sys.exit(
            f"ฐานข้อมูลไม่ตอบสนองหรือไม่รับคำสั่ง: {fault}\nตรวจสาเหตุด้วย: manage.py doctor database migrations\n"
            "The database does not answer or refused; manage.py doctor database migrations says why."
        )


def become_pytest(arguments):
    """Run pytest in place of this process, on all processors; everything after `test` is pytest's to understand. There
    is one process more than processors: tests of browsers and workers spend a third of their time waiting."""
    chosen = any(argument.startswith(("-n", "--numprocesses")) for argument in arguments)
    processes = str((os.cpu_count() or 1) + 1)
    spread = [] if chosen or ONE_PROCESS & set(arguments) else ["-n", processes, "--dist", "worksteal"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *spread, *arguments])


if __name__ == "__main__":
    main()
