"""Log lines for machines: one JSON object a line, without personal data.

What people typed reaches a log by three ways, and all are closed here: arguments of messages that libraries write
(their text is written without them), addresses of e-mail in our own messages (left out), and the words of an exception,
in which a database quotes rows (its kind and the places in the code are written, no words). Of the person a line has
the number.
"""

import contextvars
import datetime as dt
import json
import logging
import re
import traceback
from typing import Any

OURS = ("config", "reports", "evidence", "scorecards", "indicators")
MAIL = re.compile(r"[^\s<>\"'(){}\[\],;:]+@[^\s<>\"'(){}\[\],;:]+")
# What a line of ours may carry beside its message.
FACTS = ("method", "route", "status", "ms", "user", "agency")
DEEPEST = 12
# The request that this thread answers; "" between requests.
REQUEST = contextvars.ContextVar("request", default="")


class JsonLines(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, and what is known of the request and the fault."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
        }
        if REQUEST.get():
            line["request"] = REQUEST.get()
        line |= {name: getattr(record, name) for name in FACTS if is_ours(record) and hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = type(record.exc_info[1]).__name__
            line["at"] = places_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def logging_as(form: str, *, level: str) -> dict:
    """The configuration of all loggers, for Django and for gunicorn's first process alike. form: json or line."""
    is_json = form == "json"
    quiet = {name: {"level": "WARNING"} for name in ("pikepdf", "weasyprint", "fontTools")}
    answers = {"config.requests": {"level": "INFO" if is_json else "WARNING"}}  # a line for every answer
    theirs = {name: {"handlers": [], "propagate": True} for name in ("django", "gunicorn.error")}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
            "json": {"()": "config.logs.JsonLines"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": quiet | answers | (theirs if is_json else {}),
    }


def is_ours(record: logging.LogRecord) -> bool:
    """Whether a module of ours wrote it."""
    return record.name.partition(".")[0] in OURS


def message_of(record: logging.LogRecord) -> str:
    """Our own message in full but for addresses of e-mail; of a library's the text with nothing but numbers put into
    it, and the name and number of the task that it speaks of."""
    if is_ours(record):
        kinds = tuple(
            type(one).__name__ if isinstance(one, BaseException) else one for one in record.args or ()
        )
        return MAIL.sub("…", str(record.msg) % kinds if kinds else str(record.msg))
    if record.name.startswith("django.security"):
        return "refused"  # Django writes what was sent into the text itself
    text = MAIL.sub("…", str(record.msg))
    if isinstance(record.args, dict):
        return text + "".join(
            f" {name}={record.args[name]}" for name in ("name", "id") if name in record.args
        )
    numbers = tuple(one if isinstance(one, int | float) else "…" for one in record.args or ())
    try:
        return text % numbers if numbers else text
    except (TypeError, ValueError):  # a library's text and its arguments may not suit each other
        return text


def places_of(fault: BaseException) -> list[str]:
    """The innermost places in the code, the innermost last; those of what caused it stand before."""
    places = places_of(fault.__cause__) + [f"cause of {type(fault).__name__}"] if fault.__cause__ else []
    frames = traceback.extract_tb(fault.__traceback__)[-DEEPEST:]
    return places + [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
