#!/usr/bin/env python3
"""Django's command line. `demo` and `test` first set up the environment themselves (config/setup_environment.py)."""

import os
import runpy
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent


def main():
    if sys.argv[1:2] in (["demo"], ["test"]):
        setup = runpy.run_path(str(PROJECT / "config" / "setup_environment.py"))
        setup["ensure"](sys.argv[1], arguments=sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
