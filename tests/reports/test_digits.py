"""Thai or Arabic digits, as the reader chooses: the figures change, the data and the codes do not."""

import pytest

from reports import checking
from reports.models import Digits
from reports.pdf import print_record, render_record
from reports.receipts import build_receipt
from reports.record import build_record, record_hash
from reports.wording import with_digits
from tests.reports.conftest import text_of
from tests.reports.test_pdf import flat


@pytest.fixture
def thai(sample):
    return build_record(sample.scorecard, digits=Digits.THAI)


def test_figures_dates_and_numbers_of_indicators_follow_the_choice(sample, thai):
    printed = with_digits(thai)
    assert printed["card"]["total"]["self"] == "๓.๖๖๖๗"
    assert printed["head"]["sent_on"] == "๑๔ ต.ค. ๒๕๖๒"
    assert with_digits(build_record(sample.scorecard))["card"]["total"]["self"] == "3.6667"


def test_codes_and_hashes_stay_as_they_are(thai):
    printed = with_digits(thai)
    assert printed["head"]["code"] == thai["head"]["code"] == "2550-SAMPLE-12-1"
    for name in ("submission_hash", "framework_hash", "framework_code"):
        assert printed["head"][name] == thai["head"][name]
    assert checking.grouped(checking.check_code(thai)) in render_record(thai)


def test_what_people_wrote_stays_as_they_wrote_it(thai):
    assert with_digits(thai)["indicators"][0]["narrative"] == thai["indicators"][0]["narrative"]


def test_the_attached_data_has_figures_for_machines(thai):
    assert thai["card"]["total"]["self"] == "3.6667"
    assert thai["digits"] == "thai"


def test_each_choice_is_a_document_of_its_own(sample, thai):
    arabic = build_record(sample.scorecard)
    assert record_hash(thai) != record_hash(arabic)
    assert checking.check_code(thai) != checking.check_code(arabic)


def test_an_english_document_has_arabic_digits(sample):
    record = build_record(sample.scorecard, language="en", digits=Digits.THAI)
    assert record_hash(record) == record_hash(build_record(sample.scorecard, language="en"))


def test_a_receipt_in_thai_digits_has_no_others_in_its_lines_and_its_page_numbers(sample):
    record = build_receipt(sample.submission, digits=Digits.THAI)
    text = flat(text_of(print_record(record).content))
    assert "หน้า๑จาก๑" in text
    assert flat("๑๔ ต.ค. ๒๕๖๒ เวลา ๑๖.๐๐ น.") in text
    assert "3.6667" not in text
    assert "๓.๖๖๖๗" in text
    assert "".join(record["hash"]) in text
