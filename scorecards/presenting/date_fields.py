"""The field for a day as people here type it (indicators/days.py), and the moments that a day begins and ends with."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from indicators.days import parse_day
from scorecards.presenting.dates import day_of


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a day in Bangkok: what "until that day" means."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=get_default_timezone())


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a day in Bangkok."""
    return dt.datetime.combine(day, dt.time(), tzinfo=get_default_timezone())


class DayField(forms.CharField):
    """A day as people type it; cleans to a date, or None when left empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, required=options.pop("required", False), **options)
        self.widget.attrs |= {
            "class": "form-control day",
            "placeholder": _("e.g. 21 Mar 2019"),
            "autocomplete": "off",
        }

    def prepare_value(self, value: Any) -> Any:
        return day_of(value) if isinstance(value, dt.date) else value

    def clean(self, value: Any) -> dt.date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_day(text)
        except ValueError:
            sentence = _("“%(typed)s” is not a day. Write it as 21 Mar 2019 or 21/3/2019.")
            raise forms.ValidationError(sentence % {"typed": text}) from None
