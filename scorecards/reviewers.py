"""Who reviews, and how much waits for each. Reads only."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import OuterRef, Subquery

from indicators.thai_order import thai_order
from scorecards.models import ReviewAssignment, Scorecard, Submission
from scorecards.states import Role, ScorecardState

# What waits for its reviewers; the other states wait for the agency, the chief or nobody.
OPEN_STATES = [ScorecardState.SUBMITTED, ScorecardState.IN_REVIEW]


@dataclass
class Workload:
    """What waits for one reviewer: whole scorecards, single indicators, since when the oldest."""

    reviewer: User
    scorecards: int = 0
    indicators: int = 0
    oldest: dt.datetime | None = None

    def add(self, sent_at):
        self.oldest = min(self.oldest or sent_at, sent_at)


def all_reviewers() -> list[User]:
    """Everybody who reviews, by name in the order of a Thai dictionary."""
    people = User.objects.filter(is_active=True, memberships__role=Role.REVIEWER).distinct()
    return sorted(people, key=lambda one: (thai_order(name_of(one)), one.pk))


def name_of(person) -> str:
    return person.get_full_name() or person.get_username()


def last_sent(reference: str = "pk") -> Subquery:
    """When the scorecard was last sent."""
    latest = Submission.objects.filter(scorecard=OuterRef(reference)).order_by("-number")
    return Subquery(latest.values("submitted_at")[:1])


def workloads() -> list[Workload]:
    """One for each reviewer, by name."""
    found = {one.pk: Workload(one) for one in all_reviewers()}
    whole = Scorecard.objects.filter(state__in=OPEN_STATES, reviewers__in=found).annotate(sent_at=last_sent())
    for reviewer, sent_at in whole.values_list("reviewers", "sent_at"):
        if reviewer in found and sent_at:
            found[reviewer].scorecards += 1
            found[reviewer].add(sent_at)
    single = ReviewAssignment.objects.filter(entry__scorecard__state__in=OPEN_STATES, reviewer__in=found)
    single = single.annotate(sent_at=last_sent("entry__scorecard")).exclude(sent_at=None)
    for reviewer, sent_at in single.values_list("reviewer", "sent_at"):
        found[reviewer].indicators += 1
        found[reviewer].add(sent_at)
    return list(found.values())


def named_reviewers(cards) -> dict[int, list[str]]:
    """{scorecard: names}: the reviewers of the whole first, then those of single indicators with their codes."""
    found: dict[int, list[str]] = {card.pk: [name_of(one) for one in card.reviewers.all()] for card in cards}
    singles: dict[tuple, list[str]] = defaultdict(list)
    rows = ReviewAssignment.objects.filter(entry__scorecard__in=list(found)).order_by(
        "entry__indicator__position"
    )
    for one in rows.select_related("entry__indicator", "reviewer"):
        singles[one.entry.scorecard_id, name_of(one.reviewer)].append(one.entry.indicator.code)
    for (card, name), codes in singles.items():
        found[card].append(f"{name} ({', '.join(codes)})")
    return found
