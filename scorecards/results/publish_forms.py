"""The moment at which results are to be published, as people type it."""

import datetime as dt
import re

from django import forms
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from indicators.scoring.numbers import THAI_DIGITS
from scorecards.presenting.date_fields import DayField
from scorecards.rounds.last_days import last_ahead, why_too_late

TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?:\s*น\.?)?")


class TimeOfDayField(forms.CharField):
    """09:00, 9.30 น., ๑๖.๓๐; cleans to a time, or None when left empty."""

    def __init__(self, **options):
        super().__init__(max_length=20, required=False, **options)
        self.widget.attrs |= {"class": "form-control day", "placeholder": "09:00", "autocomplete": "off"}

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        found = TIME.fullmatch(text.translate(THAI_DIGITS).strip())
        if not found:
            sentence = _("“%(typed)s” is not a time. Write it as 09:00 or 16.30.")
            raise forms.ValidationError(sentence % {"typed": text})
        return dt.time(int(found[1]), int(found[2]))


class MomentForm(forms.Form):
    """A day and a time in Bangkok; both are needed."""

    day = DayField(label=_("Day"))
    time = TimeOfDayField(label=_("Time"))

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)

    def clean(self):
        for name in ("day", "time"):
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, _("Write the day and the time of publishing."))
        if not self.errors:  # once, here; the verb would say it of each scorecard
            for reason in why_too_late(self.moment(), last_ahead()):
                self.add_error("day", reason)
        return self.cleaned_data

    def moment(self) -> dt.datetime:
        """What was typed, as a moment."""
        said = self.cleaned_data
        return dt.datetime.combine(said["day"], said["time"], tzinfo=get_default_timezone())
