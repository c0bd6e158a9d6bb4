"""The 12-month report of FY2550 on the page and on paper: 5.0000 and 0.2000, as the official form prints them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence.intake import receive
from reports.pdf import print_record
from reports.record import build_record
from scorecards import workflow
from tests.reports.conftest import text_of
from tests.world import changes, make_world

ITEMS = ("11", "12", "21", "22", "23", "31", "32", "33", "34", "35")
ANSWERS = {f"{part}{item}": "yes" for part in "rp" for item in ITEMS} | {
    "progress": {"inputs": {"weighted_progress": "400", "weights": "4"}},
    "achieved": {"inputs": {"weighted_achievement": "400", "weights": "4"}},
}


@pytest.fixture
def world(db):
    world = make_world("ict-2550")
    workflow.save_entry(world.entry, actor=world.arun, changes=changes(ANSWERS))
    return world


def test_the_page_shows_both(world, client):
    client.force_login(world.arun)
    page = client.get(reverse("scorecard", args=[world.card.pk])).content.decode()
    assert "5.0000" in page
    assert "0.2000" in page


def test_the_pdf_prints_both(world):
    for criterion in ("review", "plan", "progress", "achieved"):
        upload = SimpleUploadedFile("แผนปฏิบัติการ.csv", "กิจกรรม,น้ำหนัก\nสำรองข้อมูล,4\n".encode())
        receive(world.entry, criterion, actor=world.arun, upload=upload)
    world.entry.refresh_from_db()
    workflow.endorse(workflow.propose(world.entry, actor=world.arun), actor=world.busaba)
    workflow.submit(world.card, actor=world.chat, declared=True)
    text = text_of(print_record(build_record(world.card)).content)
    table = text[text.index("การคำนวณคะแนน") :]
    assert "หน่วยงานประเมินตนเอง 4 5.0000 5.0000 0.2000" in " ".join(table.split())
    assert "ถ่วงน้ำหนัก: 5.0000 × 4 ÷ 100 = 0.2000" in " ".join(table.split())
