"""How long outputs are kept: the files of batches for a month, replaced reports for a year (settings).

Rows stay, so that the history still tells who had what made; only bytes go. What was removed can be made again.
"""

import datetime as dt
from contextlib import suppress

from django.conf import settings
from django.utils import timezone

from reports import store
from reports.models import BatchItem, Document
from reports.packing import remove_old_files

LEFT_ASIDE_HOURS = 24  # after which a file that was never finished belongs to nobody


def sweep() -> dict[str, int]:
    """Remove what is past its time; returns how many {"batches", "documents", "aside"} were removed."""
    now = timezone.now()
    return {
        "batches": remove_old_files(before=now - dt.timedelta(days=settings.REPORTS_KEEP_BATCH_DAYS)),
        "documents": _remove_replaced(now - dt.timedelta(days=settings.REPORTS_KEEP_REPLACED_DAYS)),
        "aside": _remove_aside(now - dt.timedelta(hours=LEFT_ASIDE_HOURS)),
    }


def _remove_replaced(before: dt.datetime) -> int:
    """PDFs that a newer one replaced and that no unfinished batch needs."""
    needed = BatchItem.objects.filter(batch__state__in=["running", "packing"]).exclude(document=None)
    old = Document.objects.with_newer().filter(made_at__lt=before, newer__isnull=False)
    removed = 0
    for document in old.exclude(pk__in=needed.values("document")).iterator():
        path = store.path_of(document.record_hash)
        removed += path.exists()
        path.unlink(missing_ok=True)
    return removed


def _remove_aside(before: dt.datetime) -> int:
    removed = 0
    for path in settings.REPORTS_DIR.glob("*/.*.part"):
        with suppress(FileNotFoundError):  # it was finished meanwhile, or another sweep was first
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                removed += 1
    return removed
