"""An administrator builds indicator 14 of FY2550 by hand, from an empty form to two agencies with different weights."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_reach import assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Editor:
    """The editor as a person uses it: open a part, fill fields in, save, add."""

    def __init__(self, at):
        self.at, self.page = at, at.page

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.fill(f"[name='{name.replace('__', '.')}']", value)

    def save(self, **fields):
        self.fill(**fields)
        with self.page.expect_navigation():
            self.page.click("#part-form .btn-primary")

    def add(self, kind):
        self.page.select_option("#add-kind", kind)
        self.press("เพิ่ม")

    def press(self, label):
        with self.page.expect_navigation():
            self.page.click(f".toolbar button:has-text('{label}')")

    def open(self, text):
        """The line of the tree that holds this text."""
        self.page.locator(f"#tree a:has-text('{text}')").first.click()
        expect(self.page.locator("#tree [aria-current]")).to_contain_text(text)

    def levels_from(self, target, step):
        self.page.fill("[name='shorthand.target']", target)
        self.page.fill("[name='shorthand.level']", "3")
        self.page.fill("[name='shorthand.step']", step)
        with self.page.expect_navigation():
            self.page.click("[name=write_levels]")

    def problems(self):
        return self.page.text_content("#problems")


def build(editor):
    """Four weighted parts: two checklists of ten by duplication, two percentages with a formula."""
    editor.at.page.goto("/frameworks/")
    editor.page.fill("#begin ~ form [name=name]", "แบบรายตัวชี้วัด ปีงบประมาณ พ.ศ. 2571")
    editor.page.fill("[name=code]", "built-2571")
    editor.page.fill("[name=year]", "2571")
    editor.at.do("เริ่ม")
    editor.page.check("[name=extract]")
    editor.save()
    editor.add("component")
    editor.save(name__th="การบริหารจัดการระบบฐานข้อมูลสารสนเทศ")
    editor.add("indicator")
    editor.save(name__th="ระดับคุณภาพของการบริหารจัดการระบบฐานข้อมูลสารสนเทศ", code="14", weight="๔")
    editor.add("weighted")
    editor.save(title__th="การประเมินผลคุณภาพ")
    editor.add("checklist")
    editor.save(title__th="1) สรุปผลการทบทวน", weight="1", floor="1")
    editor.levels_from("8", "1")
    editor.add("check")
    editor.save(title__th="ประเด็นย่อย")
    for _time in range(9):
        editor.press("ทำสำเนา")
    editor.open("1) สรุปผลการทบทวน")
    editor.press("ทำสำเนา")
    editor.save(title__th="2) แผนปฏิบัติการ", weight="0.5")
    editor.open("การประเมินผลคุณภาพ")
    editor.add("measure")
    editor.fill(inputs__0__name="done", inputs__0__label__th="ผลรวมของน้ำหนัก × ร้อยละ")
    editor.fill(inputs__1__name="weights", inputs__1__label__th="ผลรวมของน้ำหนัก")
    editor.save(title__th="3) ร้อยละของแผน", weight="1", floor="1", formula="done / weights")
    editor.levels_from("80", "10")
    editor.press("ทำสำเนา")
    editor.save(title__th="4) ร้อยละที่บรรลุ", weight="1.5")


def try_g5(editor):
    """9 and 8 sub-issues, then levels 5 and 4: golden case G5."""
    editor.open("ระดับคุณภาพของการบริหารจัดการ")
    choices = editor.page.locator("#try-form select[name^='try.']")
    for number in range(20):
        yes = number < 9 or 10 <= number < 18
        choices.nth(number).select_option("yes" if yes else "no")
    for name, values in (("done", ("400", "360")), ("weights", ("4", "4"))):
        for number, value in enumerate(values):
            editor.page.locator(f"[name^='try.'][name$='/{name}']").nth(number).fill(value)
    expect(editor.page.locator("#tried")).to_contain_text("4.1250")
    expect(editor.page.locator("#tried")).to_contain_text("0.1650")
    editor.at.shoot("tried")
    editor.page.reload()
    expect(editor.page.locator("#tried")).to_contain_text("0.1650")
    editor.page.click("[data-empty]")
    expect(editor.page.locator("#tried")).not_to_contain_text("0.1650")
    editor.page.reload()
    expect(choices.first).to_have_value("")


BREAKS = [
    ("3) ร้อยละของแผน", {"floor": ""}, "คะแนนเมื่อไม่ถึงระดับแรก"),
    ("3) ร้อยละของแผน", {"formula": "done / weightz"}, "weightz"),
    ("4) ร้อยละที่บรรลุ", {"levels__1__at": "55"}, "60, 55"),
    ("2) แผนปฏิบัติการ", {"weight": ""}, "น้ำหนัก"),
    ("ระดับคุณภาพของการบริหารจัดการ", {"unit__th": "", "weight": "สี่"}, "สี่"),
]


def test_building_indicator_14(desk):
    editor = Editor(desk("admin"))
    build(editor)
    assert "ประกาศใช้ร่างนี้ได้" in editor.problems()
    editor.at.shoot("built")
    try_g5(editor)
    for where, spoilt, said in BREAKS:
        editor.open(where)
        editor.save(**spoilt)
        assert said in editor.problems()
    assert len(editor.page.locator("#problems li").all()) >= len(BREAKS)
    editor.at.shoot("broken")
    editor.page.click("main .actions a:has-text('ประกาศใช้')")
    expect(editor.page.locator("main form .btn-primary")).to_be_disabled()
    editor.at.shoot("not-yet")
    editor.page.go_back()
    for _break in BREAKS:
        editor.at.follow("[data-key=undo]")
    assert "ประกาศใช้ร่างนี้ได้" in editor.problems()
    editor.page.click("main .actions a:has-text('ประกาศใช้')")
    with editor.page.expect_navigation():
        editor.page.click("main form .btn-primary")
    assert "จะไม่เปลี่ยนแปลงอีก" in editor.page.inner_text("main")
    editor.at.shoot("published")
    editor.page.click("text=หน่วยงานที่ใช้แบบนี้")
    for agency in ("กรมการข้าว", "กรมประมง"):
        editor.page.check(f"tr:has-text('{agency}') input")
    editor.at.do("กำหนดแบบให้หน่วยงานที่เลือก")
    for agency, weight in (("กรมการข้าว", "3"), ("กรมประมง", "5")):
        editor.page.click(f"tr:has-text('{agency}') a")
        editor.page.fill("[name='weight.14']", weight)
        editor.at.do("บันทึกแบบของหน่วยงาน")
        editor.page.click("text=สิ่งที่แตกต่าง")
        row = editor.page.locator("tr:has-text('น้ำหนัก')")
        assert [row.locator(".before").inner_text(), row.locator(".after").inner_text()] == ["4", weight]
        editor.at.shoot(f"differences-{weight}")
        editor.page.go_back()
        editor.page.click(".crumbs a >> nth=1")


def test_two_administrators_on_one_field(desk, browser):
    first, second = Editor(desk("admin")), Editor(desk("admin"))
    first.page.goto("/frameworks/")
    first.page.fill("#begin ~ form [name=name]", "แบบสองคน")
    first.page.fill("[name=code]", "two-2571")
    first.at.do("เริ่ม")
    first.add("component")
    second.page.goto(first.page.url)
    first.save(name__th="ชื่อของคนแรก")
    second.page.fill("[name='name.th']", "ชื่อของคนที่สอง")
    second.page.locator("[name='name.th']").blur()
    expect(second.page.locator("#conflicts")).to_contain_text("ชื่อของคนแรก")
    assert second.page.input_value("[name='name.th']") == "ชื่อของคนที่สอง"
    second.at.shoot("conflict")
    second.save()
    first.page.reload()
    assert first.page.input_value("[name='name.th']") == "ชื่อของคนที่สอง"


def test_a_table_grows_as_it_is_filled_in_and_everything_is_saved(desk):
    editor = Editor(desk("admin"))
    editor.page.goto("/frameworks/")
    editor.page.fill("#begin ~ form [name=name]", "แบบห้าช่วง")
    editor.page.fill("[name=code]", "bands-2571")
    editor.at.do("เริ่ม")
    for number in range(5):
        editor.page.fill(f"[name='bands.{number}.from']", str(number + 1))
        editor.page.fill(f"[name='bands.{number}.name.th']", f"ระดับ {number + 1}")
    editor.page.locator("[name='bands.4.name.th']").blur()
    expect(editor.page.locator("#saved")).to_contain_text("บันทึกแล้ว")
    editor.page.reload()
    rows = editor.page.locator("#part-bands tbody tr")
    assert [rows.nth(number).locator("input").first.input_value() for number in range(6)] == [*"12345", ""]


def test_rows_are_added_and_taken_away_by_the_keyboard(desk):
    editor = begun(desk, "แบบแป้นพิมพ์", "keys-2571")
    for number in range(3):
        editor.page.focus(f"[name='bands.{number}.from']")
        editor.page.keyboard.type(str(number + 1))
        editor.page.keyboard.press("Enter")
        expect(editor.page.locator(f"[name='bands.{number + 1}.from']")).to_be_focused()
    editor.page.focus("[name='bands.1.drop']")
    editor.page.keyboard.press("Enter")
    expect(editor.page.locator("[name='bands.2.from']")).to_be_focused()
    expect(editor.page.locator("#saved")).to_contain_text("บันทึกแล้ว")
    editor.page.wait_for_load_state("networkidle")
    editor.page.reload()
    expect(editor.page.locator("[name='bands.1.from']")).to_have_value("3")
    expect(editor.page.locator("[name='bands.2.from']")).to_have_value("")


def test_what_is_typed_is_saved_before_another_button_or_link_takes_effect(desk):
    editor = begun(desk, "แบบรีบ", "hurry-2571")
    editor.add("component")
    editor.fill(name__th="พิมพ์แล้วกดเพิ่ม")
    editor.add("indicator")
    editor.fill(name__th="พิมพ์แล้วเปิดส่วนอื่น")
    editor.open("พิมพ์แล้วกดเพิ่ม")
    assert "1.1 พิมพ์แล้วเปิดส่วนอื่น" in editor.page.inner_text("#tree").replace("\n", " ")


def test_leaving_waits_once_for_what_cannot_be_saved(desk):
    editor = begun(desk, "แบบรหัสผิด", "wrong-2571")
    editor.add("component")
    editor.fill(code="ก/ข")
    editor.page.click("#tree a:has-text('ทั้งแบบประเมิน')")
    expect(editor.page.locator("#saved .error")).to_contain_text("ก/ข")
    expect(editor.page.locator("#saved .error")).to_be_in_viewport()
    editor.at.shoot("not-saved")
    with editor.page.expect_navigation():
        editor.page.click("#tree a:has-text('ทั้งแบบประเมิน')")


def test_the_enter_key_saves_and_leaves_the_levels_alone(desk):
    editor = begun(desk, "แบบปุ่ม Enter", "enter-2571")
    editor.add("component")
    editor.add("indicator")
    editor.add("measure")
    editor.fill(shorthand__target="80", shorthand__step="5", floor="1")
    with editor.page.expect_navigation():
        editor.page.press("[name=floor]", "Enter")
    assert editor.page.input_value("[name=floor]") == "1"
    assert editor.page.input_value("[name='levels.0.at']") == ""


def test_rows_of_a_spreadsheet_are_pasted_into_a_table(desk):
    editor = begun(desk, "แบบวางตาราง", "paste-2571")
    paste(editor.page, "[name='bands.0.from']", "1\tต้องปรับปรุง\n3\tดี\n4.5\tดีมาก\n")
    expect(editor.page.locator("#saved")).to_contain_text("บันทึกแล้ว")
    editor.page.reload()
    names = editor.page.locator("#part-bands textarea[lang=th]")
    assert [names.nth(row).input_value() for row in range(4)] == ["ต้องปรับปรุง", "ดี", "ดีมาก", ""]
    assert editor.page.input_value("[name='bands.2.from']") == "4.5"


def paste(page, selector, text):
    """Press Ctrl+V with this text on the clipboard."""
    page.locator(selector).evaluate(
        """(field, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_english_is_asked_for_on_request(desk):
    editor = begun(desk, "แบบสองภาษา", "english-2571")
    english = editor.page.locator("[name='name.en']")
    expect(english).to_be_hidden()
    editor.at.shoot("thai-only")
    editor.page.check("#also-english")
    editor.fill(name__en="A form in two languages")
    editor.add("component")
    expect(english).to_be_visible()
    editor.page.uncheck("#also-english")
    expect(english).to_be_hidden()
    editor.page.click("text=ทั้งแบบประเมิน")
    expect(english).to_have_value("A form in two languages")
    expect(english).to_be_visible()


def begun(desk, name, code):
    """An empty form, opened in the editor."""
    editor = Editor(desk("admin"))
    editor.page.goto("/frameworks/")
    editor.page.fill("#begin ~ form [name=name]", name)
    editor.page.fill("[name=code]", code)
    editor.at.do("เริ่ม")
    return editor


def test_a_name_of_250_letters_without_a_space_stays_inside_the_page(desk):
    name = ("Interoperability" * 16)[:250]
    editor = begun(lambda who: desk(who, viewport=PHONE), name, "long-2571")
    assert_fits(editor.page)
    editor.add("component")
    editor.save(name__th=name)
    assert_fits(editor.page)
    editor.at.shoot("long-name")
    editor.page.goto("/frameworks/")
    names = editor.page.locator("td.named").evaluate_all("cells => cells.map((one) => one.offsetWidth)")
    assert max(names) < PHONE["width"]


def test_moving_by_keys_and_by_dragging(desk):
    editor = begun(desk, "แบบย้าย", "move-2571")
    for name in ("หนึ่ง", "สอง", "สาม"):
        editor.add("component")
        editor.save(name__th=name)
        editor.page.click("text=ทั้งแบบประเมิน")
    editor.open("สาม")
    with editor.page.expect_navigation():
        editor.page.keyboard.press("Alt+ArrowUp")
    names = editor.page.locator("#tree li")
    assert [text.split()[1] for text in names.all_inner_texts()] == ["หนึ่ง", "สาม", "สอง"]
    with editor.page.expect_navigation():
        names.nth(2).drag_to(names.nth(0))
    assert [text.split()[1] for text in names.all_inner_texts()] == ["สอง", "หนึ่ง", "สาม"]
    with editor.page.expect_navigation():
        editor.page.keyboard.press("Alt+z")
    assert [text.split()[1] for text in names.all_inner_texts()] == ["หนึ่ง", "สาม", "สอง"]
