"""The reviewers' queue: what was sent, narrowed by the filters of the address, as lines with their progress. A line is
a scorecard, or one indicator of it where the filters name an indicator."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.frozen import rubric_tree
from indicators.models import Indicator, in_language
from indicators.thai_order import thai_order
from scorecards.models import NARRATIVE, Entry, Ruling, Scorecard, Submission
from scorecards.queue_forms import ALL, ME, NOBODY, QueueFilter
from scorecards.review import to_be_ruled_on
from scorecards.reviewers import last_sent, named_reviewers
from scorecards.states import TRANSITIONS, Action, ScorecardState

QUEUE_STATES = [
    ScorecardState.SUBMITTED, ScorecardState.IN_REVIEW, ScorecardState.RETURNED, ScorecardState.CONCLUDED,
    ScorecardState.APPROVED, ScorecardState.PUBLISHED,
]  # fmt: skip
ASSIGNABLE_STATES, _leads_to = TRANSITIONS[Action.ASSIGN]
WAITING_STATES = set(QUEUE_STATES) - {ScorecardState.RETURNED, ScorecardState.PUBLISHED}
ON_A_PAGE = 50
PROSE = (*NARRATIVE, "remark", "plan")


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

    @property
    def key(self) -> int:
        return self.entry.pk if self.entry else self.scorecard.pk

    @property
    def is_assignable(self) -> bool:
        return self.scorecard.state in ASSIGNABLE_STATES


def sent_scorecards(user):
    """What was sent and this person may open, without the own agencies', with `sent_at` of the last time."""
    visible = Scorecard.objects.visible_to(user).exclude(agency__memberships__user=user)
    found = Scorecard.objects.filter(pk__in=visible.order_by().values("pk"))
    return found.annotate(sent_at=last_sent()).filter(sent_at__isnull=False)


def queue_of(user, data, *, page) -> dict:
    """The lines that the filters leave, the longest waiting first, and how many there are in each state."""
    sent = sent_scorecards(user)
    filters = QueueFilter(data, sent=sent)
    cards = _narrowed(sent, filters, user).values_list(
        "pk", "state", "sent_at", "agency__name_th", "agency__name_en"
    )
    found = list(cards.order_by("sent_at", "pk"))
    entries = None
    if filters.said("indicator"):
        entries = dict(_entries(filters, user).values_list("scorecard", "pk"))
        found = [one for one in found if one[0] in entries]
    counts = Counter(state for _pk, state, *_rest in found)
    state = filters.said("state")
    found = [
        one for one in found if state in (ALL, one[1]) or (not state and one[1] != ScorecardState.PUBLISHED)
    ]
    if filters.said("order") == "agency":
        found.sort(key=lambda one: thai_order(in_language(one[3], one[4])))
    shown = Paginator(found, ON_A_PAGE).get_page(page)
    return {
        "page": shown,
        "lines": _lines({one[0]: one[2] for one in shown}, entries),
        "keys": [
            entries[one[0]] if entries is not None else one[0] for one in found if one[1] in ASSIGNABLE_STATES
        ],
        "filters": filters,
        "states": [
            *((one.value, one.label, counts[one], filters.query(state=one.value)) for one in QUEUE_STATES),
            (ALL, _("All"), counts.total(), filters.query(state=ALL)),
        ],
        "every_state": filters.query(state=""),
        "waiting": counts.total() - counts[ScorecardState.PUBLISHED],
        "query": filters.query(),
    }


def _narrowed(cards, filters, user):
    """The scorecards in any state that the filters leave; whether somebody has an indicator is asked of its lines."""
    columns = {
        "year": "round__year__year", "months": "round__months", "ministry": "agency__ministry__code",
        "agency": "agency__code",
    }  # fmt: skip
    chosen = {column: filters.said(name) for name, column in columns.items() if filters.said(name)}
    cards = cards.filter(**chosen)
    if form := filters.said("form"):
        cards = cards.of_form(form)
    if days := filters.said("days"):
        cards = cards.filter(sent_at__lt=timezone.now() - dt.timedelta(days=days))
    assigned = filters.said("assigned")
    if not assigned or filters.said("indicator"):
        return cards
    if assigned == NOBODY:
        single = Entry.objects.filter(review_assignments__isnull=False)
        return cards.filter(reviewers=None).exclude(pk__in=single.values("scorecard"))
    mine = Scorecard.objects.assigned_to(user.pk if assigned == ME else assigned)
    return cards.filter(pk__in=mine.order_by().values("pk"))


def _entries(filters, user):
    """The chosen indicator's entries that the choice of reviewer leaves."""
    entries = Entry.objects.filter(indicator__code=filters.said("indicator")).order_by()
    assigned = filters.said("assigned")
    if assigned == NOBODY:
        return entries.filter(scorecard__reviewers=None, review_assignments=None)
    if assigned:
        person = user.pk if assigned == ME else assigned
        return entries.filter(Q(scorecard__reviewers=person) | Q(review_assignments__reviewer=person))
    return entries


def _lines(sent: dict, entries: dict | None) -> list[Line]:
    """Lines for {scorecard: when it was sent}; with `entries` ({scorecard: entry}) for those alone."""
    cards = Scorecard.objects.select_related("agency", "framework", "round__year").prefetch_related(
        "reviewers"
    )
    cards = cards.defer("framework__document").in_bulk(list(sent))
    wanted = Entry.objects.filter(scorecard__in=list(sent)).order_by()
    if entries is not None:
        wanted = wanted.filter(pk__in=[entries[pk] for pk in sent])
    progress = rulings_done(wanted)
    of_card = defaultdict(list)
    for entry, counts in progress.items():
        of_card[entry.scorecard_id].append((entry, counts))
    people = named_reviewers(cards.values())
    return [
        _line(cards[pk], sent_at, of_card[pk], entries is not None, people[pk])
        for pk, sent_at in sent.items()
    ]


def _line(card, sent_at, counted, is_single, people) -> Line:
    waiting = max((timezone.now() - sent_at).days, 0) if card.state in WAITING_STATES else None
    done, of = (sum(counts[which] for _entry, counts in counted) for which in (0, 1))
    return Line(card, counted[0][0] if is_single else None, sent_at, waiting, done, of, people)


def rulings_done(entries) -> dict[Entry, tuple[int, int]]:
    """{entry: (rulings done, of how many)} in the last submission, in as many queries for many as for one."""
    entries = list(entries.defer(*PROSE))
    cards = {entry.scorecard_id for entry in entries}
    indicators = Indicator.objects.in_bulk({entry.indicator_id for entry in entries})
    rubrics = {pk: rubric_tree(one) for pk, one in indicators.items()}
    said = {
        card: (pk, months, answers)
        for card, pk, months, answers in Submission.objects.filter(scorecard__in=cards)
        .order_by("number")
        .values_list("scorecard", "pk", "scorecard__round__months", "content__answers")
    }
    ruled = Ruling.objects.filter(submission__in=[pk for pk, *_rest in said.values()]).order_by()
    ruled = ruled.values_list("submission", "indicator").annotate(Count("pk"))
    done = {(submission, indicator): count for submission, indicator, count in ruled}
    found = {}
    for entry in entries:
        submission, months, answers = said.get(entry.scorecard_id, (None, None, {}))
        entry.indicator = indicators[entry.indicator_id]
        answered = (answers or {}).get(entry.indicator.code, {})
        asked = to_be_ruled_on(rubrics[entry.indicator_id], said=answered, months=months)
        found[entry] = (done.get((submission, entry.indicator_id), 0), len(asked))
    return found
