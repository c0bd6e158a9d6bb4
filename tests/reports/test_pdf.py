"""The PDF: its text is the record's, its bytes are always the same, and it fetches nothing."""

import io
import re
import socket

import pikepdf
import pypdfium2
import pytest

from reports import checking, engine, pdf
from reports.drawable import drawable
from reports.pdf import CannotPrint, print_record
from tests.reports.conftest import fold_sara_am, text_of
from tests.reports.samples import HARD_THAI


def typeset(body):
    content, _pages = engine.typeset(
        f'<html lang="th">{body}', identifier=b"x", on_step=lambda sections: None
    )
    return content


def flat(text):
    return re.sub(r"\s", "", text)


def test_every_figure_of_the_card_is_printed(real):
    figures = {
        line[name]
        for line in real.record["card"]["lines"]
        for name in ("self", "official", "weighted", "weight")
        if line[name]
    }
    assert figures
    assert {figure for figure in figures if figure not in real.text} == set()


def test_the_narrative_is_printed_as_it_was_written(real):
    narrative = real.record["indicators"][0]["narrative"]
    assert all(narrative.values())
    for text in narrative.values():
        assert flat(text) in flat(real.text)


def test_what_a_user_writes_stays_text(real):
    assert "<script>" in real.text


def test_rulings_evidence_and_check_code_are_printed(real):
    words = flat(real.text)
    assert flat("เอกสารอยู่นอกรอบการประเมิน " + HARD_THAI) in words
    for piece in real.record["indicators"][0]["evidence"]:
        assert flat(piece["name"]) in words
        assert flat(piece["sha256"]) in words
    assert checking.grouped(checking.check_code(real.record)) in real.text
    assert real.record["head"]["code"] in real.text


def test_pages_are_numbered(real):
    last = real.printed.pages
    assert flat(f"หน้า {last} จาก {last}") in flat(real.text)


def test_indicators_follow_each_other_on_the_same_paper(real):
    indicators = [{**real.record["indicators"][0], "code": code} for code in ("7.7.1", "7.7.2")]
    pages = print_record(real.record | {"indicators": indicators, "assumptions": []}).pages
    alone = print_record(real.record | {"indicators": indicators[:1], "assumptions": []}).pages
    assert pages < 2 * alone


def test_progress_counts_the_indicators(real):
    assert real.steps[0] == 0
    assert real.steps[-1] == len(real.record["indicators"])
    assert real.steps == sorted(real.steps)


def test_the_same_record_gives_the_same_bytes(real):
    assert print_record(real.record).content == real.printed.content


def test_another_figure_gives_another_name(real):
    other = real.record | {"assumptions": ["one more"]}
    assert pdf.record_hash(other) != real.printed.record_hash
    assert pdf.record_hash(real.record | {"language": "en"}) != real.printed.record_hash


def test_only_our_fonts_are_embedded(real):
    with pikepdf.open(io.BytesIO(real.printed.content)) as document:
        names = {
            str(o.BaseFont)
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and "/BaseFont" in o
        }
    assert {name.partition("+")[2].partition("-")[0] for name in names} <= {"Sarabun", "Marks"}


@pytest.mark.parametrize(
    "body",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="https://example.com/x.png">',
        '<img src="data:image/png;base64,AAAA">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<style>@import url("http://127.0.0.1:9/a.css");</style>',
        '<style>body{background:url("packaged:../settings.py")}</style>x',
        '<object data="file:///etc/passwd"></object>',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
    ],
)
def test_the_fetcher_refuses_the_world(body, monkeypatch):
    """Either the rendering ends or nothing is fetched; no connection is opened and no file of the machine is read."""
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("a connection was opened"))
    try:
        content = typeset(body)
    except engine.FatalURLFetchingError:
        return
    assert b"root:" not in content
    assert b"EmbeddedFile" not in content


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://localhost/", "packaged:fonts/../marks.py", "packaged:", ""]
)
def test_the_fetcher_serves_its_list_only(url):
    with pytest.raises(engine.FatalURLFetchingError):
        engine.PackagedFiles().fetch(url)


PARAGRAPHS = [HARD_THAI, "น้ำ กำลัง ผู้ ปฏิญญา ญู ฐุ ที่ ก้ำกึ่ง ๑๒.๕", "ตั้งเป้าหมายร้อยละ ๘๐ × 25 ÷ 100 → ✓ ✗ ทำให้สำเร็จ"]


SOURCE = [line for text in PARAGRAPHS for line in (text, f"ข้อ {text}")]


@pytest.fixture(scope="module")
def thai():
    """A page of hard Thai in both weights."""
    return typeset("".join(f"<p>{text}</p><p><b>ข้อ {text}</b></p>" for text in PARAGRAPHS))


def lines(content):
    """The lines of the body, without the page number at the foot."""
    return text_of(content).split("\r\n")[:-1]


def test_copied_thai_equals_its_source(thai):
    assert lines(thai) == SOURCE


def test_readers_that_know_only_glyphs_find_the_same_text(thai):
    """Without the text that each line carries: the character map alone, with SARA AM folded."""
    with pikepdf.open(io.BytesIO(thai)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Stream) and b"/ActualText" in thing.read_bytes():
                thing.write(thing.read_bytes().replace(b"/ActualText", b"/Unknown"))
        bare = io.BytesIO()
        document.save(bare)
    found = flat("".join(lines(bare.getvalue())))  # where such a reader sees a new line is its own guess
    assert fold_sara_am(found) == flat(fold_sara_am("".join(SOURCE)))


def test_a_character_that_no_font_of_ours_has_becomes_a_box():
    """Otherwise the fonts of the machine would decide the bytes."""
    assert drawable({"a": ["น้ำ 漢 x\u2003y\u200bz\n", 5]}) == {"a": ["น้ำ □ x yz\n", 5]}
    assert "□" in text_of(typeset("<p style='font-family:Sarabun,Marks'>□</p>"))


def test_weasyprint_alone_does_not_say_what_it_shows(monkeypatch):
    """A control: without our wrapper the text is wrong, so the tests above test something."""
    monkeypatch.setattr(engine, "readable", engine.contextlib.nullcontext)
    assert lines(typeset(f"<p>{HARD_THAI}</p>")) != [HARD_THAI]


def test_tone_marks_are_drawn_inside_their_line(thai):
    """Nothing is clipped: the page has ink, and the reader can draw it."""
    document = pypdfium2.PdfDocument(thai)
    picture = document[0].render(scale=1).to_pil().convert("L")
    assert picture.getextrema()[0] < 80
    document.close()


def test_missing_libraries_are_a_sentence(monkeypatch, real):
    def missing():
        raise CannotPrint("no libpango")

    monkeypatch.setattr(pdf, "load_engine", missing)
    with pytest.raises(CannotPrint, match="libpango"):
        print_record(real.record)
