"""Rows that are the outbox of one mail each and leave with it."""

import datetime as dt
import logging
from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils import timezone

from scorecards.waiting.mailing import is_server_down

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)  # how long a process may take over one mail before another takes it up


def send_each(rows: QuerySet, mail: Callable[..., int]) -> int:
    """Have `mail(row)` send what each row asks for; returns how many mails that were. A row is claimed before its mail
    goes and leaves with it; one whose mail fails waits for the next time, all of them while the server is down."""
    free, sent = rows.filter(Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - LEASE)), 0
    for row in free:
        if not free.filter(pk=row.pk).update(claimed_at=timezone.now()):
            continue
        try:
            sent += mail(row)
            row.delete()
        except Exception as fault:  # an address that no mail can bear must not hold up the next row
            rows.filter(pk=row.pk).update(claimed_at=None)
            logger.warning("A mail of %s failed: %s", rows.model.__name__, fault)
            if is_server_down(fault):
                break
    return sent
