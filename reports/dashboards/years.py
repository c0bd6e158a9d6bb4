"""One indicator of one agency through the years: found by the map of changed numbers, read off the records."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Coalesce

from indicators.models import Framework
from indicators.threads import MOST_GENERATIONS
from reports.dashboards.audience import Audience
from reports.dashboards.figures import TOTAL, Figure, figures_by_hash
from reports.dashboards.standings import Standing
from scorecards.models import History, Scorecard
from scorecards.states import ScorecardState

WHOLE_YEAR = 12


@dataclass(frozen=True)
class Year:
    """What is on record of an indicator in one year: under which number, its result, both scores."""

    year: int
    code: str
    result: str
    own: Figure | None
    official: Figure | None

    @property
    def is_known(self) -> bool:
        return bool(self.result or self.own or self.official)


def years_of(line: Standing, code: str, *, audience: Audience) -> list[Year]:
    """The years in which this agency has the indicator (or with code "" the whole form), the earliest first: results
    of the whole year, from the records that this reader may see; before them results as they were kept. Three queries,
    however many years."""
    forms = generations(line.form, code)
    found: dict[int, Year] = {}
    for year, there, result in _kept_results(line.place.pk, forms) if code else ():
        found[year] = Year(year, there, result, None, None)
    for year, form, own, official in _records(line.place.pk, forms, audience):
        key = ("indicator", forms[form]) if code else TOTAL
        ours, theirs = own.get(key), official.get(key)
        result = (theirs or ours).result if theirs or ours else ""  # type: ignore[union-attr]
        told = Year(year, forms[form], result if code else "", ours, theirs)
        if told.is_known:
            found[year] = told
    return [found[year] for year in sorted(found)]


def generations(form: str, code: str) -> dict[int, str]:
    """{form: the indicator's number in it} of the form of this code (its last version) and of all that it follows."""
    rows = Framework.objects.filter(variant_of=None, state=Framework.State.PUBLISHED).order_by("version")
    known = {
        pk: (base, head, of) for pk, base, head, of in rows.values_list("pk", "based_on", "head", "code")
    }
    here = next((pk for pk in reversed(known) if known[pk][2] == form), None)
    found: dict[int, str] = {}
    for _generation in range(MOST_GENERATIONS):
        if here not in known:
            break
        found[here] = code
        base, head, _of = known[here]
        renamed = {one["new"]: one["old"] for one in (head.get("continues") or {}).get("codes") or ()}
        here, code = base, renamed.get(code, code)
    return found


def _kept_results(agency: int, forms: dict[int, str]) -> Iterator[tuple[int, str, str]]:
    """(year, number, result) of earlier years as they were kept."""
    rows = History.objects.filter(agency=agency, indicator__code__in=set(forms.values()))
    rows = rows.annotate(form=Coalesce("indicator__framework__variant_of", "indicator__framework"))
    rows = rows.filter(form__in=forms, indicator__kind="indicator").order_by("year")
    for form, there, year, value in rows.values_list("form", "indicator__code", "year", "value"):
        if forms[form] == there:
            yield year, there, value


def _records(agency: int, forms: dict[int, str], audience: Audience) -> Iterator[tuple[int, int, dict, dict]]:
    """(year, form, own figures, official figures) of each whole year, by its last records; own ones only of scorecards
    that this reader may open."""
    cards = Scorecard.objects.filter(agency=agency, round__months=WHOLE_YEAR)
    cards = cards.annotate(form=Coalesce("framework__variant_of", "framework")).filter(form__in=forms)
    rows = (
        cards.exclude(state=ScorecardState.OPEN)
        .filter(submissions__isnull=False)
        .order_by(
            "round__year__year",
            F("submissions__number"),
            F("submissions__publications__number").asc(nulls_first=True),
        )
    )
    last: dict[int, tuple] = {}
    for year, form, card, *record in rows.values_list(
        "round__year__year",
        "form",
        "pk",
        "submissions__content_hash",
        "submissions__pk",
        "submissions__publications__content_hash",
        "submissions__publications__pk",
    ):
        own, own_pk, official, official_pk = record
        own = own if audience.may_open(card, agency) else None
        before = last.get(year, (None, None, None, None, None))
        last[year] = (form, own, own_pk, official or before[3], official_pk or before[4])
    figures = figures_by_hash(
        {own: pk for _form, own, pk, *_rest in last.values() if own},
        {official: pk for *_rest, official, pk in last.values() if official},
    )
    for year, (form, own, _own_pk, official, _pk) in last.items():
        yield year, form, figures.get(own) or {}, figures.get(official) or {}
