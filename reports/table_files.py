"""Tables as CSV, one at a time, and as one JSON document. docs/tables.md tells what each field means."""

import json

from reports.tables import Table
from scorecards.presenting.csv_files import csv_file

FORMAT = "kpi-tables/1"


def as_csv(table: Table) -> bytes:
    """A table with its field names in the first row."""
    return csv_file([[one.name for one in table.columns], *table.rows])


def as_json(tables: list[Table], *, language: str) -> bytes:
    """All tables as one document: {"tables": {name: [{field: text}]}}; what is missing is null. The table "about" is
    one object. Figures are decimal texts, as recorded."""
    found: dict[str, list[dict]] = {}
    document = {"format": FORMAT, "language": language, "tables": found}
    for table in tables:
        names = [one.name for one in table.columns]
        if table.name == "about":
            document["about"] = {row[0]: row[-1] or None for row in table.rows}
        else:
            found[table.name] = [
                {name: value or None for name, value in zip(names, row, strict=True)} for row in table.rows
            ]
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
