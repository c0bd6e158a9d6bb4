"""Rows of any database as plain values, and back: every table, every column, nothing recomputed on the way.

A row is a list of what JSON can say. Numbers that must be exact, moments, keys and JSON columns are text; the JSON text
stands as the database gives it. Rows are read in the order of their keys.
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Cast, Collate
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

SNAPSHOT = "snapshot"  # the alias of the connection that sees one moment
ALWAYS_THERE = {"django_content_type", "auth_permission"}
NOTED = {
    "config_sign",
    "config_slow",
}  # by services that have merely been started: nobody kept anything by it
LEFT_OUT = {"sessions.session", "usersessions.usersession"}  # whoever is signed in signs in anew
ROWS = 200  # read and written at a time
PARAMETERS = 900  # SQLite's older limit for one statement
READING = {
    "sqlite": {"transaction_mode": "DEFERRED"},  # takes no lock: writers go on
    "postgresql": {"isolation_level": ISOLATION_LEVEL_REPEATABLE_READ},
}


@dataclass(frozen=True)
class Table:
    """A table and the fields that it stores."""

    model: type[models.Model]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def fields(self) -> dict[str, models.Field]:
        return {field.attname: field for field in self.model._meta.local_concrete_fields}

    @property
    def json(self) -> list[str]:
        """The columns of `fields` that hold JSON."""
        return [name for name, field in self.fields.items() if isinstance(field, models.JSONField)]

    @property
    def numbered_by(self) -> str:
        """The column whose values the database counts up, or ''."""
        key = self.model._meta.pk
        return key.attname if isinstance(key, models.AutoField) else ""


def tables_of(apps: Apps = installed) -> dict[str, Table]:
    """{table name: table} of everything that is kept: no sessions."""
    found = apps.get_models(include_auto_created=True)
    kept = [one for one in found if one._meta.managed and one._meta.label_lower not in LEFT_OUT]
    return {one._meta.db_table: Table(one) for one in sorted(kept, key=lambda one: one._meta.db_table)}


@contextmanager
def snapshot(using: str = "default") -> Iterator[str]:
    """A connection of its own that sees the database as it is at this moment, whatever others write meanwhile."""
    connection = connections[using].copy(SNAPSHOT)
    connection.settings_dict["OPTIONS"] |= READING[connection.vendor]
    connections[SNAPSHOT] = connection
    try:
        with transaction.atomic(using=SNAPSHOT):
            with connection.cursor() as cursor:
                cursor.execute("SELECT COUNT(*) FROM django_migrations")  # the first reading sets the moment
            yield SNAPSHOT
    finally:
        connection.close()
        del connections[SNAPSHOT]


def rows_of(table: Table, *, columns: list[str] | None = None, using: str = "default") -> Iterator[list]:
    """Every row as plain values, in this order of columns (that of `table.fields` unless given)."""
    as_text = {f"text_of_{name}": Cast(name, models.TextField()) for name in table.json}
    names = [f"text_of_{name}" if name in table.json else name for name in columns or table.fields]
    rows = table.model._base_manager.using(using).annotate(**as_text).order_by(_by_key(table, using))
    for row in rows.values_list(*names).iterator(chunk_size=ROWS):
        yield [plain(value) for value in row]


def _by_key(table: Table, using: str) -> str | Collate:
    """The order of rows; of keys that are text in the order of their bytes, which is everywhere the same."""
    if not isinstance(table.model._meta.pk, models.CharField):
        return "pk"
    return Collate("pk", "C" if connections[using].vendor == "postgresql" else "BINARY")


def pieces_of(table: Table, *, using: str) -> Iterator[list[list]]:
    """The rows, some at a time."""
    rows = rows_of(table, using=using)
    while some := list(islice(rows, ROWS)):
        yield some


def plain(value: object) -> str | int | float | None:
    """A column's value as JSON can say it, exactly; TypeError for a kind that no column has yet."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dt.datetime):
        return (value.astimezone(dt.UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value).__name__} cannot be kept in a backup.")


def insert(table: Table, rows: list[list], *, columns: list[str], using: str = "default") -> None:
    """Writes rows as they were, below the ORM: no default, no automatic moment, no signal."""
    connection = connections[using]
    quote = connection.ops.quote_name
    fields = [table.fields[name] for name in columns]
    names = ", ".join(quote(str(field.column)) for field in fields)
    start = f"INSERT INTO {quote(table.name)} ({names}) VALUES "
    line = f"({', '.join(['%s'] * len(fields))})"
    at_once = max(1, PARAMETERS // len(fields))
    with connection.cursor() as cursor:
        for first in range(0, len(rows), at_once):
            some = rows[first : first + at_once]
            values = [
                stored(value, field, connection)
                for row in some
                for field, value in zip(fields, row, strict=True)
            ]
            cursor.execute(start + ", ".join([line] * len(some)), values)


def stored(value: Any, field: models.Field, connection: BaseDatabaseWrapper) -> Any:
    """A plain value as the database's driver takes it."""
    if value is None or isinstance(field, models.JSONField):
        return value
    return field.get_db_prep_value(field.to_python(value), connection, prepared=False)


class Tally:
    """How many rows a table has and one hash of them all, the same on both databases."""

    def __init__(self, columns: list[str], *, json_columns: list[str]) -> None:
        self.json = [name in json_columns for name in columns]
        self.rows = 0
        self.digest = hashlib.sha256()

    def add(self, row: list) -> None:
        same = [
            json.loads(value) if is_json and value is not None else value
            for is_json, value in zip(self.json, row, strict=True)
        ]
        text = json.dumps(same, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self.rows += 1
        self.digest.update(text.encode() + b"\n")

    def as_json(self) -> dict:
        return {"rows": self.rows, "sha256": self.digest.hexdigest()}


def tally(table: Table, *, columns: list[str] | None = None, using: str = "default") -> dict:
    """{"rows", "sha256"} of a table as it stands; the hash depends on the order of columns."""
    columns = columns or list(table.fields)
    found = Tally(columns, json_columns=table.json)
    for row in rows_of(table, columns=columns, using=using):
        found.add(row)
    return found.as_json()


def last_number(table: Table, *, using: str = "default") -> int:
    """The last number that the database gave to a row; 0 where it gave none. It is never given again."""
    if not table.numbered_by:
        return 0
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.numbered_by])
            cursor.execute(
                f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {cursor.fetchone()[0]}"
            )
        found = cursor.fetchone()
    return found[0] if found else 0


def go_on_from(table: Table, *, number: int, using: str = "default") -> None:
    """The next row gets the number after this one."""
    if not number:
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, number])
        else:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                [f'"{table.name}"', table.numbered_by, number],
            )


def is_empty(tables: dict[str, Table], *, using: str = "default") -> bool:
    """Whether nobody has kept anything yet: no table, or no row but those that come from migrating and
    from starting the services."""
    there = set(connections[using].introspection.table_names())
    ours = [table for name, table in tables.items() if name in there - ALWAYS_THERE - NOTED]
    return not any(table.model._base_manager.using(using).exists() for table in ours)


def empty(apps: Apps, *, using: str = "default") -> None:
    """Removes every row, frozen ones too; inside the caller's transaction. The guards stand again afterwards."""
    connection = connections[using]
    managed = [one for one in apps.get_models(include_auto_created=True) if one._meta.managed]
    names = [connection.ops.quote_name(one._meta.db_table) for one in managed]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # its guards look at single rows, which this does not
            cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = cursor.fetchall()
        for name, _sql in guards:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        for name in names:
            cursor.execute(f"DELETE FROM {name}")
        for _name, sql in guards:
            cursor.execute(sql)
