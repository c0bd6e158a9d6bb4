"""The form that says which tables of all agencies are wanted, as it stands in the address."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.explaining import shortened
from indicators.models import in_language
from indicators.thai_order import thai_order
from reports.agency_tables import Choice
from scorecards.models import Scorecard
from scorecards.results.publish_pages import groups_in


class TableForm(forms.Form):
    """Form and round, and a ministry or all. The lists offer only what this person may compare."""

    group = forms.ChoiceField(
        label=gettext_lazy("Form and round"), required=False, widget=forms.Select({"class": "form-select"})
    )
    ministry = forms.ChoiceField(
        label=gettext_lazy("Ministry"), required=False, widget=forms.Select({"class": "form-select"})
    )

    def __init__(self, data, *, user):
        super().__init__(data, label_suffix="", auto_id="table-%s")
        sent = Scorecard.objects.to_compare(user)
        self.groups = {one["key"]: one for one in reversed(groups_in(sent))}
        named = [
            (key, f"{one['year']} · {one['round']} · {shortened(one['name'])} ({one['count']})")
            for key, one in self.groups.items()
        ]
        self.fields["group"].choices = named or [("", "")]
        rows = sent.order_by().values_list(
            "agency__ministry__code", "agency__ministry__name_th", "agency__ministry__name_en"
        )
        ministries = {code: in_language(th, en) for code, th, en in rows}
        found = sorted(ministries.items(), key=lambda one: (thai_order(one[1]), one[0]))
        self.fields["ministry"].choices = [("", _("All ministries")), *found]

    def choice(self) -> Choice | None:
        """What was chosen; the latest form and round unless another was. None where there is nothing to compare."""
        said = self.cleaned_data if self.is_valid() else {}
        group = self.groups.get(said.get("group") or next(iter(self.groups), ""))
        if group is None:
            return None
        place = (group["form"], group["year"], group["months"])
        return Choice(*place, said.get("ministry", ""), name=group["name"])
