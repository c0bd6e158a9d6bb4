"""Doctor's questions to this machine: Python, libraries, fonts, settings, folders, static files. Each returns a
Finding."""

import ctypes
import json
import os
import shutil
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import checks
from django.utils.translation import gettext as _

from config.environment import misspelt
from config.operations.findings import Finding, note, well, wrong
from config.operations.readiness import can_write
from config.setup_environment import LIBRARIES, OLDEST, PACKAGES
from reports.drawable import FONTS

GIB = 1024**3
FACES = ("Sarabun-Regular.ttf", "Sarabun-Bold.ttf")
FREE_WRONG, FREE_NOTE = 1 * GIB, 5 * GIB


def python() -> Finding:
    """The version of Python."""
    found = "{}.{}.{}".format(*sys.version_info[:3])
    if sys.version_info < OLDEST:
        return wrong(_("Python %(found)s is too old") % {"found": found}, _("Install Python 3.11 or newer."))
    return well(f"Python {found}")


def libraries() -> Finding:
    """Those that WeasyPrint loads."""
    missing = [name for name in LIBRARIES if not loads(name)]
    if missing:
        command = "apt-get install --no-install-recommends " + " ".join(PACKAGES)
        return wrong(_("Missing: %(names)s; PDFs cannot be made") % {"names": ", ".join(missing)}, command)
    return well(_("All libraries for PDFs are there"))


def loads(name: str) -> bool:
    """Whether the machine has this library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def fonts() -> Finding:
    """The fonts of pages and PDFs."""
    missing = [name for name in FACES if not (FONTS / name).is_file()]
    if missing:
        return wrong(
            _("Missing fonts: %(names)s") % {"names": ", ".join(missing)},
            _("Install the packages of requirements.txt again (fontpkg-sarabun)."),
        )
    return well(_("The fonts of pages and PDFs are there"))


def names_of_settings() -> Finding:
    """Variables that look like settings and are none."""
    found = misspelt(os.environ)
    if found:
        said = ", ".join(f"{name} → {near}" if near else name for name, near in found.items())
        return note(
            _("Not a setting, without effect: %(names)s") % {"names": said},
            _("Correct the name; docs/configuration.md lists all of them."),
        )
    return well(_("Every name is a setting that exists"))


def security() -> Finding:
    """Django's own checks for an installation, and TLS."""
    if not settings.PRODUCTION:
        return note(
            _("This is not a production: no database is named, or DJANGO_DEBUG is on"),
            _("Set DATABASE_URL, and leave DJANGO_DEBUG out, before others use it."),
        )
    said = [f"{one.id} {one.msg}" for one in checks.run_checks(include_deployment_checks=True)]
    if not settings.SITE_URL.startswith("https://"):
        said.append(_("links in mails and on documents do not begin with https://"))
    if said:
        return note(
            "; ".join(said), _("Read docs/configuration.md: DJANGO_SSL_REDIRECT, SITE_URL, PROXY_HOPS.")
        )
    return well(_("TLS, cookies and headers are as they should be"))


def storage() -> Finding:
    """The folders of files can be written and have room."""
    for folder in (settings.EVIDENCE_DIR, settings.REPORTS_DIR, settings.VAR_DIR):
        if not can_write(Path(folder)):
            return wrong(
                _("%(folder)s cannot be written") % {"folder": folder},
                _("Give the folder to the user who runs the program, or mount it for writing."),
            )
    free = shutil.disk_usage(settings.VAR_DIR).free
    says = _("%(free)s GiB are free under %(folder)s") % {
        "free": f"{free / GIB:.1f}",
        "folder": settings.VAR_DIR,
    }
    do = _("Enlarge the disk, or remove old reports: manage.py sweep_reports.")
    if free < FREE_WRONG:
        return wrong(says, do)
    return note(says, do) if free < FREE_NOTE else well(says)


def static_files() -> Finding:
    """Gathered files are those of this version; otherwise that files are found where they stand."""
    if not settings.WHITENOISE_USE_FINDERS:
        manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
        if not manifest.is_file() or "scorecards.css" not in json.loads(manifest.read_bytes())["paths"]:
            return wrong(_("Static files were not gathered: pages fail"), "manage.py collectstatic")
        stale = [name for name in ("scorecards.css", "scorecards.js") if differs(name)]
        if stale:
            return wrong(
                _("Gathered static files are of another version: %(names)s") % {"names": ", ".join(stale)},
                "manage.py collectstatic",
            )
        return well(_("Static files are gathered"))
    if settings.PRODUCTION:
        return note(
            _("Static files are served as they stand, uncompressed"),
            _("Set STATIC_DIR and call collectstatic."),
        )
    return well(_("Static files are served as they stand"))


def differs(name: str) -> bool:
    """Whether the gathered file is another than that of this release."""
    return (Path(settings.STATIC_ROOT) / name).read_bytes() != Path(str(finders.find(name))).read_bytes()
