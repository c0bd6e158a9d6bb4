"""The hash that names a scorecard's record, without building the record where it was built before of the same rows.

A record is made of rows that never change, of a few live ones (names of people and offices, results of earlier years)
and by this program. The key holds the frozen rows by their numbers and hashes, the live ones by what they say, and the
program by its bytes; all of it is read once, and the record is built of these same objects. So it cannot be stale; when
the cache is emptied the record is built again. tests/reports/test_record_names.py changes every live field.
"""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as django_cache
from django.utils import translation

from indicators.scoring import content_hash
from reports.record import (
    FORMAT,
    Rows,
    frame_of,
    hash_of_files,
    printing_versions,
    record_hash,
    record_of,
    rows_of,
)
from scorecards.models import Scorecard

APPS = ("indicators", "scorecards", "evidence", "reports")
KEPT_SECONDS = 400 * 24 * 3600  # a year's book is asked for again until the next one


def record_hash_of(scorecard: Scorecard, *, language: str, digits: str) -> str:
    """The record_hash of the scorecard's record. Raises NothingToPrint before any submission."""
    with translation.override(language):
        rows = rows_of(scorecard, language=language, light=True)
        key = key_of(rows, digits=digits)
        name = django_cache.get(key)
        if name is None:
            name = record_hash(record_of(rows, digits=digits))
            django_cache.set(key, name, KEPT_SECONDS)
    return name


def key_of(rows: Rows, *, digits: str) -> str:
    """What decides the record, and the name that is made of it, as SHA-256 (hex)."""
    frozen = (rows.framework, rows.submission, rows.publication)
    whole = {
        "frozen": [[one.pk, one.content_hash] for one in frozen if one],
        "live": [frame_of(FORMAT, rows, rows.framework, digits=digits), rows.past],
        "program": [program(), printing_versions(), settings.SITE_URL],
    }
    return f"record-{content_hash(whole)}"


@cache
def program() -> str:
    """SHA-256 (hex) of the apps' modules: whatever builds a record is among them. Read once in a process."""
    files = sorted(file for app in APPS for file in Path(settings.BASE_DIR, app).rglob("*.py"))
    return hash_of_files(files)
