"""Names at their limit of 250 characters, and figures at theirs: nothing runs off the paper, no figure is broken."""

import copy

import pypdfium2
import pytest

from reports.pdf import print_record
from reports.receipts import build_receipt
from reports.record import build_record
from reports.sar import build_card, build_indicator
from tests.reports import samples
from tests.reports.conftest import text_of
from tests.reports.test_sar import of_lines

THAI = ("ระดับความสำเร็จในการนำข้อมูลเปิดภาครัฐมาใช้พัฒนาให้เกิดประโยชน์ต่อการให้บริการประชาชน" * 4)[:250]
WITHOUT_END = ("Organisational" * 20)[:250]
NAMES = pytest.mark.parametrize("name", [THAI, WITHOUT_END], ids=["thai", "without-end"])
HEAD = ("agency", "ministry", "framework", "form", "sent_by")
EDGE = 15  # points; every page leaves more than that


def long_headed(record, name):
    record = copy.deepcopy(record)
    record["head"] |= {one: name for one in HEAD if one in record["head"]}
    return record


def outermost(pdf: bytes) -> list[tuple[float, float]]:
    """How near to the edge of the paper, left or right and above, anything of each page is, in points."""
    document, found = pypdfium2.PdfDocument(pdf), []
    for page in document:
        width, height = page.get_size()
        words = page.get_textpage()
        boxes = [words.get_charbox(one) for one in range(words.count_chars())]
        boxes = [box for box in boxes if box[2] > box[0]]
        sides = min(min(left, width - right) for left, _bottom, right, _top in boxes)
        found.append((sides, height - max(top for *_others, top in boxes)))
        words.close()
        page.close()
    document.close()
    return found


def stands_on_the_paper(pdf: bytes) -> bool:
    return all(sides > EDGE and above > EDGE for sides, above in outermost(pdf))


@NAMES
def test_the_type_of_the_card_makes_room_for_a_long_head(sample, name):
    card = build_card(sample.scorecard)
    printed = print_record(long_headed(of_lines(card, 20, name="ระดับความสำเร็จ"), name))
    assert printed.pages == 1
    assert stands_on_the_paper(printed.content)


@NAMES
def test_no_name_in_the_report_runs_off_the_paper(sample, name):
    record = long_headed(build_record(sample.scorecard), name)
    record["indicators"] = record["indicators"][:1]
    record["indicators"][0] |= {"name": name, "target": name, "rubric_title": name}
    assert stands_on_the_paper(print_record(record).content)


@NAMES
def test_no_name_in_the_report_of_an_indicator_runs_off_the_paper(sample, name):
    record = long_headed(build_indicator(sample.scorecard, samples.leaves(sample.document)[0]["code"]), name)
    people = dict.fromkeys(("supervisor_name", "collector_name", "head_name"), name)
    record["indicator"] |= {"name": name, "people": record["indicator"]["people"] | people}
    assert stands_on_the_paper(print_record(record).content)


@NAMES
def test_the_receipts_running_head_ends_after_two_lines(sample, name):
    assert stands_on_the_paper(print_record(long_headed(build_receipt(sample.submission), name)).content)


def test_a_score_of_ten_is_whole_in_thai_digits_and_so_is_the_thousandth_file(sample):
    record = build_record(sample.scorecard, digits="thai")
    leaf = next(line for line in record["card"]["lines"] if line["leaf"])
    record["card"]["lines"] = [leaf | {"state": "scored", "self": "10.0000"}] * 3
    record["indicators"] = record["indicators"][:1]
    proof = {"name": "รายงาน.pdf", "pages": "1", "sha256": "0" * 64, "secrecy": "", "url": ""}
    record["indicators"][0]["evidence"] = [proof | {"number": "1000"}]
    text = text_of(print_record(record).content)
    assert text.count("๑๐.๐๐๐๐") >= 3
    assert "[๑๐๐๐]" in text
