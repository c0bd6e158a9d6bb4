"""Backups that another release, or somebody with bad intent, would have written: changed inside, and sealed anew."""

import json

from config.backup.archive import Reader, Writer
from config.backup.tables import Tally
from config.backup.taking import as_bytes


def rewritten(path, changes) -> None:
    """Writes the backup again. `changes`: {start of a member's name: what is done with its document, with each of its
    rows as a dict, or its new name}. Counts and hashes are those of the changed rows."""
    with path.open("rb") as file:
        members = [(member.name, member.read()) for member in Reader(file).members()]
    columns = json.loads(members[0][1])["tables"]
    tallies = {}
    with path.open("wb") as file:
        writer = Writer(file)
        for name, data in members:
            change = next((one for start, one in changes.items() if name.startswith(start)), None)
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
        if change:
            change(row)
        tally = tally or Tally(list(row), json_columns=table["json"])
        tally.add(list(row.values()))
        lines.append(as_bytes(list(row.values())) + b"\n")
    return b"".join(lines), tally.as_json()


def without_last_column(app, migration, column):
    """Changes that take a migration back which gave this column to the app's tables."""

    def manifest(document):
        document["migrations"][app].remove(migration)
        for table in document["tables"].values():
            table["columns"] = [name for name in table["columns"] if name != column]

    return {"manifest.json": manifest, f"tables/{app}_": lambda row: row.pop(column, None)}
