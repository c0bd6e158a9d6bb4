"""The form of an agency: its names, kind and ministry."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.readable_text import plain_text
from scorecards.models import Agency, Ministry


def _text(label, **options):
    return forms.CharField(
        label=label, max_length=300, widget=forms.TextInput({"class": "form-control"}), **options
    )


class AgencyForm(forms.Form):
    """An agency under a ministry that is there, or under a new one by its name. The code is asked for once."""

    name_th = _text(gettext_lazy("Name in Thai"))
    name_en = _text(gettext_lazy("Name in English"), required=False)
    code = forms.RegexField(
        label=gettext_lazy("Short name in small letters, for addresses and workbooks; it stays"),
        regex=r"^[a-z0-9][a-z0-9-]{0,39}$",
        widget=forms.TextInput({"class": "form-control"}),
        error_messages={"invalid": gettext_lazy("Small letters a–z, digits and “-” only.")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), widget=forms.Select({"class": "form-select"}))
    ministry = forms.ModelChoiceField(
        Ministry.objects.order_by("name_th"),
        label=gettext_lazy("Ministry"),
        required=False,
        empty_label="–",
        widget=forms.Select({"class": "form-select"}),
    )
    new_ministry = _text(gettext_lazy("or a ministry that is not in the list"), required=False)

    def __init__(self, data=None, *, agency: Agency | None = None):
        stands = {
            name: getattr(agency, name) for name in ("name_th", "name_en", "kind", "ministry") if agency
        }
        others = Agency.objects.filter(kind=Agency.Kind.CENTRAL).exclude(pk=agency and agency.pk)
        hidden = {Agency.Kind.CENTRAL} if others.exists() else set()
        first = (
            {} if hidden else {"kind": Agency.Kind.CENTRAL}
        )  # an installation begins with the assessing office
        super().__init__(data, initial=first | stands, label_suffix="")
        if agency:
            del self.fields["code"]
        self.fields["kind"].choices = [one for one in Agency.Kind.choices if one[0] not in hidden]

    def clean(self):
        said = {
            name: plain_text(one) if isinstance(one, str) else one for name, one in super().clean().items()
        }
        if not said.get("ministry") and not said.get("new_ministry"):
            self.add_error("ministry", _("Choose the ministry, or write the name of a new one."))
        code = said.get("code")
        if code and Agency.objects.filter(code=code).exists():
            self.add_error("code", _("An agency has this short name already: choose another."))
        return said

    def agency(self) -> dict:
        """What the verbs take."""
        return {name: one for name, one in self.cleaned_data.items() if name != "new_ministry"}


class MinistryForm(forms.Form):
    """What a ministry is called."""

    name_th = _text(gettext_lazy("Name in Thai"))
    name_en = _text(gettext_lazy("Name in English"), required=False)

    def clean(self):
        return {name: plain_text(one) for name, one in super().clean().items()}
