"""Everybody can use the pages: WCAG by axe, a phone's width, the keyboard alone."""

import re
from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from config.demo.people import PASSWORD
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

PAGES = {
    "sdo-collector": [
        "/", "/scorecards/", "card", "rounds", "changes", "record", "entry", "plan", "history", "/frameworks/",
        "/me/delegations", "/me/reminders", "contacts", "/me/data", "/account/",
    ],
    "sdo-head": ["missing", "more-time", "/dashboards/heat/?year=2562&months=6"],
    "reviewer": ["/", "/review/", "decide", "indicator", "return"],
    "observer": ["/dashboards/", "/dashboards/heat/?year=2563&months=6", "/dashboards/distribution/?year=2563&months=6",
                 "/dashboards/trend/?year=2563", "/dashboards/compared/?year=2563&months=6",
                 "/dashboards/profile/?year=2563&months=6", "/results/?year=2562",
                 "/results/2562/dga/", "/results/2562/film/", "/check/"],
    "admin": ["/operations/", "/people/", "/people/dga/ministry", "/privacy/", "/review/publish/", "/review/assign/",
              "/reports/tables/", "/frameworks/", "/frameworks/years/2562/", "/frameworks/years/2562/12/more-time",
               "form", "agencies", "own-form", "extension", "time-request", "editor", "editor-criterion",
               "editor-taking", "person", "person-account"],
    "chief": ["/reports/", "/reports/batches/", "/reports/batches/new/?content=sent"],
}  # fmt: skip
OF_THE_CARD = {
    "rounds": "?rounds=all",
    "missing": "missing",
    "more-time": "more-time",
    "changes": "changes",
    "record": "record",
    "contacts": "contacts",
}
OF_THE_INDICATOR = {"entry": "", "plan": "plan", "history": "history"}
OF_A_PERSON = {"person": ["td a"], "person-account": ["td a", "a[href$='/account']"]}
CONFIGURING = {
    "form": ["tr:has-text('sdo-2562') a"],
    "agencies": ["tr:has-text('sdo-2562') a", "text=หน่วยงานที่ใช้แบบนี้"],
    "own-form": ["tr:has-text('sdo-2562') a", "text=หน่วยงานที่ใช้แบบนี้", "td:nth-child(5) a >> nth=0"],
    "extension": [
        "tr:has-text('sdo-2562') a",
        "text=หน่วยงานที่ใช้แบบนี้",
        "td:nth-child(5) a >> nth=0",
        "a[href*='/extend/'] >> nth=0",
    ],
    "editor": ["tr:has-text('sdo-2562') a", "summary:has-text('ดำเนินการต่อจากแบบนี้')", "text=สร้างแบบของปีถัดไป"],
    "editor-criterion": [
        "tr:has-text('sdo-2562') a",
        "summary:has-text('ดำเนินการต่อจากแบบนี้')",
        "text=สร้างแบบของปีถัดไป",
        "#tree a:has-text('1.1.3')",
        "#tree .kind-checklist, #tree .kind-measure",
    ],
    "editor-taking": [
        "tr:has-text('sdo-2562') a",
        "summary:has-text('ดำเนินการต่อจากแบบนี้')",
        "text=สร้างแบบของปีถัดไป",
        "#tree .kind-component >> nth=0",
        "a[href*='/elsewhere/']",
    ],
}


# Texts with a letter or a syllable to a line, so that they are three times as high as they are wide.
ON_END = """() => {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), found = [];
  const range = document.createRange();
  while (texts.nextNode()) {
    range.selectNodeContents(texts.currentNode);
    const { width, height } = range.getBoundingClientRect();
    const text = texts.currentNode.textContent.trim();
    if (text.length > 3 && width > 1 && width < 32 && height > 3 * width) found.push(text);
  }
  return found;
}"""
# What can have the focus and, having it, lies wholly under something that stays in view.
HIDDEN_FOCUS = """() => {
  const reached = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
  return reached.filter((one) => {
    one.focus();
    if (document.activeElement !== one || one.tabIndex < 0) return false;
    const shown = getComputedStyle(one).opacity === "0" ? one.closest("label") : one;
    const boxes = [...shown.getClientRects()];
    return !boxes.some((box) => [0.1, 0.5, 0.9].some((x) => [0.1, 0.5, 0.9].some((y) => {
      const there = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return there && (shown.contains(there) || one.closest("label")?.contains(there));
    })));
  }).map((one) => one.outerHTML.slice(0, 200));
}"""


def open_page(desk, name):
    """An address, or a page that is found by following links."""
    page = desk.page
    if name.startswith("/"):
        page.goto(name)
    elif name in OF_THE_INDICATOR:
        desk.open_work("2.1.1")
        page.goto(page.url + OF_THE_INDICATOR[name])
    elif name in CONFIGURING or name in OF_A_PERSON:
        page.goto("/frameworks/" if name in CONFIGURING else "/people/dga/")
        for step in CONFIGURING.get(name) or OF_A_PERSON[name]:
            page.click(step) if step.startswith("summary") else desk.follow(step)
    elif name == "time-request":
        page.goto("/")
        desk.follow("a[href*='/more-time/'] >> nth=0")
    elif name == "card" or name in OF_THE_CARD:
        page.goto("/scorecards/")
        desk.follow("tr:has-text('12') td a")
        page.goto(page.url + OF_THE_CARD.get(name, ""))
    else:
        page.goto("/review/?state=in_review")
        desk.follow("td a")
        if name == "return":
            page.goto(f"{page.url}return")
        elif name == "indicator":
            desk.follow("td a")


def assert_fits(page):
    """The page itself never scrolls sideways, however wide its tables are."""
    assert page.locator("html").evaluate("page => page.scrollWidth") <= page.viewport_size["width"]
    menu = page.locator("header nav")
    assert menu.evaluate("menu => menu.scrollWidth <= menu.clientWidth"), (
        "a part of the main menu is out of sight"
    )


def assert_reads_in_lines(page):
    """No column is so narrow that a text stands on end, a letter or two to a line."""
    assert page.evaluate(ON_END) == []


def assert_focus_is_seen(page):
    """Nothing that stays in view covers what has the focus (WCAG 2.4.11)."""
    page.emulate_media(reduced_motion="reduce")  # no page glides there: it is asked at once
    assert page.evaluate(HIDDEN_FOCUS) == []


@pytest.fixture(scope="module")
def signed_in():
    """{username: cookies}: signing in is looked at elsewhere."""
    return {}


@pytest.mark.parametrize(("username", "name"), [(who, one) for who, names in PAGES.items() for one in names])
def test_page(desk, signed_in, username, name):
    at = desk(username, signed_in=signed_in.get(username))
    signed_in[username] = at.signed_in()
    open_page(at, name)
    at.shoot(name.strip("/").replace("/", "-") or "start")
    found = Axe().run(at.page, options=RULES)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    assert_focus_is_seen(at.page)
    at.page.set_viewport_size(PHONE)
    at.shoot(f"phone-{name.strip('/') or 'start'}")
    assert_fits(at.page)
    assert_reads_in_lines(at.page)
    assert_focus_is_seen(at.page)


def tab_to(page, selector):
    """Press Tab until one of these has the focus."""
    wanted = page.locator(f"{selector} >> nth=0")
    for _press in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def press(page, key):
    """Press a key that opens another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def sign_in_by_keys(page):
    page.goto("/login/")
    tab_to(page, "[name=username]")
    page.keyboard.type("sdo-collector")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")


def skip_to_the_content(page):
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "ข้ามไปยังเนื้อหา"
    page.keyboard.press("Enter")


def test_with_the_keyboard_alone_from_signing_in_to_proposing(desk):
    at = desk("sdo-collector")
    at.sign_out()
    page, keys = at.page, at.page.keyboard
    sign_in_by_keys(page)
    tab_to(page, ".work a:has-text('4.1 ระดับ')")
    press(page, "Enter")
    skip_to_the_content(page)
    keys.press("Alt+ArrowDown")  # the first criterion is a number
    keys.type("๙๒.๕")
    keys.press("Enter")  # the next one is yes or no
    keys.press("y")
    keys.press("ArrowRight")
    answer = page.locator("#entry-form input:checked")
    expect(answer).to_have_value("no")
    keys.press("k")
    expect(page.locator("#entry-form input.number")).to_be_focused()
    keys.press("Alt+ArrowDown")
    expect(answer).to_be_focused()
    tab_to(page, "main .actions .btn-primary")
    press(page, "Enter")
    assert "เสนอผู้กำกับดูแลตัวชี้วัดแล้ว" in page.inner_text("main")
    assert page.locator("#entry-form input.number").input_value() == "๙๒.๕"


def test_with_keys_a_reviewer_reads_the_evidence_beside_the_ruling_and_rules(desk):
    at = desk("reviewer")
    at.page.goto("/review/?state=in_review")
    at.follow("td a:has-text('กรมบัญชีกลาง')")
    at.follow("tr:has(td:text-is('9')) a")
    line = at.page.locator(".review-line").first
    at.page.keyboard.press("Alt+ArrowDown")
    at.page.keyboard.press("o")
    expect(line.locator(".evidence-place .evidence-frame")).to_be_visible()
    expect(line.locator(".segments")).to_be_in_viewport()
    at.shoot("beside")
    at.page.keyboard.press("c")
    expect(line.locator("input[value=change]")).to_be_checked()
    at.page.keyboard.press("o")
    expect(line.locator(".evidence-place")).to_have_count(0)


def test_an_indicator_is_filled_in_on_a_phone(desk):
    at = desk("sdo-collector", viewport=PHONE, has_touch=True, is_mobile=True)
    at.open_work("5.1 ")
    at.page.tap("#next-unanswered")
    expect(at.page.locator("#entry-form .criterion:target .segments")).to_be_in_viewport()
    with at.saving():
        for line in at.page.locator("#entry-form .segments").all():
            line.locator("label").first.tap()
        at.page.locator("[name=obstacles]").tap()
        at.page.keyboard.type("น้ำท่วม")
    assert at.page.locator("#entry-form input[value=yes]:checked").count() == 6
    expect(at.page.locator("#next-unanswered")).to_have_count(0)
    assert_fits(at.page)
    at.shoot("filled-in")


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


# Pairs of cells that lie upon each other.
OVERLAPPING = """rows => rows.flatMap(row => [...row.cells].slice(1).filter((cell, before) => {
  const range = document.createRange();
  const box = (one) => (range.selectNodeContents(one), range.getBoundingClientRect());
  const left = box(row.cells[before]), right = box(cell);
  return left.right > right.left && left.bottom > right.top + 1 && right.bottom > left.top + 1;
}).map(cell => cell.innerText))"""


@pytest.mark.parametrize("language", ["th", "en"])
def test_on_a_phone_a_long_state_stands_beneath_the_day_and_not_upon_it(desk, language):
    at = desk("reviewer", viewport=PHONE, has_touch=True, is_mobile=True)
    if language == "en":
        at.follow("button[lang=en]")
    at.goto("/scorecards/")
    assert at.page.locator(".stacked tbody tr").evaluate_all(OVERLAPPING) == []
    assert_fits(at.page)


LISTS = {
    "chief": ["/review/", "/review/committee/", "/review/assign/", "/frameworks/", "/frameworks/5/",
              "/frameworks/5/since/4/", "record"],
    "admin": ["/people/", "/people/dga/", "/frameworks/years/2562/12/more-time", "agencies", "own-form"],
    "reviewer": ["decide"],
    "sdo-collector": ["card"],
    "observer": ["/dashboards/"],
}  # fmt: skip


@pytest.mark.parametrize(("username", "name"), [(who, one) for who, names in LISTS.items() for one in names])
def test_on_a_phone_a_table_of_words_is_a_list_that_nobody_scrolls_sideways(desk, signed_in, username, name):
    at = desk(username, viewport=PHONE, has_touch=True, is_mobile=True, signed_in=signed_in.get(username))
    signed_in[username] = at.signed_in()
    open_page(at, name)
    at.shoot(f"list-{name.strip('/')}")
    wider = "holders => holders.filter(one => one.scrollWidth > one.clientWidth).map(one => one.outerHTML)"
    assert at.page.locator(".table-holder:has(.stacked)").evaluate_all(wider) == []
    assert at.page.locator(".stacked tbody tr").count() > 0
    seen = at.page.locator(".stacked tbody tr:not(:has(.visually-hidden))")
    assert seen.evaluate_all(OVERLAPPING) == []
    assert_fits(at.page)


def roles_of_tables(at) -> Counter:
    """What of tables the browser tells a screen reader, and how many of each."""
    nodes = at.context.new_cdp_session(at.page).send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(one["role"]["value"] for one in nodes if not one["ignored"])
    return Counter({one: roles[one] for one in ("table", "row", "columnheader", "rowheader", "cell")})


@pytest.mark.parametrize(("username", "name"), [("admin", "own-form"), ("sdo-collector", "card")])
def test_a_list_on_a_phone_is_to_a_screen_reader_the_table_that_it_was(desk, signed_in, username, name):
    """Cells that are empty count as well: with them each cell stays under the head of its column."""
    at = desk(username, viewport=DESKTOP, signed_in=signed_in.get(username))
    open_page(at, name)
    wide = roles_of_tables(at)
    at.page.set_viewport_size(PHONE)
    assert at.page.locator("td:empty").count() > 0
    assert roles_of_tables(at) == wide
    assert wide["columnheader"] > 0


@pytest.mark.parametrize(
    ("username", "name", "whose"),
    [
        ("observer", "/dashboards/distribution/?year=2563&months=6", ".pinned tbody td:first-child"),
        ("sdo-collector", "plan", ".plan-table th[scope]"),
        ("sdo-collector", "plan", ".plan-table td.soft"),
        ("admin", "/review/indicator/5/5/?round=6", ".compared tbody .beneath"),
    ],
)
def test_on_a_phone_whose_figures_they_are_stays_in_view_beside_them(desk, signed_in, username, name, whose):
    at = desk(username, viewport=PHONE, signed_in=signed_in.get(username))
    open_page(at, name)
    at.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    first = at.page.locator(whose).first
    first.scroll_into_view_if_needed()
    expect(first).to_be_in_viewport(ratio=1)
    holder = at.page.locator(".table-holder").filter(has=at.page.locator(whose)).first
    assert holder.evaluate("one => (one.scrollTo(one.scrollWidth, 0), one.scrollLeft)") > 0
    at.shoot(f"pinned-{name.strip('/').partition('/')[0]}")
    expect(first).to_be_in_viewport(ratio=1)


def test_on_a_phone_figures_in_four_columns_are_seen_at_once(desk):
    page = desk("observer", viewport=PHONE).page
    page.goto("/dashboards/compared/?year=2563&months=6")
    holder = page.locator(".table-holder:has(.pinned)").first
    assert holder.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_on_a_phone_a_state_in_the_comparison_stays_in_its_column(desk):
    page = desk("admin", viewport=PHONE).page
    page.goto("/review/indicator/5/5/?round=12")
    beyond = """states => states.filter((one) => {
      const cell = one.closest("th").getBoundingClientRect();
      return one.getBoundingClientRect().right > cell.right;
    }).map((one) => one.innerText)"""
    states = page.locator(".compared .state")
    assert states.count() > 0
    assert states.evaluate_all(beyond) == []


@pytest.mark.parametrize("width", [700, 844, 1366])
def test_a_head_of_one_word_is_not_broken(desk, width):
    page = desk("observer", viewport={"width": width, "height": 390}).page
    page.goto("/results/2562/dga/")
    lines = """heads => heads.map((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
    })"""
    heads = page.locator("th").filter(has_text=re.compile("^(หน่วยวัด|น้ำหนัก)$"))
    assert heads.evaluate_all(lines) == [1, 1]


def is_shaded_on_the_right(page, holder) -> bool:
    """Whether the box's own background is seen on its right edge."""
    box = holder.bounding_box()
    edge = {"x": box["x"] + box["width"] - 8, "y": box["y"] + 16, "width": 6, "height": 60}
    paint, seen = "(one, image) => { one.style.backgroundImage = image; }", []
    for image in ("", "none"):
        holder.evaluate(paint, image)
        seen.append(page.screenshot(clip=edge))
    holder.evaluate(paint, "")
    return seen[0] != seen[1]


def test_on_a_phone_a_table_that_goes_on_beyond_its_box_shows_it_until_its_end_is_reached(desk):
    page = desk("admin", viewport=PHONE).page
    page.goto("/review/indicator/5/5/?round=6")
    holder = page.locator(".table-holder:has(.compared)")
    assert is_shaded_on_the_right(page, holder)
    holder.evaluate("one => one.scrollTo(one.scrollWidth, 0)")
    assert not is_shaded_on_the_right(page, holder)
