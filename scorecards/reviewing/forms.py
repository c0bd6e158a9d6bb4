"""The reviewer's form for one indicator: a decision, the answer that holds, a reason and deductions per criterion."""

from functools import cached_property

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.explaining import criterion_title, title_of
from indicators.frozen import rubric_tree
from indicators.models import in_language
from indicators.scoring import never_na
from scorecards.answering.forms import CHOICE, YES_NO, NumberField, ProseField, digest
from scorecards.events import last_saved_from
from scorecards.reviewing.review import ruled_on
from scorecards.reviewing.rulings import RulingChange
from scorecards.states import Decision

DECISIONS = {Decision.AGREE: _("Agree"), Decision.CHANGE: _("Change"), Decision.NA: _("N/A")}
# What only the reviewer says: there is no answer to agree with or to change.
RATING = {Decision.CHANGE: _("Rate"), Decision.NA: _("N/A")}


def seen_ruling(ruling) -> str:
    """The version and the digest of a ruling as it was shown; of none, where nobody ruled."""
    if ruling is None:
        return f"0:{digest()}"
    return f"{ruling.version}:{digest(ruling.decision, ruling.content, ruling.reason)}"


class RulingForm(forms.Form):
    """Fields are named `decision.<criterion>`, `value.<criterion>`, `input.<criterion>.<name>`, `reason.<criterion>`,
    `deduction.<criterion>.<key>` and `seen.<criterion>` (the version that was seen, and a digest of what stood there).
    It begins with the rulings that stand, or with `known` ({criterion key: ruling})."""

    def __init__(self, data=None, *, submission, indicator, disabled=False, known=None, page=""):
        super().__init__(data, label_suffix="")
        self.submission, self.indicator, self.page = submission, indicator, page
        self.said = submission.content["answers"].get(indicator.code, {})
        if known is None:
            known = {
                one.criterion_key: one
                for one in submission.rulings.filter(indicator=indicator).select_related(
                    "resolution", "reviewer"
                )
            }
        self.known = known
        self.criteria = ruled_on(submission, indicator=indicator)
        self.names_of: dict[str, list[str]] = {}
        self.never_na = never_na(rubric_tree(indicator))
        for criterion in self.criteria:
            self._add(criterion)
        for field in self.fields.values():
            field.disabled = disabled

    def _add(self, criterion):
        key, ruling = criterion.key, self.known.get(criterion.key)
        content = ruling.content if ruling else {}
        label = criterion_title(criterion)
        before = set(self.fields)
        self.fields[f"decision.{key}"] = forms.ChoiceField(
            choices=self._decisions(criterion),
            required=False,
            label=label,
            widget=forms.RadioSelect,
            initial=ruling.decision if ruling else None,
        )
        for name, field in self._answer_fields(criterion, content, label):
            self.fields[name] = field
        for deduction in criterion.deductions:
            self.fields[f"deduction.{key}.{deduction.key}"] = NumberField(
                label=title_of({"title": deduction.label, "key": deduction.key}),
                initial=(content.get("deductions") or {}).get(deduction.key),
            )
        self.fields[f"reason.{key}"] = ProseField(
            label=_("Reason"), initial=ruling.reason if ruling else "", rows=2
        )
        self.fields[f"seen.{key}"] = forms.CharField(
            required=False,
            widget=forms.HiddenInput(attrs={"id": f"seen-{key}"}),
            initial=seen_ruling(ruling),
        )
        self.names_of[key] = [name for name in self.fields if name not in before]

    def _decisions(self, criterion) -> list[tuple]:
        offered = RATING if criterion.kind == "rating" else DECISIONS
        return [one for one in offered.items() if one[0] != Decision.NA or criterion.key not in self.never_na]

    def _answer_fields(self, criterion, content, label):
        key, said = criterion.key, self.said.get(criterion.key) or {}
        held = content or said
        if criterion.kind == "check":
            other = "no" if said.get("value") == "yes" else "yes"
            yield (
                f"value.{key}",
                forms.ChoiceField(
                    choices=YES_NO,
                    required=False,
                    widget=forms.Select(attrs={"class": "form-select"}),
                    label=label,
                    initial=content.get("value") or other,
                ),
            )
        elif criterion.kind == "rating":
            choices = [
                ("", _("choose …")),
                *((name, self._option(criterion, name)) for name, _v in criterion.options),
            ]
            yield (
                f"value.{key}",
                forms.ChoiceField(
                    choices=choices,
                    required=False,
                    widget=forms.Select(attrs={"class": "form-select"}),
                    label=label,
                    initial=content.get("option") or content.get("value"),
                ),
            )
        elif criterion.kind == "measure" and not criterion.inputs:
            yield f"value.{key}", NumberField(label=label, initial=held.get("value"))
        for name in criterion.inputs:
            yield f"input.{key}.{name}", NumberField(label=name, initial=(held.get("inputs") or {}).get(name))

    def _option(self, criterion, name):
        for option in criterion.document.get("options", []):
            if option["key"] == name:
                text = option.get("label", name)
                return in_language(text.get("th", ""), text.get("en", "")) if isinstance(text, dict) else text
        return name

    # ── what the reviewer said ────────────────────────────────────────────────────────────────────────────────

    def is_faulty(self, key) -> bool:
        return any(name in self.errors for name in self.names_of[key])

    def rulings(self) -> list[RulingChange]:
        """The decisions that this person took in the form; what they left as they saw it and faulty fields are left
        out."""
        self.is_valid()
        return [
            change
            for criterion in self.criteria
            if not self.is_faulty(criterion.key) and (change := self._ruling(criterion)) is not None
        ]

    def _ruling(self, criterion) -> RulingChange | None:
        key, said = criterion.key, self.cleaned_data
        decision = said.get(f"decision.{key}")
        if not decision:
            return None
        reason = said.get(f"reason.{key}", "").strip()
        content = self._content(criterion, decision)
        if decision == Decision.AGREE and not content.get("deductions"):
            reason = ""
        known = self.known.get(key)
        if known and (known.decision, known.content, known.reason) == (decision, content, reason):
            return None
        version = self._version_seen(key, digest(decision, content, reason))
        return None if version is None else RulingChange(key, decision, content, reason, version)

    def _version_seen(self, key, now) -> int | None:
        """The version that this ruling builds on; None where it is as it was seen, or the colleague's was chosen."""
        if choice := CHOICE.fullmatch(self.data.get(f"choose.{key}", "")):
            return int(choice[2]) if choice[1] == "mine" else None
        seen, stands = self.cleaned_data.get(f"seen.{key}") or "", seen_ruling(self.known.get(key))
        if seen != stands and key in self.saved_here:
            seen = stands
        version, _colon, before = seen.partition(":")
        if before == now:
            return None
        return int(version[:9]) if version.isdecimal() else 0

    @cached_property
    def saved_here(self) -> set[str]:
        """What this page saved last while the reviewer went on, perhaps without getting the answer."""
        subject = f"submission:{self.submission.pk}/{self.indicator.code}"
        return last_saved_from(self.page, self.submission.scorecard, subject)

    def _content(self, criterion, decision) -> dict:
        key, said = criterion.key, self.cleaned_data
        counts = {one.key: said.get(f"deduction.{key}.{one.key}", "") for one in criterion.deductions}
        counts = {name: count for name, count in counts.items() if count not in ("", "0")}
        deductions = {"deductions": counts} if counts else {}
        if decision == Decision.NA:
            return {}
        if decision == Decision.AGREE:
            return deductions
        if criterion.inputs:
            inputs = {name: said.get(f"input.{key}.{name}", "") for name in criterion.inputs}
            return {"inputs": {name: value for name, value in inputs.items() if value}} | deductions
        value = said.get(f"value.{key}", "")
        if not value:
            return deductions
        return {"option" if criterion.kind == "rating" else "value": value} | deductions


class ReasonForm(forms.Form):
    """Why a scorecard goes back."""

    reason = ProseField(label=_("Reason"))
