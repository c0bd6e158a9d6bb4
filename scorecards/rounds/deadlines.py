"""The verbs that give agencies more time. When a scorecard closes stands in `Scorecard.closes_at`."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.clock import database_now
from scorecards.events import already_done, lock_chains, record_scorecard
from scorecards.models import Scorecard
from scorecards.permissions import may, require
from scorecards.presenting.dates import day_and_time
from scorecards.rounds.last_days import last_for_agencies, why_too_late
from scorecards.states import Action
from scorecards.time_requests import grant_reached
from scorecards.workflow import locked_scorecard


@transaction.atomic
def extend(
    scorecard: Scorecard, *, until: dt.datetime | None, reason: str, actor: User, request_key: str = ""
) -> Scorecard:
    """Let this agency work until later than now set (an aware moment), with a reason. Only ever later: Refused with
    all reasons otherwise."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard
    require(actor, Action.EXTEND, scorecard)
    if reasons := why_no_more_time(scorecard, until=until, reason=reason):
        raise Refused(reasons)
    _write(scorecard, until, actor=actor, reason=reason, request_key=request_key)  # type: ignore[arg-type]
    grant_reached([scorecard], actor=actor)
    return scorecard


@transaction.atomic
def extend_many(
    scorecards: Iterable[Scorecard], *, until: dt.datetime, reason: str, actor: User, request_key: str = ""
) -> list[Scorecard]:
    """Let all of these agencies work until the same moment, for the same reason, which stands on the record of each.
    Those that may work as long already are left as they are; returns the others. Refused whole, with all reasons."""
    rows = Scorecard.objects.select_for_update(of=("self",)).select_related("agency", "round__year")
    cards = list(rows.filter(pk__in=[one.pk for one in scorecards]).order_by("pk"))
    if already_done(request_key):
        return []
    reasons = [
        _("%(agency)s: %(reason)s") % {"agency": card.agency, "reason": denied}
        for card in cards
        if not (denied := may(actor, Action.EXTEND, card))
    ]
    reasons += _without_reason(reason)
    later = [card for card in cards if until > card.closes_at]
    if not later:
        reasons.append(_only_later(cards) if cards else _("Tick the agencies that get more time."))
    if reasons := reasons + _why_not(until, later):
        raise Refused(reasons)
    lock_chains(card.agency_id for card in later)
    for card in later:
        _write(card, until, actor=actor, reason=reason, request_key=request_key)
        request_key = ""  # one event bears the key of the request
    grant_reached(later, actor=actor)
    return later


def why_no_more_time(scorecard: Scorecard, *, until: dt.datetime | None, reason: str) -> list[str]:
    """Everything that stands against letting this agency work until then (a moment or None), for this reason."""
    reasons = _without_reason(reason)
    if until is None or until <= scorecard.closes_at:
        reasons.append(_only_later([scorecard]))
    return reasons + _why_not(until, [scorecard])


def _without_reason(reason: str) -> list[str]:
    return [] if reason.strip() else [_("Write the reason: it stands on record for everybody to read.")]


def _only_later(cards: Iterable[Scorecard]) -> str:
    facts = {"date": day_and_time(min(card.closes_at for card in cards))}
    return _("An extension is only ever later: choose a day after %(date)s.") % facts


def _why_not(until: dt.datetime | None, cards: list[Scorecard]) -> list[str]:
    """A day that is past lets nobody work; one of a far year was mistyped."""
    if until is None or not cards:
        return []
    if until <= database_now():
        return [_("%(date)s has passed: choose a later day.") % {"date": day_and_time(until)}]
    return why_too_late(until, min(last_for_agencies(card.round) for card in cards))


def _write(scorecard: Scorecard, until: dt.datetime, *, actor: User, reason: str, request_key: str) -> None:
    before = scorecard.closes_at
    scorecard.extended_to = until
    scorecard.save(update_fields=["extended_to", "updated_at"])
    record_scorecard(
        scorecard,
        actor=actor,
        action=Action.EXTEND,
        before={"closes_at": before.isoformat()},
        after={"closes_at": until.isoformat()},
        reason=reason.strip(),
        request_key=request_key,
    )
