"""What an address names, fetched through the person who asks: the row, or 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from scorecards.delegation import assesses, belongs_to
from scorecards.models import Entry, Scorecard
from scorecards.models.people import memberships_of

OF_A_SCORECARD = ("agency__ministry", "framework__year", "round__year")
NOT_PRINTED = ("scorecard__framework__document", "indicator__parent__card", "indicator__parent__rubric")


def find_scorecard(user, pk) -> Scorecard:
    """The scorecard when this person may open it; 404 otherwise."""
    rows = Scorecard.objects.visible_to(user).select_related(*OF_A_SCORECARD)
    return get_object_or_404(rows.defer("framework__document"), pk=pk)


def find_own_scorecard(user, **wanted) -> Scorecard:
    """The scorecard of an agency to which this person belongs, in any state; 404 otherwise: what is being filled in,
    and what is missing before it can be sent, is the agency's own."""
    rows = Scorecard.objects.filter(agency__in=_own_agencies(user)).select_related(*OF_A_SCORECARD)
    return get_object_or_404(rows.defer("framework__document"), **wanted)


def find_entry(user, pk, *, whole_page=True) -> Entry:
    """The indicator's entry for somebody who belongs to its agency, in any state; 404 for everybody else: the assessing
    side reads what was sent, on the pages of review_views.py. What only the head of its page prints is read for the
    `whole_page`."""
    rows = Entry.objects.filter(scorecard__agency__in=_own_agencies(user)).select_related(
        "indicator", "scorecard__agency", "scorecard__framework__year", "scorecard__round__year"
    )
    if whole_page:
        rows = rows.select_related("indicator__parent", "updated_by")
    return get_object_or_404(rows.defer(*NOT_PRINTED).prefetch_related("answers"), pk=pk)


def find_sent(user, pk) -> Scorecard:
    """A scorecard that was sent, for somebody of the assessing side who may see it; 404 otherwise."""
    card = find_scorecard(user, pk)
    if not assesses(user) or belongs_to(user, card.agency_id) or not card.submissions.exists():
        raise Http404
    return card


def find_line(card, code) -> Entry:
    """One indicator of the scorecard; 404 where it has none of this code."""
    entry = get_object_or_404(card.entries.select_related("indicator"), indicator__code=code)
    entry.indicator.framework = card.framework
    return entry


def _own_agencies(user) -> set[int]:
    return {one.agency_id for one in memberships_of(user)}
