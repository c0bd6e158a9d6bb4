"""What a person has to do, most urgent first. Reads only."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from scorecards.models import Entry, Scorecard
from scorecards.states import AGENCY_WORKS, EntryState, Role, ScorecardState


@dataclass(frozen=True)
class WorkItem:
    """One thing to do: what is asked, of which indicator or scorecard, where, until when."""

    asked: str
    title: str
    url: str
    due_at: dt.datetime
    agency: str = ""
    remark: str = ""
    pressing: bool = False
    part_of: int | None = None

    @property
    def rank(self):
        return (not self.pressing, self.due_at)


@dataclass(frozen=True)
class WorkGroup:
    """What is asked of one scorecard's indicators; without a scorecard: what is asked of whole scorecards."""

    scorecard: Scorecard | None
    items: list[WorkItem]

    @property
    def due_at(self):
        return self.items[0].due_at


def work_by_scorecard(user) -> list[WorkGroup]:
    """Everything that waits for this person, whole scorecards first, then the most urgent one's indicators."""
    groups: dict[int | None, list[WorkItem]] = {}
    for item in work_of(user):
        groups.setdefault(item.part_of, []).append(item)
    cards = Scorecard.objects.with_progress().select_related("agency", "framework", "round__year")
    known = cards.in_bulk([key for key in groups if key])
    whole = [WorkGroup(None, groups.pop(None))] if None in groups else []
    return whole + [WorkGroup(known[key], items) for key, items in groups.items()]


def work_of(user) -> list[WorkItem]:
    """Everything that waits for this person, most urgent first."""
    agencies: dict[str, list[int]] = {}
    for agency, role in user.memberships.values_list("agency_id", "role"):
        agencies.setdefault(role, []).append(agency)
    found = [
        *_entries(agencies.get(Role.COLLECTOR, []), {EntryState.RETURNED, EntryState.DRAFT}),
        *_entries(agencies.get(Role.SUPERVISOR, []), {EntryState.PROPOSED}),
        *_to_send(agencies.get(Role.HEAD, [])),
    ]
    if Role.REVIEWER in agencies:
        found += _to_review(user)
    if Role.CHIEF in agencies:
        found += _to_decide(user)
    return sorted(found, key=lambda item: item.rank)


ASKED = {
    EntryState.RETURNED: lambda: _("Sent back for correction"),
    EntryState.DRAFT: lambda: _("Fill in and propose"),
    EntryState.PROPOSED: lambda: _("Waits for your endorsement"),
    ScorecardState.SUBMITTED: lambda: _("Begin the review"),
    ScorecardState.IN_REVIEW: lambda: _("Go on with the review"),
    ScorecardState.CONCLUDED: lambda: _("Waits for your approval"),
    ScorecardState.APPROVED: lambda: _("Waits to be published"),
}


def _entries(agencies, states):
    now = timezone.now()
    rows = Entry.objects.filter(
        scorecard__agency__in=agencies,
        scorecard__state__in=AGENCY_WORKS,
        state__in=states,
        host=None,
        scorecard__round__opens_at__lte=now,
    ).filter(
        Q(scorecard__round__closes_at__gt=now)
        | Q(scorecard__state=ScorecardState.RETURNED, scorecard__round__review_closes_at__gt=now)
    )
    for entry in rows.select_related("indicator", "scorecard__round"):
        yield WorkItem(
            asked=ASKED[entry.state](),
            title=f"{entry.indicator.code} {entry.indicator.name}",
            part_of=entry.scorecard_id,
            url=reverse("entry", args=[entry.pk]),
            due_at=_due(entry.scorecard),
            remark=entry.remark if entry.state == EntryState.RETURNED else "",
            pressing=entry.state == EntryState.RETURNED,
        )


def _due(scorecard):
    returned = scorecard.state == ScorecardState.RETURNED
    return scorecard.round.review_closes_at if returned else scorecard.round.closes_at


def _to_send(agencies):
    """Scorecards of which every indicator is endorsed."""
    rows = Scorecard.objects.filter(agency__in=agencies, state__in=AGENCY_WORKS).with_progress()
    for card in rows.filter(endorsed=F("entries_in_all"), entries_in_all__gt=0).select_related(
        "agency", "framework", "round__year"
    ):
        yield _scorecard_item(card, _("Ready to be sent"), url=reverse("missing", args=[card.pk]))


def _to_review(user):
    states = [ScorecardState.SUBMITTED, ScorecardState.IN_REVIEW]
    rows = Scorecard.objects.visible_to(user).filter(reviewers=user, state__in=states)
    for card in rows.select_related("agency", "framework", "round__year"):
        yield _scorecard_item(card, ASKED[card.state](), url=reverse("decide", args=[card.pk]))


def _to_decide(user):
    rows = Scorecard.objects.visible_to(user).filter(
        Q(state=ScorecardState.CONCLUDED) | Q(state=ScorecardState.APPROVED) & ~Q(approved_by=user)
    )
    for card in rows.select_related("agency", "framework", "round__year"):
        yield _scorecard_item(card, ASKED[card.state](), url=reverse("decide", args=[card.pk]))


def _scorecard_item(card, asked, *, url):
    due_at = _due(card) if card.state in AGENCY_WORKS else card.round.review_closes_at
    title = f"{card.framework.name} · {card.round.get_months_display()}"
    return WorkItem(asked=asked, title=title, agency=card.agency.name, url=url, due_at=due_at)
