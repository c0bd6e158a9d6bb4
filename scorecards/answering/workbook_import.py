"""An answers workbook brought back: read, compared with what stands now, and taken over whole or not at all.

A workbook is one more way to fill in EntryForm: its cells are the form's fields, so numbers, texts and versions are
judged by the same code as on the page.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from indicators.frozen import rubric_tree
from indicators.refusals import Blocker, Refused
from indicators.scoring import Criterion
from indicators.scoring.numbers import grouped
from indicators.workbooks import cell_fault, not_as_shown, read_cells
from scorecards.answering.forms import CHOICE, YES_NO, EntryForm, digest
from scorecards.answering.workbook import ABOUT, ANSWERS, PROSE, SEEN, entries_of, facts_of
from scorecards.answering.workbook_lines import input_labels, is_whole, line_title
from scorecards.delegation import name_of
from scorecards.models import NARRATIVE, Answer, Entry, Scorecard
from scorecards.permissions import may
from scorecards.presenting.answer_words import in_words
from scorecards.states import Action
from scorecards.workflow import EntryChanges, save_entry

Place = tuple[str, int, int, list[list[str]]]  # sheet, row, column, all rows of the sheet
SAYS_YES, SAYS_NO = {"yes", "true", "1", "ใช่", "✓"}, {"no", "false", "0", "ไม่ใช่"}


@dataclass(frozen=True)
class Difference:
    """One thing that would change: in words, before and after. `who` wrote the value that stands now, where that is
    newer than the workbook: then the person chooses, building on `version`."""

    name: str
    label: str
    was: str
    becomes: str
    version: int
    is_conflict: bool = False
    who: str = ""


@dataclass(frozen=True)
class EntryDifferences:
    """What the workbook would change of one indicator."""

    entry: Entry
    differences: list[Difference]
    changes: EntryChanges

    @property
    def conflicts(self) -> list[Difference]:
        return [one for one in self.differences if one.is_conflict]

    @property
    def plain(self) -> list[Difference]:
        return [one for one in self.differences if not one.is_conflict]


@dataclass
class _Reading:
    """A workbook while it is read: texts by entry and field, where each of them stands, and every fault."""

    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_answers(scorecard: Scorecard, data: bytes) -> dict[str, dict[str, str]]:
    """{entry: {field of EntryForm: text}} of a workbook of this scorecard, only of indicators in which something
    differs. Refused with every fault, each with its sheet, row and column."""
    sheets = read_cells(data)
    _refuse_foreign(scorecard, sheets)
    forms = {str(entry.pk): EntryForm(entry=entry) for entry in entries_of(scorecard)}
    reading = _Reading()
    for name, rows in sheets.items():
        if rows and rows[0][: len(ANSWERS)] == ANSWERS:
            _read_sheet(reading, name, rows, forms, ANSWERS)
        elif rows and rows[0][: len(PROSE)] == PROSE:
            _read_sheet(reading, name, rows, forms, PROSE)
    _add_seen(reading, sheets, forms)
    found = {}
    for pk, texts in reading.typed.items():
        form = EntryForm(texts, entry=forms[pk].entry)
        changes = form.changes()
        _gather_faults(reading, pk, form)
        if changes.answers or changes.narrative:
            found[pk] = texts
    if reading.faults:
        raise Refused(reading.faults)
    return found


def _refuse_foreign(scorecard: Scorecard, sheets: dict[str, list[list[str]]]) -> None:
    """Refused unless this is a workbook of this scorecard under this version of its form."""
    told = {row[0]: row[1] for row in sheets.get(ABOUT, [])[2:] if len(row) > 1}
    expected = facts_of(scorecard)
    if not told.keys() >= expected.keys() or SEEN not in sheets:
        raise Refused([_("This is no answers workbook. Download one from the scorecard and fill that in.")])
    if told["agency"] != expected["agency"]:
        raise Refused(
            [
                _("This workbook belongs to another agency. Choose the file of %(agency)s.")
                % {"agency": scorecard.agency.name}
            ]
        )
    if told["framework"] != expected["framework"]:
        raise Refused(
            [
                _(
                    "This workbook is of another form or of an earlier version of it. Download a new one and "
                    "copy your answers over."
                )
            ]
        )
    if (told["months"], told["scorecard"]) != (expected["months"], expected["scorecard"]):
        raise Refused(
            [
                _("This workbook is of another round. Choose the file of the round “%(round)s”.")
                % {"round": scorecard.round.get_months_display()}
            ]
        )


def _read_sheet(
    reading: _Reading, sheet: str, rows: list[list[str]], forms: dict[str, EntryForm], fields: list[str]
) -> None:
    for number, cells in enumerate(rows[2:], start=3):
        row = dict(zip(fields, [*cells, *[""] * len(fields)], strict=False))
        if not any(cells):
            continue
        form = forms.get(row["entry"])
        if form is None:
            column = fields.index("code")
            reading.faults.append(
                _fault((sheet, number, column, rows), _("This line was not in the workbook. Take it out."))
            )
            continue
        for column, name in _fields_of(row, fields, form):  # type: ignore[assignment]
            place = (sheet, number, fields.index(column), rows)  # type: ignore[arg-type]
            _read_cell(reading, row["entry"], name, row[column], place)  # type: ignore[index]


def _fields_of(row: dict[str, str], fields: list[str], form: EntryForm) -> list[tuple[str, str]]:
    """(column, field of the form) of each cell of a row that people fill in."""
    if fields is PROSE:
        return [("text", row["field"])] if row["field"] in NARRATIVE else []
    names = {"answer": row["field"], "na": f"na.{row['key']}", "note": f"note.{row['key']}"}
    found = [(column, name) for column, name in names.items() if name in form.fields]
    answers = [name for name in form.names_of.get(row["key"], ()) if name.startswith(("value.", "input."))]
    is_first = not answers or row["field"] == answers[0]
    return [one for one in found if one[0] == "answer" or is_first]


def _read_cell(reading: _Reading, pk: str, name: str, text: str, place: Place) -> None:
    texts = reading.typed.setdefault(pk, {})
    if name in texts:
        reading.faults.append(_fault(place, _("This line is there twice. Take one out.")))
    elif sentence := not_as_shown(text):
        reading.faults.append(_fault(place, sentence))
    texts[name] = text.replace("\r\n", "\n")
    reading.places[pk, name] = place


def _fault(place: Place, sentence: str) -> str:
    sheet, row, column, rows = place
    return cell_fault(sheet, row, f"{get_column_letter(column + 1)} {rows[1][column]}", sentence)


def _add_seen(reading: _Reading, sheets: dict[str, list[list[str]]], forms: dict[str, EntryForm]) -> None:
    """The versions that the person had before them, for whatever is whole in the workbook; choices in our words."""
    seen = {(row[0], row[1]): row[2] for row in sheets[SEEN][2:] if len(row) > 2}
    for pk, texts in reading.typed.items():
        form = forms[pk]
        for name in list(texts):
            if hasattr(form.fields[name], "choices"):
                texts[name] = _choice(reading, pk, name, texts[name])
        for key, names in form.names_of.items():
            if is_whole(form, key, set(texts)):
                texts[f"seen.{key}"] = seen.get((pk, f"seen.{key}"), "")
            elif there := [name for name in names if name in texts]:
                sentence = _("A line of this criterion is missing. Download the workbook again.")
                reading.faults.append(_fault(reading.places[pk, there[0]], sentence))
        for name in NARRATIVE:
            if name in texts:
                texts[f"seen.text:{name}"] = seen.get((pk, f"seen.text:{name}"), "")


def _choice(reading: _Reading, pk: str, name: str, text: str) -> str:
    said = text.strip().lower()
    if not said or said in SAYS_YES | _labels("yes"):
        return "yes" if said else ""
    if said in SAYS_NO | _labels("no"):
        return "no"
    facts = {"words": ", ".join(str(label) for _value, label in YES_NO)}
    if not not_as_shown(text):
        reading.faults.append(_fault(reading.places[pk, name], _("Choose one of: %(words)s") % facts))
    return ""


def _labels(value: str) -> set[str]:
    """The words of a choice in both languages: a workbook may come back in the other one."""
    found = set()
    for language in ("th", "en"):
        with translation.override(language):
            found.add(str(dict(YES_NO)[value]).lower())
    return found


def _gather_faults(reading: _Reading, pk: str, form: EntryForm) -> None:
    for name, sentences in form.errors.items():
        place = reading.places.get((pk, name))
        if place and not not_as_shown(form.data.get(name, "")):
            reading.faults += [_fault(place, sentence) for sentence in sentences]  # type: ignore[arg-type]


# ── what it would change, and the change ──────────────────────────────────────────────────────────────────────────


def differences(scorecard: Scorecard, typed: dict, *, user: User) -> list[EntryDifferences]:
    """What these texts would change now. Refused for indicators that this person may not answer, with every reason."""
    found, reasons = [], []
    for entry in entries_of(scorecard):
        one = _differences_of(entry, typed.get(str(entry.pk), {}))
        if not one.differences:
            continue
        decision = may(user, Action.ANSWER, entry)
        if not decision:
            reasons.append(f"{entry.indicator.code}: {decision}")
        found.append(one)
    if reasons:
        raise Refused(reasons)
    return found


def _differences_of(entry: Entry, texts: dict[str, str]) -> EntryDifferences:
    form = EntryForm(texts, entry=entry)
    changes = form.changes()
    criteria = {one.key: one for one in rubric_tree(entry.indicator).walk()}
    found, answers, narrative = [], {}, {}
    for key, change in changes.answers.items():
        answer = form.known.get(key)
        now = (answer.content, answer.note) if answer else ({}, "")
        if now == (change.content, change.note):
            continue
        version = answer.version if answer else 0
        answers[key] = replace(change, version=version)
        found.append(
            Difference(
                key,
                line_title(criteria[key]),
                _said(criteria[key], *now),
                _said(criteria[key], change.content, change.note),
                version,
                **_conflict(texts, key, digest(*now), version, answer),
            )
        )
    for name, text in changes.narrative.items():
        now = getattr(entry, name)
        if now == text:
            continue
        narrative[name] = text
        found.append(
            Difference(
                f"text:{name}",
                str(form.fields[name].label),
                now,
                text,
                entry.version,
                **_conflict(texts, f"text:{name}", digest(now), entry.version, entry),
            )
        )
    return EntryDifferences(entry, found, EntryChanges(answers, narrative, version=entry.version))


def _conflict(texts: dict[str, str], name: str, now: str, version: int, row: Answer | Entry | None) -> dict:
    """Whether somebody wrote this after the workbook was made and the person has not chosen theirs over it yet."""
    chosen = CHOICE.fullmatch(texts.get(f"choose.{name}", ""))
    if chosen and int(chosen[2]) == version:
        return {}
    if texts.get(f"seen.{name}", "").partition(":")[2] == now:
        return {}
    return {"is_conflict": True, "who": name_of(row.updated_by) if row else ""}


def _said(criterion: Criterion, content: dict[str, Any], note: str) -> str:
    """An answer with its detail, in words."""
    labels = input_labels(criterion)
    inputs = content.get("inputs") or {}
    said = " · ".join(
        f"{labels.get(name, name)} = {grouped(value)}" for name, value in inputs.items()
    ) or in_words(content)
    return f"{said}\n{_('Detail')}: {note}" if note else said


@transaction.atomic
def take_over(scorecard: Scorecard, typed: dict, *, actor: User) -> int:
    """Save everything the workbook says, in one transaction: all of it or nothing. How many things changed.
    Refused with every reason: a conflict nobody chose for, an answer that does not fit, a right that is missing."""
    found = differences(scorecard, typed, user=actor)
    open_ones = [(one.entry, conflict) for one in found for conflict in one.conflicts]
    if open_ones:
        sentence = _("%(code)s “%(label)s” was changed meanwhile: choose which value holds.")
        raise Refused(
            Blocker(
                sentence % {"code": entry.indicator.code, "label": conflict.label},
                url=f"#choose-{entry.pk}-{conflict.name}",
            )
            for entry, conflict in open_ones
        )
    reasons = []
    for one in found:
        try:
            save_entry(one.entry, actor=actor, changes=one.changes)
        except Refused as refused:
            reasons += [f"{one.entry.indicator.code}: {reason}" for reason in refused.reasons]
    if reasons:
        raise Refused(reasons)
    return sum(len(one.differences) for one in found)
