"""CSV for spreadsheets: every file of ours is written here, so that none holds a cell that a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterable

NUMBER = re.compile(r"-?\d+(\.\d+)?")
# What a cell begins with that a spreadsheet runs; workbooks (reports/workbooks.py) mark such a cell as text.
RUN_BY_SPREADSHEETS = tuple("=+-@\t\r\n＝＋－＠")
# A spreadsheet that divides by semicolons or tabs does not know our quotes: there a cell begins inside ours.
BEGINS_INSIDE = re.compile(r"(?!\A)([;\t\r\n]\s*)(?=[=+\-@＝＋－＠])")


def csv_file(rows: Iterable[Iterable[object]]) -> bytes:
    """The rows as a file, every cell harmless, with the mark by which Excel knows UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(value: object) -> str:
    """The cell as a text that no spreadsheet runs; a plain number stays as published."""
    text = BEGINS_INSIDE.sub(r"\1'", "" if value is None else str(value))
    if text.startswith(RUN_BY_SPREADSHEETS) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text
