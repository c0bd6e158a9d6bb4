"""A workbook that cannot be taken: every fault with its place, nothing saved, and nothing hostile parsed in here."""

import datetime as dt
import io

import pytest
from django.db.models.signals import post_save
from django.urls import reverse
from openpyxl import load_workbook

from scorecards import workflow
from scorecards.answering.workbook_import import read_answers, take_over
from scorecards.models import Answer, Entry
from scorecards.states import EntryState
from tests.editor.forms import fields_in
from tests.editor.test_workbooks import HOSTILE
from tests.offline.conftest import book_of, bring_in, cell_of, filled
from tests.world import changes, entry_in, fill, make_world


@pytest.fixture
def data(world):
    return book_of(world.card, world.arun)


def page_of(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(("name", "value", "said"), [
    ("value.step1", "บางส่วน", "Choose one of"),
    ("value.step1", "=1+1", "formula"),
    ("note.step1", "=HYPERLINK(1)", "formula"),
    ("note.step1", dt.datetime(2019, 3, 21), "made a date"),
    ("obstacles", "x" * 20_001, "20000"),
    ("value.step1", "#REF!", "error of the spreadsheet"),
])  # fmt: skip
def test_a_fault_names_its_sheet_row_and_column_and_nothing_is_saved(world, sit, data, name, value, said):
    place = cell_of(load_workbook(io.BytesIO(data)), name)
    answer = bring_in(sit("arun"), world.card, filled(data, {name: value, "value.step2": "yes"}))
    assert answer.status_code == 409
    page = page_of(answer)
    assert said in page
    assert f"row {place.row}" in page
    assert f"{place.column_letter} " in page
    assert 'name="plan"' not in page
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("value", "shape"), [
    ("๑,๒", None), ("NaN", None), ("1e5", None), ("=1+1", None), (0.125, "0.00%"), (dt.datetime(2019, 3, 21), None),
    (True, None),
])  # fmt: skip
def test_what_is_no_number_is_refused(db, value, shape):
    world = make_world("ict-2550")
    book = load_workbook(io.BytesIO(book_of(world.card, world.arun)))
    cell = cell_of(book, "input.progress.weights")
    cell.value = value
    if shape:
        cell.number_format = shape
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(workflow.Refused) as refused:
        read_answers(world.card, out.getvalue())
    assert len(refused.value.reasons) == 1


def test_all_faults_are_told_at_once(world, data):
    with pytest.raises(workflow.Refused) as refused:
        read_answers(world.card, filled(data, {"value.step1": "บางส่วน", "value.step2": "=1"}))
    assert len(refused.value.reasons) == 2


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence(world, sit, data, case):
    answer = bring_in(sit("arun"), world.card, HOSTILE[case](data))
    assert answer.status_code == 409
    assert "workbook" in page_of(answer)


def test_another_agencys_workbook_is_refused(world, data):
    with pytest.raises(workflow.Refused):
        read_answers(world.other, data)


@pytest.mark.parametrize("fact", ["framework", "months", "scorecard", "agency"])
def test_another_form_or_round_is_refused(world, data, fact):
    book = load_workbook(io.BytesIO(data))
    for row in book["_about"].iter_rows():
        if row[0].value == fact:
            row[1].value = "x"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(workflow.Refused) as refused:
        read_answers(world.card, out.getvalue())
    assert len(refused.value.reasons) == 1


def test_a_line_taken_out_of_a_formula_is_a_fault(db):
    world = make_world("ict-2550")
    book = load_workbook(io.BytesIO(book_of(world.card, world.arun)))
    cell = cell_of(book, "input.progress.weights")
    cell.parent.delete_rows(cell.row)
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(workflow.Refused):
        read_answers(world.card, out.getvalue())


@pytest.mark.parametrize("entry", ["1", "", "x"])
def test_a_line_that_is_there_twice_or_of_another_scorecard_is_a_fault(world, data, entry):
    book = load_workbook(io.BytesIO(data))
    line = cell_of(book, "value.step1")
    copied = [one.value for one in line.parent[line.row]]
    line.parent.append([str(world.entry.pk) if entry == "1" else entry, *copied[1:]])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(workflow.Refused):
        read_answers(world.card, out.getvalue())


def test_a_preview_that_no_request_could_bring_back_is_refused(world, sit, data, monkeypatch):
    monkeypatch.setattr("scorecards.answering.workbook_views.LARGEST_PREVIEW", 10)
    answer = bring_in(sit("arun"), world.card, filled(data, {"value.step1": "yes"}))
    assert answer.status_code == 409
    assert "one by one" in page_of(answer)


def test_first_a_preview_then_the_change(world, sit, data):
    arun = sit("arun")
    preview = bring_in(arun, world.card, filled(data, {"value.step1": "มี", "obstacles": "<b>ช้า</b>"}))
    assert preview.status_code == 200
    assert "&lt;b&gt;ช้า" in page_of(preview)
    assert not Answer.objects.exists()
    address = reverse("import_answers", args=[world.card.pk])
    assert arun.post(address, {"plan": fields_in(page_of(preview))["plan"]}).status_code == 302
    assert Answer.objects.get().content == {"value": "yes"}


def test_a_preview_of_somebody_else_or_a_forged_one_is_not_taken(world, sit, data):
    page = page_of(bring_in(sit("arun"), world.card, filled(data, {"value.step1": "yes"})))
    address = reverse("import_answers", args=[world.card.pk])
    for plan in (fields_in(page)["plan"], "forged"):
        assert sit("busaba").post(address, {"plan": plan}).status_code == 302
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("choice", "held"), [("mine", "no"), ("theirs", "yes")])
def test_what_a_colleague_changed_meanwhile_is_shown_and_the_person_chooses(world, sit, data, choice, held):
    workflow.save_entry(world.entry, actor=world.busaba, changes=changes({"step1": "yes"}))
    arun = sit("arun")
    page = page_of(bring_in(arun, world.card, filled(data, {"value.step1": "no", "value.step2": "yes"})))
    assert "บุษบา" in page
    address, plan = reverse("import_answers", args=[world.card.pk]), {"plan": fields_in(page)["plan"]}
    refused = arun.post(address, plan)
    assert refused.status_code == 409
    assert not Answer.objects.filter(criterion_key="step2").exists()  # nothing was saved without a choice
    chosen = plan | {f"choose.{world.entry.pk}.step1": f"{choice}:1"}
    assert arun.post(address, chosen).status_code == 302
    assert Answer.objects.get(criterion_key="step1").content == {"value": held}
    assert Answer.objects.get(criterion_key="step2").content == {"value": "yes"}


def test_a_choice_made_before_a_further_change_does_not_count(world, data):
    workflow.save_entry(world.entry, actor=world.busaba, changes=changes({"step1": "yes"}))
    typed = read_answers(world.card, filled(data, {"value.step1": "no"}))
    typed[str(world.entry.pk)]["choose.step1"] = "mine:1"
    later = workflow.AnswerChange({"value": "yes"}, note="ตามคำสั่ง", version=1)
    workflow.save_entry(world.entry, actor=world.busaba, changes=workflow.EntryChanges({"step1": later}))
    with pytest.raises(workflow.Refused):
        take_over(world.card, typed, actor=world.arun)
    assert Answer.objects.get().note == "ตามคำสั่ง"


def test_the_same_prose_by_two_people(world, data):
    workflow.save_entry(world.entry, actor=world.busaba, changes=changes({}, obstacles="ของบุษบา"))
    typed = read_answers(world.card, filled(data, {"obstacles": "ของอรุณ", "remedies": "ของอรุณ"}))
    with pytest.raises(workflow.Refused):
        take_over(world.card, typed, actor=world.arun)
    typed[str(world.entry.pk)]["choose.text:obstacles"] = "mine:1"
    assert take_over(world.card, typed, actor=world.arun) == 2
    world.entry.refresh_from_db()
    assert (world.entry.obstacles, world.entry.remedies) == ("ของอรุณ", "ของอรุณ")


def test_untouched_cells_of_an_old_workbook_do_not_undo_a_colleague(world, data):
    fill(world, collector=world.busaba)
    take_over(world.card, read_answers(world.card, filled(data, {"obstacles": "ช้า"})), actor=world.arun)
    assert Answer.objects.filter(content={"value": "yes"}).count() == 4


def test_nobody_brings_in_what_they_may_not_answer(world, sit, data):
    changed = filled(data, {"value.step1": "no"})
    assert bring_in(sit("chat"), world.card, changed).status_code == 409  # the head does not answer
    entry_in(world, EntryState.PROPOSED)
    assert bring_in(sit("arun"), world.card, changed).status_code == 409
    assert Answer.objects.get(criterion_key="step1").content == {"value": "yes"}


def test_whole_or_not_at_all(db):
    world = make_world("dga-digital-2563")
    entries = list(world.card.entries.all())
    typed = read_answers(world.card, book_of(world.card, world.arun))
    assert typed == {}
    book = load_workbook(io.BytesIO(book_of(world.card, world.arun)))
    page = next(one for one in book.worksheets if one["F1"].value == "text")
    for row in page.iter_rows(min_row=3):
        row[5].value = "ทุกตัวชี้วัด"
    out = io.BytesIO()
    book.save(out)
    typed = read_answers(world.card, out.getvalue())
    assert len(typed) == len(entries)

    def propose_the_last(**_facts):  # a colleague, while the first ones are being saved
        world.card.entries.filter(pk=entries[-1].pk).update(state=EntryState.PROPOSED)

    post_save.connect(propose_the_last, sender=Entry)
    try:
        with pytest.raises(workflow.Refused):
            take_over(world.card, typed, actor=world.arun)
    finally:
        post_save.disconnect(propose_the_last, sender=Entry)
    assert {one.obstacles for one in world.card.entries.all()} == {""}
