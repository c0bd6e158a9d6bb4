"""Moves everything to another database: read at one moment, written, and read again on both sides. Files stay."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import environ
from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.utils import ConnectionHandler
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.backup import releases, tables
from indicators.refusals import Refused

TARGET = "moving"
NO_ADDRESS = gettext_noop("Give the address of the new database as postgres://user:password@host:port/name.")
UNREACHABLE = gettext_noop("The new database does not answer: %(fault)s")
FULL = gettext_noop("The new database holds data already. Give an empty one.")
CHANGED = gettext_noop(
    "Table %(table)s is not the same on both sides: somebody saved meanwhile. Stop web and workers, and repeat. "
    "The new database was left empty."
)
NOT_MADE = gettext_noop("The tables of the new database could not be made: %(fault)s")


def move(url: str) -> dict[str, int]:
    """Copies every row to the database at this address (postgres://user:password@host:port/name): {table: rows}.
    The old database is only read. Refused when the new one does not answer, holds data or comes out different."""
    releases.refuse_behind()
    open_target(url)
    try:
        known = tables.tables_of()
        if not tables.is_empty(known, using=TARGET):
            raise Refused([_(FULL)])
        _make_tables(url)
        with transaction.atomic(using=TARGET):
            tables.empty(apps, using=TARGET)
            _copy(known)
            return _compare(known)
    finally:
        close_target()


def open_target(url: str) -> None:
    """Makes the alias TARGET for this address; Refused when nothing answers there."""
    if urlsplit(url).scheme not in environ.Env.DB_SCHEMES:
        raise Refused([_(NO_ADDRESS)])
    told = {DEFAULT_DB_ALIAS: environ.Env.db_url_config(url)}
    connections[TARGET] = ConnectionHandler(told)[DEFAULT_DB_ALIAS].copy(TARGET)
    try:
        connections[TARGET].ensure_connection()
    except DatabaseError as fault:
        close_target()
        raise Refused([_(UNREACHABLE) % {"fault": str(fault).strip()}]) from fault


def close_target() -> None:
    """Forget the other database: what comes after must not reach it."""
    connections[TARGET].close()
    del connections[TARGET]


def _make_tables(url: str) -> None:
    """In a process of its own whose database is the new one, so that a migration reaches no other. DJANGO_DEBUG spares
    it the settings that production wants and migrating does not."""
    if not releases.is_behind(using=TARGET):
        return
    others = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    made = subprocess.run(
        command,
        env=others | {"DATABASE_URL": url, "DJANGO_DEBUG": "1"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise Refused([_(NOT_MADE) % {"fault": made.stderr.strip().splitlines()[-1]}])


def _copy(known: dict[str, tables.Table]) -> None:
    with tables.snapshot() as moment:
        for table in known.values():
            for rows in tables.pieces_of(table, using=moment):
                tables.insert(table, rows, columns=list(table.fields), using=TARGET)
            tables.go_on_from(table, number=tables.last_number(table, using=moment), using=TARGET)


def _compare(known: dict[str, tables.Table]) -> dict[str, int]:
    """{table: rows}; Refused unless both sides read alike, the old one as it is now."""
    counts = {}
    with tables.snapshot() as now:
        for name, table in known.items():
            found = tables.tally(table, using=TARGET)
            if found != tables.tally(table, using=now):
                raise Refused([_(CHANGED) % {"table": name}])
            counts[name] = found["rows"]
    return counts
