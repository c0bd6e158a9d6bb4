"""The record of a scorecard: what happened, as far as the reader may know it."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from scorecards.finding import find_scorecard
from scorecards.record.pages import record_page


@login_required
@require_GET
def scorecard_record(request, pk):
    """Every event that concerns this person, newest first; `?indicator=` narrows it, `?check=1` verifies the chain."""
    card = find_scorecard(request.user, pk)
    code = request.GET.get("indicator", "")
    if code:
        get_object_or_404(card.entries, indicator__code=code)
    page = record_page(
        card, request.user, code=code, page=request.GET.get("page"), check=request.GET.get("check") == "1"
    )
    return render(request, "scorecards/record.html", page)
