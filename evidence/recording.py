"""Events about evidence: what is written of a file or a link, whoever did it."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import User

from evidence.models import Evidence, Link
from scorecards.events import record_scorecard
from scorecards.models import Event


def record_file(evidence: Evidence, *, actor: User | None, action: str, **facts: Any) -> Event:
    """Append the event of a file (`before`, `after`, `reason`, `request_key`), in the verb's transaction."""
    return _record(evidence, f"evidence:{evidence.pk}", actor=actor, action=action, **facts)


def record_link(link: Link, *, actor: User | None, action: str, **facts: Any) -> Event:
    """The same for a public page."""
    return _record(link, f"link:{link.pk}", actor=actor, action=action, **facts)


def facts_of(evidence: Evidence) -> dict:
    """What identifies one use of a file, and what was said of it."""
    names = ("criterion_key", "name", "sha256", "size", "media_type")
    facts = {"entry": evidence.entry_id} | {name: getattr(evidence, name) for name in names}
    return facts | said_of(evidence)


def said_of(evidence: Evidence) -> dict:
    """What a person says of a file: page, period, secrecy class."""
    return {
        "pages": evidence.pages,
        "covers_from": _day(evidence.covers_from),
        "covers_to": _day(evidence.covers_to),
        "secrecy": str(evidence.secrecy),
    }


def facts_of_link(link: Link) -> dict:
    """What a link says."""
    return {
        "entry": link.entry_id,
        "criterion_key": link.criterion_key,
        "title": link.title,
        "url": link.url,
        "seen_on": _day(link.seen_on),
    }


def _day(value: dt.date | None) -> str:
    return value.isoformat() if value else ""


def _record(row: Evidence | Link, subject: str, *, actor: User | None, action: str, **facts: Any) -> Event:
    return record_scorecard(row.entry.scorecard, actor=actor, action=action, subject=subject, **facts)
