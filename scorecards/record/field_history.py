"""The history of every field of an indicator, from the record of events. Reads only."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from indicators.explaining import criterion_title
from indicators.frozen import rubric_tree
from indicators.scoring import Criterion
from scorecards.delegation import name_of
from scorecards.models import NARRATIVE, Entry, Event
from scorecards.presenting.answer_words import in_words, narrative_label
from scorecards.states import Action, EntryState, ScorecardState

OTHER = {
    "take_over": _("taken over from another agency"),
    "attach_evidence": _("file attached"),
    "withdraw_evidence": _("file withdrawn"),
    "use_evidence": _("file used here, too"),
    "replace_evidence": _("file replaced by a newer version"),
    "describe_evidence": _("what stands beside a file changed"),
    "hold_evidence": _("file held by the virus scanner"),
    "add_link": _("public page given as evidence"),
    "withdraw_link": _("public page withdrawn"),
    "plan": _("plan"),
    "share_out": _("parts shared out"),
    "finish_parts": _("own part finished"),
    "prefill": _("taken over from an earlier round"),
}


@dataclass(frozen=True)
class Step:
    """One change: when, who, which field or action, what it was and became, why."""

    at: dt.datetime
    who: str
    what: str
    was: str = ""
    now: str = ""
    reason: str = ""


def events_of(entry: Entry) -> QuerySet[Event]:
    """The events of an indicator's page, newest first: its answers, moves and files."""
    files = (Q(subject__startswith="evidence:") | Q(subject__startswith="link:")) & (
        Q(after__entry=entry.pk) | Q(before__entry=entry.pk)
    )
    shown = [*Action, *OTHER]
    rows = Event.objects.filter(
        Q(subject=f"entry:{entry.pk}") | files, scorecard=entry.scorecard_id, action__in=shown
    )
    return rows.select_related("actor").order_by("-number")


def steps_of(entry: Entry, events: Iterable[Event]) -> list[Step]:
    """These events as lines, one for each field that changed."""
    criteria = {node.key: node for node in rubric_tree(entry.indicator).walk()}
    return [step for event in events for step in _steps(event, criteria)]


def _steps(event: Event, criteria: dict[str, Criterion]) -> Iterator[Step]:
    who = name_of(event.actor)
    if event.action == Action.ANSWER:
        for key, now in event.after.items():
            label, document = _named(key, criteria)
            was = in_words(event.before.get(key) or "", document)
            yield Step(event.at, who, label, was, in_words(now, document))
        return
    if event.action in OTHER:
        name = event.after.get("name") or event.before.get("name") or ""
        yield Step(event.at, who, str(OTHER[event.action]), now=name, reason=event.reason)
        return
    was, now = (_state(one.get("state", "")) for one in (event.before, event.after))
    yield Step(event.at, who, str(Action(event.action).label), was, now, event.reason)


def _named(key: str, criteria: dict[str, Criterion]) -> tuple[str, dict | None]:
    if key in NARRATIVE:
        return narrative_label(key), None
    if key not in criteria:
        return key, None
    return criterion_title(criteria[key]), criteria[key].document


def _state(value: str) -> str:
    labels = dict(ScorecardState.choices) | dict(EntryState.choices)
    return str(labels.get(value, value))
