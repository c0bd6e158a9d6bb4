"""Number, day and reason of a resolution of the committee."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.answering.forms import ProseField
from scorecards.models import Resolution
from scorecards.presenting.date_fields import DayField


class ResolutionForm(forms.Form):
    """Everything is needed; the verb says what is missing, all at once."""

    number = forms.CharField(
        label=_("Number of the resolution"),
        max_length=60,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off", "placeholder": "3/2563"}
        ),
    )
    held_on = DayField(label=_("Day of the meeting"))
    resolved = ProseField(label=_("Reason of the committee"), rows=3)

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)

    def resolution(self, indicator) -> Resolution:
        """What was typed, as an unsaved row; a day that cannot be read is left out."""
        said = self.cleaned_data
        return Resolution(
            indicator=indicator,
            number=said.get("number", "").strip(),
            held_on=said.get("held_on"),
            reason=said.get("resolved", "").strip(),
        )
