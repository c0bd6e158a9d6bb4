"""Pages of the agency's side: what there is to do, the scorecard, one indicator."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render

from indicators.explaining import explain
from indicators.scoring import walk_document
from scorecards.models import Entry, Scorecard
from scorecards.scoring import find_indicator, score_entry, score_scorecard


@login_required
def home(request):
    """The scorecards this person may open, those that close first on top."""
    scorecards = Scorecard.objects.visible_to(request.user).select_related(
        "agency", "framework__year", "round"
    )
    return render(
        request, "scorecards/home.html", {"scorecards": scorecards.order_by("round__closes_at", "pk")}
    )


@login_required
def scorecard(request, pk):
    """The scorecard's table: every indicator with its score."""
    card = get_object_or_404(Scorecard.objects.visible_to(request.user), pk=pk)
    total = score_scorecard(card)
    entries = card.entries.select_related("indicator")
    rows = [(entry, find_indicator(total, entry.indicator.code)) for entry in entries]
    return render(request, "scorecards/scorecard.html", {"scorecard": card, "total": total, "rows": rows})


@login_required
def entry(request, pk):
    """One indicator: its answers so far and how its score comes about."""
    visible = Entry.objects.filter(scorecard__in=Scorecard.objects.visible_to(request.user))
    entry = get_object_or_404(
        visible.select_related("indicator", "scorecard__agency", "scorecard__round"), pk=pk
    )
    score = score_entry(entry)
    lines = [(node, explain(node)) for node in walk_document(score)]
    return render(request, "scorecards/entry.html", {"entry": entry, "score": score, "lines": lines})


@login_required
def review(request, pk, code):
    """The same indicator for a reviewer."""
    card = get_object_or_404(Scorecard.objects.visible_to(request.user), pk=pk)
    return redirect("entry", pk=get_object_or_404(card.entries, indicator__code=code).pk)
