"""What an indicator's form asks, as lines of a table: one line for each cell to fill in. Fields are EntryForm's."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from indicators.explaining import criterion_title, words
from indicators.scoring import Criterion
from scorecards.answering.forms import YES_NO, EntryForm


@dataclass(frozen=True)
class AnswerLine:
    """One line: the names of its fields in EntryForm ("" where the line has no such cell) and what people read."""

    key: str
    answer: str
    na: str
    note: str
    title: str
    asked: str
    guidance: str

    @property
    def fields(self) -> dict[str, str]:
        """{column: field} of the cells that this line has."""
        cells = {"answer": self.answer, "na": self.na, "note": self.note}
        return {column: field for column, field in cells.items() if field}


def answer_lines(form: EntryForm) -> list[AnswerLine]:
    """The lines of an indicator, in the order of the form; what concerns the whole comes first."""
    whole = [one for one in form.criteria if one.children]
    parts = [one for one in form.criteria if not one.children]
    return [line for criterion in [*whole, *parts] for line in _lines(form, criterion)]


def _lines(form: EntryForm, criterion: Criterion) -> list[AnswerLine]:
    names = form.names_of[criterion.key]
    answers = [name for name in names if name.startswith(("value.", "input."))] or [""]
    return [
        AnswerLine(
            key=criterion.key,
            answer=name,
            na=_if_there(f"na.{criterion.key}", names) if position == 0 else "",
            note=_if_there(f"note.{criterion.key}", names) if position == 0 else "",
            title=line_title(criterion),
            asked=_asked(criterion, name),
            guidance=words(criterion.document.get("guidance")),
        )
        for position, name in enumerate(answers)
    ]


def _if_there(name: str, names: list[str]) -> str:
    return name if name in names else ""


def line_title(criterion: Criterion) -> str:
    """What a criterion is called; a rubric with parts stands for its indicator."""
    if criterion.children:
        return _("The whole indicator")
    return criterion_title(criterion)


def input_labels(criterion: Criterion) -> dict[str, str]:
    """{name: what the form calls it} of the named numbers of a formula."""
    return {
        one["name"]: words(one.get("label")) or one["name"] for one in criterion.document.get("inputs", [])
    }


def _asked(criterion: Criterion, name: str) -> str:
    if not name:
        return _("Only where nothing of it applies")
    if criterion.kind == "check":
        return " / ".join(str(label) for _value, label in YES_NO)
    document, label = criterion.document, _("A number")
    if criterion.inputs:
        called = name.removeprefix(f"input.{criterion.key}.")
        label = input_labels(criterion).get(called, called)
        document = next((one for one in document.get("inputs", []) if one["name"] == called), {})
    unit = words(document.get("unit"))
    return f"{label} ({unit})" if unit else label


def is_whole(form: EntryForm, key: str, given: set[str]) -> bool:
    """Whether `given` names every field of this criterion, so that what is left empty was meant to be empty."""
    return {name for name in form.names_of[key] if not name.startswith("seen.")} <= given
