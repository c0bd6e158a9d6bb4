"""One agency's whole way under the form of FY2556: filled in, sent, returned for one step, sent again, ruled on,
changed by the committee, published, appealed against, published anew. Each score on a page is the fold's, and each page
says why."""

import re

import pytest
from playwright.sync_api import expect

from scorecards.scoring import find_indicator
from tests.browser.conftest import pick
from tests.browser.test_stories import (
    agree_to_all,
    assert_hidden_from,
    print_pdf,
    publish,
    send,
    take_up,
)
from tests.browser.test_whole_round import by_the_fold

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CENTRE = "ศูนย์เทคโนโลยีสารสนเทศและการสื่อสาร"
UNSIGNED = "คำสั่งแต่งตั้งยังไม่ได้ลงนาม จึงยังไม่มีผล"
RESOLVED = "คณะกรรมการเห็นว่าคำสั่งมีผลแล้ว แต่ผลสำรวจยังเป็นของปีก่อน"
SURVEYED = "ผลสำรวจที่แนบจัดทำในเดือนสิงหาคม ๒๕๕๖ อยู่ในรอบการประเมิน"
COUNTS = "เอกสารนี้ถูกต้อง"
OFFICIAL = "#scores .totals div:nth-child(2) .figure"
UPHELD = "ตรวจวันที่ในรายงานผลสำรวจแล้ว อยู่ในรอบการประเมินตามที่ขอทบทวน"


def by_fold(*no, weighted=False) -> str:
    """The indicator's score where these steps are not met."""
    answers = {f"step{number}": "no" if f"step{number}" in no else "yes" for number in range(1, 6)}
    node = find_indicator(by_the_fold("moi-ict-2556", {"4": answers}), "4")
    return node["weighted_shown" if weighted else "score_shown"]


def tick_before_saving(collector):
    """3.0000 and its reason stand there before anything is saved: saving is held up meanwhile."""
    held, released = [], []
    collector.page.route("**/save", lambda route: route.continue_() if released else held.append(route))
    for step in ("step1", "step2", "step3", "step5"):
        collector.answer(step, "yes")
    expect(collector.page.locator("#score")).to_contain_text("4 … 5 ✓")
    panel = collector.page.inner_text("#score")
    assert "3.0000" in panel
    assert "ผ่านต่อเนื่องแล้ว 3 ขั้น" in panel
    assert "บันทึกแล้ว" not in collector.page.inner_text("#saved")
    collector.shoot("before-saving")
    released.append(True)
    for route in held:
        route.continue_()
    collector.answer("step5", "yes")
    collector.wait_saved()


def complete(collector):
    """Sending is refused with what is missing; the last step is answered, and the whole arithmetic stands there."""
    collector.do("เสนอผู้กำกับดูแล")
    assert "ขั้นตอนที่ ๔" in collector.page.inner_text(".refused")
    collector.shoot("missing")
    collector.answer("step4", "no")
    collector.expect_shown("#score", "0.7500")
    panel = collector.page.inner_text("#score")
    assert "ผ่านต่อเนื่อง 3 จาก 5 ขั้น → 3.0000" in panel
    assert "3.0000 × 25 ÷ 100 = 0.7500" in panel
    collector.shoot("complete")
    collector.do("เสนอผู้กำกับดูแล")
    assert "เสนอผู้กำกับดูแลตัวชี้วัดแล้ว" in collector.page.inner_text("main")


def fill_in_and_send(desk, letter, *, tick):
    """The agency's people, each their own part; returns collector, head, and the addresses of indicator, card, file."""
    collector = desk("it-collector")
    collector.open_work("4 ระดับความสำเร็จ")
    entry = collector.page.url.removeprefix(collector.address)
    tick(collector)
    evidence = collector.attach("step1", letter)
    complete(collector)
    endorse(desk("it-supervisor"))
    head = send(desk, "it-head")
    card = head.page.url.removeprefix(head.address)
    return {"collector": collector, "head": head, "entry": entry, "card": card, "evidence": evidence}


def endorse(supervisor):
    supervisor.open_work("รอท่านรับรอง")
    supervisor.shoot("endorse")
    supervisor.do("รับรอง")


def return_one_step(reviewer, review):
    """Step 3 alone goes back, with a remark."""
    reviewer.goto(f"{review}return")
    reviewer.page.locator("summary:has-text('4 ')").click()
    reviewer.page.locator("textarea[name$='.step3']").fill("โปรดแนบรายงานผลสำรวจ")
    reviewer.shoot("return")
    reviewer.do("ส่งกลับแก้ไข")


def mend(desk, collector, entry, letter):
    """Only step 3 is open; the report is attached, and it goes the same way again."""
    collector.goto(entry)
    assert "โปรดแนบรายงานผลสำรวจ" in collector.page.inner_text("main")
    assert collector.page.locator('[id="criterion-step1"] input[type=radio]').first.is_disabled()
    collector.shoot("returned")
    collector.attach("step3", letter)
    collector.do("เสนอผู้กำกับดูแล")
    endorse(desk("it-supervisor"))
    send(desk, "it-head")


def assert_scores(at, own, official):
    """Both scores at the top of a reviewer's page."""
    figures = at.page.locator("#scores dd .figure").all_inner_texts()
    assert figures[:2] == [own, official]


def deny(at, criterion, reason):
    """Change an answer to "no" and say why."""
    line = at.page.locator(f'[id="criterion-{criterion}"]')
    pick(line, "change")
    line.locator("select").select_option("no")
    if reason:
        line.locator("textarea[name^=reason]").fill(reason)


def rule(reviewer, review):
    """Of what came back only step 3 waits; step 1 is denied, and the official score falls to nothing."""
    reviewer.goto(f"{review}4/")
    assert "แก้ไขหลังจากส่งครั้งก่อน" in reviewer.page.inner_text('[id="criterion-step3"]')
    deny(reviewer, "step1", UNSIGNED)
    reviewer.expect_shown(OFFICIAL, by_fold("step1", "step4"))
    reviewer.shoot("review")
    reviewer.do("ข้อที่เหลือ")
    assert_scores(reviewer, by_fold("step4"), by_fold("step1", "step4"))
    reviewer.goto(review)
    reviewer.do("สรุปผลการตรวจ")


def resolve(chief, review):
    """The committee sees what stands out, lets step 1 hold and denies step 3 by resolution."""
    chief.goto("/review/committee/")
    line = chief.page.locator(f"tr:has-text('{CENTRE}')")
    assert f"ประเมินตนเอง {by_fold('step4')}, ผลพิจารณา {by_fold('step1', 'step4')}" in line.inner_text()
    chief.shoot("committee")
    chief.goto(f"{review}4/resolution")
    pick(chief.page.locator('[id="criterion-step1"]'), "agree")
    deny(chief, "step3", "")
    chief.page.fill("[name=number]", "๓/๒๕๕๖")
    chief.page.fill("[name=held_on]", "20 พ.ย. 2556")
    chief.page.fill("[name=resolved]", RESOLVED)
    chief.expect_shown(OFFICIAL, by_fold("step3", "step4"))
    chief.shoot("resolution")
    chief.do("เปลี่ยนแปลงตามมติ")
    text = chief.page.inner_text("main")
    assert "มติที่ ๓/๒๕๕๖" in text
    assert RESOLVED in text
    chief.shoot("decide")


def assert_published(head, entry, *no, because):
    """The agency's page shows the official score, how it comes about, and the reason."""
    head.goto(entry)
    text = head.page.inner_text("main")
    assert by_fold(*no) in text
    assert because in text
    head.shoot(f"published-{by_fold(*no)}")


def appeal(head, entry):
    head.goto(entry)
    head.page.fill("#appeal-text", SURVEYED)
    head.shoot("appeal")
    head.do("ขอทบทวนผลคะแนน")


def assign(chief, reviewer):
    """The first reviewer may not decide it, so the chief assigns another one."""
    chief.goto("/review/appeals/")
    chief.shoot("appeals")
    chief.follow(f"tr:has-text('{CENTRE}') a:has-text('มอบหมาย')")
    chief.page.locator(f"label:has-text('{reviewer}') input").check()
    chief.page.locator("tbody input[name=line]").first.check()
    chief.shoot("assign")
    chief.do("มอบหมายให้ทุกคนที่เลือก")


def uphold(second):
    """Somebody who neither ruled nor concluded lets step 3 hold."""
    second.goto("/review/appeals/")
    second.follow(f"tr:has-text('{CENTRE}') a")
    assert SURVEYED in second.page.inner_text("main")
    pick(second.page.locator('[id="criterion-step3"]'), "agree")
    second.page.fill("[name=decision]", UPHELD)
    second.shoot("appeal")
    second.do("รับคำขอ")
    return second.page.url.removeprefix(second.address)


def judge_and_publish(desk, at, letter):
    """Returned for one step, sent again, ruled on, changed by the committee, published; returns where it was judged."""
    reviewer = take_up(desk, CENTRE)
    review = reviewer.page.url.removeprefix(reviewer.address)
    agree_to_all(reviewer, review, "4")
    return_one_step(reviewer, review)
    mend(desk, at["collector"], at["entry"], letter)
    reviewer.goto(review)
    reviewer.do("เริ่มตรวจประเมิน")
    rule(reviewer, review)
    assert reviewer.fetch(at["evidence"]).ok
    resolve(desk("chief2"), review)
    publish(desk, review)
    assert_published(at["head"], at["entry"], "step3", "step4", because=RESOLVED)
    return review


def appeal_and_revise(desk, at):
    """The agency appeals, somebody else decides, the chief publishes anew, and everybody reads it."""
    head = at["head"]
    appeal(head, at["entry"])
    chief = desk("chief")
    assign(chief, "ชัยวัฒน์")
    decided = uphold(desk("reviewer2"))
    chief.goto(decided)
    chief.do("ประกาศผลฉบับแก้ไข")
    assert_published(head, at["entry"], "step4", because=UPHELD)
    anybody = head.fetch("/results/2556/ict-moi/").text()
    assert by_fold("step4") in anybody
    assert UPHELD in anybody


def print_and_read(head, card, target):
    """The PDF says what was published, and the check page that it counts."""
    text = print_pdf(head, card, target)
    for expected in (
        by_fold("step4"),
        by_fold("step4", weighted=True),
        "ตรวจวันที่ในรายงานผลสำรวจแล้ว",
        "ผ่านต่อเนื่อง 3 จาก 5 ขั้น",
    ):
        assert expected in text, expected
    code = re.search(r"[0-9A-F]{4}(-[0-9A-F]{4}){3}", text)[0]
    checked = head.fetch(f"/check/{code}").text()
    assert code in checked
    assert COUNTS in checked


def test_the_whole_way_of_2556(desk, letter, tmp_path):
    at = fill_in_and_send(desk, letter, tick=tick_before_saving)
    review = judge_and_publish(desk, at, letter)
    appeal_and_revise(desk, at)
    head = at["head"]
    print_and_read(head, at["card"], tmp_path / "scorecard.pdf")
    document = head.page.locator("a:has-text('ดาวน์โหลด PDF')").get_attribute("href")
    job = head.page.url.removeprefix(head.address)
    assert_hidden_from(desk("dept-collector"), [*hidden_pages(at, review), document, job])


def hidden_pages(at, review) -> list[str]:
    entry, card = at["entry"], at["card"]
    return [
        entry, f"{entry}preview", f"{entry}save", f"{entry}endorse", f"{entry}send_back", f"{entry}appeal", card,
        f"{card}missing", f"{card}submit", f"{card}recall", review, f"{review}4/", f"{review}4/preview",
        f"{review}4/resolution", f"{review}do/approve", at["evidence"],
    ]  # fmt: skip
