"""The SAR card on one landscape page, and the SAR of one indicator: made of the record, whole, the same each time."""

import copy
import io
import re

import pikepdf
import pytest
from django.urls import reverse

from reports import checking, jobs
from reports.models import Document, Imprint, Job
from reports.page_fit import SIZES, card_drawn, fit_of
from reports.pdf import print_record
from reports.record import NothingToPrint, build_record
from reports.sar import build_card, build_indicator
from scorecards.states import ScorecardState
from tests.reports import samples
from tests.reports.conftest import fold_sara_am, make_sample, text_of
from tests.reports.test_pdf import flat
from tests.world import walk

LONG = "ระดับความสำเร็จในการนำข้อมูลเปิดภาครัฐมาใช้พัฒนาให้เกิดประโยชน์ต่อการให้บริการประชาชน"


@pytest.fixture
def whole(sample):
    """The sample's first indicator as a record."""
    return build_indicator(sample.scorecard, samples.leaves(sample.document)[0]["code"])


def of_lines(record, count, *, name=LONG, rounds=()):
    """The card with so many indicators in five components."""
    record = copy.deepcopy(record)
    before = [
        {"state": "scored", "result": "84.20", "official": "3.1250", "weighted": "0.1250"} for _ in rounds
    ]
    leaf = next(line for line in record["card"]["lines"] if line["leaf"]) | {"before": before}
    top = next(line for line in record["card"]["lines"] if not line["leaf"]) | {"before": before}
    record["rounds"] = [{"months": months} for months in rounds]
    record["card"]["total"]["before"] = before
    lines = [top | {"code": str(one), "name": "ประสิทธิผล"} for one in range(5)]
    record["card"]["lines"] = lines + [leaf | {"code": str(one), "name": name} for one in range(count)]
    return record


def sizes_of(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [tuple(int(one) for one in page.MediaBox[2:]) for page in document.pages]


# ---------------------------------------------------------------- the card


def test_thirty_indicators_stand_on_one_landscape_page(sample):
    printed = print_record(of_lines(build_card(sample.scorecard), 30))
    assert sizes_of(printed.content) == [(841, 595)]


def test_thirty_indicators_with_the_rounds_before_stand_on_one_page_too(sample):
    record = of_lines(build_card(sample.scorecard), 30, name=LONG[:44], rounds=("6", "9"))
    assert print_record(record).pages == 1


def test_where_long_targets_leave_no_room_they_end_early_and_a_note_says_where_they_stand_whole(sample):
    record = of_lines(build_card(sample.scorecard), 24, name=LONG[:44])
    for line in record["card"]["lines"]:
        line |= {"target": f"{LONG} {LONG}", "past": ["ร้อยละ 84.20", LONG]} if line["leaf"] else {}
    printed = print_record(record)
    text = flat(text_of(printed.content))
    assert printed.pages == 1
    assert "…" in text
    assert flat("ดูฉบับเต็มได้ในรายงานของแต่ละตัวชี้วัด") in text


def test_whole_targets_are_followed_by_no_such_note(sample):
    assert "…" not in text_of(print_record(of_lines(build_card(sample.scorecard), 10)).content)


def test_a_foreign_word_is_not_broken_in_the_column_of_an_earlier_year(sample):
    record = of_lines(build_card(sample.scorecard), 10)
    word = "Government Interoperability"
    for line in record["card"]["lines"]:
        line |= {"past": [word] * len(record["years"])} if line["leaf"] else {}
    text = text_of(print_record(record).content)
    assert all(one in text.split() for one in word.split())


def test_a_groups_name_takes_the_columns_that_are_empty_beside_it(sample):
    record = of_lines(build_card(sample.scorecard), 10)
    drawn = card_drawn(record)
    assert {line["across"] for line in drawn["lines"] if not line["leaf"]} == {3 + len(record["years"])}
    assert {line["across"] for line in drawn["lines"] if line["leaf"]} == {1}


def test_more_than_fit_go_on_to_a_second_page_under_the_same_head(sample):
    printed = print_record(of_lines(build_card(sample.scorecard), 60))
    assert printed.pages == 2
    assert flat(text_of(printed.content)).count("หน่วยวัด") == 2


def test_the_type_is_as_large_as_the_lines_allow_and_never_below_seven_points(sample):
    record = build_card(sample.scorecard)
    sizes = [fit_of(of_lines(record, count)).size for count in (3, 20, 30, 90)]
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1]) == (SIZES[0], 7.0)


def test_the_card_prints_the_figures_of_the_record(sample):
    record = build_card(sample.scorecard)
    text = flat(text_of(print_record(record).content))
    lines = record["card"]["lines"]
    figures = {line[name] for line in lines for name in ("self", "official", "weighted", "weight", "result")}
    figures |= {flat(line["name"]) for line in lines} | {value for line in lines for value in line["past"]}
    assert "84.20" in figures
    assert [one for one in figures if one not in text] == []


def test_of_the_rounds_before_only_what_is_published_is_shown(sample):
    earlier = samples.blank_scorecard(sample.agency, sample.scorecard.framework, months=6)
    submission = samples.sent(earlier, sample.document, sample.people)
    assert build_card(sample.scorecard)["rounds"] == []
    samples.published(submission, sample.document)
    record = build_card(sample.scorecard)
    assert record["rounds"] == [{"months": "6"}]
    assert record["card"]["lines"][-1]["before"] == [
        {"state": "scored", "result": "3.4167", "official": "3.4167", "weighted": "0.1650"}
    ]


# ---------------------------------------------------------------- one indicator


def test_every_number_of_the_derivation_is_printed(world):
    walk(world, ScorecardState.PUBLISHED)
    record = build_indicator(world.card, "4")
    text = flat(text_of(print_record(record).content))
    explained = record["indicator"]["explained"]
    lines = [line["text"] for line in explained["self"] + explained["official"]]
    assert any(re.search(r"\d\.\d{4}", line) for line in lines)
    assert [line for line in lines if flat(line) not in text] == []


def test_the_form_holds_all_its_fields(whole):
    text = flat(text_of(print_record(whole).content))
    indicator = whole["indicator"]
    for words in [*indicator["narrative"].values(), *(row["title"] for row in indicator["rows"])]:
        assert flat(words) in text
    assert all(indicator["narrative"].values())
    assert indicator["evidence"]
    for proof in indicator["evidence"]:
        assert len(proof["sha256"]) == 64
        assert flat(proof["name"]) in text
        assert proof["sha256"] in text
    for name in ("collector_name", "supervisor_name", "head_name"):
        assert flat(indicator["people"][name]) in text


def test_every_ruling_is_told_with_its_reason(sample, whole):
    code = samples.leaves(sample.document)[0]["code"]
    agreed = {"decision": "agree", "reason": "ตรงตามหลักฐาน", "content": {}}
    samples.published(sample.submission, sample.document, number=2, more_rulings={"other": agreed})
    rulings = build_indicator(sample.scorecard, code)["indicator"]["rulings"]
    assert [one["reason"] for one in rulings] == [whole["indicator"]["rulings"][0]["reason"], "ตรงตามหลักฐาน"]


def test_an_indicator_that_was_not_sent_is_refused_with_a_sentence(sample):
    with pytest.raises(NothingToPrint, match=r"ไม่ได้ส่ง|was not sent"):
        build_indicator(sample.scorecard, "no-such")


def test_the_same_record_gives_the_same_bytes(whole):
    assert print_record(whole).content == print_record(whole).content


# ---------------------------------------------------------------- asking, checking, history


@pytest.fixture
def small(db):
    """A published scorecard with a single short indicator."""
    return make_sample("moi-ict-2556")


@pytest.fixture
def made(small, queue):
    """Its card and its indicator's SAR, made by a worker."""
    actor, code = small.people["head"], samples.leaves(small.document)[0]["code"]
    asked = [jobs.request_card(small.scorecard, actor=actor),
             jobs.request_indicator(small.scorecard, code=code, actor=actor)]  # fmt: skip
    for job in asked:
        jobs.run(job.pk, worker="w")
        job.refresh_from_db()
    return asked


def test_they_are_stored_once_under_their_kind(small, made):
    card, indicator = Document.objects.order_by("made_at")
    assert (card.kind, indicator.kind) == (Job.Kind.SAR_CARD, Job.Kind.INDICATOR_SAR)
    assert indicator.indicator_code == samples.leaves(small.document)[0]["code"]
    again = jobs.request_card(small.scorecard, actor=small.people["head"])
    assert (again.state, again.document_id) == (Job.State.DONE, card.pk)


def test_a_document_of_another_kind_is_no_newer_one(made):
    assert [one.newer for one in Document.objects.with_newer()] == [None, None]


def test_their_codes_are_valid_until_a_newer_result_is_published(small, made):
    found = [checking.find(one.code) for one in Imprint.objects.all()]
    assert [str(one.kind.template) for one in found] == ["card.html", "indicator.html"]
    assert all(one.counts for one in found)
    samples.published(small.submission, small.document, number=2)
    assert not any(checking.find(one.code).counts for one in Imprint.objects.all())


def test_both_are_asked_for_by_buttons_and_taken_by_the_agency_only(client, small, made):
    code = samples.leaves(small.document)[0]["code"]
    client.force_login(small.people["head"])
    page = client.get(reverse("scorecard", args=[small.scorecard.pk])).content.decode()
    address = reverse("report_request", args=[small.scorecard.pk])
    for document in ("sar_card", f"indicator_sar.{code}"):
        assert f'value="{document}"' in page
        assert client.post(address, {"document": document}).status_code == 302
    assert Job.objects.filter(kind__in=["sar_card", "indicator_sar"], document=None).count() == 0
    files = [reverse("document", args=[one.pk]) for one in Document.objects.all()]
    assert [client.get(one).status_code for one in files] == [200, 200]
    _agency, people = samples.office("other")
    client.force_login(people["head"])
    assert [client.get(one).status_code for one in files] == [404, 404]
    assert client.post(address, {"document": "sar_card"}).status_code == 404


@pytest.mark.parametrize("count", [3, 30])
def test_no_figure_and_no_word_above_one_is_broken(sample, count):
    record = of_lines(build_card(sample.scorecard), count)
    for line in record["card"]["lines"]:
        line |= {
            "weight": "100",
            "result": "10.0000",
            "self": "10.0000",
            "official": "10.0000",
            "weighted": "10.0000",
        }
    text = text_of(print_record(record).content)
    assert text.count("10.0000") == sum(3 + line["leaf"] for line in record["card"]["lines"])
    assert fold_sara_am("น้ำหนัก") in fold_sara_am(text)


@pytest.mark.parametrize("digits", ["120,840,070", "๑๕๔.๒๘๕๗"])
def test_a_result_of_many_digits_stands_whole_on_the_card_and_in_the_report(sample, digits):
    card = build_card(sample.scorecard)
    report = build_record(sample.scorecard)
    for record in (card, report):
        next(line for line in record["card"]["lines"] if line["leaf"])["result"] = digits
        assert digits in text_of(print_record(record).content)


@pytest.mark.parametrize("lines", [5, 14, 23, 32])
def test_signatures_do_not_stand_on_a_page_without_what_is_signed(whole, lines):
    whole["indicator"]["definition"] = "\n".join(["งานบริการของศูนย์"] * lines)
    last = re.split(r"หน้า \d+ จาก \d+", text_of(print_record(whole).content))[-2]
    assert flat("คำชี้แจงการปฏิบัติงาน") in flat(last)


def test_only_what_is_of_one_indicator_says_so_at_its_head(sample):
    code = samples.leaves(sample.document)[0]["code"]
    one = print_record(build_indicator(sample.scorecard, code, language="en"))
    assert text_of(one.content).count("(by indicator)") == 1 + one.pages
    card = print_record(build_card(sample.scorecard, language="en"))
    assert "(by indicator)" not in text_of(card.content)
