"""The answers workbook: a scorecard, or one indicator of it, to be filled in without a connection.

Sheets: what to do, the answers, the report's prose; and two hidden ones that say whose form it is and which versions
the person had before them. workbook_import.py reads it back by the field names in each sheet's hidden first row.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from indicators.explaining import shortened
from scorecards.answering.forms import YES_NO, EntryForm
from scorecards.answering.workbook_lines import AnswerLine, answer_lines
from scorecards.corrections import corrections_of, open_criteria
from scorecards.models import NARRATIVE, Answer, Entry, Scorecard
from scorecards.permissions import may
from scorecards.presenting.dates import day_and_time
from scorecards.states import Action

ABOUT, SEEN = "_about", "_seen"
ANSWERS = [
    "entry",
    "key",
    "field",
    "code",
    "indicator",
    "criterion",
    "asked",
    "answer",
    "na",
    "note",
    "guidance",
    "closed",
]
PROSE = ["entry", "field", "code", "indicator", "asked", "text", "closed"]
WIDTHS = {
    "code": 9,
    "indicator": 26,
    "criterion": 40,
    "asked": 26,
    "answer": 18,
    "na": 26,
    "note": 40,
    "guidance": 52,
    "text": 90,
    "closed": 30,
}
FONT = "TH Sarabun New"
LINE = Side(style="thin", color="DFE5EA")
BORDER = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEAD, PAPER, FILL = (PatternFill("solid", fgColor=color) for color in ("E3F1F1", "F6F8F9", "FFF6DC"))
WORDS, BOLD = Font(name=FONT, size=14), Font(name=FONT, size=14, bold=True)
TOP = Alignment(vertical="top", wrap_text=True)
OPEN = Protection(locked=False)
LINE_HEIGHT, HIGHEST = 24, 400  # points; a spreadsheet allows 409


def entries_of(scorecard: Scorecard, pk: int | None = None) -> list[Entry]:
    """The indicators of a scorecard (or one of them) with their answers, in a fixed number of queries."""
    answers = Prefetch("answers", Answer.objects.select_related("updated_by"))
    rows = scorecard.entries.select_related("indicator", "host", "updated_by").prefetch_related(answers)
    entries = list(rows if pk is None else rows.filter(pk=pk))
    for entry in entries:
        entry.scorecard = scorecard
    return entries


def facts_of(scorecard: Scorecard) -> dict[str, str]:
    """What must be the same when the workbook comes back."""
    return {
        "scorecard": str(scorecard.pk),
        "agency": scorecard.agency.code,
        "months": str(scorecard.round.months),
        "framework": scorecard.framework.content_hash,
    }


def answers_to_workbook(scorecard: Scorecard, entries: list[Entry], *, user: User) -> bytes:
    """The workbook of these indicators as they stand. What this person may not answer now is shown and locked."""
    book = Workbook()
    book.remove(book.active)
    closed = _closed(entries, user)
    wanted = corrections_of(scorecard)
    forms = [(entry, EntryForm(entry=entry, open_keys=open_criteria(entry, wanted))) for entry in entries]
    _write_guide(book, scorecard)
    _write_answers(book, forms, closed)
    _write_prose(book, forms, closed)
    _write_hidden(book, ABOUT, ["name", "value"], facts_of(scorecard).items())
    seen = [
        (entry.pk, name, form.initial[name])
        for entry, form in forms
        for name in form.fields
        if name.startswith("seen.")
    ]
    _write_hidden(book, SEEN, ["entry", "field", "seen"], seen)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _closed(entries: list[Entry], user: User) -> dict[int, str]:
    """{entry: why this person may not answer it now, "" where they may}."""
    known: dict[tuple, str] = {}  # the same for every indicator in the same state: asked once
    for entry in entries:
        alike = (entry.state, entry.host_id)
        if alike not in known:
            decision = may(user, Action.ANSWER, entry)
            known[alike] = "" if decision else str(decision)
    return {entry.pk: known[entry.state, entry.host_id] for entry in entries}


# ── the sheets ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    """A line of a sheet: its texts by column, which columns are to be filled in, and what kind of answer is asked."""

    texts: dict
    to_fill: frozenset
    kind: str = ""


def _write_answers(book: Workbook, forms: list[tuple[Entry, EntryForm]], closed: dict[int, str]) -> None:
    labels = {
        "code": _("No."),
        "indicator": _("Indicator"),
        "criterion": _("Criterion"),
        "asked": _("What is asked"),
        "answer": _("Answer"),
        "na": _("Does not apply: reason"),
        "note": _("Detail"),
        "guidance": _("Guidance"),
        "closed": _("Closed because"),
    }
    rows = []
    for entry, form in forms:
        for line in answer_lines(form):
            rows.append(_row_of(entry, form, line, why=closed[entry.pk] or _why_closed(form, line)))
    page = _write_sheet(book, _("Answers"), ANSWERS, labels, rows)
    _explain(
        page,
        ANSWERS,
        {
            "answer": _(
                "Choose from the list, or write a number as people write it: 1,234.50 or ๑,๒๓๔.๕๐. An emptied cell "
                "takes the answer back."
            ),
            "na": _(
                "Only where the criterion does not apply: write why. The answer beside it does not count then."
            ),
            "note": _("What the reviewer should know about this answer."),
        },
    )
    _validate(page, rows)


def _row_of(entry: Entry, form: EntryForm, line: AnswerLine, *, why: str) -> Row:
    texts = {
        "entry": entry.pk,
        "key": line.key,
        "field": line.answer,
        "code": entry.indicator.code,
        "indicator": shortened(entry.indicator.name),
        "criterion": line.title,
        "asked": line.asked,
        "guidance": line.guidance,
        "closed": why,
    }
    texts |= {column: in_cell(form, field) for column, field in line.fields.items()}
    kind = "number" if line.answer else ""
    if hasattr(form.fields.get(line.answer), "choices"):
        kind = "choice"
    return Row(texts, frozenset() if why else frozenset(line.fields), kind)


def _why_closed(form: EntryForm, line: AnswerLine) -> str:
    """In a returned scorecard only what is to be mended is open."""
    if any(not form.fields[name].disabled for name in line.fields.values()):
        return ""
    return _("The reviewer wants nothing mended here: what was sent stays as it is.")


def _write_prose(book: Workbook, forms: list[tuple[Entry, EntryForm]], closed: dict[int, str]) -> None:
    labels = {
        "code": _("No."),
        "indicator": _("Indicator"),
        "asked": _("What is asked"),
        "text": _("Text"),
        "closed": _("Closed because"),
    }
    rows = [
        Row(
            {
                "entry": entry.pk,
                "field": name,
                "code": entry.indicator.code,
                "indicator": entry.indicator.name,
                "asked": str(form.fields[name].label),
                "text": in_cell(form, name),
                "closed": closed[entry.pk],
            },
            frozenset() if closed[entry.pk] else frozenset({"text"}),
        )
        for entry, form in forms
        for name in NARRATIVE
    ]
    page = _write_sheet(book, _("Narrative"), PROSE, labels, rows)
    _explain(page, PROSE, {"text": _("Alt+Enter begins a new line within the cell.")})


def in_cell(form: EntryForm, name: str) -> str:
    """The text of a field as a cell shows it: a choice by its word, everything else as it was typed."""
    field = form.fields[name]
    value = str(form.initial.get(name) or "")
    if hasattr(field, "choices"):
        value = str(dict(YES_NO).get(value, value))
    return unicodedata.normalize("NFC", ILLEGAL_CHARACTERS_RE.sub("", value))


def _write_sheet(
    book: Workbook, title: str, fields: list[str], labels: dict[str, str], rows: list[Row]
) -> Worksheet:
    page = book.create_sheet(_sheet_name(title))
    for number, name in enumerate(fields, start=1):
        column = page.column_dimensions[get_column_letter(number)]
        column.width, column.hidden = WIDTHS.get(name, 9), name not in labels
        _put(page, 1, number, name, fill=HEAD)
        _put(page, 2, number, labels.get(name, name), fill=HEAD).font = BOLD
    page.row_dimensions[1].hidden, page.row_dimensions[2].height = True, LINE_HEIGHT
    for row_number, row in enumerate(rows, start=3):
        for number, name in enumerate(fields, start=1):
            is_open = name in row.to_fill
            cell = _put(page, row_number, number, row.texts.get(name, ""), fill=FILL if is_open else PAPER)
            if is_open:
                cell.protection = OPEN
        page.row_dimensions[row_number].height = _height(row.texts)
    page.freeze_panes = page.cell(3, fields.index("asked") + 1)
    page.auto_filter.ref = (
        f"{get_column_letter(fields.index('code') + 1)}2:{get_column_letter(len(fields))}{len(rows) + 2}"
    )
    _fit_to_paper(page)
    page.print_title_rows = "2:2"
    _protect(page)
    return page


def _fit_to_paper(page: Worksheet) -> None:
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]


def _put(page: Worksheet, row: int, column: int, value: object, *, fill: PatternFill | None = None) -> Cell:
    """A text in a cell, never a formula: a cell that people fill keeps what they type, digit by digit."""
    cell = page.cell(row, column, str(value))
    cell.data_type, cell.number_format = "s", "@"
    cell.font, cell.alignment, cell.border = WORDS, TOP, BORDER
    if fill:
        cell.fill = fill
    if not value:
        cell.value = None
    return cell


def _height(texts: dict[str, Any]) -> int:
    """Points for the tallest cell of a row: not every spreadsheet fits rows to wrapped text by itself."""
    lines = [
        sum(1 + _letters(line) * 10 // (WIDTHS[name] * 9) for line in str(text).split("\n"))
        for name, text in texts.items()
        if name in WIDTHS
    ]
    return min(LINE_HEIGHT * max(lines), HIGHEST)


def _letters(text: str) -> int:
    """How many characters take room: Thai vowels above and below and tone marks do not."""
    return sum(unicodedata.category(one) != "Mn" for one in text)


def _protect(page: Worksheet) -> None:
    """Locked without a password, so that nothing is lost by accident; widths, heights and the filter stay free."""
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = page.protection.autoFilter = False


def _explain(page: Worksheet, fields: list[str], sentences: dict[str, str]) -> None:
    for name, sentence in sentences.items():
        comment = Comment(sentence, "scorecards", width=320, height=120)
        page.cell(2, fields.index(name) + 1).comment = comment


def _validate(page: Worksheet, rows: list[Row]) -> None:
    """Drop-downs where yes or no is asked, and what to write in a number's cell when it is entered."""
    column = get_column_letter(ANSWERS.index("answer") + 1)
    labels = [str(label) for _value, label in YES_NO]
    choice = DataValidation(
        "list",
        formula1=f'"{",".join(labels)}"',
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=_("Answer"),
        error=_("Choose one of: %(words)s") % {"words": ", ".join(labels)},
    )
    number = DataValidation(
        showInputMessage=True,
        promptTitle=_("A number"),
        prompt=_("Thai or Arabic digits, commas and one point. No formula."),
    )
    kinds = {"choice": choice, "number": number}
    for (kind, is_open), run in groupby(
        enumerate(rows, start=3), lambda one: (one[1].kind, "answer" in one[1].to_fill)
    ):
        numbers = [row_number for row_number, _row in run]
        if kind and is_open:
            kinds[kind].add(f"{column}{numbers[0]}:{column}{numbers[-1]}")
    for one in kinds.values():
        if one.sqref:
            page.add_data_validation(one)


def _write_guide(book: Workbook, scorecard: Scorecard) -> None:
    page = book.create_sheet(_sheet_name(_("Read me")))
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 24, 100
    framework, round_ = scorecard.framework, scorecard.round
    facts = [
        (_("Agency"), scorecard.agency.name),
        (_("Form"), framework.name),
        (_("Round"), f"{round_.get_months_display()} · {framework.year}"),
        (_("Closes"), day_and_time(round_.closes_at)),
        (_("As it stood"), day_and_time(timezone.now())),
    ]
    steps = [
        _(
            "Fill in the yellow cells on the sheets “%(answers)s” and “%(prose)s”. All other cells are locked."
        ),
        _(
            "Write numbers as you are used to: 1,234.50 or ๑,๒๓๔.๕๐. Formulas, percentages and dates are refused."
        ),
        _(
            "Where a criterion does not apply, write why in its column; the answer beside it does not count then."
        ),
        _("Save as xlsx, open the scorecard in the system and bring the file in under “Work offline”."),
        _(
            "First you see every change and what a colleague changed meanwhile. Nothing is saved before you agree."
        ),
        _("Evidence is attached in the system, not here."),
    ]
    sheets = {"answers": _("Answers"), "prose": _("Narrative")}
    lines = [
        *facts,
        *((str(number), text % sheets if "%(" in text else text) for number, text in enumerate(steps, 1)),
    ]
    for row, (label, text) in enumerate(lines, start=1):
        _put(page, row, 1, label).font = BOLD
        _put(page, row, 2, text)
        page.row_dimensions[row].height = LINE_HEIGHT * (1 + _letters(text) // 100)
    _fit_to_paper(page)
    _protect(page)


def _write_hidden(book: Workbook, name: str, fields: list[str], rows: Iterable[Iterable[object]]) -> None:
    page = book.create_sheet(name)
    page.sheet_state = "veryHidden"
    for row_number, row in enumerate([fields, fields, *rows], start=1):
        for number, value in enumerate(row, start=1):
            _put(page, row_number, number, value)
    _protect(page)
