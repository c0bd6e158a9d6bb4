"""Backups that another release, or somebody with bad intent, would have written: changed inside, and sealed anew."""

import json

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.backup.archive import Reader, Writer
from config.backup.tables import Tally
from config.backup.taking import as_bytes

GONE = object()  # a member that the other release did not have


def rewritten(path, changes) -> None:
    """Writes the backup again. `changes`: {start of a member's name: what is done with its document, with each of its
    rows as a dict, its new name, or GONE}. Counts and hashes are those of the changed rows."""
    with path.open("rb") as file:
        members = [(member.name, member.read()) for member in Reader(file).members()]
    columns = json.loads(members[0][1])["tables"]
    tallies = {}
    with path.open("wb") as file:
        writer = Writer(file)
        for name, data in members:
            change = next((one for start, one in changes.items() if name.startswith(start)), None)
            if change is GONE:
                continue
            if name.startswith("tables/"):
                table = name.split("/")[1]
                data, tallies[table] = _rows(data, columns[table], change)
            elif name == "summary.json":
                data = _document(
                    data, lambda s: [s["tables"][t].update(found) for t, found in tallies.items()]
                )
            if change and name.endswith(".json"):
                data = _document(data, change)
            writer.add_bytes(change if isinstance(change, str) else name, data)
        writer.seal()


def _document(data, change):
    document = json.loads(data)
    change(document)
    return as_bytes(document)


def _rows(data, table, change):
    """The rows after the change, and their count and hash."""
    lines, tally = [], None
    for line in data.splitlines():
        row = dict(zip(table["columns"], json.loads(line), strict=True))
        row = (change and change(row)) or row
        tally = tally or Tally(list(row), json_columns=table["json"])
        tally.add(list(row.values()))
        lines.append(as_bytes(list(row.values())) + b"\n")
    return b"".join(lines), tally.as_json()


def as_before(app, migration):
    """Changes that make a backup one of the release whose last migration of this app was this one."""
    state = MigrationExecutor(connection).loader.project_state((app, migration)).apps
    found = [one._meta for one in state.get_models(include_auto_created=True) if one._meta.app_label == app]
    kept = {one.db_table: [field.attname for field in one.local_concrete_fields] for one in found}

    def without_newer(tables):
        for name in [name for name in tables if name.startswith(f"{app}_") and name not in kept]:
            del tables[name]

    def manifest(document):
        document["migrations"][app] = [name for name in document["migrations"][app] if name <= migration]
        without_newer(document["tables"])
        for name, columns in kept.items():
            document["tables"][name]["columns"] = columns

    def only(columns):
        return lambda row: {name: row[name] for name in columns}

    rows = {f"tables/{name}/": only(columns) for name, columns in kept.items()}
    return {
        "manifest.json": manifest,
        **rows,
        f"tables/{app}_": GONE,
        "summary.json": lambda summary: without_newer(summary["tables"]),
    }
