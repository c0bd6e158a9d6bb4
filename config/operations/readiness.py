"""Whether this process can serve: asked by proxies and by those who start it."""

import logging
import tempfile
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
_migrated = False  # once applied they stay applied: asked until then only


def hindrances() -> list[str]:
    """What keeps it from serving, in words for the log; empty when it is ready."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = migrations_missing()
    except DatabaseError as fault:
        return [f"the database does not answer ({type(fault).__name__})"]
    found = [f"{len(missing)} migrations are not applied"] if missing else []
    return found + [f"{folder} cannot be written" for folder in unwritable()]


def migrations_missing() -> list[str]:
    """The names of migrations that the database lacks."""
    global _migrated
    if _migrated:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _migrated = not plan
    return [str(migration) for migration, _backwards in plan]


def unwritable() -> list[str]:
    """The folders of files in which nothing can be written."""
    return [
        str(folder) for folder in (settings.EVIDENCE_DIR, settings.REPORTS_DIR) if not can_write(Path(folder))
    ]


def can_write(folder: Path) -> bool:
    """Whether a file can be made in the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"1")
    except OSError:
        return False
    return True


def queue_answers() -> bool:
    """Whether the queue can be reached. Without it pages work and jobs wait: degraded, but ready."""
    try:
        with current_app.connection_for_write(connect_timeout=1) as queue:
            queue.ensure_connection(max_retries=1, interval_start=0, interval_max=0, timeout=1)
    except (OperationalError, OSError):
        return False
    return True
