"""Who reviews, and how much waits for each. Reads only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery

from indicators.thai_order import thai_order
from scorecards.delegation import name_of
from scorecards.models import Event, ReviewAssignment, Scorecard, Submission
from scorecards.states import Action, Role, ScorecardState

# What waits for its reviewers; the other states wait for the agency, the chief or nobody.
OPEN_STATES = [ScorecardState.SUBMITTED, ScorecardState.IN_REVIEW]


@dataclass
class Workload:
    """What waits for one reviewer: whole scorecards, single indicators, since when the oldest."""

    reviewer: User
    scorecards: int = 0
    indicators: int = 0
    oldest: dt.datetime | None = None


def all_reviewers() -> list[User]:
    """Everybody who reviews, by name in the order of a Thai dictionary."""
    people = User.objects.filter(is_active=True, memberships__role=Role.REVIEWER).distinct()
    return sorted(people, key=lambda one: (thai_order(name_of(one)), one.pk))


def last_sent(reference: str = "pk") -> Subquery:
    """When the scorecard was last sent."""
    latest = Submission.objects.filter(scorecard=OuterRef(reference)).order_by("-number")
    return Subquery(latest.values("submitted_at")[:1])


def workloads() -> list[Workload]:
    """One for each reviewer, by name."""
    people = all_reviewers()
    whole = Scorecard.reviewers.through.objects.filter(user__in=people, scorecard__state__in=OPEN_STATES)
    scorecards = _counted(whole, "user", sent_at=last_sent("scorecard"))
    single = ReviewAssignment.objects.filter(reviewer__in=people, entry__scorecard__state__in=OPEN_STATES)
    indicators = _counted(single, "reviewer", sent_at=last_sent("entry__scorecard"))
    found = []
    for one in people:
        (cards, first), (entries, second) = (
            counted.get(one.pk, (0, None)) for counted in (scorecards, indicators)
        )
        oldest = min((moment for moment in (first, second) if moment), default=None)
        found.append(Workload(one, cards, entries, oldest))
    return found


def _counted(rows: QuerySet[Any], person: str, *, sent_at: Subquery) -> dict:
    """{person: (how many, since when the oldest)} of what was sent."""
    rows = rows.annotate(sent_at=sent_at).exclude(sent_at=None).order_by()
    counted = rows.values_list(person).annotate(Count("pk"), Min("sent_at"))
    return {one: (count, oldest) for one, count, oldest in counted}


def named_reviewers(cards: Iterable[Scorecard]) -> dict[int, list[str]]:
    """{scorecard: names}: the reviewers of the whole first, then those of single indicators with their codes."""
    found: dict[int, list[str]] = {card.pk: [name_of(one) for one in card.reviewers.all()] for card in cards}
    singles: dict[tuple, list[str]] = defaultdict(list)
    rows = ReviewAssignment.objects.filter(entry__scorecard__in=list(found))
    rows = rows.select_related("reviewer").annotate(
        card=F("entry__scorecard"), code=F("entry__indicator__code")
    )
    for one in rows.order_by("entry__indicator__position"):
        singles[one.card, name_of(one.reviewer)].append(one.code)
    for (card, name), codes in singles.items():
        found[card].append(f"{name} ({', '.join(codes)})")
    return found


def handed_over(cards: Iterable[Scorecard] | Iterable[int]) -> dict[tuple[int | None, int | None], Event]:
    """{(scorecard, person): the event that says when and why they handed it over}, the last one of each."""
    rows = Event.objects.filter(scorecard__in=cards, action=Action.HAND_OVER)
    return {
        (one.scorecard_id, one.actor_id): one for one in rows.select_related("actor").order_by("at", "number")
    }


def handed_over_in_the_year(cards: Collection[Scorecard]) -> dict[tuple[int, int], Event]:
    """The same, and where somebody handed over another report of the same agency and year and was not given that back
    since: an interest is in an agency."""
    rows = Event.objects.filter(
        action=Action.HAND_OVER, scorecard__agency__in={one.agency_id for one in cards}
    )
    found: dict[tuple, dict] = defaultdict(dict)
    for event in rows.select_related("actor", "scorecard__round").order_by("at", "number"):
        card = event.scorecard
        if card and gave_up(event.actor, card):  # type: ignore[arg-type]
            found[card.agency_id, card.round.year_id][event.actor_id] = event
    elsewhere = {
        (card.pk, person): event
        for card in cards
        for person, event in found[card.agency_id, card.round.year_id].items()
    }
    return elsewhere | handed_over(cards)  # type: ignore[return-value]


def given_up_by(user: User) -> set[int]:
    """The scorecards that this person ever handed over. Asked once for each request."""
    if not hasattr(user, "_given_up"):
        events = Event.objects.filter(action=Action.HAND_OVER, actor=user).order_by()
        user._given_up = set(events.values_list("scorecard", flat=True))  # type: ignore[attr-defined]
    return user._given_up  # type: ignore[attr-defined]


def given_up_for_good(user: User) -> QuerySet[Scorecard]:
    """The scorecards that are nothing to this person any more: handed over, and not given back since."""
    return Scorecard.objects.filter(pk__in=given_up_by(user)).exclude(
        pk__in=Scorecard.objects.assigned_to(user).order_by().values("pk")
    )


def gave_up(user: User, scorecard: Scorecard) -> bool:
    """Whether this person handed the scorecard over, and was not given it back since."""
    return scorecard.pk in given_up_by(user) and given_up_for_good(user).filter(pk=scorecard.pk).exists()


def taken_from(user: User, cards: Iterable[Scorecard] | QuerySet[Any, Any]) -> set[int]:
    """Those of these scorecards which this person once had, whole or in part, when who reviews them was changed."""
    return {card for card, name in had_before(cards) if card and name == user.get_username()}


def had_before(cards: Iterable[Scorecard] | QuerySet[Any, Any]) -> set[tuple[int | None, str]]:
    """(scorecard, user name) of everybody who once had one of these, when who reviews it was changed."""
    rows = Event.objects.filter(action=Action.ASSIGN, scorecard__in=cards).order_by()
    return {
        (card, name)
        for card, before in rows.values_list("scorecard", "before")
        for people in before.values()
        for name in people
    }
