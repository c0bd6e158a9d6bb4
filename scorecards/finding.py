"""What an address names, fetched through the person who asks: the row, or 404."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404

from scorecards.delegation import assesses, belongs_to, oversees
from scorecards.models import Entry, Scorecard, Submission
from scorecards.models.people import memberships_of
from scorecards.prepared import prepared
from scorecards.scoring import read_answers

OF_A_SCORECARD = ("agency__ministry", "framework__year", "round__year")
MOST_FIRST = 12
NOT_PRINTED = ("scorecard__framework__document", "indicator__parent__card", "indicator__parent__rubric")


def find_scorecard(user: User, pk: int) -> Scorecard:
    """The scorecard when this person may open it, as visible_to says; 404 otherwise."""
    wanted = {"pk": pk, "agencies": _own_agencies(user)}
    if oversees(user):
        found = _own_or_sent(**wanted)
    elif assesses(user):
        found = _own_or_assigned(**wanted, user=user.pk)
    else:
        found = _own_scorecards(**wanted)
    if not found:
        raise Http404
    return found[0]


@prepared
def _own_or_sent(pk: int, agencies: list[int]) -> QuerySet[Scorecard]:
    return _whole(Scorecard.objects.own_or_sent(agencies).filter(pk=pk))


@prepared
def _own_or_assigned(pk: int, agencies: list[int], user: int) -> QuerySet[Scorecard]:
    return _whole(Scorecard.objects.own_or_assigned(agencies, user).filter(pk=pk))


def first_scorecards(user: User) -> tuple[list[Scorecard], bool]:
    """The first of the scorecards that this person may open, the next to close first, and whether there are more."""
    if assesses(user):
        found = list(_first(Scorecard.objects.visible_to(user)))
    else:
        found = _first_own(agencies=_own_agencies(user))
    return found[:MOST_FIRST], len(found) > MOST_FIRST


@prepared
def _first_own(agencies: list[int]) -> QuerySet[Scorecard]:
    return _first(Scorecard.objects.filter(agency__in=agencies))


def _first(rows: QuerySet[Scorecard]) -> QuerySet[Scorecard]:
    rows = rows.select_related("agency", "framework__year", "round__year").defer("framework__document")
    return rows.order_by("round__closes_at", "agency__name_th", "pk")[: MOST_FIRST + 1]


def find_own_scorecard(user: User, **wanted: Any) -> Scorecard:
    """The scorecard of an agency to which this person belongs, in any state; 404 otherwise: what is being filled in,
    and what is missing before it can be sent, is the agency's own."""
    found = _own_scorecards(agencies=_own_agencies(user), **wanted)
    if not found:
        raise Http404
    return found[0]


@prepared
def _own_scorecards(agencies: list[int], **wanted: Any) -> QuerySet[Scorecard]:
    return _whole(Scorecard.objects.filter(agency__in=agencies, **wanted))


def _whole(rows: QuerySet[Scorecard]) -> QuerySet[Scorecard]:
    return rows.select_related(*OF_A_SCORECARD).defer("framework__document")


def _entry(pk: int, agencies: list[int]) -> QuerySet[Entry]:
    rows = Entry.objects.filter(scorecard__agency__in=agencies, pk=pk).select_related(
        "indicator", "scorecard__agency", "scorecard__framework__year", "scorecard__round__year"
    )
    return rows.defer(*NOT_PRINTED)


@prepared
def _entry_of_a_page(pk: int, agencies: list[int]) -> QuerySet[Entry]:
    return _entry(pk, agencies).select_related("indicator__parent", "updated_by", "proposed_by")


_entry_alone = prepared(_entry)


def find_entry(user: User, pk: int, *, whole_page: bool = True) -> Entry:
    """The indicator's entry for somebody who belongs to its agency, in any state; 404 for everybody else: the assessing
    side reads what was sent, on the pages of reviewing/views.py. What only the head of its page prints is read for the
    `whole_page`."""
    read = _entry_of_a_page if whole_page else _entry_alone
    found = read(pk=pk, agencies=_own_agencies(user))
    if not found:
        raise Http404
    read_answers(found)
    return found[0]


@prepared
def _sent(scorecard: int) -> QuerySet[Submission, tuple[int]]:
    return Submission.objects.filter(scorecard=scorecard).order_by().values_list("pk")[:1]


def was_sent(scorecard: Scorecard) -> bool:
    """Whether the scorecard was ever sent."""
    return bool(_sent(scorecard=scorecard.pk))


def find_sent(user: User, pk: int) -> Scorecard:
    """A scorecard that was sent, for somebody of the assessing side who may see it; 404 otherwise."""
    card = find_scorecard(user, pk)
    if not assesses(user) or belongs_to(user, card.agency_id) or not was_sent(card):
        raise Http404
    return card


def find_line(card: Scorecard, code: str) -> Entry:
    """One indicator of the scorecard; 404 where it has none of this code."""
    found = _line(scorecard=card.pk, code=code)
    if not found:
        raise Http404
    found[0].scorecard, found[0].indicator.framework = card, card.framework
    return found[0]


@prepared
def _line(scorecard: int, code: str) -> QuerySet[Entry]:
    return Entry.objects.filter(scorecard=scorecard, indicator__code=code).select_related("indicator")


def _own_agencies(user: User) -> list[int]:
    return sorted({one.agency_id for one in memberships_of(user)})
