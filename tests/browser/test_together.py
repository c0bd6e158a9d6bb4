"""Two people on one indicator in two browsers: nothing is written over, and nobody is asked without need."""

from contextlib import nullcontext

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sit_side_by_side(desk, indicator):
    """The collector and the supervisor of an agency, each with the page of this indicator open."""
    first, second = desk("sdo-collector"), desk("sdo-supervisor")
    first.open_work(indicator)
    second.page.goto(first.page.url)
    return first, second


@pytest.mark.parametrize(
    ("indicator", "kept", "result"), [("1.5", "mine", "7"), ("4.3", "theirs", "5")], ids=["mine", "theirs"]
)
def test_in_the_same_field_both_values_are_shown_and_the_second_chooses(desk, indicator, kept, result):
    first, second = sit_side_by_side(desk, indicator)
    number = "#entry-form input.number"
    with first.saving():
        first.page.type(number, "5")
    second.page.type(number, "7")
    question = second.page.locator("#conflicts fieldset")
    expect(question).to_contain_text("ธีรพงศ์")
    assert [one.strip() for one in question.locator("q").all_inner_texts()] == ["7", "5"]
    second.shoot("asked")
    first.page.reload()
    assert first.page.input_value(number) == "5"
    question.locator(f"input[value^={kept}]").check()
    with second.page.expect_navigation():
        second.page.click("#conflicts button")
    second.page.wait_for_load_state("load")
    assert second.page.input_value(number) == result
    expect(second.page.locator("#restored")).to_be_hidden()
    first.page.reload()
    assert first.page.input_value(number) == result


def test_two_details_of_one_answer_are_two_values(desk):
    first, second = sit_side_by_side(desk, "4.2 ")
    for at, said in ((first, "ตามคำสั่งที่ ๑"), (second, "ตามคำสั่งที่ ๒")):
        at.page.click(".more:has([name^='note.']) summary")
        with at.saving() if at is first else nullcontext():
            at.page.type("[name^='note.']", said)
    asked = second.page.locator("#conflicts fieldset")
    expect(asked).to_contain_text("ตามคำสั่งที่ ๑")
    expect(asked).to_contain_text("ตามคำสั่งที่ ๒")


def test_the_question_stands_where_the_person_types(desk):
    first, second = sit_side_by_side(desk, "1.1.2")
    with first.saving():
        first.page.type("[name=remedies]", "ย้ายเครื่อง")
    second.page.type("[name=remedies]", "ย้ายห้อง")
    question = second.page.locator("#conflicts fieldset")
    expect(question).to_contain_text("ย้ายเครื่อง")
    expect(second.page.locator("[name=remedies]")).to_be_in_viewport()
    expect(question).to_be_in_viewport()
    second.shoot("asked")


def test_in_different_fields_both_are_saved_and_nobody_is_asked(desk):
    first, second = sit_side_by_side(desk, "4.4")
    with first.saving():
        first.page.type("[name=obstacles]", "น้ำท่วม")
    with second.saving():
        second.page.locator("#entry-form input[value=yes]").first.check(force=True)
        second.page.type("[name=remedies]", "ย้ายเครื่อง")
    with first.saving():
        first.page.locator("#entry-form input.number").first.type("5")
    for at in (first, second):
        assert at.page.locator("#conflicts fieldset").count() == 0
        at.page.reload()
        expect(at.page.locator("#restored")).to_be_hidden()
        assert at.page.input_value("[name=obstacles]") == "น้ำท่วม"
        assert at.page.input_value("[name=remedies]") == "ย้ายเครื่อง"
        assert at.page.locator("#entry-form input[value=yes]").first.is_checked()
        assert at.page.locator("#entry-form input.number").first.input_value() == "5"
