"""What the record of a scorecard shows: every event that the reader may read, in words, and whether the chain is
whole."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from indicators.frozen import rubric_tree
from scorecards.delegation import name_of
from scorecards.events import hash_of, verify
from scorecards.models import Entry, Event, Scorecard
from scorecards.presenting.paging import page_of
from scorecards.record.disclosure import KINDS, is_of_agency, names_assessors, readable_events
from scorecards.record.words import SHORT, Change, Forms, changes_of, code_of, label_of
from scorecards.states import Action

# What is recorded of the whole scorecard, but is about single indicators or about who reviews.
NOT_OF_ALL = [Action.ASK, Action.CLARIFY, Action.ASSIGN, Action.HAND_OVER]


@dataclass(frozen=True)
class Line:
    """One event: number and hash in the agency's chain, when, who, what, of which indicator, every field, and why."""

    number: int
    hash: str
    is_unchanged: bool
    at: dt.datetime
    who: str
    what: str
    code: str
    changes: list[Change]
    reason: str


def record_page(scorecard: Scorecard, user, *, code: str, page, check: bool) -> dict:
    """A page of the record, newest first; with `code` what concerns that indicator. `check` verifies the whole chain of
    the agency now."""
    events = readable_events(scorecard, user)
    entries = {one.indicator.code: one for one in scorecard.entries.select_related("indicator")}
    if code:
        events = events.filter(about(entries[code]))
    shown = page_of(events.select_related("actor").order_by("-number"), page)
    forms, to_agency = Forms(entries), is_of_agency(user, scorecard)
    named = names_assessors(scorecard, to_agency=to_agency)
    return {
        "scorecard": scorecard,
        "is_own": to_agency,
        "entry": entries.get(code),
        "indicators": [one.indicator for one in entries.values()],
        "page": shown,
        "lines": [_line(one, forms, named) for one in shown],
        "query": f"&indicator={code}" if code else "",
        "last": Event.objects.filter(agency=scorecard.agency_id).order_by("-number").first(),
        "checked": check,
        "faults": verify(scorecard.agency) if check else [],
    }


def about(entry: Entry) -> Q:
    """The events that concern one indicator: its own, and those that move the whole scorecard."""
    code, card = entry.indicator.code, entry.scorecard_id
    places = [f"{code}/{node.key}" for node in rubric_tree(entry.indicator).walk()]
    own = Q(subject=f"entry:{entry.pk}") | Q(after__entry=entry.pk) | Q(before__entry=entry.pk)
    ruled = Q(subject__startswith="submission:") | Q(subject__startswith="second:")
    named = Q(after__indicator=code) | Q(after__has_any_keys=places)
    whole = Q(subject=f"scorecard:{card}") & ~Q(action__in=NOT_OF_ALL)
    return own | (ruled & Q(subject__endswith=f"/{code}")) | named | whole


def _line(event, forms, named) -> Line:
    return Line(
        number=event.number,
        hash=event.hash[:SHORT],
        is_unchanged=hash_of(event) == event.hash,
        at=event.at,
        who=_who(event, named),
        what=label_of(event),
        code=code_of(event, forms),
        changes=changes_of(event, forms),
        reason=event.reason,
    )


def _who(event, named) -> str:
    if event.actor is None:
        return _("The system")
    if KINDS[event.action].is_assessors and not named:
        return _("The assessing office")
    return name_of(event.actor)
