"""How a printed record writes texts, numbers and dates in its language: Thai digits and พ.ศ. in Thai."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

BANGKOK = ZoneInfo("Asia/Bangkok")
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
THAI_MONTHS = [
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
]
ENGLISH_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def in_words(value, language: str) -> str:
    """A text of a framework document (`"ไทย"` or `{th, en}`) in `language`; Thai when there is no English."""
    if isinstance(value, dict):
        return str(value.get(language) or value.get("th") or value.get("en") or "")
    return "" if value is None else str(value)


def in_digits(value, language: str) -> str:
    """`value` with Thai digits in a Thai record; unchanged otherwise."""
    return str(value).translate(THAI_DIGITS) if language == "th" else str(value)


def on_day(moment: dt.datetime | str | None, language: str) -> str:
    """The day in Bangkok: ๒๑ มี.ค. ๒๕๖๒ or 21 Mar 2019; '' for none. `moment` is aware, or its ISO text."""
    if isinstance(moment, str):
        moment = parse_datetime(moment)
    if moment is None:
        return ""
    day = moment.astimezone(BANGKOK)
    if language == "th":
        return f"{day.day} {THAI_MONTHS[day.month - 1]} {day.year + 543}".translate(THAI_DIGITS)
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def at_moment(moment: dt.datetime, language: str) -> str:
    """The day and the hour in Bangkok: ๒๑ มี.ค. ๒๕๖๒ เวลา ๑๔.๐๒ น. or 21 Mar 2019, 14:02."""
    hour = moment.astimezone(BANGKOK)
    if language == "th":
        return f"{on_day(moment, language)} เวลา {in_digits(f'{hour:%H.%M}', language)} น."
    return f"{on_day(moment, language)}, {hour:%H:%M}"
