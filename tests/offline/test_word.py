"""The form of one indicator in Word: the official order, Thai whole, and the same bytes for the same content."""

import datetime as dt
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn

from evidence.linking import Page, add_link
from reports.word import entry_to_docx
from scorecards import workflow
from scorecards.models import Entry
from tests.shipped import framework_codes
from tests.world import changes, fill, make_world


def text_of(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    return "\n".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


@pytest.mark.parametrize("code", framework_codes())
def test_every_shipped_form_has_its_fields_in_the_official_order(db, code):
    world = make_world(code)
    with translation.override("en"):
        text = text_of(entry_to_docx(world.entry))
    fields = ["KPI supervisor", "Data collectors", "Data on the results", "Calculation of the score", "measures taken",
              "upporting factors", "bstacles", "emedies", "References", "Signed"]  # fmt: skip
    places = [text.find(one) for one in fields]
    assert places == sorted(places)
    assert -1 not in places


def test_it_says_what_stands_now_and_the_computed_score(world):
    fill(world)
    workflow.save_entry(
        world.entry, actor=world.arun, changes=changes({}, version=1, obstacles="น้ำท่วม\nกำลังคนไม่พอ\x0b")
    )
    text = text_of(entry_to_docx(Entry.objects.get(pk=world.entry.pk)))
    for expected in ("น้ำท่วม", "กำลังคนไม่พอ", "3.0000", "✓", world.entry.indicator.name_th):
        assert expected in text


def test_a_public_page_stands_among_the_references_with_its_address(world):
    page = Page("ประกาศบนเว็บไซต์", "https://www.moi.go.th/a", dt.date(2020, 1, 1))
    add_link(world.entry, "step1", actor=world.arun, page=page)
    text = text_of(entry_to_docx(Entry.objects.get(pk=world.entry.pk)))
    assert "ประกาศบนเว็บไซต์" in text
    assert "https://www.moi.go.th/a" in text


def test_the_same_content_gives_the_same_bytes(world):
    fill(world)
    first = entry_to_docx(Entry.objects.get(pk=world.entry.pk))
    assert entry_to_docx(Entry.objects.get(pk=world.entry.pk)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_thai_is_set_in_the_complex_script_font_too(world):
    document = Document(io.BytesIO(entry_to_docx(world.entry)))
    fonts = document.styles["Normal"].element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:cs")) == fonts.get(qn("w:ascii")) == "TH Sarabun New"
    for run in document.element.body.iter(qn("w:r")):
        names = [child.tag for child in run.rPr]
        assert run.rPr.find(qn("w:szCs")).get(qn("w:val")) == run.rPr.find(qn("w:sz")).get(qn("w:val"))
        assert names.index(qn("w:szCs")) == names.index(qn("w:sz")) + 1


def test_it_is_an_attachment_with_a_thai_name(world, sit):
    answer = sit("arun").get(reverse("entry_docx", args=[world.entry.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert sit("duangjai").get(reverse("entry_docx", args=[world.entry.pk])).status_code == 404
