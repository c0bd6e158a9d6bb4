"""Small forms by which a framework begins."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models import fiscal_year_at
from indicators.successors import next_code

CODE = forms.RegexField(
    label=_("Code"),
    regex=r"^[a-z0-9][a-z0-9-]{0,59}$",
    error_messages={"invalid": _("Small letters a–z, digits and “-” only.")},
    widget=forms.TextInput({"class": "form-control"}),
)


class BeginForm(forms.Form):
    """An empty framework: its code, year and name."""

    name = forms.CharField(label=_("Name"), max_length=500, widget=forms.TextInput({"class": "form-control"}))
    code = CODE
    year = forms.IntegerField(
        label=_("Fiscal year (B.E.)"),
        min_value=2500,
        max_value=2700,
        widget=forms.NumberInput({"class": "form-control"}),
    )

    def __init__(self, data=None):
        super().__init__(data, initial={"year": fiscal_year_at(timezone.now())}, label_suffix="")


class NextYearForm(forms.Form):
    """The code of next year's framework."""

    code = CODE

    @classmethod
    def of(cls, framework):
        return cls(initial={"code": next_code(framework)}, label_suffix="")
