"""Nothing typed is lost: a session that ends in the middle of a sentence, a network that goes, a tab that is closed."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SENTENCE = "จัดซื้อล่าช้ากว่าแผน ๒ เดือน เพราะน้ำท่วมพื้นที่"
OBSTACLES = "[name=obstacles]"


def sit_at(desk, indicator, username="sdo-collector", **options):
    """A person with the page of this indicator open, and nothing told in it yet: another test of the same demo may
    have been here, and whatever is typed would stand before its words."""
    at = desk(username, **options)
    at.open_work(indicator)
    if at.page.input_value(OBSTACLES):
        with at.saving():
            at.page.fill(OBSTACLES, "")
    return at


def assert_saved(at, sentence=SENTENCE):
    """The server has it: another browser of the same person, without anything kept, shows it."""
    plain = at.context.browser.new_context(
        java_script_enabled=False, storage_state={"cookies": at.context.cookies(), "origins": []}
    )
    page = plain.new_page()
    page.goto(at.page.url)
    assert page.input_value(OBSTACLES) == sentence
    plain.close()


def test_a_session_that_ends_while_typing_loses_nothing(desk):
    at = sit_at(desk, "1.1.2")
    address = at.page.url
    at.context.clear_cookies(name="sessionid")
    at.page.type(OBSTACLES, SENTENCE)
    expect(at.page.locator("#offline")).to_be_in_viewport()
    at.shoot("signed-out")
    assert at.page.input_value(OBSTACLES) == SENTENCE
    at.open_tab()
    at.page.goto("/login/")
    at.sign_in("sdo-collector")
    with at.saving():
        at.page.goto(address)
    expect(at.page.locator("#restored")).to_be_visible()
    expect(at.page.locator("#restored time")).to_have_text(re.compile(r"^\d+ [ก-๙.]+ 25\d\d \d\d:\d\d$"))
    assert at.page.input_value(OBSTACLES) == SENTENCE
    at.shoot("restored")
    assert_saved(at)


def sign_in_in_another_window(at, username):
    """Follow the banner's link, sign in there, close that window."""
    first = at.page
    with at.context.expect_page() as window:
        first.click("#offline a")
    at.page = window.value
    at.sign_in(username)
    at.page.close()
    at.page = first


def test_after_signing_in_in_another_window_the_page_goes_on_by_itself(desk):
    at = sit_at(desk, "1.1.3")
    at.context.clear_cookies(name="sessionid")
    at.page.type(OBSTACLES, SENTENCE)
    expect(at.page.locator("#offline")).to_be_visible()
    sign_in_in_another_window(at, "sdo-collector")
    with at.saving():
        at.page.type(OBSTACLES, " และฝนตก")
    expect(at.page.locator("#offline")).to_be_hidden()
    assert_saved(at, f"{SENTENCE} และฝนตก")


def test_somebody_else_who_signs_in_in_another_window_saves_nothing_of_it(desk):
    at = sit_at(desk, "2.1.1")
    at.context.clear_cookies(name="sessionid")
    at.page.type(OBSTACLES, SENTENCE)
    expect(at.page.locator("#offline")).to_be_visible()
    sign_in_in_another_window(at, "sdo-supervisor")
    asked = []
    at.page.on("response", lambda answer: asked.append((answer.url.rpartition("/")[2], answer.status)))
    with at.page.expect_response(at.page.url), at.page.expect_response("**/save"):
        at.page.type(OBSTACLES, " และฝนตก")
    expect(at.page.locator("#offline")).to_be_visible()
    assert ("save", 200) not in asked
    assert_saved(at, "")


def test_without_javascript_the_form_comes_back_through_signing_in(desk):
    at = sit_at(desk, "1.2 ระดับ", java_script_enabled=False)
    address = at.page.url
    at.context.clear_cookies(name="sessionid")
    at.page.fill(OBSTACLES, SENTENCE)
    at.page.locator("input.number").first.fill("๒")
    with at.page.expect_navigation():
        at.page.click(".actions button[value='save']")
    at.shoot("signed-out")
    at.sign_in("sdo-collector")
    at.shoot("go-on")
    with at.page.expect_navigation():
        at.page.click("main button.btn-primary")
    assert at.page.url == address
    assert at.page.input_value(OBSTACLES) == SENTENCE
    assert at.page.locator("input.number").first.input_value() == "๒"


def test_what_was_typed_without_a_network_is_saved_by_itself_when_it_is_back(desk):
    at = sit_at(desk, "1.3 ระดับ")
    at.context.set_offline(True)
    at.page.type(OBSTACLES, SENTENCE)
    expect(at.page.locator("#offline")).to_be_visible()  # the page has moved; now it stands still
    at.page.locator("#entry-form .segments label").first.click()
    expect(at.page.locator("#entry-form input[value=yes]").first).to_be_checked()
    at.shoot("offline")
    with at.saving():
        at.context.set_offline(False)
    expect(at.page.locator("#offline")).to_be_hidden()
    assert_saved(at)
    at.page.reload()
    assert at.page.input_value(OBSTACLES) == SENTENCE
    expect(at.page.locator("#restored")).to_be_hidden()


def test_what_was_typed_while_the_server_failed_is_saved_by_itself_when_it_answers_again(desk):
    at = sit_at(desk, "1.5")
    at.page.route("**/save", lambda route: route.fulfill(status=503, body="none"))
    at.page.type(OBSTACLES, SENTENCE)
    expect(at.page.locator("#offline")).to_be_visible()
    at.shoot("server-fails")
    with at.saving():  # nothing more is typed
        at.page.unroute("**/save")
    expect(at.page.locator("#offline")).to_be_hidden()
    assert_saved(at)


def lose_the_answer(at):
    """The server saves; its answer never comes back."""

    def cut(route):
        route.fetch()
        route.abort()

    at.page.route("**/save", cut)
    with at.page.expect_event("requestfailed", lambda one: one.url.endswith("/save")):
        at.page.type(OBSTACLES, SENTENCE)
    expect(at.page.locator("#offline")).to_be_visible()
    assert_saved(at)


def test_after_a_lost_answer_one_types_on_and_is_not_asked_about_ones_own_words(desk):
    at = sit_at(desk, "5.1 การดำเนินการ")
    lose_the_answer(at)
    at.page.unroute("**/save")
    with at.saving():
        at.page.type(OBSTACLES, " และฝนตก")
    expect(at.page.locator("#conflicts fieldset")).to_have_count(0)
    assert_saved(at, f"{SENTENCE} และฝนตก")


def test_after_a_lost_answer_a_page_that_is_loaded_again_goes_on_with_what_was_typed(desk):
    at = sit_at(desk, "2.2 ร้อยละ")
    lose_the_answer(at)
    at.context.set_offline(True)
    at.page.type(OBSTACLES, " และฝนตก")
    address = at.page.url
    at.page.close()
    at.context.set_offline(False)
    at.open_tab()
    with at.saving():
        at.page.goto(address)
    expect(at.page.locator("#conflicts fieldset")).to_have_count(0)
    assert_saved(at, f"{SENTENCE} และฝนตก")


def test_a_tab_closed_without_a_network_gives_back_what_was_typed(desk):
    at = sit_at(desk, "1.4.1")
    address = at.page.url
    at.context.set_offline(True)
    at.page.type(OBSTACLES, SENTENCE)
    at.page.locator("input.number").first.fill("๒")
    at.page.close()
    at.context.set_offline(False)
    at.open_tab()
    with at.saving():
        at.page.goto(address)
    expect(at.page.locator("#restored")).to_be_visible()
    assert at.page.input_value(OBSTACLES) == SENTENCE
    assert at.page.locator("input.number").first.input_value() == "๒"
    assert_saved(at)


def test_comments_that_were_sent_all_stand_there_and_none_comes_back_as_a_draft(desk):
    at = sit_at(desk, "1.4.1")
    at.page.click(".comments summary")
    for said in ("ใช้คำสั่งฉบับใหม่", "แนบแล้ว"):
        at.page.fill(".comments textarea", said)
        at.page.click(".comments .say button")
        expect(at.page.locator(".thread li", has_text=said)).to_be_visible()
    at.page.reload()
    expect(at.page.locator(".thread li")).to_have_count(2)
    expect(at.page.locator("#restored")).to_be_hidden()


def test_what_was_said_once_and_taken_does_not_come_back_as_not_saved(desk):
    at = desk("reviewer")
    at.page.goto("/review/?state=in_review")
    at.follow("td a")
    at.follow("td a")
    line = at.page.locator(".review-line").first
    line.locator("summary:has-text('สอบถามหน่วยงาน')").click()
    line.locator("textarea[name=text]").fill(SENTENCE)
    with at.page.expect_navigation():
        line.locator("button[form^=ask-]").click()
    expect(line.locator(".question-answer").last).to_contain_text(SENTENCE)
    expect(at.page.locator("#restored")).to_be_hidden()
    assert line.locator("textarea[name=text]").input_value() == ""


def test_what_one_person_typed_is_never_shown_to_another_on_the_same_computer(desk):
    at = sit_at(desk, "1.4.2")
    address = at.page.url
    at.context.set_offline(True)
    at.page.type(OBSTACLES, SENTENCE)
    at.page.close()
    at.context.set_offline(False)
    at.open_tab()
    at.page.goto("/")
    at.sign_out()
    at.page.goto("/login/")
    at.sign_in("sdo-supervisor")
    at.page.goto(address)
    at.page.wait_for_load_state("load")
    expect(at.page.locator("#restored")).to_be_hidden()
    assert at.page.input_value(OBSTACLES) == ""
    assert SENTENCE not in at.page.content()
    at.shoot("somebody-else")
    at.sign_out()
    at.page.goto("/login/")
    at.sign_in("sdo-collector")
    at.page.goto(address)
    expect(at.page.locator("#restored")).to_be_visible()
    assert at.page.input_value(OBSTACLES) == SENTENCE
