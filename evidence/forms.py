"""The small forms of the dialogs: what is said of a file, a file that is here already, a public page."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.linking import Page
from evidence.models import Evidence
from evidence.particulars import Particulars, particulars_of
from scorecards.presenting.date_fields import DayField
from scorecards.presenting.quick_select import QuickSelect

SECRECY = Evidence.Secrecy


class ParticularsForm(forms.Form):
    """Page or clause, period, secrecy class."""

    pages = forms.CharField(
        label=_("Page or clause"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("page 3")}),
    )
    covers_from = DayField(label=_("Covers from"))
    covers_to = DayField(label=_("until"))
    secrecy = forms.ChoiceField(label=_("Secrecy class"), choices=SECRECY.choices, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="said-%s", **kwargs)

    @classmethod
    def of(cls, evidence: Evidence) -> "ParticularsForm":
        """Filled in with what is said of a file now."""
        said = particulars_of(evidence)
        return cls(initial={name: getattr(said, name) for name in cls.base_fields})

    @property
    def said(self) -> Particulars:
        """What was typed, of a valid form."""
        told = self.cleaned_data
        return Particulars(**told | {"secrecy": told["secrecy"] or SECRECY.ORDINARY})


class UseForm(forms.Form):
    """A file of this scorecard and its page for this criterion."""

    file = forms.ModelChoiceField(
        label=_("File"),
        queryset=Evidence.objects.none(),
        empty_label=_("Choose a file"),
        to_field_name="pk",
        widget=QuickSelect,
    )
    pages = forms.CharField(label=_("Page or clause"), max_length=100, required=False)

    def __init__(self, *args, files=(), **kwargs):
        super().__init__(*args, auto_id="use-%s", **kwargs)
        field = self.fields["file"]
        field.queryset = Evidence.objects.filter(pk__in=[one.pk for one in files])
        field.choices = [("", field.empty_label), *((one.pk, _in_list(one)) for one in files)]


class LinkForm(forms.Form):
    """A public page: title, address, the day it was seen."""

    title = forms.CharField(label=_("Title of the page"), max_length=255)
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    seen_on = DayField(label=_("Seen on"), required=True, initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="link-%s", **kwargs)

    @property
    def page(self) -> Page:
        """What was typed, of a valid form."""
        return Page(**self.cleaned_data)


def _in_list(file):
    return f"{file.entry.indicator.code} · {file.name}"
