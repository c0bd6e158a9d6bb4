"""Where the keyboard stands after something was pressed: never nowhere."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_reach import open_page, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def press_on(page, selector, key="Enter"):
    page.locator(selector).first.focus()
    page.keyboard.press(key)


def outline_of(element) -> list[str]:
    """[style, colour] of the line around an element."""
    return element.evaluate("one => [getComputedStyle(one).outlineStyle, getComputedStyle(one).outlineColor]")


def test_an_answer_that_is_given_shows_that_it_has_the_focus(desk):
    at = desk("sdo-collector")
    at.open_work("5.1 ")
    at.page.keyboard.press("Alt+ArrowDown")
    at.page.keyboard.press("y")
    answer = at.page.locator("#entry-form input:checked:focus")
    assert outline_of(answer.locator("xpath=../.."))[0] == "solid"
    assert outline_of(answer.locator("xpath=../span")) == [
        "solid",
        "rgb(255, 255, 255)",
    ]  # the ground is the accent


def test_letters_do_something_only_within_a_criterion(desk):
    at = desk("sdo-collector")
    at.open_work("5.1 ")
    focused, lines = at.page.locator(":focus"), at.page.locator("#entry-form .criterion")
    at.page.keyboard.press("j")
    expect(focused).to_have_count(0)
    at.page.keyboard.press("Alt+ArrowDown")
    expect(lines.nth(0).locator(":focus")).to_have_count(1)
    at.page.keyboard.press("j")
    expect(lines.nth(1).locator(":focus")).to_have_count(1)


def test_what_was_not_understood_has_the_focus(desk):
    at = desk("sdo-collector")
    at.open_work("4.2 ")
    at.page.locator("input.number").first.fill("มาก")
    at.follow("#entry-form .actions button")
    expect(at.page.locator(".refused")).to_be_focused()


def test_a_dialog_that_refuses_keeps_the_focus_and_gives_it_back(desk):
    at = desk("sdo-collector")
    at.open_work("5.1 ")
    page, opener = at.page, at.page.locator("a[data-evidence-dialog]").first
    press_on(page, "a[data-evidence-dialog]")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name(page.locator("#dialog-heading").inner_text())
    press_on(page, "dialog form:last-of-type button")
    expect(page.locator("dialog #link-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_the_menu_of_a_person_gives_the_focus_back(desk):
    page = desk("sdo-collector").page
    press_on(page, ".menu summary")
    page.keyboard.press("Tab")
    expect(page.locator(".menu-list a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".menu summary")).to_be_focused()


def test_a_comment_that_was_said_leaves_the_focus_at_its_thread(desk):
    at = desk("sdo-collector")
    at.open_work("5.1 ")
    press_on(at.page, ".comments summary")
    at.page.keyboard.press("Tab")
    at.page.keyboard.type("ขอเอกสาร")
    at.page.keyboard.press("Tab")
    with at.page.expect_response("**/comment/**"):
        at.page.keyboard.press("Enter")
    expect(at.page.locator(".comments .thread").first).to_contain_text("ขอเอกสาร")
    expect(at.page.locator(".comments :focus")).to_have_count(1)


def test_a_long_table_is_passed_over_with_one_press(desk):
    page = desk("observer").page
    page.goto("/dashboards/heat/?year=2563&months=12")
    table = page.locator(".table-holder").first
    table.focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".skip:focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert table.evaluate("table => !table.contains(document.activeElement)")
    after = (
        "table => table.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING"
    )
    assert table.evaluate(after)


def test_in_the_editor_the_part_is_one_press_away_and_moving_it_keeps_the_focus(desk):
    at = desk("admin")
    open_page(at, "editor-criterion")
    page, keys = at.page, at.page.keyboard
    page.goto(page.url)
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    keys.press("Tab")
    expect(page.locator("#part :focus")).to_have_count(1)
    page.locator("button[data-key=down]").focus()
    press(page, "Enter")
    expect(page.locator("button[data-key=down]")).to_be_focused()


def test_the_link_to_handing_a_review_over_opens_it_and_the_next_stop_is_its_reason(desk):
    at = desk("reviewer")
    at.page.goto("/review/?state=in_review")
    at.follow("td a:has-text('กรมบัญชีกลาง')")
    at.follow("tr:has(td:text-is('9')) a")
    at.follow("a[href$='#hand-over']")
    expect(at.page.locator("#hand-over textarea")).to_be_visible()
    at.page.keyboard.press("Tab")
    expect(at.page.locator("#hand-over textarea")).to_be_focused()


def test_what_was_done_is_told_where_it_was_done_and_one_goes_on_from_there(desk):
    at = desk("sdo-head")
    at.page.goto("/scorecards/")
    at.follow("tr:has-text('6 เดือน') td a")
    at.follow("tr:has(td:text-is('2.1.1')) a")
    at.page.fill("#appeal-text", "ผลสำรวจอยู่ในรอบ")
    at.page.keyboard.press("Tab")
    at.page.keyboard.press("Tab")
    at.page.keyboard.press("Tab")
    press(at.page, "Enter")
    told = at.page.locator("main .notice:focus")
    expect(told).to_contain_text("รับคำขอทบทวนแล้ว")
    expect(told).to_be_in_viewport()
    expect(at.page.locator(".notice:focus + #appeal")).to_be_in_viewport()


def test_after_the_rest_was_agreed_to_the_next_press_goes_on(desk):
    at = desk("reviewer")
    at.page.goto("/review/?state=in_review")
    at.follow("td a:has-text('สถาบันรับรองคุณภาพ')")
    at.follow("tr:has(td:text-matches('^[^0-9]*0 / ')) td a")
    page = at.page
    page.locator("#agree-rest").focus()
    press(page, "Enter")
    onward = page.locator("main .actions .btn-primary")
    expect(onward).to_be_focused()
    expect(onward).to_have_accessible_description("บันทึกผลการพิจารณาแล้ว")
    here = page.url
    press(page, "Enter")
    assert page.url != here


def test_a_file_is_chosen_by_key_and_the_focus_comes_back_to_where_the_next_is_chosen(desk, letter):
    at = desk("dept-head")
    # From here on the browser hands choosers over; asked for with the key's press, it may come too late.
    at.page.on("filechooser", lambda _chooser: None)
    at.page.goto("/scorecards/")
    at.follow("tr:has-text('6 เดือน') td a")
    at.follow("td a:has-text('ระบบติดตาม')")
    page, chooser = at.page, at.page.locator("#appeal input[type=file]")
    page.locator("#appeal-text").focus()
    page.keyboard.press("Tab")
    expect(chooser).to_be_focused()
    assert outline_of(chooser.locator("xpath=.."))[0] == "solid"
    with page.expect_file_chooser() as opened:
        page.keyboard.press("Enter")
    opened.value.set_files(letter)
    expect(page.locator("#appeal .evidence-file")).to_contain_text(letter.name)
    expect(chooser).to_be_focused()


def test_the_enter_key_on_a_tick_approves_nothing(desk):
    at = desk("chief")
    at.page.goto("/review/committee/")
    at.asked.clear()
    at.page.locator("tbody input[name=card]").first.focus()
    at.page.keyboard.press("Enter")
    at.page.keyboard.press("Tab")
    expect(at.page.locator("tbody a:focus")).to_have_count(1)  # the page is the same one
    assert [one for one in at.asked if one.method == "POST"] == []


def test_thai_on_an_english_page_is_named_thai(desk):
    at = desk("sdo-collector")
    at.follow("button[lang=en]")
    language = "one => one.closest('[lang]').lang"
    assert at.page.locator("h1").evaluate(language) == "en"
    assert at.page.locator("header summary").evaluate(language) == "th"  # her name
    assert at.page.locator("header summary .soft").evaluate(language) == "en"  # her role
