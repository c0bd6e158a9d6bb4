"""The period that a file covers: dates as people here type them, and whether they lie in the fiscal year."""

import datetime as dt
import re

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from indicators.models import BANGKOK, FiscalYear
from indicators.scoring.numbers import THAI_DIGITS

MONTHS = (
    ("มกราคม", "มค", "january", "jan"),
    ("กุมภาพันธ์", "กพ", "february", "feb"),
    ("มีนาคม", "มีค", "march", "mar"),
    ("เมษายน", "เมย", "april", "apr"),
    ("พฤษภาคม", "พค", "may"),
    ("มิถุนายน", "มิย", "june", "jun"),
    ("กรกฎาคม", "กค", "july", "jul"),
    ("สิงหาคม", "สค", "august", "aug"),
    ("กันยายน", "กย", "september", "sep"),
    ("ตุลาคม", "ตค", "october", "oct"),
    ("พฤศจิกายน", "พย", "november", "nov"),
    ("ธันวาคม", "ธค", "december", "dec"),
)
MONTH_OF = {name: number for number, names in enumerate(MONTHS, start=1) for name in names}
FIGURES = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", re.ASCII)
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
WORDS = re.compile(r"(\d{1,2})\s*([^\d\s][^\d]*?)\s*(\d{4})", re.ASCII)
ERA = re.compile(r"พ\.?\s*ศ\.?")
BUDDHIST_FROM = 2400  # a year from here on is Buddhist, one before it of the common era: nobody means 1857


def read_date(text: str) -> dt.date:
    """21/3/2562, 21 มี.ค. 2562, ๒๑ มีนาคม ๒๕๖๒, 21/3/2019 or 2019-03-21; ValueError with the sentence otherwise."""
    plain = ERA.sub("", str(text).translate(THAI_DIGITS)).strip()
    if found := ISO.fullmatch(plain):
        year, month, day = (int(one) for one in found.groups())
    elif found := FIGURES.fullmatch(plain):
        day, month, year = (int(one) for one in found.groups())
    elif found := WORDS.fullmatch(plain):
        name = re.sub(r"[.\s]", "", found[2]).lower()
        day, month, year = int(found[1]), MONTH_OF.get(name, 0), int(found[3])
    else:
        raise ValueError(_not_a_date())
    try:
        return dt.date(year - 543 if year >= BUDDHIST_FROM else year, month, day)
    except ValueError as error:
        raise ValueError(_not_a_date()) from error


def _not_a_date():
    return _("Type a date as day/month/year, such as 21/3/2562 or 21 มี.ค. 2562.")


def typed(value: dt.date | None) -> str:
    """A date as it stands in a field: 21/3/2562."""
    return f"{value.day}/{value.month}/{value.year + 543}" if value else ""


def day_of(value: dt.date) -> str:
    """21 มี.ค. 2562; in English 21 Mar 2019."""
    english = (get_language() or "th").startswith("en")
    return f"{date_format(value, 'j M')} {value.year + (0 if english else 543)}"


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
