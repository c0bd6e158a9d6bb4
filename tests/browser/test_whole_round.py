"""An agency's whole round, every kind of criterion, with and without JavaScript; scores on the pages are the fold's.

The form of FY2562 has measures with and without a formula, checks, checklists, weighted parts, what does not apply, and
a rating that the reviewer gives; that of FY2558 has what requires something else. Milestones: test_stories.py.
It sends the scorecard on which the other stories work, so it has a demo of its own.
"""

from itertools import cycle

import pytest
from playwright.sync_api import expect

from indicators.answer_files import fit_answers
from indicators.documents import read_framework_file
from indicators.frozen import rubrics_of
from indicators.scoring import node_document, read_framework, score_framework
from scorecards.scoring import find_indicator
from tests.browser.conftest import filled
from tests.demo_running import running_demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ON_A_SCALE = ("3.25", "๔.๕")
NUMBERS = ("๓,๖๒๐", "120", "100", "20,840,070", "97")


@pytest.fixture(scope="module")
def demo(tmp_path_factory, browser_type_launch_args):
    with running_demo(filled(tmp_path_factory)) as running:
        yield running


def by_the_fold(form, answers):
    """The scorecard's node document for answers as they were typed."""
    tree = read_framework(read_framework_file(form))
    rubrics = rubrics_of(tree)
    return node_document(score_framework(tree, fit_answers(rubrics, answers), round=12))


def fill_in(page, numbers, checks):
    """Tick each check and type a number into each field; returns {criterion: answer} as typed."""
    answers = {}
    for line in page.locator("#entry-form .segments").all():
        said = next(checks)
        radio = line.locator(f"input[value={said}]")
        radio.check(force=True)
        answers[radio.get_attribute("name").partition(".")[2]] = said
    for field in page.locator("#entry-form input.number").all():
        typed = next(numbers)
        field.fill(typed)
        what, key, *name = field.get_attribute("name").split(".")
        if what == "input":
            answers.setdefault(key, {"inputs": {}})["inputs"][name[0]] = typed
        else:
            answers[key] = typed
    return answers


def set_aside(page, criterion, reason):
    """Say why a criterion does not apply; returns its answer."""
    line = page.locator(f'[id="criterion-{criterion}"]')
    line.locator(".more:has([name^='na.']) summary").click()
    line.locator("[name^='na.']").fill(reason)
    return {"na": reason}


def score_on(page):
    """The score that an indicator's page shows, "" where there is none yet."""
    figure = page.locator("#score .score .figure")
    return figure.inner_text() if figure.count() else ""


def indicators_of(at, round_name="12"):
    """{code: address} of the indicators on the SAR card."""
    at.page.goto("/scorecards/")
    at.follow(f"tr:has-text('{round_name} เดือน') td a")
    lines = at.page.locator("tbody tr:not(.group)").all()
    return {one.locator("td").first.inner_text(): one.locator("a").get_attribute("href") for one in lines}


def assert_card_shows(at, card, result):
    """The SAR card prints the same self scores and total as the fold gives."""
    at.goto(card)
    for line in at.page.locator("tbody tr:not(.group)").all():
        code = line.locator("td").first.inner_text()
        shown = line.locator(".score .figure").all_inner_texts()[:1]
        assert shown == [text for text in [find_indicator(result, code)["score_shown"]] if text], code
    assert at.page.locator(".totals .figure").first.inner_text() == result["score_shown"]


def attach(at, letter):
    """Prove the indicator's last criterion; without JavaScript by the button beside the file, which saves what else
    stands on the page."""
    at.page.locator("#entry-form input[type=file]").last.set_input_files(letter)
    if not at.has_scripts:
        with at.page.expect_navigation():
            at.page.locator(".evidence-send").last.click()
        # The address leads to the file: what is pressed before the page has gone there is not where it was.
        expect(at.page.locator(f"a:text-is('{letter.name}')")).to_be_in_viewport()
    at.page.locator(f"a:text-is('{letter.name}')").wait_for()


def report(collector, paths, letter):
    """Fill in and propose every indicator; returns ({code: answers}, {code: score on its page})."""
    numbers, scale, checks = cycle(NUMBERS), cycle(ON_A_SCALE), cycle(["yes", "yes", "no"])
    answers, shown = {}, {}
    for code, path in paths.items():
        collector.page.goto(path)
        answers[code] = fill_in(collector.page, scale if code == "D.1" else numbers, checks)
        if code == "D.1":
            answers[code]["assigned"] = set_aside(collector.page, "assigned", "คณะกรรมการไม่ได้มอบหมายงานอื่น")
        if code == "4.1":  # the one that must be proved
            attach(collector, letter)
        collector.do("เสนอผู้กำกับดูแล")
        assert "เสนอผู้กำกับดูแลตัวชี้วัดแล้ว" in collector.page.inner_text("main")
        shown[code] = score_on(collector.page)
    return answers, shown


def test_every_kind_of_criterion_from_a_blank_card_to_the_reviewers_rating(desk, letter):
    collector = desk("sdo-collector")
    paths = indicators_of(collector)
    card = collector.page.url
    answers, shown = report(collector, paths, letter)
    result = by_the_fold("sdo-2562", answers)
    assert shown == {code: find_indicator(result, code)["score_shown"] for code in paths}
    assert len(set(shown.values())) > 3
    collector.shoot("filled-in")
    collector.page.goto(f"{paths['4.2']}history")
    assert "จำนวนเงินที่เบิกจ่าย = " in collector.page.inner_text("main")  # by the form's words, not by its keys
    supervisor = desk("sdo-supervisor")
    for path in paths.values():
        supervisor.page.goto(path)
        supervisor.do("รับรอง")
    head = desk("sdo-head")
    head.send_report()
    assert_card_shows(head, card, result)
    head.shoot("card")

    reviewer = desk("reviewer")
    reviewer.page.goto(card.replace("/scorecards/", "/review/"))
    reviewer.do("เริ่มตรวจประเมิน")
    reviewer.page.goto(f"{reviewer.page.url}D.2/")
    assert reviewer.page.locator("[value=agree_all]:visible").count() == 0  # nobody said anything to agree to
    reviewer.page.locator("[id='criterion-competence'] input[value=change]").check(force=True)
    reviewer.page.select_option("[id='criterion-competence'] select", "level4")
    reviewer.page.fill("[id='criterion-competence'] textarea[name^=reason]", "พิจารณาจากรายงานและการสัมภาษณ์")
    reviewer.shoot("rated")
    with reviewer.page.expect_navigation():
        reviewer.page.click(".actions button[value=save]")
    rated = by_the_fold("sdo-2562", answers | {"D.2": {"competence": {"option": "level4"}}})
    scores = reviewer.page.locator("#scores .score .figure").all_inner_texts()
    assert scores == [find_indicator(rated, "D.2")["score_shown"]]


def give_form(desk, form, agency):
    """The administrator gives the form to an agency and opens its twelve-month round, without JavaScript."""
    admin = desk("admin", java_script_enabled=False)
    admin.goto("/frameworks/")
    admin.follow(f"tr:has-text('{form}') a")
    admin.follow("text=หน่วยงานที่ใช้แบบนี้")
    admin.page.check(f"tr:has-text('{agency}') input")
    admin.do("กำหนดแบบให้หน่วยงานที่เลือก")
    with admin.page.expect_navigation():
        admin.page.click(".openings li:has-text('รอบ 12 เดือน') button")
    while admin.page.locator("main button:has-text('ดำเนินการต่อ')").count():
        admin.do("ดำเนินการต่อ")
    admin.shoot("opened")


def report_plainly(desk):
    """Without JavaScript, from a blank indicator to what the head sends; returns the card's address."""
    collector = desk("dept-collector", java_script_enabled=False)
    collector.open_work("5 การพัฒนาประสิทธิภาพ")
    path = collector.page.url
    answers = fill_in(collector.page, iter(()), cycle(["yes"]))
    for appointed, score in (("no", "2.5000"), ("yes", "5.0000")):  # the tasks require the appointment
        answers["appointed"] = appointed
        collector.answer("appointed", appointed)
        collector.follow(".actions button[value='save']")
        collector.shoot(appointed)
        result = by_the_fold("ict-2558", {"5": answers})
        assert score_on(collector.page) == find_indicator(result, "5")["score_shown"] == score
        assert ("(1. มีการแต่งตั้ง CIO)" in collector.page.inner_text("#score")) == (appointed == "no")
    collector.do("เสนอผู้กำกับดูแล")
    assert "เสนอผู้กำกับดูแลตัวชี้วัดแล้ว" in collector.page.inner_text("main")
    supervisor = desk("dept-supervisor", java_script_enabled=False)
    supervisor.goto(path)
    supervisor.do("รับรอง")
    head = desk("dept-head", java_script_enabled=False)
    head.send_report()
    assert_card_shows(head, head.page.url, result)
    return head.page.url.removeprefix(head.address)


def test_without_javascript_from_filling_in_to_sending(desk):
    give_form(desk, "ict-2558", "กรมพัฒนาธุรกิจการค้า")
    report_plainly(desk)


def test_without_javascript_every_kind_of_criterion_is_reported_and_sent(desk, letter):
    give_form(desk, "sdo-2562", "กรมพัฒนาธุรกิจการค้า")
    collector = desk("dept-collector", java_script_enabled=False)
    paths = indicators_of(collector, "2562 · รอบ 12")
    answers, shown = report(collector, paths, letter)
    result = by_the_fold("sdo-2562", answers)
    assert shown == {code: find_indicator(result, code)["score_shown"] for code in paths}
    supervisor = desk("dept-supervisor", java_script_enabled=False)
    for path in paths.values():
        supervisor.page.goto(path)
        supervisor.do("รับรอง")
    head = desk("dept-head", java_script_enabled=False)
    head.send_report()
    assert_card_shows(head, head.page.url, result)
