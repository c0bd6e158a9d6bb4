"""The form of a plan: a weight for each activity, planned and done for each column, the planned score of the round."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.answering.forms import NumberField
from scorecards.answering.planning import seen
from scorecards.plans import plan_of

PARTS = ("planned", "done")
WORDS = {"planned": _("planned"), "done": _("done")}
WHOLE_YEAR = 12


def cells(plan: dict) -> dict[str, str]:
    """{field name: value} of a plan as it is kept."""
    found = {"level": plan["level"]} if plan.get("level") else {}
    for place, activity in plan.get("activities", {}).items():
        if "weight" in activity:
            found[f"weight.{place}"] = activity["weight"]
        found |= {
            f"{part}.{place}.{key}": value for part in PARTS for key, value in activity.get(part, {}).items()
        }
    return found


class PlanForm(forms.Form):
    """Fields: `weight.<place>`, `planned.<place>.<column>`, `done.<place>.<column>`, `level`, `before`."""

    def __init__(self, data=None, *, entry, disabled=False):
        super().__init__(data, label_suffix="")
        self.entry, self.plan = entry, plan_of(entry)
        if entry.scorecard.round.months != WHOLE_YEAR:
            self.fields["level"] = NumberField(
                label=_("Score planned for this round"), initial=(entry.plan or {}).get("level", "")
            )
        for activity in self.plan.activities if self.plan else ():
            self._add(activity)
        for name in set(self.fields) - {"level"}:  # in the table only its place says what a field is
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
        self.fields["before"] = forms.CharField(
            required=False, widget=forms.HiddenInput(), initial=seen(entry)
        )
        for field in self.fields.values():
            field.disabled = disabled

    def _add(self, activity):
        label = f"{activity.number} {activity.title}"[:80]
        self.fields[f"weight.{activity.place}"] = NumberField(
            label=_("%(activity)s: weight") % {"activity": label}, initial=activity.weight
        )
        for part in PARTS:
            for key, column in self.plan.columns:
                self.fields[f"{part}.{activity.place}.{key}"] = NumberField(
                    label=f"{label}: {column}, {WORDS[part]}", initial=getattr(activity, part).get(key, "")
                )

    def clean(self):
        """Nothing is planned, done or weighed below zero."""
        for name, text in list(self.cleaned_data.items()):
            if name not in ("before", "level") and text.startswith("-"):
                self.add_error(name, _("Write a number that is not below zero."))

    def content(self) -> dict:
        """The plan as typed, in the shape in which it is kept."""
        said = self.cleaned_data
        activities = {}
        for activity in self.plan.activities if self.plan else ():
            cells = {
                part: {
                    key: value
                    for key, _label in self.plan.columns
                    if (value := said.get(f"{part}.{activity.place}.{key}"))
                }
                for part in PARTS
            }
            found = {part: told for part, told in cells.items() if told}
            if weight := said.get(f"weight.{activity.place}"):
                found["weight"] = weight
            if found:
                activities[activity.place] = found
        level = {"level": said["level"]} if said.get("level") else {}
        return ({"activities": activities} if activities else {}) | level

    def theirs(self, stale) -> list[tuple[str, str, str]]:
        """(field, mine, theirs) of what a colleague wrote otherwise meanwhile."""
        mine, theirs = cells(stale.mine["plan"]), cells(stale.theirs["plan"])
        names = [name for name in self.fields if mine.get(name) != theirs.get(name)]
        return [
            (self.fields[name].label, mine.get(name, "–"), theirs.get(name, "–"))
            for name in names
            if name != "before"
        ]

    def rows(self) -> list[dict]:
        """The activities with their fields in the order of the columns, for the page."""
        return [
            {
                "activity": activity,
                "weight": self[f"weight.{activity.place}"],
                **{
                    part: [self[f"{part}.{activity.place}.{key}"] for key, _label in self.plan.columns]
                    for part in PARTS
                },
            }
            for activity in (self.plan.activities if self.plan else ())
        ]
