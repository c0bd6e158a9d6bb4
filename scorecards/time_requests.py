"""The requests of agencies for more time: how they are read, and how an open one ends. The verbs of people are in
rounds/asking_time.py; sending a report and extensions of any kind end a request from here."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import QuerySet

from scorecards.clock import database_now
from scorecards.events import record_scorecard
from scorecards.fields import check_fields
from scorecards.models import Scorecard, TimeRequest
from scorecards.states import AGENCY_WORKS, ScorecardState

Outcome = TimeRequest.Outcome
WITH_PEOPLE = ("asked_by", "answered_by")


def end_request(
    scorecard: Scorecard,
    outcome: TimeRequest.Outcome,
    *,
    actor: User,
    until: dt.datetime | None = None,
    answer: str = "",
    request_key: str = "",
) -> None:
    """End the open request of a locked scorecard, where it has one: `until` of one that is granted, `answer` why it is
    not."""
    found = scorecard.time_requests.waiting().first()
    if found is None:
        return
    found.outcome, found.granted_until, found.answer = outcome, until, answer.strip()
    found.answered_by, found.answered_at = actor, database_now()
    check_fields(found)
    found.save(update_fields=["outcome", "granted_until", "answer", "answered_by", "answered_at"])
    action = "end_time_request" if found.is_ended_by_agency else "answer_time"
    after = {"outcome": str(outcome)} | ({"until": until.isoformat()} if until else {})
    facts = {"after": after, "reason": found.answer, "request_key": request_key}
    record_scorecard(scorecard, actor=actor, action=action, **facts)


def grant_reached(cards: Iterable[Scorecard], *, actor: User) -> None:
    """Grant the open requests of these locked scorecards whose day is reached now, whatever gave the time."""
    there = {card.pk: card for card in cards}
    for found in TimeRequest.objects.waiting().filter(scorecard__in=there).order_by("pk"):
        card = there[found.scorecard_id]
        if card.closes_at >= found.until:
            end_request(card, Outcome.GRANTED, actor=actor, until=card.closes_at)


def last_request(scorecard: Scorecard) -> TimeRequest | None:
    """The latest request, with its people, as long as it says something: while the agency works one that was made since
    it last sent the report, and of a report that was just sent the one that fell away."""
    found = scorecard.time_requests.select_related(*WITH_PEOPLE).first()
    if found is None or scorecard.state not in (*AGENCY_WORKS, ScorecardState.SUBMITTED):
        return None
    if scorecard.state == ScorecardState.SUBMITTED:
        return found if found.outcome == Outcome.SENT else None
    return None if scorecard.submissions.filter(submitted_at__gt=found.asked_at).exists() else found


def requests_to_answer(user: User) -> QuerySet[TimeRequest]:
    """The open requests that this administrator may answer, those that close first before the others."""
    rows = TimeRequest.objects.waiting().exclude(scorecard__agency__memberships__user=user)
    rows = rows.select_related("scorecard__agency", "scorecard__framework", "scorecard__round__year")
    return rows.defer("scorecard__framework__document")
