"""A day as people here type it: 21 มี.ค. 2562, ๒๑/๓/๒๕๖๒, 21 มีนาคม พ.ศ. 2562, 2019-03-21. One parser for all forms."""

import datetime as dt
import re
from functools import cache
from itertools import product

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import override

from indicators.scoring.numbers import THAI_DIGITS

NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", re.ASCII)
YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
WORDS = re.compile(r"(\d{1,2})\s*([^\d\s][^\d]*?)\s*(\d{4})", re.ASCII)
ERA = re.compile(r"พ\.?\s*ศ\.?")
BUDDHIST_FROM = 2400  # a year from here on is Buddhist, one before it of the common era: nobody means 1857
YEARS = range(BUDDHIST_FROM - 543, 2158)  # common years of days that somebody may mean: 2400 to 2700


def parse_day(text: str) -> dt.date:
    """The day that a text stands for. Raises ValueError."""
    plain = " ".join(ERA.sub("", text.translate(THAI_DIGITS)).split())
    if found := NUMBERS.fullmatch(plain):
        day, month, year = (int(one) for one in found.groups())
    elif found := YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(one) for one in found.groups())
    elif found := WORDS.fullmatch(plain):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    else:
        raise ValueError(text)
    common = year - 543 if year >= BUDDHIST_FROM else year
    if common not in YEARS:  # the first and the last years of all have no moments in other zones
        raise ValueError(text)
    return dt.date(common, month, day)


def _month(word: str) -> int:
    try:
        return _months()[re.sub(r"[.\s]", "", word).lower()]
    except KeyError:
        raise ValueError(word) from None


@cache
def _months() -> dict[str, int]:
    """{name without points: number} in Thai and English, in full and shortened."""
    found: dict[str, int] = {}
    for language, names in product(("th", "en"), (MONTHS, MONTHS_3)):
        with override(language):
            found |= {str(name).replace(".", "").lower(): number for number, name in names.items()}
    return found
