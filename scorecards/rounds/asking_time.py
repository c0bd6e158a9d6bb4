"""The verbs of a request for more time: the agency asks and withdraws, whoever may extend grants or refuses."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.clock import database_now
from scorecards.events import already_done, record_scorecard
from scorecards.fields import check_fields
from scorecards.models import Scorecard, TimeRequest
from scorecards.permissions import require
from scorecards.presenting.dates import day
from scorecards.rounds.deadlines import extend, why_no_more_time
from scorecards.states import Action
from scorecards.time_requests import WITH_PEOPLE, Outcome, end_request
from scorecards.workflow import locked_scorecard


@transaction.atomic
def ask_for_time(
    scorecard: Scorecard, *, until: dt.datetime | None, reason: str, actor: User, request_key: str = ""
) -> TimeRequest:
    """Ask OPDC to let this agency work until later (an aware moment), and why: before the closing or after it, as long
    as the report is not sent. One request at a time. Refused with all reasons."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard.time_requests.latest("pk")
    require(actor, Action.ASK_TIME, scorecard)
    reasons = why_no_more_time(scorecard, until=until, reason=reason)
    if waiting := scorecard.time_requests.waiting().first():
        asked = {"date": day(waiting.until)}
        reasons.append(_("More time until %(date)s is asked for already. Withdraw that first.") % asked)
    if reasons:
        raise Refused(reasons)
    found = TimeRequest(  # type: ignore[misc]
        scorecard=scorecard, until=until, reason=reason.strip(), asked_by=actor, asked_at=database_now()
    )
    check_fields(found)
    found.save(force_insert=True)
    facts: dict[str, Any] = {
        "after": {"until": until.isoformat()},  # type: ignore[union-attr]
        "reason": found.reason,
        "request_key": request_key,
    }
    record_scorecard(scorecard, actor=actor, action=Action.ASK_TIME, **facts)
    return found


@transaction.atomic
def withdraw_request(found: TimeRequest, *, actor: User, request_key: str = "") -> TimeRequest:
    """Take a request back that nobody has answered."""
    scorecard, found = _locked(found)
    if already_done(request_key):
        return found
    require(actor, Action.ASK_TIME, scorecard)
    _refuse_ended(found)
    end_request(scorecard, Outcome.WITHDRAWN, actor=actor, request_key=request_key)
    return _as_it_is(found)


@transaction.atomic
def grant_request(
    found: TimeRequest, *, until: dt.datetime | None, reason: str, actor: User, request_key: str = ""
) -> TimeRequest:
    """Answer a request by an extension, until the moment that was asked for or another one. Refused with all reasons of
    an extension, and where it was answered meanwhile."""
    scorecard, found = _locked(found)
    if already_done(request_key):
        return found
    require(actor, Action.EXTEND, scorecard)
    _refuse_ended(found)
    scorecard = extend(scorecard, until=until, reason=reason, actor=actor, request_key=request_key)
    # By less than was asked for: an extension alone would leave the request open.
    end_request(scorecard, Outcome.GRANTED, actor=actor, until=until)
    return _as_it_is(found)


@transaction.atomic
def refuse_request(found: TimeRequest, *, reason: str, actor: User, request_key: str = "") -> TimeRequest:
    """Answer a request by a no, with the reason, which the agency reads."""
    scorecard, found = _locked(found)
    if already_done(request_key):
        return found
    require(actor, Action.EXTEND, scorecard)
    _refuse_ended(found)
    if not reason.strip():
        raise Refused([_("Write why more time is not granted: the agency reads it.")])
    end_request(scorecard, Outcome.REFUSED, actor=actor, answer=reason, request_key=request_key)
    return _as_it_is(found)


def _locked(found: TimeRequest) -> tuple[Scorecard, TimeRequest]:
    """The scorecard, locked, and the request as it is now: whoever ends a request holds that lock."""
    return locked_scorecard(found.scorecard), _as_it_is(found)


def _as_it_is(found: TimeRequest) -> TimeRequest:
    return TimeRequest.objects.select_related(*WITH_PEOPLE).get(pk=found.pk)


def _refuse_ended(found: TimeRequest) -> None:
    """What was on the page may be answered, withdrawn or asked anew since it was loaded."""
    if found.outcome:
        ended = {"outcome": found.get_outcome_display(), "date": day(found.answered_at)}
        raise Refused([_("This request does not wait any more: %(outcome)s, %(date)s.") % ended])
