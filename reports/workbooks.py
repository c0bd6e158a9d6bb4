"""Tables as a workbook (xlsx): numbers are numbers, all else is text.

Whatever a person typed, no cell can be run, and the same tables give the same bytes: no clock goes in.
"""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from reports.tables import FIGURE, WORD, Column, Table
from scorecards.presenting.csv_files import NUMBER, RUN_BY_SPREADSHEETS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DIGITS = 15  # more than these a spreadsheet forgets
LONGEST = 32_767  # characters of a cell
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # _x0041_ is how a spreadsheet writes a character by its number
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
BEGINNING = dt.datetime(1980, 1, 1)  # of time, for a zip
FONT = "TH Sarabun New"
PLAIN, STRONG, HEAD = "plain", "strong", "head"


def as_workbook(tables: list[Table]) -> bytes:
    """The workbook: a sheet for each table, its labels in the first row."""
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = BEGINNING
    for table in tables:
        _add_sheet(book, table)
    written, out = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        ExcelWriter(book, archive).save()  # Workbook.save() would write when it was saved
    with zipfile.ZipFile(written) as dated, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in dated.namelist():
            entry = zipfile.ZipInfo(name, BEGINNING.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, dated.read(name))
    return out.getvalue()


def _add_sheet(book: Workbook, table: Table) -> None:
    page = book.create_sheet(NOT_IN_A_TITLE.sub(" ", table.title)[:31])
    page.freeze_panes = "A2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for place, column in enumerate(table.columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width
    last = get_column_letter(max(1, len(table.columns)))
    page.auto_filter.ref = f"A1:{last}{len(table.rows) + 1}"
    page.append([_text(page, column.label, HEAD) for column in table.columns])
    for place, row in enumerate(table.rows):
        look = STRONG if place in table.strong else PLAIN
        page.append([_cell(page, *one, look) for one in zip(row, table.columns, strict=True)])


def _cell(page: WriteOnlyWorksheet, value: str, column: Column, look: str) -> Cell | None:
    if column.kind == FIGURE and is_kept_by_spreadsheets(value):
        cell = WriteOnlyCell(page, Decimal(value))
        cell.style = _style(page.parent, look, number_format(value))
        return cell
    return _text(page, column.words.get(value, value) if column.kind == WORD else value, look)


def _text(page: WriteOnlyWorksheet, value: str, look: str) -> Cell | None:
    """A cell of text, none for "": its type is text, so that nothing in it is read as a formula."""
    if not value:
        return None
    cell = WriteOnlyCell(page, CODE.sub("_x005F_", NOT_IN_XML.sub("", value)[:LONGEST]))
    cell.style = _style(page.parent, look, "@")
    cell.data_type = "s"
    if value.startswith(RUN_BY_SPREADSHEETS):
        cell.quotePrefix = True  # stays a text when somebody edits it
    return cell


def _style(book: Workbook, look: str, shown_as: str) -> str:
    """The name of a cell style of the workbook, made when it is first asked for."""
    name = f"{look} {shown_as}"
    if name not in book.named_styles:
        style = NamedStyle(name, number_format=shown_as, font=Font(FONT, 14, bold=look != PLAIN))
        style.alignment = Alignment(vertical="top", wrap_text=shown_as == "@")
        if look == HEAD:
            style.fill = PatternFill("solid", "FFE3F1F1")
        book.add_named_style(style)
    return name


def is_kept_by_spreadsheets(value: str) -> bool:
    """Whether this is a number that a spreadsheet keeps to the last digit."""
    digits = value.lstrip("-").replace(".", "").lstrip("0")
    return bool(NUMBER.fullmatch(value)) and len(digits) <= DIGITS


def number_format(value: str) -> str:
    """Shows a figure with the decimals with which it is recorded, and with commas where it is a thousand or more."""
    places = len(value.partition(".")[2])
    whole = "#,##0" if abs(Decimal(value)) >= 1000 else "0"
    return f"{whole}.{'0' * places}" if places else whole
