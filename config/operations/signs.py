"""Signs of life: each worker writes when it was last at work, and so does the task that beat rings every few seconds.

By tasks and not by Celery's own heartbeats: it works on every transport, and what it proves is that work is done.
"""

import time
from typing import Any

from celery.signals import task_prerun, worker_ready
from django.utils import timezone

from config.models import Sign
from config.operations.state import BEAT

RUNG = "reports.tasks.sweep_jobs"
SECONDS = 15  # no more often
_written: dict[str, float] = {}


@worker_ready.connect
def worker_began(sender: Any, **_signal: Any) -> None:
    """As soon as it is there, before its first task."""
    seen(sender.hostname)


@task_prerun.connect
def at_work(task: Any = None, **_signal: Any) -> None:
    """Before each task, in the process that does it."""
    if hostname := task.request.hostname:
        seen(hostname)
        if task.name == RUNG:
            seen(BEAT)


def seen(name: str) -> None:
    """Write that this one was seen now, unless that was written a moment ago."""
    if time.monotonic() - _written.get(name, -SECONDS) < SECONDS:
        return
    _written[name] = time.monotonic()
    Sign.objects.update_or_create(name=name[:200], defaults={"seen_at": timezone.now()})
