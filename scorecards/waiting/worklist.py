"""What a person has to do, most urgent first. Reads only."""

import datetime as dt
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scorecards.calibrating.sampling import lines_to_review
from scorecards.calibrating.second_reviewers import lines_for_nobody
from scorecards.delegation import roles_held
from scorecards.models import (
    Appeal,
    Entry,
    PublishOrder,
    Round,
    Ruling,
    Sample,
    Scorecard,
    TimeRequest,
)
from scorecards.presenting.dates import day
from scorecards.presenting.paging import page_of
from scorecards.results.committee_pages import concluded_for
from scorecards.results.publish_pages import approved_for, groups_in, in_group
from scorecards.reviewers import OPEN_STATES, given_up_for_good
from scorecards.rulings_asked import rulings_done
from scorecards.states import AGENCY_ROLES, SENDING_ROLES, Role, ScorecardState
from scorecards.time_requests import requests_to_answer
from scorecards.waiting.agency_work import (
    entries_of,
    running_cards,
    to_clarify,
    to_endorse,
    to_fill_in,
    to_send,
)
from scorecards.waiting.work_items import ASKED, BY_AGENCY, NOT_PRINTED, WorkItem, named

SEVERAL = 4  # scorecards of a form and round that wait for the same decision stand in one line from here on


@dataclass(frozen=True)
class WorkGroup:
    """What is asked of one scorecard's indicators; without a scorecard: what is asked of whole scorecards."""

    scorecard: Scorecard | None
    items: list[WorkItem]

    @property
    def is_ready(self) -> bool:
        card = self.scorecard
        return card is not None and 0 < card.entries_in_all == card.endorsed

    @property
    def due_at(self) -> dt.datetime | None:
        return self.scorecard.closes_at if self.scorecard else self.items[0].due_at


def work_page(user: User, *, page: int | str | None = None) -> dict:
    """A page of everything that waits for this person, whole scorecards first, then the most urgent one's indicators;
    at the end the own agencies' open scorecards in which others have something to do."""
    running = running_cards(user)
    found = work_of(user, running)
    shown = page_of(found, page)
    groups: dict[int | None, list[WorkItem]] = {}
    for item in shown:
        groups.setdefault(item.part_of, []).append(item)
    if not shown.has_next():
        waiting = {item.part_of or item.whole for item in found}
        groups |= {pk: [] for pk in running if pk not in waiting}
    whole = [WorkGroup(None, groups[None])] if None in groups else []
    parts = [WorkGroup(running[key], items) for key, items in groups.items() if key is not None]
    return {"work": whole + parts, "page": shown}


def work_of(user: User, running: dict[int, Scorecard] | None = None) -> list[WorkItem]:
    """Everything that waits for this person, most urgent first; `running` are the running_cards, where they are
    known."""
    running = running_cards(user) if running is None else running
    agencies: dict[str, list[int]] = {}
    for agency, role in roles_held(user):
        agencies.setdefault(role, []).append(agency)
    works, sends = (
        {agency for role in roles for agency in agencies.get(role, [])}
        for roles in (AGENCY_ROLES, SENDING_ROLES)
    )
    found: list[WorkItem] = []

    def of(role: str) -> dict[int, Scorecard]:
        return {pk: card for pk, card in running.items() if card.agency_id in agencies[role]}

    if Role.COLLECTOR in agencies:
        found += entries_of(user, of(Role.COLLECTOR), to_fill_in)
    if Role.SUPERVISOR in agencies:
        found += entries_of(user, of(Role.SUPERVISOR), to_endorse)
    if works:
        found += to_clarify(works)
    if sends:
        found += to_send(sends)
    found += _of_the_assessing_side(user, agencies.keys())
    return sorted(found, key=lambda item: item.rank)


def _of_the_assessing_side(user: User, roles: Set[str]) -> Iterator[WorkItem]:
    """What waits for whoever assesses, and for administrators what they may do of it."""
    if Role.REVIEWER in roles:
        yield from (*_to_review(user), *_to_rule_on(user), *_to_review_again(user))
    if Role.CHIEF in roles:
        yield from _to_approve(user)
    if roles & {Role.CHIEF, Role.ADMINISTRATOR}:
        yield from (
            *_to_publish(user),
            *_without_reviewer(user),
            *_for_nobody(user),
            *_second_for_nobody(user),
        )
        yield from _revisions_to_publish(user)
    if roles & {Role.REVIEWER, Role.CHIEF}:
        yield from _appeals_to_decide(user)
    if Role.ADMINISTRATOR in roles:
        yield from _time_asked(user)


def _to_review(user: User) -> Iterator[WorkItem]:
    rows = Scorecard.objects.visible_to(user).filter(reviewers=user, state__in=OPEN_STATES)
    for card in named(rows):
        url = reverse("decide", args=[card.pk])
        yield _decision(card, ASKED[card.state](), title=card.agency.name, url=url)


def _to_rule_on(user: User) -> Iterator[WorkItem]:
    """Single indicators given to this reviewer, while rulings on them are missing."""
    running = Scorecard.objects.visible_to(user).filter(state=ScorecardState.IN_REVIEW)
    cards = running.exclude(reviewers=user).order_by()
    mine = Entry.objects.filter(review_assignments__reviewer=user, scorecard__in=cards.values("pk"))
    mine = mine.select_related("indicator", "scorecard__agency", "scorecard__round").defer(*NOT_PRINTED)
    progress = rulings_done(mine.order_by(*BY_AGENCY))
    for entry, (done, of) in progress.items():
        if done < of:
            yield WorkItem(
                asked=_("Rule on this indicator"),
                title=f"{entry.indicator.code} {entry.indicator.name}",
                agency=entry.scorecard.agency.name,
                url=reverse("review", args=[entry.scorecard_id, entry.indicator.code]),
                due_at=entry.scorecard.round.review_closes_at,
            )


def _to_review_again(user: User) -> Iterator[WorkItem]:
    """Samples of which lines wait for a second reviewer who knows no first ruling: one item for each sample."""
    open_ = lines_to_review(user).filter(done_at=None).order_by()
    waiting = dict(open_.values_list("sample").annotate(Count("pk")))
    samples = Sample.objects.filter(pk__in=waiting).select_related("framework", "round__year")
    for sample in samples.defer("framework__document"):
        count = waiting[sample.pk]
        asked = ngettext(
            "%(n)s indicator waits for a second review", "%(n)s indicators wait for a second review", count
        )
        yield WorkItem(
            asked=asked % {"n": count},
            title=f"{sample.framework.name} · {sample.round.get_months_display()}",
            url=reverse("samples"),
            due_at=sample.round.review_closes_at,
        )


def _without_reviewer(user: User) -> Iterator[WorkItem]:
    """What was sent and given out by single indicators only: nobody can begin, return or conclude it."""
    single = Entry.objects.filter(review_assignments__isnull=False, scorecard=OuterRef("pk")).order_by()
    rows = Scorecard.objects.visible_to(user).filter(state__in=OPEN_STATES, reviewers=None)
    for card in named(rows.filter(Exists(single))):
        asked = _("Assign a reviewer of the whole: nobody can begin or conclude it")
        url = f"{reverse('assign_reviews')}?agency={card.agency.code}"
        yield _decision(card, asked, title=card.agency.name, url=url)


def _for_nobody(user: User) -> Iterator[WorkItem]:
    """What was sent and is given to no reviewer at all, in one line that leads to where it is given out."""
    single = Entry.objects.filter(review_assignments__isnull=False, scorecard=OuterRef("pk")).order_by()
    rows = Scorecard.objects.visible_to(user).exclude(agency__memberships__user=user)
    rows = rows.filter(state__in=OPEN_STATES, reviewers=None).exclude(Exists(single)).order_by()
    counted = rows.aggregate(number=Count("pk", distinct=True), due_at=Min("round__review_closes_at"))
    if counted["number"]:
        sentence = ngettext(
            "%(n)s report has no reviewer", "%(n)s reports have no reviewer", counted["number"]
        )
        yield WorkItem(
            asked=_("Assign reviewers"),
            title=sentence % {"n": counted["number"]},
            url=f"{reverse('assign_reviews')}?assigned=nobody",
            due_at=counted["due_at"],
        )


def _second_for_nobody(user: User) -> Iterator[WorkItem]:
    """Second reviews that no reviewer may give, in one line that leads to where it says what to do."""
    if lines := lines_for_nobody(user):
        sentence = ngettext("%(n)s second review", "%(n)s second reviews", len(lines))
        yield WorkItem(
            asked=_("Waits for nobody: see what to do"),
            title=sentence % {"n": len(lines)},
            url=f"{reverse('samples')}#for-nobody",
            due_at=min(line.submission.scorecard.round.review_closes_at for line in lines),
        )


def _to_approve(user: User) -> Iterator[WorkItem]:
    """What waits for the chief's approval, without what another chief has to do."""
    concluded = concluded_for(user).exclude(concluded_by=user).exclude(pk__in=_given_up(user))
    yield from _decisions(concluded, ScorecardState.CONCLUDED, page="committee")


def _to_publish(user: User) -> Iterator[WorkItem]:
    """What somebody else approved and nobody has ordered to be published yet."""
    ordered = PublishOrder.objects.waiting().values("scorecard")
    approved = approved_for(user).exclude(approved_by=user).exclude(pk__in=ordered)
    approved = approved.exclude(pk__in=_given_up(user))
    yield from _decisions(approved, ScorecardState.APPROVED, page="publish_approved")


def _decisions(cards: QuerySet[Scorecard], state: str, *, page: str) -> Iterator[WorkItem]:
    """One line for each scorecard, or one for all of a form and round where they are many."""
    asked = ASKED[state]()
    for group in groups_in(cards):
        found = named(in_group(cards, group))
        if group["count"] < SEVERAL:
            for card in found:
                yield _decision(card, asked, title=card.agency.name, url=reverse("decide", args=[card.pk]))
        else:
            sentence = ngettext("%(n)s scorecard", "%(n)s scorecards", group["count"]) % {"n": group["count"]}
            yield _decision(found[0], asked, title=sentence, url=f"{reverse(page)}?group={group['key']}")


def _decision(card: Scorecard, asked: str, *, title: str, url: str) -> WorkItem:
    """Whose result it is comes first: the form and the round are the same in most lines."""
    place = f"{card.framework.name} · {card.round.get_months_display()}"
    return WorkItem(asked=asked, title=title, agency=place, url=url, due_at=card.round.review_closes_at)


def _given_up(user: User) -> QuerySet[Scorecard, Any]:
    return given_up_for_good(user).order_by().values("pk")


def _appeals(user: User) -> QuerySet[Appeal]:
    cards = Scorecard.objects.visible_to(user).exclude(agency__memberships__user=user).order_by()
    cards = cards.exclude(pk__in=_given_up(user))
    rows = Appeal.objects.filter(publication__scorecard__in=cards.values("pk"))
    rows = rows.select_related("indicator", "publication__scorecard__agency")
    return rows.defer("publication__content", "publication__scored", "indicator__rubric", "indicator__card")


def _appeals_to_decide(user: User) -> Iterator[WorkItem]:
    """Appeals that this person may decide: who ruled, concluded or approved first may not."""
    first = Q(publication__scorecard__concluded_by=user) | Q(publication__approved_by=user)
    ruled = Ruling.objects.filter(
        reviewer=user, submission=OuterRef("publication__submission"), indicator=OuterRef("indicator")
    )
    for one in _appeals(user).filter(outcome="").exclude(first).exclude(Exists(ruled)):
        asked = _("Decide the appeal of %(day)s") % {"day": day(one.opened_at)}
        yield _appeal_item(one, asked)


def _revisions_to_publish(user: User) -> Iterator[WorkItem]:
    """Upheld appeals of which somebody else decided: publishing takes a second person."""
    upheld = _appeals(user).filter(outcome=Appeal.Outcome.UPHELD, revision=None)
    for one in upheld.exclude(decided_by=user):
        yield _appeal_item(one, _("Publish the revised result"))


def _time_asked(user: User) -> Iterator[WorkItem]:
    """Agencies that ask for more time: one line for each, or one for all of a round where they are many."""
    by_round: dict[Round, list[TimeRequest]] = {}
    for one in requests_to_answer(user):
        by_round.setdefault(one.scorecard.round, []).append(one)
    for round_, asked in by_round.items():
        if len(asked) < SEVERAL:
            yield from _each_time_asked(asked)
            continue
        sentence = ngettext("%(n)s request for more time", "%(n)s requests for more time", len(asked))
        address = reverse("extend_deadlines", args=[round_.year.year, round_.months], query={"asking": 1})
        yield WorkItem(
            asked=_("Give more time, or refuse it"),
            title=sentence % {"n": len(asked)},
            agency=f"{round_.year} / {round_.get_months_display()}",
            url=address,
            due_at=min(one.scorecard.closes_at for one in asked),
        )


def _each_time_asked(requests: Iterable[TimeRequest]) -> Iterator[WorkItem]:
    for one in requests:
        card = one.scorecard
        yield WorkItem(
            asked=_("Asks for more time until %(day)s") % {"day": day(one.until)},
            title=card.agency.name,
            agency=f"{card.framework.name} · {card.round.get_months_display()}",
            url=reverse("answer_time", args=[card.pk]),
            due_at=card.closes_at,
            told=one.reason,
        )


def _appeal_item(found: Appeal, asked: str) -> WorkItem:
    return WorkItem(
        asked=asked,
        title=f"{found.indicator.code} {found.indicator.name}",
        agency=found.publication.scorecard.agency.name,
        url=reverse("decide_appeal", args=[found.pk]),
        due_at=None,
        pressing=True,
    )
