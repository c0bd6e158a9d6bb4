"""The published results as files: CSV for spreadsheets, JSON for programs. What each field means: docs/open-data.md.

A file is a function of the publications alone: the same publications give the same bytes, in whatever language or year
they are asked for.
"""

import json
from typing import Any

from scorecards.presenting.csv_files import csv_file
from scorecards.results.public_record import cards_of_year, forms_of, latest_publications, record_of

FORMAT = "kpi-results/1"
LANGUAGES = ("th", "en")
HEAD = [
    "year",
    "agency_code",
    "agency",
    "ministry",
    "form_code",
    "form",
    "round_months",
    "publication",
    "published_at",
    "content_hash",
    "revised_because",
]
LINE = [
    "kind",
    "code",
    "name",
    "unit",
    "target",
    "weight",
    "result",
    "score",
    "weighted_score",
    "state",
    "band",
]
TEXTS = {"agency", "ministry", "form", "name", "unit", "target", "band"}


def records_of(year: int, **filters: Any) -> list[dict]:
    """The public records of a year (of one agency: `agency__code`) in a fixed order."""
    cards = [row["pk"] for row in cards_of_year(year, **filters) if row["published"]]
    publications = latest_publications(cards).values()
    forms = forms_of(publications)
    records = [record_of(one, forms[one.form_hash]) for one in publications]
    return sorted(records, key=lambda one: (one["agency_code"], one["form_code"]))


def as_json(year: int, records: list[dict]) -> bytes:
    """The records as one document with sorted keys."""
    document = {"format": FORMAT, "year": year, "results": records}
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def as_csv(records: list[dict]) -> bytes:
    """A row for each total, component and indicator."""
    rows = (
        _cells(record, HEAD) + _cells(line, LINE)
        for record in records
        for line in [_total(record), *record["lines"]]
    )
    return csv_file([columns(), *rows])


def columns() -> list[str]:
    """The names in the first row: a text has one column for each language."""
    return [
        column
        for name in [*HEAD, *LINE]
        for column in ([f"{name}_{one}" for one in LANGUAGES] if name in TEXTS else [name])
    ]


def _total(record: dict) -> dict:
    """The row of the whole scorecard."""
    facts = {name: record[name] for name in ("weight", "score", "band")}
    return {"kind": "total", "state": "scored" if record["score"] else "unscored"} | facts


def _cells(facts: dict, names: list[str]) -> list:
    cells = []
    for name in names:
        value = facts.get(name)
        cells += [(value or {}).get(one, "") for one in LANGUAGES] if name in TEXTS else [value]
    return cells
