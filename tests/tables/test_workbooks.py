"""A workbook of ours, as another program reads it: numbers are numbers, all else is text."""

import io
import re
import zipfile

import pytest
from openpyxl import load_workbook

from reports.tables import FIGURE, Column, Table, exact_beside
from reports.workbooks import as_workbook, number_format
from scorecards.presenting.csv_files import RUN_BY_SPREADSHEETS, harmless

RUNNING = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1", "=cmd|' /C calc'!A0"]


def page_of(columns, rows, title="t"):
    table = Table("t", title, columns, rows)
    return load_workbook(io.BytesIO(as_workbook([table]))).worksheets[0]


@pytest.mark.parametrize("text", [*RUNNING, "#N/A", "1-2", "007", "12.50"])
def test_a_typed_text_stays_a_text(text):
    cell = page_of([Column("a", "a")], [[text]])["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert bool(cell.quotePrefix) == (text in RUNNING)  # a text also after somebody edited it


@pytest.mark.parametrize("beginning", RUN_BY_SPREADSHEETS)
def test_what_a_spreadsheet_would_run_is_kept_from_it_in_both_kinds_of_file(beginning):
    text = f"{beginning}a"
    assert harmless(text).startswith("'")
    assert page_of([Column("a", "a")], [[text]])["A2"].quotePrefix


def test_a_figure_that_a_spreadsheet_would_shorten_stays_a_text():
    figures = ["20840070.1234567890", "20840070.5", "ต่ำกว่า 5", "", "-0.2500", "=1"]
    page = page_of([Column("a", "a", FIGURE)], [[one] for one in figures])
    found = [page[f"A{row}"].value for row in range(2, 8)]
    assert found == ["20840070.1234567890", 20840070.5, "ต่ำกว่า 5", None, -0.25, "=1"]
    assert page["A7"].data_type == "s"


def test_what_no_spreadsheet_can_hold_is_left_out():
    page = page_of([Column("a", "<&\"'")], [["\x00\x0b]]>\n" + "ก" * 40_000]], title="a/b:c[d]*?")
    assert page["A1"].value == "<&\"'"
    assert page["A2"].value == ("]]>\n" + "ก" * 40_000)[:32_767]
    assert page.title == "a b c d   "


def test_a_text_that_looks_like_a_spreadsheets_code_stays_as_typed():
    data = as_workbook([Table("t", "t", [Column("a", "a")], [["_x003D_1+1"]])])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert ">_x005F_x003D_1+1<" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_titles_are_as_short_as_spreadsheets_want_them():
    assert page_of([Column("a", "a")], [], title="น" * 40).title == "น" * 31


@pytest.mark.parametrize(
    ("figure", "shown_as"), [("3.0000", "0.0000"), ("25", "0"), ("-0.5", "0.0"), ("20840070.5", "#,##0.0")]
)
def test_a_figure_is_shown_with_its_recorded_decimals(figure, shown_as):
    assert number_format(figure) == shown_as


@pytest.mark.parametrize(
    ("exact", "shown", "beside"),
    [("11/3", "3.6667", "11/3"), ("3.33335", "3.3334", "3.33335"), ("3", "3.0000", ""), (None, "", "")],
)
def test_the_exact_value_stands_beside_a_rounded_one(exact, shown, beside):
    assert exact_beside(exact, shown) == beside


def test_no_clock_is_in_a_workbook():
    with zipfile.ZipFile(io.BytesIO(as_workbook([Table("t", "t", [Column("a", "a")], [])]))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert re.findall(rb">(\d{4})-", archive.read("docProps/core.xml")) == [b"1980", b"1980"]
