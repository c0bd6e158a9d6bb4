"""The filters of the reviewers' queue, as they stand in its address."""

from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.models import Indicator, in_language
from indicators.thai_order import thai_order
from scorecards.delegation import name_of
from scorecards.models import Entry, Round, SavedFilter
from scorecards.presenting.quick_select import QuickSelect
from scorecards.reviewers import all_reviewers
from scorecards.states import ScorecardState

ME, NOBODY, ALL = "me", "nobody", "all"
ORDERS = [("", gettext_lazy("longest waiting first")), ("agency", gettext_lazy("by agency"))]


class QueueFilter(forms.Form):
    """Everything is optional and what is chosen combines. The lists offer only what this person may see; a single
    indicator can be chosen once the form is."""

    year = forms.ChoiceField(label=gettext_lazy("Fiscal year"), required=False)
    months = forms.ChoiceField(label=gettext_lazy("Round"), required=False)
    form = forms.ChoiceField(label=gettext_lazy("Form"), required=False)
    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"), required=False)
    ministry = forms.ChoiceField(label=gettext_lazy("Ministry"), required=False)
    agency = forms.ChoiceField(label=gettext_lazy("Agency"), required=False, widget=QuickSelect)
    assigned = forms.ChoiceField(label=gettext_lazy("Assigned to"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("Sent more than … days ago"),
        required=False,
        min_value=0,
        max_value=3650,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    order = forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=ORDERS)
    state = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, sent):
        super().__init__(data, label_suffix="", auto_id="filter-%s")
        for name, choices in _choices(sent).items():
            self.fields[name].choices = [("", _("all")), *choices]
        self.fields["assigned"].choices = [
            ("", _("anybody")),
            (ME, _("me")),
            (NOBODY, _("nobody")),
            *_people(),
        ]
        self.fields["state"].choices = [("", ""), (ALL, ""), *ScorecardState.choices]
        known = [code for code, _label in self.fields["form"].choices]
        chosen = self.data.get("form", "")
        indicators = _indicators(sent.of_form(chosen)) if chosen and chosen in known else []
        nothing = _("all together") if indicators else _("choose the form first")
        self.fields["indicator"].choices = [("", nothing), *indicators]
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"
        self.is_valid()

    def said(self, name):
        """What is chosen; empty where nothing is, or what stands in the address means nothing."""
        return self.cleaned_data.get(name) or ""

    def query(self, **other) -> str:
        """The address of these filters (with others in their place): faulty and empty ones are left out."""
        chosen = {name: self.said(name) for name in self.fields} | other
        return urlencode({name: value for name, value in chosen.items() if value != ""})

    @property
    def is_narrowed(self) -> bool:
        return any(self.said(name) for name in self.fields if name not in ("state", "order"))


class FilterNameForm(forms.ModelForm):
    """Under which name a person keeps the filters."""

    class Meta:
        model = SavedFilter
        fields = ["name"]
        widgets = {"name": forms.TextInput({"class": "form-control", "id": "filter-name"})}


def _choices(sent) -> dict[str, list]:
    """What the lists offer, names in the order of a Thai dictionary."""
    rows = (
        sent.order_by()
        .values_list(
            "round__year__year",
            "round__months",
            Coalesce("framework__variant_of__code", "framework__code"),
            Coalesce("framework__variant_of__name_th", "framework__name_th"),
            Coalesce("framework__variant_of__name_en", "framework__name_en"),
            "agency__code",
            "agency__name_th",
            "agency__name_en",
            "agency__ministry__code",
            "agency__ministry__name_th",
            "agency__ministry__name_en",
        )
        .distinct()
    )
    rows = list(rows)
    years, months = ({row[place] for row in rows} for place in (0, 1))
    forms_ = {(*row[2:5], row[0]) for row in rows}
    agencies, ministries = ({row[first : first + 3] for row in rows} for first in (5, 8))
    return {
        "year": [(str(year), str(year)) for year in sorted(years, reverse=True)],
        "months": [(str(month), Round.Months(month).label) for month in sorted(months)],
        "form": _by_name({code: f"{in_language(th, en)} · {year}" for code, th, en, year in sorted(forms_)}),
        "ministry": _by_name({code: in_language(th, en) for code, th, en in ministries}),
        "agency": _by_name({code: in_language(th, en) for code, th, en in agencies}),
    }


def _by_name(names: dict) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda one: (thai_order(one[1]), one[0]))


def _people():
    return [(str(one.pk), name_of(one)) for one in all_reviewers()]


def _indicators(sent) -> list[tuple[str, str]]:
    asked_of = Entry.objects.filter(indicator=OuterRef("pk"), scorecard__in=sent.order_by().values("pk"))
    rows = Indicator.objects.filter(Exists(asked_of.order_by())).order_by("position")
    found: dict[str, str] = {}
    for code, th, en in rows.values_list("code", "name_th", "name_en"):
        found.setdefault(code, f"{code} {in_language(th, en)}")
    return list(found.items())
