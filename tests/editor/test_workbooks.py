"""A form in a spreadsheet: out and in without loss, taken whole or not at all, nothing hostile ever parsed in here."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from indicators.documents import read_framework_file
from indicators.framework_workbook import framework_to_workbook, workbook_to_framework
from indicators.models import Framework
from indicators.publishing import export_framework
from indicators.refusals import Refused
from indicators.workbooks import Sheet, read_workbook, write_workbook
from tests.shipped import document_hash, framework_codes


def edited(data, change):
    """The workbook after somebody worked on it in a spreadsheet."""
    book = load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(book, sheet, row, field):
    fields = [one.value for one in book[sheet][1]]
    return book[sheet].cell(row, fields.index(field) + 1)


@pytest.fixture
def fourteen_book():
    return framework_to_workbook(read_framework_file("ict-2550"))


@pytest.mark.parametrize("code", framework_codes())
def test_a_form_goes_out_and_comes_back_unchanged(code):
    document = read_framework_file(code)
    assert document_hash(workbook_to_framework(framework_to_workbook(document))) == document_hash(document)


def test_after_a_spreadsheet_saved_it_too(fourteen_book):
    again = edited(fourteen_book, lambda book: None)
    assert document_hash(workbook_to_framework(again)) == document_hash(read_framework_file("ict-2550"))


def test_through_the_editor_and_back(people, desk, fourteen_book):
    desk.post(reverse("upload_framework"), {"file": SimpleUploadedFile("แบบ.xlsx", fourteen_book)})
    draft = Framework.objects.get(code="ict-2550")
    assert document_hash(export_framework(draft)) == document_hash(read_framework_file("ict-2550"))
    again = desk.get(reverse("framework_workbook", args=[draft.pk])).content
    assert document_hash(workbook_to_framework(again)) == document_hash(read_framework_file("ict-2550"))


def test_what_is_changed_in_the_spreadsheet_arrives(fourteen_book):
    def work(book):
        cell(book, "parts", 4, "weight").value = 4.5  # a number, as a spreadsheet keeps one
        cell(book, "criteria", 3, "title.th").value = "ชื่อใหม่ น้ำใจ"

    document = workbook_to_framework(edited(fourteen_book, work))
    indicator = document["components"][0]["indicators"][0]
    assert (indicator["weight"], indicator["rubric"]["title"]["th"]) == ("4.5", "ชื่อใหม่ น้ำใจ")


@pytest.mark.parametrize(
    ("sheet", "row", "field", "value", "said"),
    [
        ("parts", 4, "weight", "สี่", "แผ่น “parts” แถว 4 คอลัมน์ “weight”"),
        ("parts", 4, "part.parent", "component:x", "แผ่น “parts” แถว 4 คอลัมน์ “part.parent”"),
        ("parts", 4, "part.kind", "ตัวชี้วัด", "แผ่น “parts” แถว 4 คอลัมน์ “part.kind”"),
        ("criteria", 5, "parent", "nowhere", "แผ่น “criteria” แถว 5 คอลัมน์ “parent”"),
        ("criteria", 4, "kind", "quiz", "แผ่น “criteria” แถว 4 คอลัมน์ “kind”"),
        ("form", 3, "year", "2027", "แผ่น “form” แถว 3 คอลัมน์ “year”"),
    ],
)
def test_a_fault_names_its_sheet_row_and_column_and_nothing_is_taken(
    people, desk, fourteen_book, sheet, row, field, value, said
):
    def spoil(book):
        cell(book, sheet, row, field).value = value

    upload = SimpleUploadedFile("แบบ.xlsx", edited(fourteen_book, spoil))
    answer = desk.post(reverse("upload_framework"), {"file": upload})
    assert answer.status_code == 409
    assert said in answer.content.decode()
    assert not Framework.objects.exists()


def test_a_formula_is_refused_with_its_cell(fourteen_book):
    def spoil(book):
        cell(book, "parts", 4, "weight").value = "=2+2"

    with pytest.raises(Refused, match="แถว 4 คอลัมน์ “weight”"):
        workbook_to_framework(edited(fourteen_book, spoil))


def test_nothing_that_goes_out_is_run_by_a_spreadsheet():
    data = write_workbook([Sheet("a", ["x"], ["x"], [["=1+1"], ["+1"], ["@SUM(A1)"], ["-1"]])])
    page = load_workbook(io.BytesIO(data))["a"]
    assert [(row[0].value, row[0].data_type) for row in page.iter_rows(min_row=3)] == [
        ("=1+1", "s"), ("+1", "s"), ("@SUM(A1)", "s"), ("-1", "s"),
    ]  # fmt: skip


def rezipped(data, **more):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
        for name, content in more.items():
            target.writestr(name, content)
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


def long_texts(data):
    """Ten thousand cells of a thousand characters, which pack to next to nothing."""
    return write_workbook([Sheet("a", ["x"], ["x"], [["ก" * 1000] * 100] * 100)])


def far_down(data):
    """A single cell in the millionth row."""
    book = Workbook()
    book.active["A1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HOSTILE = {
    "a long text many times over": long_texts,
    "a cell far down": far_down,
    "no zip at all": lambda data: b"PK\x03\x04 nonsense",
    "another zip": lambda data: rezipped_only({"a.txt": b"x"}),
    "macros": lambda data: rezipped(data, **{"xl/vbaProject.bin": b"x"}),
    "links to other files": lambda data: rezipped(data, **{"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    "a bomb": lambda data: rezipped(data, **{"xl/media/a.bin": b"\0" * 90_000_000}),
    "entities": lambda data: rezipped_only({"[Content_Types].xml": ENTITIES, "xl/workbook.xml": ENTITIES}),
    "cut off": lambda data: data[: len(data) // 2],
}


def rezipped_only(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence(fourteen_book, case):
    with pytest.raises(Refused, match=r"เวิร์กบุ๊ก|Excel"):
        read_workbook(HOSTILE[case](fourteen_book))


def test_numbers_of_a_spreadsheet_come_as_decimal_text():
    book = Workbook()
    page = book.active
    for row in (["a"], ["ก"], [0.1], [5], [12.50], [1e-5], [True], ["๑๒"]):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    values = [row["a"] for row in read_workbook(out.getvalue())["Sheet"]]
    assert values == ["0.1", "5", "12.5", "0.00001", "true", "๑๒"]
