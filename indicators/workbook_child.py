"""The child process that reads a workbook: the file is its standard input, JSON of plain cells is its whole answer.

Started by indicators/workbooks.py as `python -I workbook_child.py`. It hands out texts and numbers only: no formula is
computed, no link is followed, no macro is looked at but to refuse it.
"""

import json
import os
import re
import sys
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from indicators.confinement import confine, lower_priority

MOST_CELLS = 400_000
MOST_UNPACKED = 80_000_000  # bytes
MOST_PARTS = 2_000
# Characters in all: a workbook holds a text once and names it in any number of cells, and an empty row by its number.
MOST_TEXT = 5_000_000
MARKED = {"f": "\x00formula", "e": "\x00error"}  # by openpyxl's data type
QUOTED = re.compile(r'"[^"]*"|\\.')  # what a number format only shows


class Refusal(Exception):
    """`code` of the sentence in workbooks.py."""


def main() -> None:
    """Read a workbook from standard input; write JSON."""
    lower_priority()
    data = sys.stdin.buffer.read()
    confine()
    answer: dict = {}
    try:
        answer["sheets"] = read(data)
    except Refusal as refusal:
        answer = {"code": str(refusal)}
    except Exception as error:  # whatever a parser makes of hostile bytes
        answer = {"code": "unreadable", "what": type(error).__name__}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)


def read(data: bytes) -> dict:
    """{sheet: rows of texts}. Numbers are decimal text, dates ISO text. What is not what it shows (a formula, an error,
    a percentage, a date) begins with the marks that workbooks.py knows."""
    if not zipfile.is_zipfile(BytesIO(data)):
        raise Refusal("not_a_workbook")
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = package.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refusal("too_large")
    if any(
        "vbaproject" in name or "activex" in name or name.startswith("xl/externallinks") for name in names
    ):
        raise Refusal("active")
    # defusedxml is there, so openpyxl parses with it: no entities, no DTD.
    from openpyxl import DEFUSEDXML, load_workbook

    if not DEFUSEDXML:
        raise Refusal("unreadable")
    book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    sheets, cells, letters = {}, 0, 0
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows = []
        for row in sheet.iter_rows():
            texts = [text_of(cell) for cell in row]
            cells, letters = cells + len(row) + 1, letters + sum(map(len, texts))
            if cells > MOST_CELLS or letters > MOST_TEXT:
                raise Refusal("too_large")
            rows.append(texts)
        while rows and not any(rows[-1]):
            rows.pop()
        sheets[sheet.title] = rows
    return sheets


def text_of(cell: "Cell") -> str:
    """What a cell shows, as the person who typed it would type it again."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in MARKED:
        return MARKED[cell.data_type]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and "%" in QUOTED.sub("", cell.number_format or ""):
        return "\x00percent"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return f"\x00date{value.isoformat()}" if hasattr(value, "isoformat") else str(value)


if __name__ == "__main__":
    main()
