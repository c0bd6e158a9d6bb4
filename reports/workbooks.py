"""Tables as a workbook (xlsx): numbers are numbers, all else is text.

The writer is our own because it is small, quick for whole ministries, and knows neither formulas nor links nor a clock:
whatever a person typed, no cell can be run, and the same tables give the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from reports.tables import FIGURE, WORD, Column, Table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DIGITS = 15  # more than these a spreadsheet forgets
LONGEST = 32_767  # characters of a cell
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # _x0041_ is how a spreadsheet writes a character by its number
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
RUN_WHEN_EDITED = tuple("=+-@\t＝＋－＠")
BEGINNING = (1980, 1, 1, 0, 0, 0)  # of time, for a zip
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FIRST_FORMAT = 164  # below are the spreadsheet's own number formats


class Styles:
    """The cell styles of a workbook, numbered as they are first asked for."""

    def __init__(self):
        self.known: dict[tuple, int] = {("General", "plain", False): 0}

    def number(self, format_code: str, *, look: str = "plain", quoted: bool = False) -> int:
        """The number of a style. `look`: plain, strong or head; `quoted`: stays a text when somebody edits the cell."""
        return self.known.setdefault((format_code, look, quoted), len(self.known))

    def as_xml(self) -> str:
        """The part of the workbook that tells the styles."""
        codes = list(
            dict.fromkeys(code for code, _look, _quoted in self.known if code not in ("General", "@"))
        )
        numbers = {"General": 0, "@": 49} | {one: FIRST_FORMAT + place for place, one in enumerate(codes)}
        formats = "".join(f'<numFmt numFmtId="{numbers[one]}" formatCode={quoteattr(one)}/>' for one in codes)
        cells = "".join(_style(numbers[code], look, quoted) for code, look, quoted in self.known)
        font = '<name val="TH Sarabun New"/><family val="2"/>'
        return (
            f'{HEAD}<styleSheet xmlns="{MAIN}">'
            + (f'<numFmts count="{len(codes)}">{formats}</numFmts>' if codes else "")
            + f'<fonts count="2"><font><sz val="14"/>{font}</font><font><b/><sz val="14"/>{font}</font></fonts>'
            '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill '
            'patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE3F1F1"/>'
            '</patternFill></fill></fills><borders count="1"><border>'
            "<left/><right/><top/><bottom/><diagonal/></border></borders>"
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(self.known)}">{cells}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        )


def _style(number, look, quoted) -> str:
    font, fill = ("0" if look == "plain" else "1"), ("2" if look == "head" else "0")
    prefix = ' quotePrefix="1"' if quoted else ""
    wrap = ' wrapText="1"' if number == 49 else ""
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1" applyAlignment="1"{prefix}><alignment vertical="top"{wrap}/></xf>'
    )


def as_workbook(tables: list[Table]) -> bytes:
    """The workbook: a sheet for each table, its labels in the first row."""
    styles = Styles()
    sheets = [_sheet(table, styles) for table in tables]
    parts = {
        "[Content_Types].xml": _content_types(len(tables)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(tables),
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{place}.xml") for place, _one in enumerate(tables, start=1)),
             ("styles", "styles.xml")]
        ),
        "xl/styles.xml": styles.as_xml(),
    } | {f"xl/worksheets/sheet{place}.xml": one for place, one in enumerate(sheets, start=1)}  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, BEGINNING)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(info, text.encode())
    return out.getvalue()


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _sheet(table: Table, styles: Styles) -> str:
    letters = [column_letters(place) for place, _one in enumerate(table.columns, start=1)]
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{one.width}" customWidth="1"/>'
        for place, one in enumerate(table.columns, start=1)
    )
    head = _row([_text(one.label, styles, "head") for one in table.columns], 1, letters)
    body = (
        _row(_cells(row, table.columns, styles, "strong" if place in table.strong else "plain"), place + 2, letters)
        for place, row in enumerate(table.rows)
    )  # fmt: skip
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{widths}</cols><sheetData>{head}{''.join(body)}</sheetData>"
        f'<autoFilter ref="A1:{letters[-1]}{len(table.rows) + 1}"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _row(cells: Iterable[str], number: int, letters: list[str]) -> str:
    inside = "".join(
        f'<c r="{letter}{number}"{cell}' for letter, cell in zip(letters, cells, strict=True) if cell
    )
    return f'<row r="{number}">{inside}</row>'


def _cells(row: list[str], columns: list[Column], styles: Styles, look: str) -> Iterable[str]:
    for value, column in zip(row, columns, strict=True):
        if column.kind == FIGURE and is_kept_by_spreadsheets(value):
            yield f' s="{styles.number(number_format(value), look=look)}"><v>{value}</v></c>'
        else:
            yield _text(column.words.get(value, value) if column.kind == WORD else value, styles, look)


def _text(value: str, styles: Styles, look: str) -> str:
    """A cell of text, or "" for none: its type is text, so that nothing in it is read as a formula."""
    if not value:
        return ""
    text = escape(CODE.sub("_x005F_", NOT_IN_XML.sub("", value)[:LONGEST]))
    style = styles.number("@", look=look, quoted=value.startswith(RUN_WHEN_EDITED))
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def is_kept_by_spreadsheets(value: str) -> bool:
    """Whether this is a number that a spreadsheet keeps to the last digit."""
    digits = value.lstrip("-").replace(".", "").lstrip("0")
    return bool(NUMBER.fullmatch(value)) and len(digits) <= DIGITS


def number_format(value: str) -> str:
    """Shows a figure with the decimals with which it is recorded, and with commas where it is a thousand or more."""
    places = len(value.partition(".")[2])
    whole = "#,##0" if abs(Decimal(value)) >= 1000 else "0"
    return f"{whole}.{'0' * places}" if places else whole


def sheet_titles(tables: list[Table]) -> list[str]:
    """Titles that a spreadsheet takes: at most 31 characters, none of []:*?/\\."""
    return [NOT_IN_A_TITLE.sub(" ", table.title)[:31] for table in tables]


def _book(tables) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{place}" r:id="rId{place}"/>'
        for place, title in enumerate(sheet_titles(tables), start=1)
    )
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{PARTS}"><sheets>{sheets}</sheets></workbook>'


def _relations(targets) -> str:
    lines = "".join(
        f'<Relationship Id="rId{place}" Type="{PARTS}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{lines}</Relationships>'


def _content_types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{CONTENT}.worksheet+xml"/>'
        for place in range(1, count + 1)
    )
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{CONTENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{CONTENT}.styles+xml"/>{sheets}</Types>'
    )
