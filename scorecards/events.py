"""What happened, append-only, chained by hash within an agency. Written in the same transaction as the change."""

import datetime as dt
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from indicators.scoring import content_hash
from scorecards.models import Agency, Entry, Event, Scorecard
from scorecards.prepared import prepared

CHANGES_NOTHING = ("comment", "read_evidence", "scan_evidence")
CHAINED = ("number", "action", "subject", "before", "after", "reason", "previous_hash")


def record(
    agency: Agency,
    *,
    actor: User | None,
    action: str,
    subject: str,
    scorecard: Scorecard | None = None,
    **facts: Any,
) -> Event:
    """Append an event: an Action or another kind by its name, `before`, `after` (dicts of named fields), `reason`,
    `request_key`. Call inside the verb's transaction. The agency's row is locked, so that numbers and hashes follow
    each other."""
    _locked(agencies=[agency.pk])
    number, previous_hash = next(iter(_last(agency=agency.pk)), (0, ""))
    event = Event(
        agency=agency,
        number=number + 1,
        at=timezone.now(),
        actor=actor,
        action=str(action),
        subject=subject,
        scorecard=scorecard,
        before=facts.get("before") or {},
        after=facts.get("after") or {},
        reason=facts.get("reason", ""),
        request_key=facts.get("request_key") or None,
        previous_hash=previous_hash,
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
    return event


def lock_chains(agencies: Iterable[int]) -> None:
    """Lock the chains of these agencies (keys), before a verb writes in several of them: all in the same order, so that
    no two verbs wait for each other."""
    _locked(agencies=sorted(set(agencies)))


@prepared
def _locked(agencies: list[int]) -> QuerySet[Agency, tuple[int]]:
    return Agency.objects.select_for_update().filter(pk__in=agencies).order_by("pk").values_list("pk")


@prepared
def _last(agency: int) -> QuerySet[Event, tuple[int, str]]:
    return Event.objects.filter(agency=agency).order_by("-number").values_list("number", "hash")[:1]


def record_scorecard(
    scorecard: Scorecard, *, actor: User | None, action: str, subject: str = "", **facts: Any
) -> Event:
    """The same for a scorecard, in the chain of its agency; without a `subject` of the scorecard as a whole."""
    subject = subject or f"scorecard:{scorecard.pk}"
    return record(scorecard.agency, actor=actor, action=action, subject=subject, scorecard=scorecard, **facts)


def record_entry(entry: Entry, *, actor: User | None, action: str, **facts: Any) -> Event:
    """The same for an indicator of a scorecard."""
    return record_scorecard(entry.scorecard, actor=actor, action=action, subject=f"entry:{entry.pk}", **facts)


def hash_of(event: Event | SimpleNamespace) -> str:
    """SHA-256 over the event's content and the hash before it."""
    content = {name: getattr(event, name) for name in CHAINED}
    content |= {
        "agency": event.agency_id,
        "actor": event.actor_id,
        "at": event.at.astimezone(dt.UTC).isoformat(),
    }
    return content_hash(content)


def already_done(request_key: str) -> bool:
    """Whether an action with this idempotency key was recorded before."""
    return bool(request_key) and bool(_recorded(request_key=request_key))


@prepared
def _recorded(request_key: str) -> QuerySet[Event, tuple[int]]:
    return Event.objects.filter(request_key=request_key).values_list("pk")[:1]


def last_change(entry: Entry) -> Event | None:
    """What was done last with an indicator or a file of it, talking and reading apart."""
    of_entry = Q(subject=f"entry:{entry.pk}") | Q(after__entry=entry.pk) | Q(before__entry=entry.pk)
    rows = Event.objects.filter(of_entry, scorecard=entry.scorecard_id).exclude(action__in=CHANGES_NOTHING)
    return rows.order_by("-number").first()


def last_saved_from(page: str, scorecard: Scorecard, subject: str) -> set[str]:
    """The fields of a subject that were written last by what this page saved while somebody typed. It may never have
    got the answer: what stands there then is its own and no colleague's."""
    if not page:
        return set()
    writer: dict[str, str] = {}
    rows = scorecard.events.filter(subject=subject).order_by("number").values_list("request_key", "after")
    for key, after in rows:
        writer |= dict.fromkeys(after, key or "")
    return {name for name, key in writer.items() if key.startswith(f"{page}+")}


def verify(agency: Agency) -> list[str]:
    """The faults of an agency's chain, first one first: a gap, a changed event, a broken link. Empty: whole."""
    previous, expected, faults = "", 1, []
    for event in Event.objects.filter(agency=agency).order_by("number").iterator():
        if event.number != expected:
            faults.append(f"{agency.code}: เหตุการณ์ที่ {expected} หายไป · event {expected} is missing")
            expected = event.number
        if event.previous_hash != previous or event.hash != hash_of(event):
            faults.append(f"{agency.code}: เหตุการณ์ที่ {event.number} ถูกแก้ไข · event {event.number} was changed")
        previous, expected = event.hash, expected + 1
    return faults


def last_number(agency: Agency) -> int:
    """How many events the agency's chain holds."""
    return Event.objects.filter(agency=agency).aggregate(last=Max("number"))["last"] or 0
