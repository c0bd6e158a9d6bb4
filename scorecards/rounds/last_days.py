"""How late a day may be that people set: a mistyped year is told, and nothing is put off for ever. Reads only."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import FiscalYear
from scorecards.clock import database_now
from scorecards.models import Round
from scorecards.presenting.date_fields import end_of
from scorecards.presenting.dates import day

HALF_A_YEAR = dt.timedelta(days=183)
A_YEAR = dt.timedelta(days=365)


def last_for_agencies(round_: Round) -> dt.datetime:
    """Until when an agency may be let work at the latest: half a year after the review was to end, or from now."""
    return _end_of_day(max(round_.review_closes_at, database_now()) + HALF_A_YEAR)


def last_for_rounds(year: FiscalYear) -> dt.datetime:
    """The last moment that a round of this year may name: a year after the fiscal year is over, or from now."""
    a_year_after = end_of(dt.date(year.year - 543 + 1, 9, 30))
    return max(a_year_after, _end_of_day(database_now() + A_YEAR))


def last_ahead() -> dt.datetime:
    """How far ahead results may be ordered to be published, and a colleague stand in: a year from now."""
    return _end_of_day(database_now() + A_YEAR)


def why_too_late(moment: dt.datetime, last: dt.datetime) -> list[str]:
    """[] for a moment that is not behind the last one."""
    if moment <= last:
        return []
    sentence = _("%(typed)s is too late: the last possible day is %(date)s. Is the year right?")
    return [sentence % {"typed": day(moment), "date": day(last)}]


def _end_of_day(moment: dt.datetime) -> dt.datetime:
    return end_of(timezone.localdate(moment))
