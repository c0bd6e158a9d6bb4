"""Which lines of a second review no reviewer may take, so that somebody must see to it. Reads only; the number of
queries does not depend on the number of reviewers or lines."""

from collections import defaultdict
from collections.abc import Mapping, Set

from django.contrib.auth.models import User

from scorecards.models import Event, Membership, ReviewAssignment, Ruling, SampleLine, Scorecard
from scorecards.reviewers import had_before
from scorecards.states import OVERSEEING_ROLES, RULED, Action, Role


def lines_for_nobody(user: User) -> list[SampleLine]:
    """The open lines of the scorecards which this person may compare that are in nobody's sampling.lines_to_review."""
    compared = Scorecard.objects.to_compare(user).filter(state__in=RULED).order_by().values("pk")
    lines = SampleLine.objects.filter(reviewer=None, submission__scorecard__in=compared).select_related(
        "submission__scorecard__agency", "submission__scorecard__round__year", "indicator"
    )
    cards = {line.submission.scorecard for line in lines}
    if not cards:
        return []
    reviewers = _reviewers()
    kept_out = _kept_out(cards, reviewers)
    return [line for line in lines if not reviewers.keys() - kept_out[line.submission.scorecard_id]]


def _reviewers() -> dict[int, str]:
    """{person: user name} of everybody who reviews and does not see every ruling anyhow."""
    people = User.objects.filter(is_active=True, memberships__role=Role.REVIEWER)
    overseeing = Membership.objects.filter(role__in=OVERSEEING_ROLES).values("user")
    return dict(people.exclude(pk__in=overseeing).values_list("pk", "username"))


def _kept_out(cards: Set[Scorecard], reviewers: Mapping[int, str]) -> Mapping[int | None, set[int]]:
    """{scorecard: people}: those of the agency, and whoever has or had the review, or ruled."""
    found: dict[int | None, set[int]] = defaultdict(set)
    of_agency: dict[int, set[int]] = defaultdict(set)
    own = Membership.objects.filter(user__in=reviewers, agency__in={card.agency_id for card in cards})
    for agency, person in own.values_list("agency", "user"):
        of_agency[agency].add(person)
    for card in cards:
        found[card.pk] |= of_agency[card.agency_id]
    whole = Scorecard.reviewers.through.objects.filter(scorecard__in=cards)
    single = ReviewAssignment.objects.filter(entry__scorecard__in=cards)
    ruled = Ruling.objects.filter(submission__scorecard__in=cards).order_by().distinct()
    handed_over = Event.objects.filter(action=Action.HAND_OVER, scorecard__in=cards).order_by()
    for rows in (
        whole.values_list("scorecard", "user"),
        single.values_list("entry__scorecard", "reviewer"),
        ruled.values_list("submission__scorecard", "reviewer"),
        handed_over.values_list("scorecard", "actor"),
    ):
        for scorecard, person in rows:
            found[scorecard].add(person)
    by_name = {name: person for person, name in reviewers.items()}
    for where, name in had_before(cards):
        if name in by_name:
            found[where].add(by_name[name])
    return found
