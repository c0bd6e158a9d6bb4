"""The reviewers' queue: what was sent, narrowed by the filters of the address, as lines with their progress. A line is
a scorecard, or one indicator of it where the filters name an indicator."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from scorecards.delegation import name_of
from scorecards.models import NARRATIVE, Entry, Event, Scorecard
from scorecards.models.work import ScorecardQuerySet
from scorecards.presenting.dates import day
from scorecards.presenting.paging import page_of
from scorecards.reviewers import handed_over, last_sent, named_reviewers
from scorecards.reviewing.queue_forms import ALL, ME, NOBODY, QueueFilter
from scorecards.rulings_asked import rulings_done, rulings_done_in
from scorecards.states import TRANSITIONS, Action, ScorecardState

QUEUE_STATES = [
    ScorecardState.SUBMITTED, ScorecardState.IN_REVIEW, ScorecardState.RETURNED, ScorecardState.CONCLUDED,
    ScorecardState.APPROVED, ScorecardState.PUBLISHED,
]  # fmt: skip
ASSIGNABLE_STATES, _leads_to = TRANSITIONS[Action.ASSIGN]
WAITING_STATES = set(QUEUE_STATES) - {ScorecardState.RETURNED, ScorecardState.PUBLISHED}
ON_A_PAGE = 20
SHOWN = (
    "state", "updated_at", "agency__name_th", "agency__name_en", "framework__name_th", "framework__name_en",
    "round__months", "round__year__year",
)  # fmt: skip
NAMES = ("username", "first_name", "last_name")
NOT_SHOWN = (*NARRATIVE, "remark", "plan", "indicator__rubric")


@dataclass(frozen=True)
class Line:
    """What the queue shows in one line. `waiting` is the days since it was sent, None where it waits no longer."""

    scorecard: Scorecard
    entry: Entry | None
    sent_at: dt.datetime
    waiting: int | None
    done: int
    of: int
    reviewers: list[str]
    handed_over: list[str]

    @property
    def key(self) -> int:
        return self.entry.pk if self.entry else self.scorecard.pk

    @property
    def is_assignable(self) -> bool:
        return self.scorecard.state in ASSIGNABLE_STATES


def sent_scorecards(user: User) -> ScorecardQuerySet:
    """What was sent and this person may open, without the own agencies'."""
    visible = Scorecard.objects.visible_to(user).exclude(agency__memberships__user=user)
    return Scorecard.objects.filter(pk__in=visible.order_by().values("pk"))


def queue_of(user: User, data: QueryDict, *, page: int | str | None) -> dict:
    """The lines that the filters leave, the longest waiting first, and how many there are in each state. Of all of them
    only the keys are read, of a page's the rest."""
    sent = sent_scorecards(user)
    filters = QueueFilter(data, sent=sent)
    cards = _narrowed(sent, filters, user)
    counts = Counter(dict(cards.order_by().values_list("state").annotate(Count("pk"))))
    states = _states_shown(filters.said("state"))
    found = _in_order(cards.filter(state__in=states), filters)
    shown = page_of(found, page, size=ON_A_PAGE)
    return {
        "page": shown,
        "lines": _lines(list(shown), filters),
        "cards": cards.filter(state__in=set(states) & set(ASSIGNABLE_STATES)),
        "assignable": sum(counts[one] for one in states if one in ASSIGNABLE_STATES),
        "filters": filters,
        "states": [
            *((one.value, one.label, counts[one], filters.query(state=one.value)) for one in QUEUE_STATES),
            (ALL, _("All"), counts.total(), filters.query(state=ALL)),
        ],
        "every_state": filters.query(state=""),
        "waiting": counts.total() - counts[ScorecardState.PUBLISHED],
        "query": filters.query(),
    }


def assignable_keys(queue: dict[str, Any]) -> list[int]:
    """What `all that the filters leave` means: of every page the lines that can be assigned."""
    cards, code = queue["cards"].order_by("pk"), queue["filters"].said("indicator")
    if not code:
        return list(cards.values_list("pk", flat=True))
    return list(_entries(cards, code).order_by("scorecard").values_list("pk", flat=True))


def assignable_among(user: User, keys: Iterable[int], *, single: bool) -> list[int]:
    """Those of these lines that can be assigned, whatever the filters leave."""
    cards = sent_scorecards(user).filter(state__in=ASSIGNABLE_STATES)
    return list(lines_among(cards, keys, single=single).values_list("pk", flat=True))


def lines_among(cards: QuerySet[Any], keys: Iterable[int], *, single: bool) -> QuerySet[Any]:
    """The scorecards of these keys, or single indicators in them."""
    cards = cards.order_by()
    if single:
        cards = Entry.objects.filter(scorecard__in=cards.values("pk")).select_related("indicator").order_by()
    return cards.filter(pk__in=keys)


def _states_shown(state: str) -> list[str]:
    if state == ALL:
        return list(ScorecardState)
    return [state] if state else [one for one in ScorecardState if one != ScorecardState.PUBLISHED]


def _in_order(cards: ScorecardQuerySet, filters: QueueFilter) -> list[int]:
    """The scorecards' keys. The list of agencies in the filters is in a dictionary's order already."""
    if filters.said("order") != "agency":
        return list(
            cards.annotate(sent_at=last_sent()).order_by("sent_at", "pk").values_list("pk", flat=True)
        )
    place = {code: number for number, (code, _name) in enumerate(filters.fields["agency"].choices)}  # type: ignore[attr-defined]
    found = cards.annotate(sent_at=last_sent()).order_by("sent_at", "pk").values_list("pk", "agency__code")
    return [pk for pk, code in sorted(found, key=lambda one: place.get(one[1], len(place)))]


def _narrowed(cards: ScorecardQuerySet, filters: QueueFilter, user: User) -> ScorecardQuerySet:
    """The scorecards in any state that the filters leave; whether somebody has an indicator is asked of its lines."""
    columns = {
        "year": "round__year__year",
        "months": "round__months",
        "ministry": "agency__ministry__code",
        "agency": "agency__code",
    }
    chosen = {column: filters.said(name) for name, column in columns.items() if filters.said(name)}
    cards = cards.filter(**chosen)
    if form := filters.said("form"):
        cards = cards.of_form(form)
    if days := filters.said("days"):
        before = timezone.now() - dt.timedelta(days=days)
        cards = cards.annotate(sent_at=last_sent()).filter(sent_at__lt=before)
    if code := filters.said("indicator"):
        return cards.filter(pk__in=_assigned_entries(code, filters, user).values("scorecard"))
    assigned = filters.said("assigned")
    if not assigned:
        return cards
    if assigned == NOBODY:
        single = Entry.objects.filter(review_assignments__isnull=False)
        return cards.filter(reviewers=None).exclude(pk__in=single.values("scorecard"))
    mine = Scorecard.objects.assigned_to(user.pk if assigned == ME else assigned)
    return cards.filter(pk__in=mine.order_by().values("pk"))


def _assigned_entries(code: str, filters: QueueFilter, user: User) -> QuerySet[Entry]:
    """The entries of an indicator that the choice of reviewer leaves."""
    entries = Entry.objects.filter(indicator__code=code).order_by()
    assigned = filters.said("assigned")
    if assigned == NOBODY:
        return entries.filter(scorecard__reviewers=None, review_assignments=None)
    if assigned:
        person = user.pk if assigned == ME else assigned
        return entries.filter(Q(scorecard__reviewers=person) | Q(review_assignments__reviewer=person))
    return entries


def _entries(cards: Iterable[int] | QuerySet[Scorecard], code: str) -> QuerySet[Entry]:
    return Entry.objects.filter(scorecard__in=cards, indicator__code=code).order_by()


def _lines(cards: list[int], filters: QueueFilter) -> list[Line]:
    """The lines of these scorecards, in this order; where the filters name an indicator, of that one in each."""
    rows = Scorecard.objects.filter(pk__in=cards).annotate(sent_at=last_sent()).order_by()
    rows = rows.select_related("agency", "framework", "round__year").only(*SHOWN)
    found = {one.pk: one for one in rows.prefetch_related(Prefetch("reviewers", User.objects.only(*NAMES)))}
    people, given_up = named_reviewers(found.values()), handed_over(cards)
    counted: dict[int, tuple[Entry | None, tuple[int, int]]]
    if code := filters.said("indicator"):
        single = rulings_done(_entries(cards, code).select_related("indicator").defer(*NOT_SHOWN))
        counted = {entry.scorecard_id: (entry, counts) for entry, counts in single.items()}
    else:
        counted = {pk: (None, counts) for pk, counts in rulings_done_in(cards).items()}
    gone = {pk: [name_of(one.actor) for (card, _who), one in given_up.items() if card == pk] for pk in cards}
    return [_line(found[pk], *counted[pk], people[pk], gone[pk]) for pk in cards]


def _line(
    card: Any, entry: Entry | None, counts: tuple[int, int], people: list[str], gone: list[str]
) -> Line:
    waiting = max((timezone.now() - card.sent_at).days, 0) if card.state in WAITING_STATES else None
    done, of_all = counts
    return Line(card, entry, card.sent_at, waiting, done, of_all, people, gone)


def told_of(lines: Iterable[Line]) -> dict[int, str]:
    """{key of a line of the queue: why it is open or who had it before, in a few words}; "" where it stands as it was
    first given out."""
    cards = [line.scorecard.pk for line in lines]
    last: dict[tuple, Event] = {}
    for event in Event.objects.filter(action=Action.ASSIGN, scorecard__in=cards).order_by("number"):
        last |= {(event.scorecard_id, key): event for key in event.after}
    usernames = {one for event in last.values() for people in event.before.values() for one in people}
    names = {one.username: name_of(one) for one in User.objects.filter(username__in=usernames)}
    return {line.key: _told(line, last, names) for line in lines}


def _told(line: Line, last: dict[tuple, Event], names: dict[str, str]) -> str:
    key = line.entry.indicator.code if line.entry else "reviewers"
    if event := last.get((line.scorecard.pk, key)):
        gone = [one for one in event.before.get(key, []) if one not in event.after[key]]
        if gone:
            people = ", ".join(names.get(one, one) for one in gone)
            return _("until %(day)s: %(people)s") % {"day": day(event.at), "people": people}
    is_open = line.is_assignable and not line.reviewers
    return _("given to nobody yet, sent %(day)s") % {"day": day(line.sent_at)} if is_open else ""
