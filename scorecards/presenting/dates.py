"""Dates as people here write them: Asia/Bangkok, short Thai months, พ.ศ. in Thai and the common era in English."""

import datetime as dt
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def day(moment: dt.datetime | dt.date | None) -> str:
    """21 มี.ค. 2562 (English: 21 Mar 2019), the day in Bangkok of a moment; "" for no moment."""
    if not moment:
        return ""
    return day_of(localtime(moment) if isinstance(moment, dt.datetime) else moment)


def day_of(date: dt.date) -> str:
    """The same for a day without an hour."""
    english = (get_language() or "th").startswith("en")
    return f"{date_format(date, 'j M')} {date.year + (0 if english else 543)}"


def day_and_time(moment: dt.datetime | None) -> str:
    """21 มี.ค. 2562 14:02 น."""
    return _written(moment, get_language()) if moment else ""


@lru_cache(maxsize=4_000)  # the same rows are printed again and again
def _written(moment: dt.datetime, language: str | None) -> str:
    return f"{day(moment)} {clock_time(moment)}"


def clock_time(moment: dt.datetime) -> str:
    """14:02 น."""
    return _("%(time)s") % {"time": f"{localtime(moment):%H:%M}"}


def days_left(moment: dt.datetime) -> int:
    """Whole days until a moment, counted by calendar days in Bangkok; negative when it is past."""
    return (localtime(moment).date() - localtime(now()).date()).days


def due(moment: dt.datetime) -> str:
    """How soon, in words: today, in n days, n days late."""
    left = days_left(moment)
    if moment < now():
        late = max(-left, 0)
        return (
            ngettext("%(n)s day late", "%(n)s days late", late) % {"n": late} if late else _("closed today")
        )
    if left == 0:
        return _("due today")
    return ngettext("in %(n)s day", "in %(n)s days", left) % {"n": left}
