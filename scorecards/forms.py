"""The forms of the agency's side. An indicator's form is built from its rubric; every number is read by one parser."""

import re
import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from indicators.explaining import criterion_title, describe_number_error
from indicators.frozen import rubric_tree
from indicators.scoring import NumberError, content_hash, parse_number
from indicators.scoring.numbers import grouped
from scorecards.models import NARRATIVE
from scorecards.snapshots import DECLARATION
from scorecards.workflow import AnswerChange, EntryChanges

YES_NO = [("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No"))]
LONGEST_TEXT = 20_000
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


class EntryForm(forms.Form):
    """Everything a collector fills in for one indicator. Fields are named `value.<criterion>`,
    `input.<criterion>.<name>`, `na.<criterion>`, `note.<criterion>`, `seen.<criterion>` and by narrative field."""

    def __init__(self, data=None, *, entry, disabled=False, open_keys=None):
        super().__init__(data, label_suffix="")
        self.entry = entry
        self.known = {answer.criterion_key: answer for answer in entry.answers.all()}
        rubric = rubric_tree(entry.indicator)
        months = entry.scorecard.round.months
        steps = {step.key for node in rubric.walk() if node.kind == "milestone" for step in node.children}
        self.criteria = [leaf for leaf in rubric.leaves(months) if leaf.kind != "rating"]
        if rubric.children:
            self.criteria.append(rubric)
        self.names_of: dict[str, list[str]] = {}  # criterion key → names of its fields
        for criterion in self.criteria:
            self._add_criterion(criterion, may_be_na=criterion.key not in steps)
        for name in NARRATIVE:
            label = entry._meta.get_field(name).verbose_name
            self.fields[name] = ProseField(label=label, initial=getattr(entry, name), rows=3)
            self._add_seen(f"text:{name}", f"{entry.version}:{digest(getattr(entry, name))}")
        closed = {key for key in self.names_of if open_keys is not None and key not in open_keys}
        shut = {name for key in closed for name in self.names_of[key]}
        for name, field in self.fields.items():
            field.disabled = disabled or name in shut

    def _add_criterion(self, criterion, *, may_be_na):
        key, answer = criterion.key, self.known.get(criterion.key)
        content, typed = (answer.content, answer.typed) if answer else ({}, {})
        before = set(self.fields)
        label = criterion_title(criterion)
        if criterion.kind == "check":
            self.fields[f"value.{key}"] = forms.ChoiceField(
                choices=YES_NO,
                required=False,
                widget=forms.RadioSelect,
                label=label,
                initial=content.get("value"),
            )
        elif criterion.kind == "measure" and not criterion.inputs:
            self.fields[f"value.{key}"] = NumberField(
                label=label, initial=typed.get("value") or content.get("value")
            )
        for name in criterion.inputs:
            initial = (typed.get("inputs") or {}).get(name) or (content.get("inputs") or {}).get(name)
            self.fields[f"input.{key}.{name}"] = NumberField(label=label, initial=initial)
        if may_be_na:
            self.fields[f"na.{key}"] = ProseField(
                label=_("Reason why it does not apply"), initial=content.get("na"), rows=1
            )
        if not criterion.children:
            self.fields[f"note.{key}"] = ProseField(
                label=_("Detail"), initial=answer.note if answer else "", rows=1
            )
        seen = f"{answer.version if answer else 0}:{digest(content, answer.note if answer else '')}"
        self._add_seen(key, seen)
        self.names_of[key] = [name for name in self.fields if name not in before]

    def _add_seen(self, name, initial):
        self.fields[f"seen.{name}"] = forms.CharField(
            required=False, widget=forms.HiddenInput(), initial=initial
        )

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
            version = self._version_to_save(criterion.key, digest(content, note))
            if version is not None and not self.is_faulty(criterion.key):
                answers[criterion.key] = AnswerChange(content, self._typed(criterion), note, version)
        narrative, seen = {}, {}
        for name in NARRATIVE:
            text = self.cleaned_data.get(name, "").strip()
            version = self._version_to_save(f"text:{name}", digest(text))
            if version is not None and name not in self.errors:
                narrative[name], seen[name] = text, version
        return EntryChanges(answers=answers, narrative=narrative, seen=seen, version=self.entry.version)

    def _version_to_save(self, name, now) -> int | None:
        """The version that the person's change builds on; None when there is no change or theirs was chosen."""
        if choice := CHOICE.fullmatch(self.data.get(f"choose.{name}", "")):
            return int(choice[2]) if choice[1] == "mine" else None
        version, _colon, before = (self.cleaned_data.get(f"seen.{name}") or "").partition(":")
        if before == now or not version.isdecimal():
            return None
        return int(version[:9])

    def _typed(self, criterion) -> dict:
        data = self.data
        if criterion.inputs:
            names = criterion.inputs
            return {
                "inputs": {name: data.get(f"input.{criterion.key}.{name}", "").strip()[:80] for name in names}
            }
        return {"value": data.get(f"value.{criterion.key}", "").strip()[:80]}


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
