"""Evidence in a real browser: a line that breaks in the middle of a large file, and a file looked at in place."""

import hashlib
import os
import sqlite3

import pytest
from playwright.sync_api import expect

from config.demo.people import PASSWORD
from tests.browser.conftest import PHONE
from tests.evidence import making as make

pytestmark = pytest.mark.browser
MIB = 1024 * 1024


@pytest.fixture
def large(tmp_path):
    """A PDF of some 5 MiB that nobody else has, under a Thai name of its own."""
    path = tmp_path / f"รายงานผลการดำเนินงาน น้ำหนัก {tmp_path.name}.pdf"
    noise = os.urandom(5 * MIB)
    path.write_bytes(make.pdf(make.with_stream(noise), pages=3))
    return path


@pytest.fixture
def entry(desk):
    """A collector at an indicator with several criteria."""
    collector = desk("sdo-collector")
    collector.open_work("มูลค่าเพิ่มทางสังคม")
    collector.page.wait_for_selector("[data-evidence-drop].is-live")
    return collector


class Line:
    """The line between the browser and the server: counts the pieces that pass, and breaks where it is told."""

    def __init__(self, page):
        self.pieces, self.breaks_after = [], None
        page.route(lambda url: "/evidence/uploads/" in url and "finish" not in url, self._pass)

    def _pass(self, route):
        if self.breaks_after is not None and len(self.pieces) >= self.breaks_after:
            return route.abort("connectionreset")
        self.pieces.append(int(route.request.headers["upload-offset"]))
        return route.continue_()


def first_drop(collector):
    return collector.page.locator("[data-evidence-drop]").first


def choose(collector, path):
    first_drop(collector).locator("input[type=file]").set_input_files(path)


def broken_off(collector):
    expect(first_drop(collector).locator(".evidence-sending.is-lost")).to_be_visible(timeout=15_000)


def arrived(collector, path):
    """The address of the file once its name stands in the list."""
    link = collector.page.locator(f"a:text-is('{path.name}')").first
    link.wait_for(timeout=30_000)
    return link.get_attribute("href")


def assert_there_once(collector, demo, path):
    """The bytes that come back are those that went, and one row and no rest of an upload is left of them."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    answer = collector.page.request.get(arrived(collector, path))
    assert hashlib.sha256(answer.body()).hexdigest() == sha256
    with sqlite3.connect(demo.place / "scorecards.sqlite3") as database:
        rows = database.execute("SELECT count(*) FROM evidence_evidence WHERE sha256 = ?", [sha256])
        assert rows.fetchone() == (1,)
    assert list((demo.place / "evidence" / "arriving").iterdir()) == []


def test_a_broken_line_goes_on_by_itself(entry, demo, large):
    line = Line(entry.page)
    line.breaks_after = 2
    choose(entry, large)
    broken_off(entry)
    entry.shoot("broken")
    line.breaks_after = None
    assert_there_once(entry, demo, large)
    assert line.pieces == sorted(set(line.pieces))  # each piece passed once
    expect(first_drop(entry).locator(".evidence-sending")).to_be_hidden()


def test_the_same_file_goes_on_after_signing_in_again(entry, demo, large):
    line = Line(entry.page)
    line.breaks_after = 3
    choose(entry, large)
    broken_off(entry)
    address = entry.page.url
    entry.context.clear_cookies()
    entry.page.goto(address)
    entry.page.fill("[name=username]", entry.username)
    entry.page.fill("[name=password]", PASSWORD)
    entry.page.click("main button.btn-primary")
    entry.page.wait_for_selector("[data-evidence-drop].is-live")
    expect(first_drop(entry)).to_contain_text(large.name)  # what broke off is said
    line.breaks_after, before = None, len(line.pieces)
    choose(entry, large)
    assert_there_once(entry, demo, large)
    assert line.pieces[before] == before * MIB  # from the last byte received, not from the first


@pytest.mark.parametrize("pages", [1, "large"], ids=["in one piece", "in pieces"])
def test_what_is_pressed_while_a_file_is_on_its_way_waits_for_it(entry, large, letter, pages):
    path, held = large if pages == "large" else letter, []
    last = "**/finish" if pages == "large" else "**/evidence/entries/*/*/"
    entry.page.route(last, lambda route: held.append(route))
    with entry.page.expect_request(last):
        choose(entry, path)
    expect(first_drop(entry).locator(".evidence-sending")).to_be_visible()
    entry.page.click("button[value=propose]")
    expect(entry.page.locator(".evidence-held:visible")).to_contain_text("เมื่อส่งไฟล์เสร็จ")
    with entry.page.expect_navigation():
        held.pop().continue_()
    arrived(entry, path)


def test_an_answer_that_is_lost_does_nothing_twice(entry, demo, large):
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)  # the server did it; the browser never hears of it
        return route.abort("connectionreset")

    entry.page.route("**/finish", lose)
    choose(entry, large)
    assert_there_once(entry, demo, large)
    assert lost == [200]


def test_a_file_is_described_viewed_replaced_and_used_again(entry, large, tmp_path):
    page = entry.page
    small = tmp_path / "คำสั่งแต่งตั้ง.pdf"
    small.write_bytes(make.pdf(pages=5))
    choose(entry, small)
    name = page.locator(f"a:text-is('{small.name}')").first
    name.wait_for()
    chip = page.locator(".evidence-file", has_text=small.name)
    chip.locator(".evidence-more").click()
    page.fill("dialog [name=pages]", "หน้า ๓")
    page.select_option("dialog [name=secrecy]", "confidential")
    page.click("dialog form:has([name=version]) button.btn")
    expect(chip.locator(".evidence-class")).to_be_visible()
    expect(page.locator(".evidence :focus")).to_have_count(1)  # not lost with the list that was replaced
    name.click()
    expect(page.locator("dialog iframe")).to_have_attribute(
        "src", f"{name.get_attribute('href')}?view=1#page=3"
    )
    entry.shoot("in-place")
    page.keyboard.press("Escape")
    expect(page.locator("dialog iframe")).to_have_count(0)
    chip.locator(".evidence-more").click()
    page.set_input_files("dialog #newer-file", large)
    page.click("dialog form:has(#newer-file) button.btn")
    earlier = page.locator(".evidence-file", has_text=large.name).locator(".evidence-earlier")
    earlier.locator("summary").click()
    expect(earlier).to_contain_text(small.name)
    expect(page.locator(".evidence-file", has_text=large.name).locator(".evidence-class")).to_be_visible()
    page.locator("[data-evidence-drop] .evidence-more").last.click()
    page.select_option("dialog [name=file]", index=1)
    page.click("dialog form:has([name=file]) button.btn")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.set_viewport_size(PHONE)
    entry.shoot("phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
