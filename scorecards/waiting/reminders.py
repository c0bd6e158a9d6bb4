"""Whom to remind of what. Nothing here is told by the verbs: `notices_due` reads it off the state of the scorecards,
so that an outage of days loses nothing, and what is past or done by then is not told any more."""

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db.models import F, Max, Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from scorecards.clock import database_now
from scorecards.models import (
    Delegation,
    Entry,
    Event,
    MailChoice,
    Membership,
    Notice,
    Occasion,
    Scorecard,
    TimeRequest,
)
from scorecards.models.reminders import NoticeQuerySet
from scorecards.models.work import ScorecardQuerySet
from scorecards.prepared import prepared
from scorecards.presenting.dates import day_and_time, due
from scorecards.rounds.calendar import CHANGED
from scorecards.states import (
    AGENCY_ROLES,
    AGENCY_WORKS,
    SENDING_ROLES,
    WAITS_FOR,
    Action,
    EntryState,
    Role,
    ScorecardState,
)

REMIND_HOUR = 8  # of the day in Bangkok: nobody reads at one minute to midnight
DAYS_BEFORE = {  # nearest to the closing first
    Occasion.CLOSING_1: 1,
    Occasion.CLOSING_3: 3,
    Occasion.CLOSING_7: 7,
    Occasion.CLOSING_14: 14,
}
OPENING = "open"  # the event that scorecards/rounds/opening.py records
SETS_CLOSING = {OPENING, CHANGED, Action.EXTEND, Action.RETURN}


@dataclass
class Facts:
    """What is known of one scorecard in which the agency works."""

    states: set = field(default_factory=set)  # of its own indicators, shared ones left out
    returned: dict = field(default_factory=dict)  # indicator sent back → who had proposed it
    last: dict = field(default_factory=dict)  # (action, subject) → number and moment of the latest such event


def make_notices(now: dt.datetime | None = None) -> None:
    """Tell everybody what they were not told yet. Doing it twice, or twice at once, tells nothing twice."""
    now = now or database_now()
    found = notices_due(now)
    cards = {notice.scorecard_id for notice in found}
    told = set(Notice.objects.filter(scorecard__in=cards).values_list("person_id", "key"))
    Notice.objects.bulk_create(
        [notice for notice in found if (notice.person_id, notice.key) not in told], ignore_conflicts=True
    )


def notices_due(now: dt.datetime, *, cards: ScorecardQuerySet | None = None) -> list[Notice]:
    """Every notice that helps somebody at this moment, told already or not, as unsaved rows; of these scorecards, or
    of all. The number of queries does not depend on how many there are."""
    every = Scorecard.objects.all() if cards is None else cards
    cards = every.open_at(now)
    open_cards = list(cards.select_related("round"))
    facts, people = _facts_of(cards), _people_of(cards, now)
    found = {}
    for card in open_cards:
        for notice in _notices_of(card, facts[card.pk], people[card.agency_id], now):
            found[notice.person_id, notice.key] = notice
    return [*found.values(), *_of_requests(every, now)]


@prepared
def _unseen(person: int) -> NoticeQuerySet:
    rows = Notice.objects.filter(person=person, seen_at=None).exclude(occasion=Occasion.TIME_ASKED)
    return rows.with_subject()


def unseen_notices(user: User) -> list[Notice]:
    """What the person was told and did not tick off, newest first, without what is past or done meanwhile. A request
    for more time waits in the work list below."""
    unseen = _unseen(person=user.pk)
    if not unseen:
        return []
    theirs = Scorecard.objects.filter(pk__in={notice.scorecard_id for notice in unseen})
    helpful = {(notice.person_id, notice.key) for notice in notices_due(database_now(), cards=theirs)}
    return [notice for notice in unseen if (notice.person_id, notice.key) in helpful]


def mark_seen(notices: QuerySet[Notice]) -> None:
    """Tick these off; what was ticked off before keeps its moment."""
    notices.filter(seen_at=None).update(seen_at=database_now())


def choose_mails(user: User, *, wanted: Container[str], language: str) -> MailChoice:
    """Send this person mails on these occasions only, in this language."""
    unwanted = [occasion for occasion in Occasion.values if occasion not in wanted]
    choice, _made = MailChoice.objects.update_or_create(
        person=user, defaults={"unwanted": unwanted, "language": language}
    )
    return choice


def sentence(notice: Notice) -> str:
    """What happened or is near, with the date that holds now, in the language of the moment."""
    closes_at = notice.scorecard.closes_at
    facts = {"date": day_and_time(closes_at), "left": due(closes_at)}
    if notice.entry_id:
        facts |= {"code": notice.entry.indicator.code, "name": notice.entry.indicator.name}  # type: ignore[union-attr]
    told: dict[str, str] = {
        Occasion.OPENED: _("The round is open: report by %(date)s."),
        Occasion.RETURNED: _("The report was returned for correction: send it again by %(date)s."),
        Occasion.EXTENDED: _("The deadline was extended to %(date)s."),
        Occasion.SENT_BACK: _("Indicator %(code)s %(name)s was sent back to you for correction."),
        Occasion.TIME_ASKED: _("The agency asks for more time: its report closes on %(date)s (%(left)s)."),
        Occasion.TIME_REFUSED: _("More time was not granted: the report closes on %(date)s (%(left)s)."),
    }
    return told.get(notice.occasion, _("The round closes on %(date)s (%(left)s).")) % facts


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _facts_of(cards: ScorecardQuerySet) -> dict[int, Facts]:
    facts: dict[int, Facts] = defaultdict(Facts)
    own = Entry.objects.filter(scorecard__in=cards, host=None).order_by()
    for card, state in own.values_list("scorecard_id", "state").distinct():
        facts[card].states.add(state)
    returned = own.filter(state=EntryState.RETURNED)
    for card, entry, proposer in returned.values_list("scorecard_id", "pk", "proposed_by_id"):
        facts[card].returned[entry] = proposer
    asked = {*SETS_CLOSING, Action.SEND_BACK}
    events = Event.objects.filter(scorecard__in=cards, action__in=asked).order_by()
    latest = events.values_list("scorecard_id", "action", "subject").annotate(Max("number"), Max("at"))
    for card, action, subject, number, at in latest:
        facts[card].last[action, subject] = (number, at)
    return facts


def _people_of(cards: ScorecardQuerySet, now: dt.datetime) -> Mapping[int, Mapping[str, set[int]]]:
    """{agency: {role: people}}, deputies of those who are away among them."""
    people: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    agencies = cards.order_by().values("agency")
    members = Membership.objects.filter(agency__in=agencies, role__in=AGENCY_ROLES, user__is_active=True)
    deputies = Delegation.objects.filter(
        agency__in=agencies,
        role__in=AGENCY_ROLES,
        deputy__is_active=True,
        starts_at__lte=now,
        ends_at__gt=now,
    )
    for agency, role, person in [
        *members.values_list("agency_id", "role", "user_id"),
        *deputies.values_list("agency_id", "role", "deputy_id"),
    ]:
        people[agency][role].add(person)
    return people


def _of_requests(cards: ScorecardQuerySet, now: dt.datetime) -> Iterator[Notice]:
    """An open request for more time, told to whoever answers it, and a no to whoever asked and is still there: also
    once the report is closed. A yes is told to everybody as the extension that it is."""
    rows = TimeRequest.objects.filter(scorecard__in=cards.order_by(), scorecard__state__in=AGENCY_WORKS)
    at_agency = Q(asked_by__memberships__agency=F("scorecard__agency"), asked_by__is_active=True)
    refused = Q(outcome=TimeRequest.Outcome.REFUSED) & at_agency
    rows = rows.filter(Q(outcome="") | refused).select_related("scorecard").distinct()
    if not rows:
        return
    held = Membership.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    answering = set(held.values_list("user_id", flat=True))
    for one in rows:
        occasion = Occasion.TIME_REFUSED if one.outcome else Occasion.TIME_ASKED
        for person in [one.asked_by_id] if one.outcome else answering:
            yield _notice(one.scorecard, person, occasion, key=f"{occasion}:{one.pk}", now=now)


# ── deciding ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _notices_of(
    card: Scorecard, facts: Facts, people: Mapping[str, set[int]], now: dt.datetime
) -> Iterator[Notice]:
    """The notices of one scorecard: pure, from what was read."""
    everybody = set().union(*people.values())
    subject = f"scorecard:{card.pk}"
    told: list[tuple[Occasion, int | str, set[int]]] = (
        [(Occasion.OPENED, card.pk, everybody)] if card.state == ScorecardState.OPEN else []
    )
    if card.state == ScorecardState.RETURNED:
        number, _at = facts.last.get((Action.RETURN, subject), (0, None))
        told.append((Occasion.RETURNED, f"{card.pk}:{number}", everybody))
    if card.extended_to == card.closes_at:
        told.append((Occasion.EXTENDED, f"{card.pk}:{card.extended_to.isoformat()}", everybody))
    if occasion := _nearest_reminder(card, facts, now):
        told.append((occasion, f"{card.pk}:{card.closes_at.isoformat()}", _concerned(facts, people)))
    for occasion, what, persons in told:
        for person in persons:
            yield _notice(card, person, occasion, key=f"{occasion}:{what}", now=now)
    for entry, number, persons in _sent_back(facts, people, subject):
        for person in persons:
            key = f"{Occasion.SENT_BACK}:{entry}:{number}"
            yield _notice(card, person, Occasion.SENT_BACK, key=key, now=now, entry=entry)


def _notice(
    card: Scorecard, person: int, occasion: Occasion, *, key: str, now: dt.datetime, entry: int | None = None
) -> Notice:
    return Notice(
        person_id=person, scorecard=card, entry_id=entry, occasion=occasion, key=key, made_at=now, try_at=now
    )


def _nearest_reminder(card: Scorecard, facts: Facts, now: dt.datetime) -> Occasion | None:
    """The latest reminder whose moment has come, or None. What lay before this closing was set was never missed:
    whoever is told of an extension by three days need not hear "7 days before closing" as well."""
    subject = f"scorecard:{card.pk}"
    events = [facts.last[action, subject][1] for action in SETS_CLOSING if (action, subject) in facts.last]
    since = max([card.round.opens_at, *events])
    for occasion, days in DAYS_BEFORE.items():
        if since <= (moment := reminder_moment(card.closes_at, days)) <= now:
            return occasion
        if moment <= now:
            return None
    return None


def reminder_moment(closes_at: dt.datetime, days: int) -> dt.datetime:
    """That many days before the closing, in the morning."""
    exact = localtime(closes_at) - dt.timedelta(days=days)
    return min(exact, exact.replace(hour=REMIND_HOUR, minute=0, second=0, microsecond=0))


def _concerned(facts: Facts, people: Mapping[str, set[int]]) -> set[int]:
    """The heads, and those for whom an indicator waits."""
    concerned = {person for role in SENDING_ROLES for person in people[role]}
    for role, states in WAITS_FOR.items():
        if facts.states & states:
            concerned |= people[role]
    return concerned


def _sent_back(
    facts: Facts, people: Mapping[str, set[int]], subject: str
) -> Iterator[tuple[int, int, set[int]]]:
    """(indicator, number of the event, persons) of each that was sent back since the last return of the whole: the
    one who proposed it, or every collector where that one is not there any more."""
    after, _at = facts.last.get((Action.RETURN, subject), (0, None))
    answering = people[Role.COLLECTOR] | people[Role.SUPERVISOR]
    for entry, proposer in facts.returned.items():
        number, _at = facts.last.get((Action.SEND_BACK, f"entry:{entry}"), (0, None))
        if number > after:
            yield entry, number, {proposer} if proposer in answering else people[Role.COLLECTOR]
