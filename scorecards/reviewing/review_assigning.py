"""The verbs that give scorecards, or single indicators of them, to reviewers, and by which a reviewer hands one over.
A line is a Scorecard or an Entry; the lines of one call are all of one kind."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Manager
from django.utils.translation import gettext as _

from indicators.refusals import Blocker, Refused
from indicators.thai_order import thai_order
from scorecards.delegation import name_of, roles_held
from scorecards.events import already_done, lock_chains, record_scorecard
from scorecards.models import Agency, Entry, Event, ReviewAssignment, Scorecard
from scorecards.permissions import may, require
from scorecards.reviewers import gave_up, given_up_by, handed_over_in_the_year, workloads
from scorecards.states import Action, Role
from scorecards.workflow import locked_scorecard

Line = Scorecard | Entry
Lines = Collection[Scorecard] | Collection[Entry]
Held = dict[Line, set[User]]  # the people who have each line
Places = dict[tuple[int, int], Event]  # by scorecard and reviewer, how it was handed over
REASON = "reason"  # the field that a refusal asks for


@dataclass
class Assigned:
    """How many scorecards changed, and what was left out and why."""

    scorecards: int = 0
    skipped: list[str] = field(default_factory=list)


@transaction.atomic
def assign_reviewers(lines: Lines, *, reviewers: Collection[User], actor: User, reason: str = "") -> Assigned:
    """Give every line to every one of these reviewers. Those who have it keep it: doing it twice changes nothing. To
    whoever handed a scorecard over it is given again for a `reason` only."""
    cards, held = _begin(lines, reviewers, actor)
    given_up = _given_up(cards, held, reviewers)
    reasons: list = _of_the_agencies(cards, reviewers) + _to_oneself(cards, given_up, actor)
    if not reason.strip():
        reasons += _why_given_back(cards, given_up)
    if reasons:
        raise Refused(reasons)
    wanted = {line: people | set(reviewers) for line, people in held.items()}
    return Assigned(_write(cards, held, wanted, actor, reason=reason.strip()))


@transaction.atomic
def hand_over(scorecard: Scorecard, *, actor: User, reason: str, request_key: str = "") -> Scorecard:
    """A reviewer who has an interest in a scorecard, or cannot review it, gives up all of it that is theirs. What they
    ruled stays; without another reviewer it waits for a new one. Refused without a reason."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard
    require(actor, Action.HAND_OVER, scorecard)
    if not reason.strip():
        raise Refused(
            [_("Write the reason, for example an interest in this agency: the chief reviewer reads it.")]
        )
    single = Entry.objects.filter(scorecard=scorecard, review_assignments__reviewer=actor)
    held = _held([scorecard]) | _held(list(single.select_related("indicator").order_by("pk")))
    held = {line: people for line, people in held.items() if actor in people}
    given_up_by(actor).add(scorecard.pk)
    scorecard.reviewers.remove(actor)
    ReviewAssignment.objects.filter(entry__scorecard=scorecard, reviewer=actor).delete()
    record_scorecard(
        scorecard,
        actor=actor,
        action=Action.HAND_OVER,
        reason=reason.strip(),
        request_key=request_key,
        before={_key(line): _usernames(people) for line, people in held.items()},
        after={_key(line): _usernames(people - {actor}) for line, people in held.items()},
    )
    return scorecard


def other_reviews(scorecard: Scorecard, user: User) -> list[Scorecard]:
    """What this person reviews of the agency's other reports of the year, and may hand over."""
    others = Scorecard.objects.assigned_to(user).filter(
        agency=scorecard.agency, round__year=scorecard.round.year_id
    )
    rows = others.exclude(pk=scorecard.pk).select_related("agency", "round__year", "framework")
    return [one for one in rows.order_by("round__months", "pk") if may(user, Action.HAND_OVER, one)]


@transaction.atomic
def hand_over_all(
    scorecards: Iterable[Scorecard], *, actor: User, reason: str, request_key: str = ""
) -> None:
    """Hand over several for one reason, all or none."""
    if already_done(request_key):
        return
    for scorecard in sorted(scorecards, key=lambda one: one.pk):
        hand_over(scorecard, actor=actor, reason=reason, request_key=request_key)
        request_key = ""


@transaction.atomic
def take_away(lines: Lines, *, reviewers: Collection[User], actor: User) -> Assigned:
    """Take every line from these reviewers; what they ruled stays."""
    cards, held = _begin(lines, reviewers, actor)
    return Assigned(
        _write(cards, held, {line: people - set(reviewers) for line, people in held.items()}, actor)
    )


@transaction.atomic
def share_out(lines: Lines, *, reviewers: Collection[User], actor: User) -> Assigned:
    """Give each line to one of these reviewers, to whom the fewest are open; with as many, by name. What one of them
    has already is left: doing it twice changes nothing. Nobody gets an agency they belong to, or what they handed
    over."""
    cards, held = _begin(lines, reviewers, actor)
    agencies = {one: _agencies(one) for one in reviewers}
    load, wanted = _open_for(reviewers, held), dict(held)
    given_up = handed_over_in_the_year(cards.values())
    skipped: list[str] = []
    for line, people in held.items():
        if people & set(reviewers):
            continue
        agency = cards[_card_of(line)].agency
        belonging = [one for one in reviewers if agency.pk in agencies[one]]
        unwilling = [one for one in reviewers if (_card_of(line), one.pk) in given_up]
        outside = [one for one in reviewers if one not in [*belonging, *unwilling]]
        skipped += _left_out(agency, belonging, unwilling, outside)
        if outside:
            chosen = min(outside, key=lambda one: (load[one], thai_order(name_of(one)), one.pk))
            wanted[line] = people | {chosen}
            load[chosen] = (load[chosen][0] + 1, load[chosen][1])
    return Assigned(_write(cards, held, wanted, actor), list(dict.fromkeys(skipped)))


def _begin(lines: Lines, reviewers: Collection[User], actor: User) -> tuple[dict, dict]:
    """The scorecards, locked, and who has each line now; Refused with all reasons."""
    if reasons := _nothing_chosen(lines, reviewers):
        raise Refused(reasons)
    rows = Scorecard.objects.select_for_update(of=("self",)).select_related("agency", "round").order_by("pk")
    cards = {card.pk: card for card in rows.filter(pk__in={_card_of(line) for line in lines})}
    reasons = [
        _("%(agency)s: %(reason)s") % {"agency": card.agency, "reason": denied}
        for card in cards.values()
        if not (denied := may(actor, Action.ASSIGN, card))
    ]
    reasons += [
        _("%(person)s is not a reviewer.") % {"person": name_of(one)}
        for one in reviewers
        if Role.REVIEWER not in {role for _agency, role in roles_held(one)}
    ]
    if reasons:
        raise Refused(reasons)
    return cards, _held(sorted(lines, key=lambda line: (_card_of(line), line.pk)))


def _nothing_chosen(lines: Lines, reviewers: Collection[User]) -> list[str]:
    reasons = [] if lines else [_("Tick what is to be assigned.")]
    return reasons if reviewers else [*reasons, _("Choose at least one reviewer.")]


def _card_of(line: Line) -> int:
    return line.scorecard_id if isinstance(line, Entry) else line.pk


def _agencies(person: User) -> set[int]:
    return {agency for agency, _role in roles_held(person)}


def _of_the_agencies(cards: dict[int, Scorecard], reviewers: Iterable[User]) -> list[str]:
    return [
        _("%(person)s belongs to %(agency)s: nobody reviews the agency they belong to.")
        % {"person": name_of(one), "agency": card.agency}
        for one in reviewers
        for card in cards.values()
        if card.agency_id in _agencies(one)
    ]


def _given_up(cards: dict[int, Scorecard], held: Held, reviewers: Collection[User]) -> dict:
    """{(scorecard, reviewer): the event} of what would be given to somebody who handed it over, or another report of
    the agency and year."""
    handed = handed_over_in_the_year(cards.values())
    wanted = {
        (_card_of(line), one.pk): one
        for line, people in held.items()
        for one in reviewers
        if one not in people
    }
    return {place: handed[place] for place in wanted if place in handed}


def _to_oneself(cards: dict[int, Scorecard], given_up: Places, actor: User) -> list[str]:
    """Nobody takes back what they handed over, whatever the reason."""
    sentence = _(
        "You handed %(agency)s over yourself: another chief reviewer or an administrator gives it back."
    )
    own = {
        card: cards[card].agency
        for (card, person), event in given_up.items()
        if person == actor.pk and gave_up(actor, event.scorecard)  # type: ignore[arg-type]
    }
    return [sentence % {"agency": agency} for agency in own.values()]


def _why_given_back(cards: dict[int, Scorecard], given_up: Places) -> list[Blocker]:
    """The reason for giving back what was handed over is missing."""
    sentence = _(
        "%(person)s handed %(agency)s over (“%(reason)s”): choose somebody else, or write why it is given back to them."
    )
    return [
        Blocker(
            sentence % {"person": name_of(one.actor), "agency": cards[card].agency, "reason": one.reason},
            place=REASON,
            url=f"#{REASON}",
        )
        for (card, _person), one in given_up.items()
    ]


def _left_out(
    agency: Agency, belonging: list[User], unwilling: list[User], outside: list[User]
) -> Iterator[str]:
    """Who was passed over and why, and whether that left nobody."""
    for people, said, said_of_all in (
        (
            belonging,
            _("%(agency)s was not given to %(people)s, who belong to it."),
            _("%(agency)s was given to nobody: %(people)s belong to it."),
        ),
        (
            unwilling,
            _("%(agency)s was not given to %(people)s, who handed it over."),
            _("%(agency)s was given to nobody: %(people)s handed it over."),
        ),
    ):
        if people:
            names = ", ".join(name_of(one) for one in people)
            yield (said if outside else said_of_all) % {"agency": agency, "people": names}


def _open_for(reviewers: Iterable[User], held: Held) -> dict:
    """{reviewer: (open lines of this kind, open lines of the other)}."""
    is_single = isinstance(next(iter(held)), Entry)
    counted = {one.reviewer.pk: (one.scorecards, one.indicators) for one in workloads()}
    found = {one: counted.get(one.pk, (0, 0)) for one in reviewers}
    return {one: counts[::-1] if is_single else counts for one, counts in found.items()}


def _held(lines: Sequence[Line]) -> dict:
    """{line: the people who have it}."""
    found: dict = {line: set() for line in lines}
    if lines and isinstance(lines[0], Entry):
        for row in ReviewAssignment.objects.filter(entry__in=lines).select_related("entry", "reviewer"):  # type: ignore[misc]
            found[row.entry].add(row.reviewer)
    else:
        for row in _whole().filter(scorecard__in=lines).select_related("scorecard", "user"):
            found[row.scorecard].add(row.user)
    return found


def _whole() -> Manager[Any]:
    return Scorecard.reviewers.through.objects


def _write(cards: dict[int, Scorecard], held: Held, wanted: Held, actor: User, *, reason: str = "") -> int:
    """Write who has each line from now on, with an event for each scorecard in which something changes."""
    changed = [line for line in held if wanted[line] != held[line]]
    given = [(line, one) for line in changed for one in wanted[line] - held[line]]
    taken = [(line, one) for line in changed for one in held[line] - wanted[line]]
    people = {one for _line, one in taken}
    lines = [line for line, _one in taken]
    if changed and isinstance(changed[0], Entry):
        ReviewAssignment.objects.filter(entry__in=lines, reviewer__in=people).delete()  # type: ignore[misc]
        ReviewAssignment.objects.bulk_create(
            ReviewAssignment(entry=line, reviewer=one, assigned_by=actor)  # type: ignore[misc]
            for line, one in given
        )
    else:
        _whole().filter(scorecard__in=lines, user__in=people).delete()
        _whole().bulk_create(_whole().model(scorecard_id=line.pk, user_id=one.pk) for line, one in given)
    lock_chains(cards[_card_of(line)].agency_id for line in changed)
    for pk, of_card in groupby(changed, key=_card_of):
        _record(cards[pk], list(of_card), held, wanted, actor, reason)
    return len({_card_of(line) for line in changed})


def _record(card: Scorecard, lines: list[Line], held: Held, wanted: Held, actor: User, reason: str) -> None:
    record_scorecard(
        card,
        actor=actor,
        action=Action.ASSIGN,
        before={_key(line): _usernames(held[line]) for line in lines},
        after={_key(line): _usernames(wanted[line]) for line in lines},
        reason=reason,
    )


def _key(line: Line) -> str:
    return line.indicator.code if isinstance(line, Entry) else "reviewers"


def _usernames(people: Iterable[User]) -> list[str]:
    return sorted(one.get_username() for one in people)
