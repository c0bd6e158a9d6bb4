"""What the chief reviewer says of a sample to draw."""

from secrets import token_hex

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.models import Sample, Scorecard
from scorecards.states import RULED

NUMBER = {"class": "form-control", "inputmode": "numeric"}


class DrawForm(forms.Form):
    """A form in a round, a share or a number, and the seed."""

    what = forms.ChoiceField(label=_("Form and round"), widget=forms.Select({"class": "form-select"}))
    percent = forms.IntegerField(
        label=_("Share in percent"),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.TextInput(NUMBER),
    )
    number = forms.IntegerField(
        label=_("or number of indicators"),
        required=False,
        min_value=1,
        max_value=9999,
        widget=forms.TextInput(NUMBER),
    )
    seed = forms.CharField(
        label=_("Seed (with it the drawing can be repeated)"),
        max_length=60,
        widget=forms.TextInput({"class": "form-control"}),
    )

    def __init__(self, data=None, *, user):
        super().__init__(data, label_suffix="", initial={"percent": 10, "seed": token_hex(4)})
        self.found = _forms_and_rounds(user)
        self.fields["what"].choices = [
            (key, f"{framework.name} · {round_.year} · {round_.get_months_display()}")
            for key, (framework, round_) in self.found.items()
        ]

    def clean(self):
        """A number counts, and not the share that stood there already; where both were typed the verb asks which."""
        said = super().clean()
        if said.get("number") and "percent" not in self.changed_data:
            said["percent"] = None
        return said

    def sample(self) -> Sample:
        said = self.cleaned_data
        framework, round_ = self.found[said["what"]]
        return Sample(
            framework=framework,
            round=round_,
            percent=said["percent"],
            number=said["number"],
            seed=said["seed"],
        )


def _forms_and_rounds(user) -> dict:
    """{key: (form, round)} of what this person may compare and is ruled on; an agency's own form counts as the form
    it comes from."""
    cards = Scorecard.objects.to_compare(user).filter(state__in=RULED)
    rows = cards.select_related("framework__variant_of", "round__year").order_by(
        "-round__year__year", "-round__months", "-framework__version", "pk"
    )
    found: dict = {}
    for card in rows:
        framework = card.framework.variant_of or card.framework
        found.setdefault((framework.code, card.round_id), (framework, card.round))
    return {f"{framework.pk}-{round_.pk}": (framework, round_) for framework, round_ in found.values()}
