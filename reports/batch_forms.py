"""What a batch is made of, as people choose it: filters in the address, then the ticked scorecards."""

from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.models import in_language
from indicators.refusals import Refused
from indicators.thai_order import thai_order
from reports.batches import Wanted, may_bind_book, place_in_book, printable
from reports.models import AgencyGroup, Batch, Digits
from reports.summary import find_group
from scorecards.models import Round
from scorecards.presenting.ticks import Ticks


class ChoosingForm(forms.Form):
    """Year, round, form and ministry; the lists offer only what this person may have printed. Without a year it is the
    latest."""

    content = forms.ChoiceField(label=gettext_lazy("What is printed"), choices=Batch.Content.choices)
    year = forms.ChoiceField(label=gettext_lazy("Fiscal year"))
    months = forms.ChoiceField(label=gettext_lazy("Round"), required=False)
    form = forms.ChoiceField(label=gettext_lazy("Form"), required=False)
    ministry = forms.ChoiceField(label=gettext_lazy("Ministry"), required=False)

    def __init__(self, data, *, user):
        content = data.get("content")
        content = content if content in Batch.Content.values else Batch.Content.OFFICIAL
        self.user, self.found = user, printable(user, content=content)
        lists = choices_of(self.found)
        years = [value for value, _label in lists["year"]]
        year = data.get("year") if data.get("year") in years else (years[0] if years else "")
        super().__init__({**data.dict(), "content": content, "year": year}, label_suffix="", auto_id="of-%s")
        for name, choices in lists.items():
            self.fields[name].choices = choices if name == "year" else [("", _("all")), *choices]
        self.fields["year"].required = bool(years)  # where nothing was sent yet there is none to choose
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
        self.is_valid()

    def said(self, name: str) -> str:
        """What is chosen; empty where nothing is, or what stands in the address means nothing."""
        return self.cleaned_data.get(name) or ""

    def scorecards(self) -> list:
        """What the filters leave, in the order of the book."""
        if not self.said("year"):
            return []
        fields = {
            "year": "round__year__year",
            "months": "round__months",
            "form": "of_form",
            "ministry": "agency__ministry__code",
        }
        wanted = {field: self.said(name) for name, field in fields.items() if self.said(name)}
        found = self.found.alias(of_form=Coalesce("framework__variant_of__code", F("framework__code")))
        cards = found.filter(**wanted).select_related("agency__ministry", "framework", "round__year")
        return sorted(cards, key=place_in_book)

    @property
    def query(self) -> str:
        """The filters in an address."""
        return urlencode({name: self.said(name) for name in self.fields if self.said(name)})

    def ticked(self, ticks: Ticks, cards) -> dict:
        """What is ticked of these, everything at first, and what the page keeps of the others: ticked ones stay so
        for when the filters show them again, but a set of reports is of those that are shown."""
        shown = [card.pk for card in cards]
        others = (
            printable(self.user, content=Batch.Content.SENT).values_list("pk", flat=True) if ticks.on else ()
        )
        on = {key for key in shown if ticks.holds(key, by_default=True)}
        return {"ticked": on, **ticks.page(shown, shown, apart=others)}

    def title(self, *, chosen: int = 0, of: int = 0) -> str:
        """What is chosen, in words: the name of the batch; with how many were ticked where some were left out."""
        words = [_("Year %(year)s") % {"year": self.said("year")}]
        for name in ("months", "form", "ministry"):
            words += [str(dict(self.fields[name].choices)[self.said(name)])] if self.said(name) else []
        words += [_("%(n)s of %(total)s chosen") % {"n": chosen, "total": of}] if chosen < of else []
        return " · ".join(words)


class SettingForm(forms.Form):
    """How the reports are set: language, digits, and whether a front part makes a year book of them."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    digits = forms.ChoiceField(label=gettext_lazy("Digits in Thai"), choices=Digits.choices, required=False)
    book = forms.BooleanField(
        label=gettext_lazy("Year book: with cover, contents and summary before the scorecards"),
        required=False,
    )

    def __init__(self, *args, user, **options):
        super().__init__(*args, label_suffix="", **options)
        for name in ("language", "digits"):
            self.fields[name].widget.attrs["class"] = "form-select"
        self.fields["book"].widget.attrs["class"] = "form-check-input"
        if not may_bind_book(user):
            del self.fields["book"]

    def wanted(self, chosen: ChoosingForm) -> Wanted:
        """What is to be made. Raises Refused where a year book is not of one form and one round."""
        said = self.cleaned_data
        options = {"language": said["language"], "digits": said["digits"] or Digits.ARABIC}
        return Wanted(chosen.said("content"), **options, group=group_of(chosen) if said.get("book") else None)


def group_of(chosen: ChoosingForm) -> AgencyGroup:
    """The agencies that a year book sums up, as the filters say. Raises Refused where these do not say enough."""
    said = {name: chosen.said(name) for name in ("form", "year", "months", "ministry")}
    group = None
    if said["form"] and said["months"] and chosen.said("content") == Batch.Content.OFFICIAL:
        place = {"year": int(said["year"]), "months": int(said["months"])}
        group = find_group(said["form"], **place, ministry=said["ministry"])
    if group is None:
        reason = _(
            "A year book is of the published results of one form in one round: choose “Published results only”, a form "
            "and a round above, and press “Show”."
        )
        raise Refused([reason])
    return group


def choices_of(cards) -> dict[str, list]:
    """What the lists offer, names in the order of a Thai dictionary."""
    rows = (
        cards.order_by()
        .values_list(
            "round__year__year",
            "round__months",
            Coalesce("framework__variant_of__code", "framework__code"),
            Coalesce("framework__variant_of__name_th", "framework__name_th"),
            Coalesce("framework__variant_of__name_en", "framework__name_en"),
            "agency__ministry__code",
            "agency__ministry__name_th",
            "agency__ministry__name_en",
        )
        .distinct()
    )
    years, months, names, ministries = set(), set(), {}, {}
    for year, month, form, form_th, form_en, ministry, ministry_th, ministry_en in rows:
        years.add(year)
        months.add(month)
        names[form] = in_language(form_th, form_en)
        ministries[ministry] = in_language(ministry_th, ministry_en)
    return {
        "year": [(str(year), str(year)) for year in sorted(years, reverse=True)],
        "months": [(str(month), Round.Months(month).label) for month in sorted(months)],
        "form": sorted(names.items(), key=lambda one: thai_order(one[1])),
        "ministry": sorted(ministries.items(), key=lambda one: thai_order(one[1])),
    }
