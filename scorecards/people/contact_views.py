"""Who is responsible at an agency, and how to reach them."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from scorecards.delegation import belongs_to
from scorecards.finding import find_scorecard
from scorecards.people.contacts import contacts_of, may_see_contacts, note_reading


@login_required
@require_GET
@never_cache
def contacts(request, pk):
    """The people responsible for a scorecard's indicators. Who works with them reads their numbers whole, and that is
    recorded; others read them masked."""
    card = find_scorecard(request.user, pk)
    owners, whole = list(contacts_of(card)), may_see_contacts(request.user, card)
    if whole:
        note_reading(owners, actor=request.user, place="page")
    is_own = belongs_to(request.user, card.agency_id)
    page = {"scorecard": card, "owners": owners, "whole": whole, "is_own": is_own}
    return render(request, "scorecards/contacts.html", page)
