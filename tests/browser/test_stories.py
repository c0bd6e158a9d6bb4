"""The main job for the form of FY2563: from blank items to the published PDF. FY2556: test_whole_way.py."""

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import pick

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def text_of(path):
    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def send(desk, username):
    """The head of the agency declares and sends."""
    head = desk(username)
    head.send_report()
    return head


def take_up(desk, agency):
    """A reviewer finds the scorecard in the queue and begins."""
    reviewer = desk("reviewer")
    reviewer.goto("/review/?state=submitted")
    reviewer.shoot("queue")
    reviewer.follow(f"td a:has-text('{agency}')")
    reviewer.do("เริ่มตรวจประเมิน")
    reviewer.shoot("decide")
    return reviewer


def disagree(reviewer, code, criterion, reason):
    """Change one answer to "no" and say why; agree to all others."""
    reviewer.page.click(f"tr:has(td:text-is('{code}')) a")
    line = reviewer.page.locator(f'[id="criterion-{criterion}"]')
    pick(line, "change")
    line.locator("select").select_option("no")
    line.locator("textarea[name^=reason]").fill(reason)
    reviewer.page.wait_for_selector("#scores .down")
    reviewer.shoot("review")
    reviewer.do("ข้อที่เหลือ")


def agree_to_all(reviewer, path, code):
    reviewer.goto(f"{path}{code}/")
    reviewer.do("ข้อที่เหลือ")


def publish(desk, path):
    """The chief reviewer approves, another one publishes."""
    chief = desk("chief")
    chief.goto(path)
    chief.do("เห็นชอบ")
    chief.shoot("approved")
    assert chief.page.locator("button:has-text('ประกาศผล')").count() == 0  # not by the same person
    second = desk("chief2")
    second.goto(path)
    second.do("ประกาศผล")
    second.shoot("published")


def print_pdf(head, path, target):
    """The agency has its PDF made by the worker, watches it and downloads it; returns its text."""
    head.goto(path)
    head.shoot("card")
    head.do("จัดทำ PDF (ภาษาไทย)")
    head.download("a:has-text('ดาวน์โหลด PDF')", target)
    head.shoot("pdf")
    return text_of(target)


def assert_hidden_from(stranger, paths):
    """Another agency's staff get a 404 everywhere along the path, reading and writing."""
    token = stranger.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    for path in paths:
        assert stranger.context.request.get(path).status in (404, 405), path
        answer = stranger.context.request.post(
            path,
            headers={"X-CSRFToken": token, "Referer": stranger.address},
            max_redirects=0,
        )
        assert answer.status in (404, 405), path


def fill_in_the_rest(collector, letter):
    """Items 6 and 9; item 9 must be proved and says so."""
    for title in ("6 การส่งเสริม", "9 "):
        collector.open_work(title)
        for radio in collector.page.locator("#entry-form input[type=radio][value=yes]").all():
            radio.check(force=True)
        collector.wait_saved()
        collector.do("เสนอผู้กำกับดูแล")
        if title == "9 ":
            assert "แนบหลักฐาน" in collector.page.inner_text(".refused")
            collector.shoot("not-proved")
            collector.page.locator("#entry-form input[type=file]").first.set_input_files(letter)
            collector.do("เสนอผู้กำกับดูแล")
        assert "เสนอผู้กำกับดูแลตัวชี้วัดแล้ว" in collector.page.inner_text("main")


def test_item_5_of_2563(desk, letter, tmp_path):
    collector = desk("dept-collector")
    collector.open_work("5 ระบบติดตาม")
    entry = collector.page.url.removeprefix(collector.address)
    keys = ["t11", "t12", "t13", "t21", "t22", "t23", "t31", "t32"]
    for key in keys:
        collector.answer(key, "no" if key in ("t11", "t32") else "yes")
    expect(collector.page.locator("#score")).to_contain_text("6.5000")
    collector.wait_saved()
    collector.shoot("item5")
    collector.attach("t12", letter)
    collector.do("เสนอผู้กำกับดูแล")
    fill_in_the_rest(collector, letter)

    supervisor = desk("dept-supervisor")
    for _indicator in range(3):
        supervisor.open_work("รอท่านรับรอง")
        supervisor.do("รับรอง")
    head = send(desk, "dept-head")
    card = head.page.url.removeprefix(head.address)
    reviewer = take_up(desk, "กรมพัฒนาธุรกิจการค้า")
    review = reviewer.page.url.removeprefix(reviewer.address)
    disagree(reviewer, "5", "t12", "ระบบเริ่มใช้ ๑ พ.ย. ๒๕๖๓ อยู่นอกปีงบประมาณ")
    for code in ("6", "9"):
        agree_to_all(reviewer, review, code)
    reviewer.goto(review)
    reviewer.do("สรุปผลการตรวจ")
    publish(desk, review)
    text = print_pdf(head, card, tmp_path / "scorecard.pdf")
    for expected in ("ระบบติดตามการปฏิบัติงานเพื่อการบริหารงานขององค์การ", "6.5000", "5.5000", "นอกปีงบประมาณ",
                     "2 + 3 + 1.5 = 6.5000", "1 + 3 + 1.5 = 5.5000"):  # fmt: skip
        assert expected in text, expected
    assert_hidden_from(desk("it-head"), [entry, card, review, f"{review}5/", f"{review}do/publish"])
