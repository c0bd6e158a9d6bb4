"""The name of a file is data: it is kept as it was given, apart from what could deceive or do harm."""

import unicodedata

import pytest

from evidence.filetypes import EXTENSIONS, NAME_LENGTH, clean_name, is_runnable, sniff

LONG = ("น้ำหนักตัวชี้วัดที่สี่ประจำปีงบประมาณ๒๕๕๖" * 10)[:246] + ".pdf"


@pytest.mark.parametrize(
    "name",
    [
        "คำสั่งแต่งตั้งคณะทำงาน.pdf",
        "น้ำ ปู่ ญี่ปุ่น ๒๕๕๖ (ฉบับแก้ไข) #1 100%.docx",
        "รายงาน 'ก' & \"ข\"; x=1.xlsx",
        ".gitignore",
        "ไม่มีนามสกุล",
        "a" * 255,
        LONG,
    ],
)
def test_names_come_back_exactly(name):
    assert len(name) <= 255
    assert clean_name(name) == unicodedata.normalize("NFC", name) == name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\a\\รายงาน.pdf", "รายงาน.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\nc\x7f.pdf", "abc.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
        ("a\u200b\u2066b\u2069.pdf", "ab.pdf"),
        ("  x.pdf ", "x.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("..", ""),
        ("", ""),
        ("/", ""),
        ("\ud800x.pdf", "x.pdf"),
    ],
)
def test_what_deceives_or_harms_is_taken_out(given, kept):
    assert clean_name(given) == kept


def test_a_longer_name_keeps_its_extension():
    kept = clean_name("ก" * 300 + ".xlsx")
    assert (len(kept), kept[-6:]) == (NAME_LENGTH, "ก.xlsx")
    assert len(clean_name("ก" * 300)) == NAME_LENGTH


@pytest.mark.parametrize(
    "name", ["a.exe", "a.pdf.EXE", "a.html", "a.svg", "a.js.", "a.docm", "a.lnk  ", "รายงาน.bat"]
)
def test_names_that_a_system_runs(name):
    assert is_runnable(name)


@pytest.mark.parametrize(
    "name", ["a.pdf", "exe", "a.exe.pdf", "a.tar.txt", *(f"a.{e}" for e in EXTENSIONS.values())]
)
def test_names_of_documents(name):
    assert not is_runnable(name)


def test_the_first_bytes_decide_and_never_the_name():
    assert sniff(b"%PDF-1.7") == "application/pdf"
    assert sniff(b"RIFF\x00\x00\x00\x00WEBP") == "image/webp"
    assert sniff(b"RIFF\x00\x00\x00\x00WAVE") == ""
    assert sniff(b"MZ is text") == ""
