"""The answers workbook of every shipped form: out, filled in, and in again; exactly what was changed arrives."""

import io
import time

import pytest
from openpyxl import load_workbook

from indicators.documents import read_framework_file
from indicators.publishing import load_framework, publish
from indicators.refusals import Refused
from scorecards.answering.forms import EntryForm
from scorecards.answering.workbook import answers_to_workbook, entries_of
from scorecards.answering.workbook_import import differences, read_answers, take_over
from scorecards.models import Answer, Correction, Entry
from scorecards.reviewing import review
from scorecards.rounds.opening import open_scorecard
from scorecards.states import EntryState, ScorecardState
from scorecards.workflow import AnswerChange, EntryChanges, save_entry
from tests.offline.conftest import book_of, cell_of, filled
from tests.shipped import framework_codes
from tests.world import entry_in, make_world, walk


def answer_all(world):
    """Every criterion of the ICT centre's scorecard answered, with details and prose, some not applicable."""
    for entry in entries_of(world.card):
        form = EntryForm(entry=entry)
        answers = {}
        for position, one in enumerate(one for one in form.criteria if not one.children):
            content = {"value": "yes"} if one.kind == "check" else {"value": "๑,๒๓๔.๕๐"}
            typed = content
            if one.kind == "measure":
                content, typed = {"value": "1234.50"}, {"value": "๑,๒๓๔.๕๐"}
            if one.inputs:
                content = {"inputs": dict.fromkeys(one.inputs, "7.10")}
                typed = {"inputs": dict.fromkeys(one.inputs, "๗.๑๐")}
            if position == 2 and f"na.{one.key}" in form.fields:
                content, typed = {"na": "ไม่มีภารกิจนี้"}, {}
            answers[one.key] = AnswerChange(content, typed, note=f"=รายละเอียด\n{position} น้ำใจ")
        save_entry(entry, actor=world.arun, changes=EntryChanges(answers, {"obstacles": "-ล่าช้า\nมาก"}))


def cells_of(book):
    return [cell for page in book.worksheets for row in page.iter_rows(min_row=3) for cell in row]


@pytest.mark.parametrize("code", framework_codes())
def test_filled_in_it_goes_out_and_comes_back_without_a_difference(db, code):
    world = make_world(code)
    answer_all(world)
    before = list(Answer.objects.values("entry", "criterion_key", "content", "typed", "note", "version"))
    data = book_of(world.card, world.arun)
    assert read_answers(world.card, data) == {}
    assert read_answers(world.card, filled(data, {})) == {}  # after a spreadsheet saved it too
    assert (
        list(Answer.objects.values("entry", "criterion_key", "content", "typed", "note", "version")) == before
    )


@pytest.mark.parametrize("code", framework_codes())
def test_an_empty_one_filled_in_arrives_whole(db, code):
    """Every cell of the ICT centre's filled workbook, typed into the policy office's empty one."""
    world = make_world(code)
    answer_all(world)
    source = load_workbook(io.BytesIO(book_of(world.card, world.arun)))
    target = load_workbook(io.BytesIO(book_of(world.other, world.duangjai)))
    for one, other in zip(cells_of(source), cells_of(target), strict=True):
        if not one.protection.locked:
            other.value, other.data_type = one.value, one.data_type
    out = io.BytesIO()
    target.save(out)
    typed = read_answers(world.other, out.getvalue())
    assert take_over(world.other, typed, actor=world.duangjai) > 0
    told = [
        list(
            Answer.objects.filter(entry__scorecard=card)
            .order_by("entry__indicator", "criterion_key")
            .values_list("criterion_key", "content", "note")
        )
        for card in (world.card, world.other)
    ]
    assert told[0] == told[1]
    assert [one.obstacles for one in entries_of(world.other)] == ["-ล่าช้า\nมาก"] * world.other.entries.count()
    assert differences(world.other, typed, user=world.duangjai) == []  # twice changes nothing


def test_what_was_changed_arrives_and_nothing_else(world):
    data = filled(book_of(world.card, world.arun), {
        "value.step1": "มี", "value.step2": "No", "note.step1": "ตามคำสั่ง", "remedies": "เร่งรัด"})  # fmt: skip
    typed = read_answers(world.card, data)
    assert take_over(world.card, typed, actor=world.arun) == 3
    assert {one.criterion_key: (one.content, one.note) for one in Answer.objects.all()} == {
        "step1": ({"value": "yes"}, "ตามคำสั่ง"), "step2": ({"value": "no"}, ""),
    }  # fmt: skip
    world.entry.refresh_from_db()
    assert (world.entry.remedies, world.entry.obstacles) == ("เร่งรัด", "")
    assert take_over(world.card, typed, actor=world.arun) == 0  # twice changes nothing
    assert Entry.objects.get(pk=world.entry.pk).version == 1


def test_an_emptied_cell_takes_the_answer_back(world):
    take_over(
        world.card,
        read_answers(world.card, filled(book_of(world.card, world.arun), {"value.step1": "yes"})),
        actor=world.arun,
    )
    data = filled(book_of(world.card, world.arun), {"value.step1": None})
    take_over(world.card, read_answers(world.card, data), actor=world.arun)
    assert Answer.objects.get().content == {}


@pytest.mark.parametrize(("cell", "held"), [
    (0.1, "0.1"), (12, "12"), (1e21, "1000000000000000000000"), ("๑๒.๕๐", "12.50"), ("1,234.5", "1234.5"),
    ("0.30000000000000000001", "0.30000000000000000001"), (-5, "-5"), ("12.5 %", "12.5"),
])  # fmt: skip
def test_numbers_arrive_to_the_last_digit(db, cell, held):
    world = make_world("ict-2550")
    data = filled(book_of(world.card, world.arun), {"input.progress.weights": cell})
    take_over(world.card, read_answers(world.card, data), actor=world.arun)
    assert Answer.objects.get().content == {"inputs": {"weights": held}}


def test_only_cells_to_fill_in_are_open_and_no_cell_is_run(world):
    answer_all(world)
    book = load_workbook(io.BytesIO(book_of(world.card, world.arun)))
    assert all(page.protection.sheet for page in book.worksheets)
    assert not cell_of(book, "value.step1").protection.locked
    assert not cell_of(book, "obstacles").protection.locked
    note = cell_of(book, "note.step1")
    assert (note.value.split("\n")[0], note.data_type) == ("=รายละเอียด", "s")
    cells = [
        cell for page in book.worksheets for row in page.iter_rows() for cell in row if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    locked = load_workbook(io.BytesIO(book_of(world.card, world.chat)))  # the head may read it
    assert all(c.protection.locked for page in locked.worksheets for row in page.iter_rows() for c in row)


def test_what_is_closed_is_shown_and_locked(world):
    entry_in(world, EntryState.PROPOSED)
    book = load_workbook(io.BytesIO(book_of(world.card, world.arun)))
    cell = cell_of(book, "value.step1")
    assert cell.protection.locked
    assert cell.value
    page = cell.parent
    assert page.cell(cell.row, [one.value for one in page[1]].index("closed") + 1).value


def test_the_number_of_queries_does_not_depend_on_what_is_asked(db, django_assert_max_num_queries):
    world = make_world("sdo-2562")
    with django_assert_max_num_queries(8):
        data = answers_to_workbook(world.card, entries_of(world.card), user=world.arun)
    with django_assert_max_num_queries(8):
        differences(world.card, read_answers(world.card, filled(data, {"obstacles": "x"})), user=world.arun)


def twenty_by_thirty(world):
    """A scorecard of the ICT centre with 20 indicators of 30 criteria each."""
    document = read_framework_file("moi-ict-2556")
    document |= {"code": "large", "extract": True, "assumptions": [], "components": [
        {"code": "c", "name": {"th": "องค์ประกอบ"}, "weight": "100", "indicators": [
            {"code": f"1.{number}", "name": {"th": f"ตัวชี้วัด {number}"}, "weight": "5", "rubric": {
                "kind": "checklist", "key": "all", "title": {"th": "ทั้งหมด"}, "children": [
                    {"kind": "check", "key": f"c{one}", "title": {"th": f"ประเด็น {one}"}, "points": "1"}
                    for one in range(30)],
                "levels": [{"at": str(at * 6), "score": str(at)} for at in range(1, 6)], "floor": "1"}}
            for number in range(1, 21)]}]}  # fmt: skip
    framework = publish(load_framework(document), actor=world.chawi)
    return open_scorecard(world.agencies["ict"], framework, world.round, reviewers=[])


@pytest.mark.slow
def test_six_hundred_criteria_are_quick(world, django_assert_max_num_queries):
    """Measured on SQLite: 0.8 s out and filled in, 0.6 s read, 0.3 s saved; the bound is for something quadratic."""
    card = twenty_by_thirty(world)
    began = time.monotonic()
    with django_assert_max_num_queries(8):
        data = book_of(card, world.arun)
    book = load_workbook(io.BytesIO(data))
    for cell in cells_of(book):
        if not cell.protection.locked and cell.column_letter == "H":
            cell.value = "มี"
    out = io.BytesIO()
    book.save(out)
    typed = read_answers(card, out.getvalue())
    assert take_over(card, typed, actor=world.arun) == 600
    assert time.monotonic() - began < 30


def test_of_a_returned_scorecard_only_what_is_to_be_mended_is_open(world):
    card = walk(world, ScorecardState.IN_REVIEW)
    wanted = Correction(indicator=world.entry.indicator, criterion_key="step3", remark="แนบผลสำรวจปีนี้")
    card = review.return_for_correction(card, actor=world.kamon, remark="", corrections=[wanted])
    data = book_of(card, world.arun)
    book = load_workbook(io.BytesIO(data))
    assert not cell_of(book, "value.step3").protection.locked
    assert cell_of(book, "value.step1").protection.locked
    typed = read_answers(card, filled(data, {"value.step1": "ไม่มี"}))  # typed all the same
    with pytest.raises(Refused):
        take_over(card, typed, actor=world.arun)
    assert Answer.objects.get(criterion_key="step1").content == {"value": "yes"}
