"""Pages that look back: the history of every field of an indicator, and what changed since a submission."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scorecards.delegation import belongs_to
from scorecards.finding import find_entry, find_scorecard
from scorecards.presenting.paging import page_of
from scorecards.record.changes import changed_indicators, live_content
from scorecards.record.field_history import events_of, steps_of
from scorecards.states import AGENCY_WORKS


@login_required
@require_GET
def entry_history(request, pk):
    """Every change of an indicator's fields, newest first: who, when, what it was and became."""
    entry = find_entry(request.user, pk)
    page = page_of(events_of(entry), request.GET.get("page"))
    found = {
        "entry": entry,
        "scorecard": entry.scorecard,
        "page": page,
        "steps": steps_of(entry, page.object_list),
    }
    return render(request, "scorecards/entry_history.html", found)


@login_required
@require_GET
def scorecard_changes(request, pk):
    """What changed since the last submission: in the agency's work as it stands, or between the last two that were
    sent."""
    card = find_scorecard(request.user, pk)
    sent = list(card.submissions.all()[:2])
    is_own = belongs_to(request.user, card.agency_id)
    working = is_own and card.state in AGENCY_WORKS
    found = {"scorecard": card, "is_own": is_own, "changed": [], "since": None, "working": working}
    if working and sent:
        found["since"] = sent[0]
        before, after = (sent[0].content, sent[0].scored), live_content(card)
        found["changed"] = changed_indicators(card, before, after)
    elif len(sent) == 2:
        found["since"] = sent[1]
        before, after = ((one.content, one.scored) for one in (sent[1], sent[0]))
        found["changed"] = changed_indicators(card, before, after)
    return render(request, "scorecards/changes.html", found)
