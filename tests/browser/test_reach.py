"""Everybody can use the pages: WCAG by axe, a phone's width, the keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

PAGES = {
    "sdo-collector": ["/", "/scorecards/", "card", "entry", "/frameworks/"],
    "sdo-head": ["missing"],
    "reviewer": ["/", "/review/", "decide", "indicator"],
    "admin": ["/frameworks/", "form", "agencies", "own-form", "editor", "editor-criterion"],
}
CONFIGURING = {
    "form": ["tr:has-text('sdo-2562') a"],
    "agencies": ["tr:has-text('sdo-2562') a", "text=หน่วยงานที่ใช้แบบนี้"],
    "own-form": ["tr:has-text('sdo-2562') a", "text=หน่วยงานที่ใช้แบบนี้", "td:nth-child(5) a >> nth=0"],
    "editor": ["tr:has-text('sdo-2562') a", "text=สร้างแบบของปีถัดไป"],
    "editor-criterion": [
        "tr:has-text('sdo-2562') a",
        "text=สร้างแบบของปีถัดไป",
        "#tree a:has-text('1.1.3')",
        "#tree .kind-checklist, #tree .kind-measure",
    ],
}


def open_page(desk, name):
    """An address, or a page that is found by following links."""
    page = desk.page
    if name.startswith("/"):
        page.goto(name)
    elif name == "entry":
        desk.open_work("1.1.1")
    elif name in CONFIGURING:
        page.goto("/frameworks/")
        for step in CONFIGURING[name]:
            desk.follow(step)
    elif name in ("card", "missing"):
        page.goto("/scorecards/")
        desk.follow("tr:has-text('12') td a")
        if name == "missing":
            desk.follow("a[href$='/missing']")
    else:
        page.goto("/review/?state=in_review")
        desk.follow("td a")
        if name == "indicator":
            desk.follow("td a")


@pytest.mark.parametrize(("username", "name"), [(who, one) for who, names in PAGES.items() for one in names])
def test_page(desk, username, name):
    at = desk(username)
    open_page(at, name)
    at.shoot(name.strip("/").replace("/", "-") or "start")
    found = Axe().run(at.page, options=RULES)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    at.page.set_viewport_size(PHONE)
    at.page.screenshot(path=at.picture(f"phone-{name.strip('/') or 'start'}"), full_page=True)
    wide = at.page.locator("html").evaluate("page => page.scrollWidth")
    assert wide <= PHONE["width"]


def test_with_the_keyboard_alone(desk):
    at = desk("sdo-collector")
    at.open_work("1.1.1")
    at.page.keyboard.press("Tab")
    assert at.page.locator(":focus").inner_text() == "ข้ามไปยังเนื้อหา"
    at.page.keyboard.press("Enter")
    number = at.page.locator("input.number").first
    for _press in range(12):
        at.page.keyboard.press("Tab")
        if number.evaluate("field => field === document.activeElement"):
            break
    at.page.keyboard.type("๑๒.๕")
    at.wait_saved()
    assert number.input_value() == "๑๒.๕"


def test_without_a_script(browser, demo, desk):
    at = desk("sdo-collector")
    state = at.context.storage_state()
    plain = browser.new_context(java_script_enabled=False, base_url=demo.address, storage_state=state)
    page = plain.new_page()
    page.goto("/")
    with page.expect_navigation():
        page.click(".work li:has-text('1.1.3') a")
    page.locator("input.number").first.fill("5")
    with page.expect_navigation():
        page.click(".actions button[value='save']")
    assert page.locator("input.number").first.input_value() == "5"
    plain.close()
