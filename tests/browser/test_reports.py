"""Reports of many agencies at once, and the pictures of a year: what people see, press, stop, take up again and carry
away."""

import csv
import io
import zipfile

import pypdfium2
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECONDS_FOR_A_BATCH = 120_000


def downloaded(at, selector) -> bytes:
    """What the browser gets when it clicks this link."""
    with at.page.expect_download() as waiting:
        at.page.click(selector)
    return waiting.value.path().read_bytes()


def choose(at, **filters):
    """Set the filters of the page and show what they leave; they stay set."""
    for name, value in filters.items():
        at.page.select_option(f"main form select[name={name}]", value)
    at.do("แสดง")
    for name, value in filters.items():
        assert at.page.input_value(f"main form select[name={name}]") == value


def ask_for(at, wanted):
    """Ask for so many of the sent scorecards of FY2563."""
    at.page.goto("/reports/batches/")
    at.follow("a:has-text('จัดทำรายงานหลายหน่วยงานพร้อมกัน')")
    choose(at, content="sent", year="2563")
    for box in at.page.locator("input[name=card]").all()[wanted:]:
        box.uncheck()
    at.shoot("choose")
    at.do("จัดทำรายงาน")


def test_a_batch_shows_its_progress_is_cancelled_goes_on_and_is_downloaded(desk):
    chief, wanted = desk("chief"), 8
    ask_for(chief, wanted)
    job, state = chief.page.locator(".job"), chief.page.locator(".job > p strong").first
    expect(job).to_contain_text(f"จาก {wanted} ฉบับ")
    assert chief.page.locator(".job progress").get_attribute("max") == str(wanted)
    chief.do("ยกเลิก")
    expect(state).to_have_text("ยกเลิกแล้ว")
    assert chief.page.locator("a[download]").count() == 0
    chief.shoot("cancelled")
    chief.do("ทำต่อ")
    # The page follows by itself: no one reloads it.
    expect(job.locator("progress")).not_to_have_attribute("value", "0", timeout=SECONDS_FOR_A_BATCH)
    chief.shoot("progress")
    expect(state).to_have_text("เสร็จแล้ว", timeout=SECONDS_FOR_A_BATCH)
    chief.shoot("done")
    with zipfile.ZipFile(io.BytesIO(downloaded(chief, "a[download]:has-text('ZIP')"))) as archive:
        documents = [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]
    book = pypdfium2.PdfDocument(downloaded(chief, "a[download]:has-text('PDF รวม')"))
    assert len(documents) == wanted
    assert len(book) == sum(len(pypdfium2.PdfDocument(one)) for one in documents)
    assert len([mark for mark in book.get_toc() if mark.level == 0]) == wanted
    book.close()


def test_figures_of_the_heat_table_are_filtered_by_address_and_downloaded(desk):
    observer = desk("observer")
    observer.page.goto("/dashboards/heat/?year=2563&months=12")
    everybody = observer.page.locator(".heat tbody tr").count()
    choose(observer, ministry="commerce")
    assert "ministry=commerce" in observer.page.url
    rows = observer.page.locator(".heat tbody tr")
    assert 0 < rows.count() < everybody
    observer.shoot("heat")
    shown = [row.split("\t") for row in rows.all_inner_texts()]
    figures = list(csv.reader(io.StringIO(downloaded(observer, "a:has-text('CSV')").decode("utf-8-sig"))))
    for row in shown:
        line = next(line for line in figures if row[0].strip() in line)
        official = [cell.strip() for cell in row[1:] if cell.strip() not in ("–", "") and "*" not in cell]
        assert all(figure in line for figure in official)
    address = observer.page.url
    without_scripts = desk("observer", signed_in=observer.signed_in(), java_script_enabled=False)
    without_scripts.page.goto(address)
    assert without_scripts.page.locator(".heat tbody tr").count() == len(shown)


@pytest.mark.parametrize("picture", ["status", "distribution", "trend", "compared", "profile"])
def test_every_picture_has_its_figures_beside_it(desk, picture):
    observer = desk("observer")
    observer.page.goto(f"/dashboards/{picture}/?year=2563&months=12")
    observer.shoot(picture)
    assert observer.page.locator("main svg[role=img]").count() >= 1
    assert observer.page.locator("main table").count() >= 1
