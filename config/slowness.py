"""What was slow, by the hour and by its pattern. Written after the answer, never in its way; kept for two weeks."""

import datetime as dt
import logging
import re
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, Max, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from config.models import Slow

logger = logging.getLogger(__name__)
KEPT = dt.timedelta(days=14)
PATTERNS_AN_HOUR = 200  # no more are noted: a row for each statement of a flood would be another flood
COLUMNS = re.compile(r"^SELECT (DISTINCT )?.{100,}? FROM ")
VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+\b|(?:%s|\?)(?:, (?:%s|\?))+")


class Statements:
    """A wrapper of database calls that remembers those which took longer than SLOW_QUERY_MS."""

    def __init__(self) -> None:
        self.slow: list[tuple[str, int]] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        began = time.monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            took = round(1000 * (time.monotonic() - began))
            if took >= settings.SLOW_QUERY_MS:
                self.slow.append((without_values(str(sql)), took))


def without_values(sql: str) -> str:
    """A statement with … in the place of values, of lists of places for them and of long lists of columns, cut at 500
    letters."""
    return VALUES.sub("…", COLUMNS.sub(r"SELECT \1… FROM ", " ".join(sql.split())))[:500]


def note(kind: str, pattern: str, ms: int) -> None:
    """Count one more of this kind and pattern in this hour. A database that cannot take it is a line in the log."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    try:
        with transaction.atomic():
            if not _count(hour, kind, pattern, ms):
                _begin(hour, kind, pattern, ms)
    except IntegrityError:  # another process was first
        _count(hour, kind, pattern, ms)
    except DatabaseError as fault:
        logger.warning("What was slow could not be noted: %s", type(fault).__name__)


def _count(hour: dt.datetime, kind: str, pattern: str, ms: int) -> int:
    return Slow.objects.filter(hour=hour, kind=kind, pattern=pattern).update(
        count=F("count") + 1, total_ms=F("total_ms") + ms, longest_ms=Greatest(F("longest_ms"), ms)
    )


def _begin(hour: dt.datetime, kind: str, pattern: str, ms: int) -> None:
    Slow.objects.filter(hour__lt=hour - KEPT).delete()
    if Slow.objects.filter(hour=hour).count() < PATTERNS_AN_HOUR:
        Slow.objects.create(hour=hour, kind=kind, pattern=pattern, total_ms=ms, longest_ms=ms)


def slowest(kind: str, *, since: dt.datetime, number: int = 20) -> list:
    """The patterns that took most time together: {pattern, count, total_ms, longest_ms}."""
    found = Slow.objects.filter(kind=kind, hour__gte=since).values("pattern").order_by()
    return list(
        found.annotate(times=Sum("count"), total=Sum("total_ms"), longest=Max("longest_ms")).order_by(
            "-total"
        )[:number]
    )
