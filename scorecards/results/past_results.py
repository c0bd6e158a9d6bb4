"""Results of earlier years, followed through renumbered and renamed indicators; and this year's, kept for the next."""

from collections.abc import Iterable

from django.db.models import QuerySet

from indicators.models import Framework, Indicator
from indicators.threads import threads_of
from scorecards.models import Agency, History, Publication
from scorecards.prepared import prepared
from scorecards.scoring import find_indicator, told_result


@prepared
def _results(agency: int, indicators: list[int], before: int) -> QuerySet[History, tuple[int, int, str]]:
    rows = History.objects.filter(agency=agency, indicator__in=indicators, year__lt=before)
    return rows.order_by("year").values_list("indicator", "year", "value")


def past_results(
    agency: Agency, framework: Framework, rows: Iterable[Indicator] | None = None
) -> dict[str, dict[int, str]]:
    """{indicator code: {year: result}} of an agency, as this form numbers its indicators, years before the form's; of
    all indicators, or of these `rows` of the form."""
    codes = {pk: code for code, found in threads_of(framework, rows).items() for pk in found}
    found: dict[str, dict[int, str]] = {}
    for pk, year, value in _results(agency=agency.pk, indicators=[*codes], before=framework.year.year):
        found.setdefault(codes[pk], {})[year] = value
    return found


def keep_result(publication: Publication) -> None:
    """The published results of the whole year become history. Called when a 12-month scorecard is published."""
    card = publication.scorecard
    if card.round.months != 12:
        return
    for row in Indicator.objects.filter(entries__scorecard=card):
        node = find_indicator(publication.scored, row.code)
        if node and node["score_shown"]:
            History.objects.update_or_create(
                agency=card.agency,
                indicator=row,
                year=card.framework.year.year,
                defaults={"value": told_result(node)},
            )
