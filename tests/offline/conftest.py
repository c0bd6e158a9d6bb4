"""Browsers of the named people, and a workbook as somebody worked on it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from scorecards.answering.workbook import answers_to_workbook, entries_of


@pytest.fixture
def sit(sit):
    """sit("arun"): a client signed in as that person, reading English."""

    def client(username):
        browser = sit(username)
        browser.cookies["django_language"] = "en"
        return browser

    return client


def book_of(card, user) -> bytes:
    """The workbook of a whole scorecard for this person."""
    return answers_to_workbook(card, entries_of(card), user=user)


def filled(data: bytes, cells: dict) -> bytes:
    """The workbook after somebody typed into it: {(field or "na.key" or "note.key" or prose field): value}, in the
    first indicator that has it."""
    book = load_workbook(io.BytesIO(data))
    for name, value in cells.items():
        cell_of(book, name).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(book, name):
    """The cell of a field."""
    for page in book.worksheets:
        fields = [one.value for one in page[1]]
        for row in page.iter_rows(min_row=3):
            told = dict(zip(fields, row, strict=True))
            if column := _column(told, name):
                return told[column]
    raise AssertionError(name)


def _column(told, name):
    if "text" in told:
        return "text" if told["field"].value == name else ""
    if "answer" not in told:
        return ""
    what, _point, key = name.partition(".")
    if what in ("na", "note"):
        return what if told["key"].value == key else ""
    return "answer" if told["field"].value == name else ""


def bring_in(browser, card, data: bytes):
    """The answer to an upload of this workbook."""
    upload = SimpleUploadedFile("กรอก.xlsx", data)
    return browser.post(reverse("import_answers", args=[card.pk]), {"file": upload})
