"""The forms of the agency's side. An indicator's form is built from its rubric; every number is read by one parser."""

import re
import unicodedata
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from indicators.explaining import criterion_title, describe_number_error
from indicators.frozen import rubric_tree
from indicators.scoring import NumberError, content_hash, never_na, parse_number
from indicators.scoring.numbers import grouped
from scorecards.events import last_saved_from
from scorecards.models import NARRATIVE
from scorecards.presenting.answer_words import narrative_label
from scorecards.snapshots import DECLARATION
from scorecards.workflow import AnswerChange, EntryChanges

YES_NO = [("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No"))]
LONGEST_TEXT = 20_000
TEXT = "text:"  # before the name of a field of the narrative
CHOICE = re.compile(r"(mine|theirs):([0-9]{1,9})")


class NumberField(forms.CharField):
    """A number as people type it (Thai digits, commas, a percent sign); cleans to exact decimal text."""

    def __init__(self, **options):
        super().__init__(required=False, max_length=80, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "form-control number"}

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_number(text)
        except NumberError as error:
            raise forms.ValidationError(describe_number_error(error)) from None


class ProseField(forms.CharField):
    """Prose: NFC, one kind of line break; marks and words stay as they were typed."""

    def __init__(self, *, rows=2, **options):
        area = forms.Textarea(attrs={"rows": rows, "class": "form-control"})
        super().__init__(required=False, max_length=LONGEST_TEXT, widget=area, **options)

    def to_python(self, value):
        return unicodedata.normalize("NFC", super().to_python(value).replace("\r\n", "\n"))


def digest(*parts) -> str:
    """Sixteen characters by which a form knows whether the person changed a field."""
    return content_hash(list(parts))[:16]


def seen_answer(answer) -> str:
    """The version and the digest of an answer as it was shown; of none, where nobody answered."""
    if answer is None:
        return f"0:{digest({}, '')}"
    return f"{answer.version}:{digest(answer.content, answer.note)}"


def seen_text(entry, name) -> str:
    """The same of a field of the narrative."""
    return f"{entry.version}:{digest(getattr(entry, name))}"


def seen_after(entry, changes: EntryChanges) -> dict[str, str]:
    """{field that tells what was seen: its new value} after these changes were saved. Not of what a colleague changed
    meanwhile: the page does not show it, and would take its own older text for a change."""
    answers = {one.criterion_key: one for one in entry.answers.all()}
    return {f"seen.{key}": seen_answer(answers.get(key)) for key in changes.answers} | {
        f"seen.text:{name}": seen_text(entry, name) for name in changes.narrative
    }


@dataclass(frozen=True)
class Blank:
    """An indicator's form without answers: its criteria, {criterion key: names of its fields}, all fields."""

    criteria: list
    names_of: dict[str, list[str]]
    fields: dict[str, forms.Field]


@lru_cache(maxsize=512)
def blank_form(rubric, months: int, language: str) -> Blank:
    """The fields for a rubric in a round, made once in each language. They are shared: what stands in them and who may
    change them is the form's own."""
    steps = never_na(rubric)
    criteria = [leaf for leaf in rubric.leaves(months) if leaf.kind != "rating"]
    if rubric.children:
        criteria.append(rubric)
    of_each = {one.key: _fields_of(one, may_be_na=one.key not in steps) for one in criteria}
    fields = {name: field for found in of_each.values() for name, field in found.items()}
    for name in NARRATIVE:
        fields[name] = ProseField(label=narrative_label(name), rows=3)
        fields[f"seen.text:{name}"] = _seen()
    return Blank(criteria, {key: list(found) for key, found in of_each.items()}, fields)


def _fields_of(criterion, *, may_be_na) -> dict[str, forms.Field]:
    key, found = criterion.key, {}
    label = criterion_title(criterion)
    if criterion.kind == "check":
        found[f"value.{key}"] = forms.ChoiceField(
            choices=YES_NO, required=False, widget=forms.RadioSelect, label=label
        )
    elif criterion.kind == "measure" and not criterion.inputs:
        found[f"value.{key}"] = NumberField(label=label)
    for name in criterion.inputs:
        found[f"input.{key}.{name}"] = NumberField(label=label)
    if may_be_na:
        found[f"na.{key}"] = ProseField(label=_("Reason why it does not apply"), rows=1)
    if not criterion.children:
        found[f"note.{key}"] = ProseField(label=_("Detail"), rows=1)
    return found | {f"seen.{key}": _seen()}


def _seen() -> forms.CharField:
    return forms.CharField(required=False, widget=forms.HiddenInput())


def _shut(field: forms.Field) -> forms.Field:
    """The field of one form, closed."""
    own = copy(field)
    own.disabled = True
    return own


class EntryForm(forms.Form):
    """Everything a collector fills in for one indicator. Fields are named `value.<criterion>`,
    `input.<criterion>.<name>`, `na.<criterion>`, `note.<criterion>`, `seen.<criterion>` and by narrative field."""

    def __init__(self, data=None, *, entry, disabled=False, open_keys=None, page=""):
        super().__init__(data, label_suffix="")
        self.entry, self.page = entry, page
        self.known = {answer.criterion_key: answer for answer in entry.answers.all()}
        blank = blank_form(rubric_tree(entry.indicator), entry.scorecard.round.months, get_language())
        self.criteria, self.names_of = blank.criteria, blank.names_of
        closed = {key for key in self.names_of if open_keys is not None and key not in open_keys}
        shut = set(blank.fields) if disabled else {name for key in closed for name in self.names_of[key]}
        self.fields = {name: _shut(one) if name in shut else one for name, one in blank.fields.items()}
        for criterion in self.criteria:
            self.initial |= self._stands(criterion)
        for name in NARRATIVE:
            text = getattr(entry, name)
            self.initial |= {name: text, f"seen.text:{name}": seen_text(entry, name)}

    def _stands(self, criterion) -> dict:
        """What stands in the fields of a criterion."""
        key, answer = criterion.key, self.known.get(criterion.key)
        content, typed = (answer.content, answer.typed) if answer else ({}, {})
        value = content.get("value")
        inputs = (content.get("inputs") or {}) | {
            name: text for name, text in (typed.get("inputs") or {}).items() if text
        }
        return {f"input.{key}.{name}": inputs.get(name) for name in criterion.inputs} | {
            f"value.{key}": value if criterion.kind == "check" else typed.get("value") or value,
            f"na.{key}": content.get("na"),
            f"note.{key}": answer.note if answer else "",
            f"seen.{key}": seen_answer(answer),
        }

    def understood(self) -> dict[str, list[str]]:
        """{criterion key: numbers as they were understood}, where they were typed otherwise ("๑,๒๐๐" is 1,200)."""
        self.is_valid()
        found: dict[str, list[str]] = {}
        for key, names in self.names_of.items():
            for name in names:
                value = self.cleaned_data.get(name)
                typed = str(self[name].value() or "").strip()
                if self._is_number(name) and value and grouped(value) != typed:
                    found.setdefault(key, []).append(grouped(value))
        return found

    def misread(self) -> dict[str, list[str]]:
        """{criterion key: why its numbers could not be understood}."""
        found = {
            key: self._errors_of(name for name in names if self._is_number(name))
            for key, names in self.names_of.items()
        }
        return {key: errors for key, errors in found.items() if errors}

    def other_faults(self) -> list[str]:
        """What is wrong in the fields that are no numbers."""
        return self._errors_of(name for name in self.fields if not self._is_number(name))

    def _is_number(self, name) -> bool:
        return isinstance(self.fields[name], NumberField)

    def _errors_of(self, names) -> list[str]:
        return [error for name in names for error in self.errors.get(name, ())]

    def has_taken_over(self) -> bool:
        """Whether an answer came from the round before and nobody has saved it since."""
        return any(answer.taken_from for answer in self.known.values())

    def narrative(self) -> list:
        """The fields of Form 001's prose."""
        return [self[name] for name in NARRATIVE]

    def narrative_seen(self) -> list:
        """What tells in which version each of them was shown."""
        return [self[f"seen.text:{name}"] for name in NARRATIVE]

    # ── what the person said ──────────────────────────────────────────────────────────────────────────────────

    def is_faulty(self, key) -> bool:
        """Whether a field of this criterion could not be understood."""
        return any(name in self.errors for name in self.names_of[key])

    def content_of(self, criterion) -> dict:
        """The long form of the criterion's answer as typed now."""
        said = self.cleaned_data
        if reason := said.get(f"na.{criterion.key}", "").strip():
            return {"na": reason}
        if criterion.inputs:
            inputs = {name: said.get(f"input.{criterion.key}.{name}", "") for name in criterion.inputs}
            inputs = {name: value for name, value in inputs.items() if value}
            return {"inputs": inputs} if inputs else {}
        value = said.get(f"value.{criterion.key}", "")
        return {"value": value} if value else {}

    def answers(self) -> dict:
        """{criterion key: content} as typed; what could not be understood is as if it were not answered."""
        self.is_valid()
        found = {one.key: self.content_of(one) for one in self.criteria if not self.is_faulty(one.key)}
        return {key: content for key, content in found.items() if content}

    def changes(self) -> EntryChanges:
        """What the person changed since the page was made. Faulty fields and untouched ones are left out."""
        self.is_valid()
        answers = {}
        for criterion in self.criteria:
            content = self.content_of(criterion)
            note = self.cleaned_data.get(f"note.{criterion.key}", "").strip()
            stands = seen_answer(self.known.get(criterion.key))
            version = self._version_to_save(criterion.key, digest(content, note), stands=stands)
            if version is not None and not self.is_faulty(criterion.key):
                answers[criterion.key] = AnswerChange(content, self._typed(criterion), note, version)
        narrative, seen = {}, {}
        for name in NARRATIVE:
            text = self.cleaned_data.get(name, "").strip()
            stands = seen_text(self.entry, name)
            version = self._version_to_save(f"{TEXT}{name}", digest(text), stands=stands)
            if version is not None and name not in self.errors:
                narrative[name], seen[name] = text, version
        found = {"answers": answers, "narrative": narrative, "seen": seen}
        return EntryChanges(**found, version=self.entry.version, page=self.page)

    def _version_to_save(self, name, now, *, stands) -> int | None:
        """The version that the person's change builds on; None when there is no change or theirs was chosen."""
        if choice := CHOICE.fullmatch(self.data.get(f"choose.{name}", "")):
            return int(choice[2]) if choice[1] == "mine" else None
        seen = self.cleaned_data.get(f"seen.{name}") or ""
        if self._is_own(name, seen, stands):
            seen = stands
        version, _colon, before = seen.partition(":")
        if before == now or not version.isdecimal():
            return None
        return int(version[:9])

    def _is_own(self, name, seen, stands) -> bool:
        """Whether what stands there was saved from this very page, which never got the answer. The version of a text is
        the whole entry's: it tells nothing of one field."""
        if name.startswith(TEXT):
            seen, stands = seen.partition(":")[2], stands.partition(":")[2]
        return seen != stands and name.removeprefix(TEXT) in self.saved_here

    @cached_property
    def saved_here(self) -> set[str]:
        """What this page saved last while somebody typed; asked only where it differs from what the page knows."""
        return last_saved_from(self.page, self.entry.scorecard, f"entry:{self.entry.pk}")

    def _typed(self, criterion) -> dict:
        data = self.data
        if criterion.inputs:
            names = criterion.inputs
            return {
                "inputs": {name: data.get(f"input.{criterion.key}.{name}", "").strip()[:80] for name in names}
            }
        return {"value": data.get(f"value.{criterion.key}", "").strip()[:80]}


def missing_at(form, name: str, reasons):
    """A form that came back because one of its fields is empty: the reasons stand at the field, which has the focus."""
    if not form.data.get(name, "").strip():
        form.add_error(name, [str(one) for one in reasons])
        form.fields[name].widget.attrs["autofocus"] = True
    return form


class RemarkForm(forms.Form):
    """What is to be mended, for whoever gets it back."""

    remark = forms.CharField(
        label=_("What is to be mended"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )


class SubmitForm(forms.Form):
    """The declaration under which a report is sent."""

    declared = forms.BooleanField(label=DECLARATION, required=False)
