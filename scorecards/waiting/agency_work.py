"""What the people of an agency have to do: fill in, endorse, answer the reviewer, send. Reads only."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.scoring.tree import ROUNDS
from scorecards.delegation import name_of, roles_held
from scorecards.models import Assignment, Clarification, Entry, Part, Round, Scorecard
from scorecards.models.work import ScorecardQuerySet
from scorecards.prepared import prepared
from scorecards.presenting.dates import day_and_time
from scorecards.states import AGENCY_ROLES, AGENCY_WORKS, EntryState, ScorecardState
from scorecards.waiting.work_items import ASKED, BY_AGENCY, NOT_PRINTED, WorkItem, named


def running_cards(user: User) -> dict[int, Scorecard]:
    """The scorecards in which this person's agencies may work now, with their progress, the next to close first."""
    own = [agency for agency, role in roles_held(user) if role in AGENCY_ROLES]
    if not own:
        return {}
    return {card.pk: card for card in _running(agencies=own, moment=timezone.now())}


@prepared
def _running(agencies: list[int], moment: dt.datetime) -> ScorecardQuerySet:
    cards = Scorecard.objects.filter(agency__in=agencies).open_at(moment).with_progress()
    return named(cards).order_by("round__closes_at", "pk")


def closed_without_report(user: User) -> list[Assignment]:
    """The forms of this person's agencies with a round that closed before their report of it was opened, while it is
    still reviewed: no page of theirs leads there. Each tells which round (`round_name`) and when it closed
    (`closed_at`)."""
    own = {agency for agency, role in roles_held(user) if role in AGENCY_ROLES}
    found = _closed_without(agencies=sorted(own), moment=timezone.now()) if own else []
    for one in found:
        one.round_name = Round.Months(one.months).label
    return [one for one in found if one.months in (one.framework.head.get("rounds") or ROUNDS)]


@prepared
def _closed_without(agencies: list[int], moment: dt.datetime) -> QuerySet[Assignment]:
    of_form = Q(framework__code=OuterRef("framework__code")) | Q(
        framework__variant_of__code=OuterRef("framework__code")
    )
    there = Scorecard.objects.filter(of_form, agency=OuterRef("agency"), round=OuterRef("of_round"))
    rows = Assignment.objects.filter(agency__in=agencies).annotate(
        of_round=F("framework__year__rounds"),
        months=F("framework__year__rounds__months"),
        closed_at=F("framework__year__rounds__closes_at"),
        reviewed_until=F("framework__year__rounds__review_closes_at"),
    )
    rows = rows.filter(~Exists(there), closed_at__lte=moment, reviewed_until__gt=moment)
    rows = rows.select_related("agency", "framework__year").defer("framework__document")
    return rows.order_by("agency__name_th", "closed_at", "pk")


@prepared
def to_fill_in(user: int, cards: list[int]) -> QuerySet[Entry]:
    """One that is shared out waits for those whose part is not done, then for everybody."""
    rows = _in_states(user, cards, {EntryState.RETURNED, EntryState.DRAFT})
    return rows.filter(Q(is_mine=True) | Q(is_shared_out=False))


@prepared
def to_endorse(user: int, cards: list[int]) -> QuerySet[Entry]:
    """What was proposed, for the KPI supervisor."""
    return _in_states(user, cards, {EntryState.PROPOSED})


def _in_states(user: int, cards: list[int], states: set[EntryState]) -> QuerySet[Entry]:
    waiting = Part.objects.filter(entry=OuterRef("pk"), done_at=None)
    rows = Entry.objects.filter(scorecard__in=cards, state__in=states, host=None).annotate(
        is_mine=Exists(waiting.filter(collector=user)), is_shared_out=Exists(waiting)
    )
    rows = rows.select_related("indicator", "updated_by", "proposed_by").defer(*NOT_PRINTED)
    return rows.order_by(*BY_AGENCY)


def entries_of(
    user: User, cards: dict[int, Scorecard], waiting: Callable[..., list[Any]]
) -> Iterator[WorkItem]:
    """Indicators of these scorecards that wait for this person."""
    for entry in waiting(user=user.pk, cards=[*cards]):
        entry.scorecard = cards[entry.scorecard_id]
        yield WorkItem(
            asked=_("Your part") if entry.is_mine else ASKED[entry.state](),
            title=f"{entry.indicator.code} {entry.indicator.name}",
            part_of=entry.scorecard_id,
            url=reverse("entry", args=[entry.pk]),
            due_at=entry.scorecard.closes_at,
            remark=entry.remark if entry.state != EntryState.PROPOSED else "",
            pressing=entry.state == EntryState.RETURNED,
            told=_last_done(entry),
        )


def _last_done(entry: Entry) -> str:
    """Who proposed the indicator, or who wrote in it last and when; "" where nobody has begun."""
    if entry.state == EntryState.PROPOSED and entry.proposed_by:
        return _("proposed by %(who)s") % {"who": name_of(entry.proposed_by)}
    if not entry.updated_by:
        return ""
    return _("last saved %(when)s by %(who)s") % {
        "when": day_and_time(entry.updated_at),
        "who": name_of(entry.updated_by),
    }


@prepared
def _asked_about(agencies: list[int]) -> QuerySet[Entry]:
    open_ = Clarification.objects.filter(
        submission__scorecard=OuterRef("scorecard"), indicator=OuterRef("indicator"), answer=""
    )
    rows = Entry.objects.filter(scorecard__agency__in=agencies, scorecard__state=ScorecardState.IN_REVIEW)
    rows = rows.filter(Exists(open_)).select_related("indicator", "scorecard__agency", "scorecard__round")
    return rows.defer(*NOT_PRINTED).order_by(*BY_AGENCY)


def to_clarify(agencies: Iterable[int]) -> Iterator[WorkItem]:
    """Indicators on which a reviewer asks something that nobody has answered."""
    for entry in _asked_about(agencies=sorted(agencies)):
        yield WorkItem(
            asked=_("The reviewer asks"),
            title=f"{entry.indicator.code} {entry.indicator.name}",
            agency=entry.scorecard.agency.name,
            url=reverse("entry", args=[entry.pk]),
            due_at=entry.scorecard.round.review_closes_at,
            pressing=True,
        )


@prepared
def _endorsed(agencies: list[int]) -> ScorecardQuerySet:
    rows = Scorecard.objects.filter(agency__in=agencies, state__in=AGENCY_WORKS).with_progress()
    return named(rows.filter(endorsed=F("entries_in_all"), entries_in_all__gt=0))


def to_send(agencies: Iterable[int]) -> Iterator[WorkItem]:
    """Scorecards of which every indicator is endorsed."""
    for card in _endorsed(agencies=sorted(agencies)):
        yield WorkItem(
            asked=_("Ready to be sent"),
            title=f"{card.framework.name} · {card.round.get_months_display()}",
            agency=card.agency.name,
            url=reverse("missing", args=[card.pk]),
            due_at=card.closes_at,
            whole=card.pk,
        )
