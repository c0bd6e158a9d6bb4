"""The filters of a dashboard, as they stand in its address: what is chosen, what there is to choose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.dashboards.audience import Audience
from reports.dashboards.standings import OFFICIAL, OWN, Standing, order_of, standings
from scorecards.kept import Kept
from scorecards.models import Agency, Round

WHICH = [
    ("", gettext_lazy("official, before publication self")),
    (OFFICIAL, gettext_lazy("official only")),
    (OWN, gettext_lazy("self only")),
]


@dataclass(frozen=True)
class Choice:
    """One filter: its name in the address, its label, what it offers, and what of it is chosen."""

    name: str
    label: str
    options: tuple
    chosen: str

    @property
    def html(self) -> SafeString:
        """The options of its list."""
        return _kept.once(lambda: _options(self.options, self.chosen), self.options, self.chosen)


def _options(options: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    selected = mark_safe(" selected")
    rows = ((value, selected if value == chosen else "", label) for value, label in options)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


_kept = Kept(200)


class Selection:
    """What the address asks for. Whatever it says that is not on offer counts as not said."""

    def __init__(self, asked: QueryDict) -> None:
        self.asked = asked
        self.choices: list[Choice] = []
        self.hidden: dict[str, str] = {}  # what the address carries without a list of its own

    def choose(self, name: str, label: str, options: Iterable[tuple[Any, Any]], *, default: str = "") -> str:
        """The value that holds for one more filter."""
        options = tuple((str(value), label_) for value, label_ in options)
        asked = self.asked.get(name, default)
        known = [value for value, _label in options]
        chosen = asked if asked in known else default if default in known else known[0] if known else ""
        self.choices.append(Choice(name, label, options, chosen))
        return chosen

    def said(self, name: str) -> str:
        """What is chosen under this name, "" for nothing."""
        return next((one.chosen for one in self.choices if one.name == name), "")

    def query(self, **other: str) -> str:
        """The address of these filters, with others in their place."""
        chosen = {one.name: one.chosen for one in self.choices} | self.hidden | other
        return urlencode({name: value for name, value in chosen.items() if value != ""})

    @property
    def shared(self) -> str:
        """What the other dashboards understand, too."""
        known = ("year", "months", "form", "ministry", "kind", "which", "agency", "indicator")
        return urlencode({one.name: one.chosen for one in self.choices if one.name in known and one.chosen})


@dataclass
class Scope:
    """A round with its scorecards, as the address and the reader narrow it: `lines` is what is left of `all_lines`."""

    audience: Audience
    selection: Selection
    round: Round | None
    rounds: Sequence[Round]
    all_lines: list[Standing]
    lines: list[Standing]

    @property
    def year_id(self) -> int | None:
        """The chosen year: that of the round."""
        return self.round.year_id if self.round else None

    @property
    def named(self) -> list[Standing]:
        """Those of the lines that this reader may see by name."""
        return [one for one in self.lines if one.is_named]


def scope_of(audience: Audience, asked: QueryDict, *, every_form: bool = False) -> Scope:
    """The scope that an address (a QueryDict) chooses: year and round first, then the form, then where."""
    selection = Selection(asked)
    own = audience.cards().filter(round=OuterRef("pk")).order_by()
    with_years = Round.objects.select_related("year").annotate(is_held=Exists(own))
    rounds = list(with_years.order_by("-year__year", "months"))
    round_ = _round(selection, rounds)
    lines = standings(audience, round_, with_times=every_form) if round_ else []
    form = _form(selection, lines, every_form=every_form)
    of_form = [one for one in lines if not form or one.form == form]
    ministry = _ministry(selection, of_form)
    kind = _kind(selection, of_form)
    left = [
        one
        for one in of_form
        if (not ministry or one.place.ministry_code == ministry) and (not kind or one.place.kind == kind)
    ]
    return Scope(audience, selection, round_, rounds, of_form, left)


def _round(selection: Selection, rounds: Sequence[Any]) -> Round | None:
    """The round; without a wish the last one that has begun and that holds a scorecard of this reader."""
    years = sorted({one.year.year for one in rounds}, reverse=True)
    begun = [one for one in rounds if one.opens_at <= timezone.now() and one.is_held]
    latest = max((one.year.year for one in begun), default=years[0] if years else "")
    year = selection.choose("year", _("Fiscal year"), [(one, str(one)) for one in years], default=str(latest))
    of_year = [one for one in rounds if str(one.year.year) == year]
    last = max((one.months for one in of_year if one in begun), default="")
    months = selection.choose(
        "months", _("Round"), [(one.months, one.get_months_display()) for one in of_year], default=str(last)
    )
    return next((one for one in of_year if str(one.months) == months), None)


def _form(selection: Selection, lines: list[Standing], *, every_form: bool) -> str:
    """The form; without a wish the one under which most agencies report."""
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for one in lines:
        names.setdefault(one.form, one.form_name)
        counts[one.form] = counts.get(one.form, 0) + 1
    options = sorted(names.items(), key=lambda one: (order_of(one[1]), one[0]))
    if every_form:
        return selection.choose("form", _("Form"), [("", _("all")), *options])
    most = max(counts, key=lambda one: (counts[one], one), default="")
    return selection.choose("form", _("Form"), options, default=most)


def _ministry(selection: Selection, lines: list[Standing]) -> str:
    found = {one.place.ministry_code: one.place.ministry for one in lines}
    options = sorted(found.items(), key=lambda one: (order_of(one[1]), one[0]))
    return selection.choose("ministry", _("Ministry"), [("", _("all")), *options])


def _kind(selection: Selection, lines: list[Standing]) -> str:
    found = {one.place.kind for one in lines}
    options = [(kind.value, kind.label) for kind in Agency.Kind if kind.value in found]
    return selection.choose("kind", _("Kind of agency"), [("", _("all")), *options])


def choose_which(scope: Scope) -> str:
    """Whose scores are shown."""
    return scope.selection.choose("which", _("Scores"), WHICH)


def choose_agency(scope: Scope, *, optional: bool = False) -> Standing | None:
    """One agency by its name, at first the reader's own or one that has something to show; None where it is optional
    and none is chosen, or there is none."""
    named = scope.named
    options = [(one.place.code, one.place.name) for one in named]
    own = [one.place.code for one in named if one.place.pk in scope.audience.agencies]
    nothing = [("", _("all"))] if optional and scope.audience.assesses else []
    sent = [one.place.code for one in named if any(one.records)]
    default = "" if nothing else next(iter([*own, *sent]), "")
    chosen = scope.selection.choose("agency", _("Agency"), [*nothing, *options], default=default)
    return next((one for one in named if one.place.code == chosen), None)
