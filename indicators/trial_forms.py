"""The form of a trial: one field for each criterion under a part, or for each named number of its formula."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from indicators.explaining import words
from indicators.trials import Question

YES_NO = [
    ("", "–"),
    ("yes", pgettext_lazy("answer", "Yes")),
    ("no", pgettext_lazy("answer", "No")),
    ("na", gettext_lazy("N/A")),
]
MONTHS = [(12, gettext_lazy("12 months")), (9, gettext_lazy("9 months")), (6, gettext_lazy("6 months"))]
MOST_SHOWN = 40


class TrialForm(forms.Form):
    """Fields are named `try.<code>/<key>`, `try.<code>/<key>/<input>` for named numbers: what a browser keeps of a
    trial finds its criterion again wherever that stands by then."""

    round = forms.TypedChoiceField(
        label=gettext_lazy("Round"),
        choices=MONTHS,
        coerce=int,
        required=False,
        empty_value=12,
        widget=forms.Select({"class": "form-select"}),
    )

    def __init__(self, data=None, *, questions: list[Question], rounds: Sequence[int] = ()):
        super().__init__(data, label_suffix="")
        self.fields["round"].choices = [one for one in MONTHS if one[0] in rounds] or MONTHS
        self.questions = questions
        several = len({question.code for question in questions}) > 1
        for question in questions:
            title = words(question.node.get("title")) or question.node.get("key", "")
            label = f"{question.code} {title}".strip() if several else title
            for name, field_label, field in _fields(question.node):
                full = f"{_name_of(question)}/{name}" if name else _name_of(question)
                field.label = f"{label} › {field_label}" if field_label else label
                self.fields[full] = field

    @property
    def is_long(self) -> bool:
        """Whether so much is asked that a page shows it on request only."""
        return len(self.fields) > MOST_SHOWN

    def answers(self) -> dict:
        """{code: {key: answer}} of what was typed; blanks are left out."""
        found: dict[str, dict] = {}
        for question in self.questions:
            if content := self._content(_name_of(question), question.node):
                found.setdefault(question.code, {})[question.node["key"]] = content
        return found

    def _content(self, own, node) -> dict:
        typed = {
            name.removeprefix(own).removeprefix("/"): value
            for name in self.fields
            if (name == own or name.startswith(f"{own}/")) and (value := (self.data.get(name) or "").strip())
        }
        if typed.get("") == "na":
            return {"na": _("trial")}
        if "" in typed:
            return {"option" if node["kind"] == "rating" else "value": typed[""]}
        return {"inputs": typed} if typed else {}


def _name_of(question) -> str:
    return f"try.{question.code}/{question.node.get('key', '')}"


def _choice(choices):
    return forms.ChoiceField(choices=choices, required=False, widget=forms.Select({"class": "form-select"}))


def _number():
    attributes = {"class": "form-control number", "inputmode": "decimal", "autocomplete": "off"}
    return forms.CharField(required=False, widget=forms.TextInput(attributes))


def _fields(node):
    if node["kind"] == "check":
        yield "", "", _choice(YES_NO)
    elif node["kind"] == "rating":
        options = [
            ("", "–"),
            *((one.get("key"), words(one.get("label"))) for one in node.get("options") or ()),
        ]
        yield "", "", _choice(options)
    elif node["kind"] == "measure" and node.get("inputs"):
        for one in node["inputs"]:
            yield one.get("name", ""), words(one.get("label")), _number()
    elif node["kind"] == "measure":
        yield "", "", _number()
