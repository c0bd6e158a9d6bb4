"""How a printed record writes texts, numbers and dates in its language: พ.ศ. in Thai, Thai digits where they are asked
for."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

ARABIC, THAI = "arabic", "thai"  # the choices of digits (reports.models.Digits)
BANGKOK = ZoneInfo("Asia/Bangkok")
IN_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
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


def options_of(language: str, digits: str) -> dict[str, str]:
    """What the reader chose, as it stands in a record; an English document has Arabic digits."""
    return {"language": language, "digits": THAI if (language, digits) == ("th", THAI) else ARABIC}


def in_utc(moment: dt.datetime) -> str:
    """The moment in ISO 8601, to the second, for machines: 2019-10-14T09:00:00+00:00."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


def in_words(value: object, language: str) -> str:
    """A text of a framework document (`"ไทย"` or `{th, en}`) in `language`; Thai when there is no English."""
    if isinstance(value, dict):
        return str(value.get(language) or value.get("th") or value.get("en") or "")
    return "" if value is None else str(value)


# What stands in a record as a figure or is made of one: these follow the choice of digits. Hashes, codes of documents,
# names of files and what people wrote stay as they are.
FIGURES = {
    *("year", "months", "submission", "publication", "number", "sent_on", "published_on", "sent_at", "at"),
    *("pages", "files", "listed", "left_out", "code", "indicator", "weight", "floor", "scores", "cells"),
    *("self", "official", "weighted", "result", "score", "coverage", "possible", "text", "value"),
    *("planned", "progress", "done", "due", "years", "past"),
    *("agencies", "published_count", "waiting_on", "page"),
}


def with_digits(record: dict) -> dict:
    """The record as it is printed: with Thai digits where `digits` says so."""
    if record.get("digits") != THAI:
        return record
    printed = _in_thai_digits(record, name="")
    return printed | {"head": printed["head"] | {"code": record["head"]["code"]}}


def _in_thai_digits(value: Any, *, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _in_thai_digits(one, name=key) for key, one in value.items()}
    if isinstance(value, list):
        return [_in_thai_digits(one, name=name) for one in value]
    if name in FIGURES and isinstance(value, str | int) and not isinstance(value, bool):
        return str(value).translate(IN_THAI_DIGITS)
    return value


def in_digits(value: object, language: str) -> str:
    """`value` with Thai digits in a Thai record; unchanged otherwise."""
    return str(value).translate(IN_THAI_DIGITS) if language == "th" else str(value)


def on_day(moment: dt.datetime | str | None, language: str) -> str:
    """The day in Bangkok: 21 มี.ค. 2562 or 21 Mar 2019; '' for none. `moment` is aware, or its ISO text."""
    if isinstance(moment, str):
        moment = parse_datetime(moment)
    if moment is None:
        return ""
    day = moment.astimezone(BANGKOK)
    if language == "th":
        return f"{day.day} {THAI_MONTHS[day.month - 1]} {day.year + 543}"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def at_moment(moment: dt.datetime, language: str) -> str:
    """The day and the hour in Bangkok: 21 มี.ค. 2562 เวลา 14.02 น. or 21 Mar 2019, 14:02."""
    hour = moment.astimezone(BANGKOK)
    if language == "th":
        return f"{on_day(moment, language)} เวลา {hour:%H.%M} น."
    return f"{on_day(moment, language)}, {hour:%H:%M}"
