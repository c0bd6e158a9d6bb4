"""The period that a file covers, in words, and whether it lies in the fiscal year."""

import datetime as dt

from django.utils.translation import gettext as _

from indicators.models import BANGKOK, FiscalYear
from scorecards.presenting.dates import day_of


def period_of(first: dt.date | None, last: dt.date | None) -> str:
    """1 ต.ค. 2561 – 31 มี.ค. 2562; with one end open a word stands there; "" for no period."""
    if first and last:
        return day_of(first) if first == last else f"{day_of(first)} – {day_of(last)}"
    if first:
        return _("from %(day)s") % {"day": day_of(first)}
    return _("until %(day)s") % {"day": day_of(last)} if last else ""


def outside(first: dt.date | None, last: dt.date | None, *, year: FiscalYear) -> str:
    """The sentence where the period is not within the fiscal year, else "". It warns; it never stops anybody."""
    begins = year.starts_at.astimezone(BANGKOK).date()
    ends = year.ends_at.astimezone(BANGKOK).date() - dt.timedelta(days=1)
    if all(one is None or begins <= one <= ends for one in (first, last)):
        return ""
    return _("The period is not within fiscal year %(year)s (%(period)s).") % {
        "year": year,
        "period": period_of(begins, ends),
    }
