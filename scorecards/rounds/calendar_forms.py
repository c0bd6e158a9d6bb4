"""The form of a year's rounds: a line for each round with its three days."""

from dataclasses import replace

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scorecards.models import Round
from scorecards.presenting.date_fields import DayField, end_of, start_of
from scorecards.rounds.calendar import Dates, seen

DAYS = {
    "opens_at": gettext_lazy("Agencies report from"),
    "closes_at": gettext_lazy("Reports close on"),
    "review_closes_at": gettext_lazy("The review ends on"),
}


class RoundsForm(forms.Form):
    """Fields are named `<months>.<moment>`; a line that stays empty is a round that the year does not have.
    `<months>.before` tells which days the line was filled in from."""

    reason = forms.CharField(
        label=gettext_lazy("Reason or resolution, where agencies have their reports already"),
        required=False,
        max_length=300,
        widget=forms.TextInput({"class": "form-control"}),
    )

    def __init__(self, data=None, *, there: dict[int, Dates], proposed: dict[int, Dates]):
        super().__init__(data, label_suffix="")
        self.there = there
        for months, label in Round.Months.choices:
            dates = there.get(months) or proposed.get(months)
            for name, title in DAYS.items():
                moment = getattr(dates, name) if dates else None
                field = DayField(
                    label=f"{title} · {label}", initial=localtime(moment).date() if moment else None
                )
                self.fields[f"{months}.{name}"] = field
                field.widget.attrs |= {"aria-label": field.label}

    def lines(self):
        """(round's name, its three bound fields, the name and the value of its `before`) for the template."""
        typed = self.before() if self.errors else {}
        return [
            (
                label,
                [self[f"{months}.{name}"] for name in DAYS],
                f"{months}.before",
                typed.get(months, seen(self.there.get(months))),
            )
            for months, label in Round.Months.choices
        ]

    def before(self) -> dict[int, str]:
        """{months: what the person saw}: a form with faults is read once more as it was filled in."""
        return {months: self.data.get(f"{months}.before", "") for months in Round.Months.values}

    def clean(self):
        said = super().clean()
        for months in Round.Months.values:
            names = [f"{months}.{name}" for name in DAYS]
            empty = [name for name in names if name in said and not said[name]]
            is_wanted = len(empty) < len(names) or self.before()[months]
            for name in empty if is_wanted else ():
                self.add_error(name, _("Write the day: a round has all three."))
        return said

    def dates(self) -> dict[int, Dates]:
        """{months: dates} of the lines that are filled in."""
        found = {}
        for months in Round.Months.values:
            days = [self.cleaned_data[f"{months}.{name}"] for name in DAYS]
            if all(days):
                found[months] = self._kept(months, Dates(start_of(days[0]), end_of(days[1]), end_of(days[2])))
        return found

    def _kept(self, months, typed):
        """A moment whose day was not changed stays as it is, to the second."""
        there = self.there.get(months)
        same = {
            name: getattr(there, name)
            for name in DAYS
            if there and localtime(getattr(there, name)).date() == localtime(getattr(typed, name)).date()
        }
        return replace(typed, **same)
