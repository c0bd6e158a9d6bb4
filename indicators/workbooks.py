"""Workbooks (xlsx) in and out: sheets of plain texts. Nothing untrusted is parsed in the process that serves pages."""

import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from indicators.readable_text import is_readable
from indicators.refusals import Refused

log = logging.getLogger(__name__)
CHILD = Path(__file__).with_name("workbook_child.py")
WALL_SECONDS = 25
LARGEST = 5_000_000  # bytes
LONGEST_CELL = 32_767  # characters, Excel's own limit
DATE = "\x00date"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Sheet:
    """A table: `fields` are what a program looks for, `labels` what people read, then the rows. On paper the fields are
    row 1, the labels row 2, the data begins in row 3."""

    name: str
    fields: list[str]
    labels: list[str]
    rows: list[list[str]] = field(default_factory=list)
    widths: dict[str, int] = field(default_factory=dict)


def write_workbook(sheets: list[Sheet]) -> bytes:
    """The bytes of a workbook. Every cell is a text, so nothing in it is ever run."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A3"
        for number, name in enumerate(sheet.fields, start=1):
            page.column_dimensions[get_column_letter(number)].width = sheet.widths.get(name, 18)
        page.append([_cell(page, name, Font(size=8, color="808080")) for name in sheet.fields])
        head = PatternFill("solid", fgColor="E3F1F1")
        page.append([_cell(page, label, Font(bold=True), fill=head) for label in sheet.labels])
        for row in sheet.rows:
            page.append([_cell(page, value) for value in row])
    if not sheets:
        book.create_sheet("1")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(
    page: WriteOnlyWorksheet, value: object, font: Font | None = None, fill: PatternFill | None = None
) -> Cell:
    cell = WriteOnlyCell(page, value=str(value))
    cell.data_type = "s"  # "=1+1" stays these four characters
    cell.number_format = "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if font:
        cell.font = font
    if fill:
        cell.fill = fill
    return cell


def read_workbook(data: bytes) -> dict[str, list[dict[str, str]]]:
    """{sheet name: rows}, each row {field: text, "": its number on the sheet}. Refused with a sentence for what is no
    workbook, too large, holds macros or links, or a formula."""
    faults, sheets = [], {}
    for name, rows in read_cells(data).items():
        rows = [[value.removeprefix(DATE) for value in row] for row in rows]
        fields = rows[0] if rows else []
        sheets[name] = [
            _named(fields, row, number) for number, row in enumerate(rows[2:], start=3) if any(row)
        ]
        faults += [
            cell_fault(
                name,
                number,
                fields[column] if column < len(fields) else get_column_letter(column + 1),
                not_as_shown(value),
            )
            for number, row in enumerate(rows, start=1)
            for column, value in enumerate(row)
            if not_as_shown(value)
        ]
    if faults:
        raise Refused(faults)
    return sheets


def read_cells(data: bytes) -> dict[str, list[list[str]]]:
    """{sheet name: rows of texts}, read by a confined child. A cell that is not what it shows holds a mark, for which
    not_as_shown() has the sentence. Refused for what is no workbook, too large, or holds macros or links."""
    if len(data) > LARGEST:
        raise Refused([_("The workbook is larger than 5 MB.")])
    answer = _ask_child(data)
    if "code" in answer:
        raise Refused([str(_(SENTENCES.get(answer["code"], SENTENCES["unreadable"])))])
    sheets: dict[str, list[list[str]]] = answer["sheets"]
    if faults := [
        cell_fault(
            name, number, get_column_letter(column), _("This is no text that can be kept. Type it again.")
        )
        for name, rows in sheets.items()
        for number, row in enumerate(rows, start=1)
        for column, value in enumerate(row, start=1)
        if not not_as_shown(value) and not is_readable([value])
    ]:
        raise Refused(faults)
    return sheets


def not_as_shown(value: str) -> str:
    """Why a cell cannot be taken as it stands, and what to do; "" for an ordinary one."""
    mark = DATE if value.startswith(DATE) else value
    return str(_(MARKS[mark])) if mark in MARKS else ""


def _named(fields: list[str], row: list[str], number: int) -> dict[str, str]:
    cells = {name: value.replace("\r\n", "\n") for name, value in zip(fields, row, strict=False) if name}
    return cells | {"": str(number)}


def cell_fault(sheet: str, row: int | str, column: str, sentence: str) -> str:
    """A fault with its sheet, row and column."""
    facts = {"sheet": sheet, "row": row, "column": column, "sentence": sentence}
    return _("Sheet “%(sheet)s”, row %(row)s, column “%(column)s”: %(sentence)s") % facts


def _ask_child(data: bytes) -> dict:
    with tempfile.TemporaryFile() as opened:
        opened.write(data)
        opened.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-B", str(CHILD)],
                stdin=opened,
                capture_output=True,
                timeout=WALL_SECONDS,
                cwd="/",
                env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
                start_new_session=True,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError) as error:
            log.warning("workbooks: reading ended by %s", type(error).__name__)
            return {"code": "unreadable"}
    if done.returncode != 0:
        log.warning("workbooks: reading ended with %s: %s", done.returncode, done.stderr[-300:])
        return {"code": "unreadable"}
    return json.loads(done.stdout)


SENTENCES = {
    "not_a_workbook": gettext_noop("This is no Excel workbook (xlsx)."),
    "too_large": gettext_noop("The workbook unpacks to more than can be read. Split it."),
    "active": gettext_noop("The workbook holds macros or links to other files. Save it without them."),
    "unreadable": gettext_noop(
        "The workbook cannot be read. Open it in a spreadsheet and save it again as xlsx."
    ),
}
MARKS = {
    "\x00formula": gettext_noop("This cell holds a formula. Put its value there."),
    "\x00error": gettext_noop("This cell holds an error of the spreadsheet. Put its value there."),
    "\x00percent": gettext_noop(
        "This cell is shown as a percentage, so what it holds is not what it shows. Write the number as text."
    ),
    DATE: gettext_noop(
        "The spreadsheet made a date of what was typed here. Write it as text, with an apostrophe in front."
    ),
}
