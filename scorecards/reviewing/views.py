"""Pages of the assessing side: one indicator with its rulings, the decisions on a whole scorecard."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from indicators.refusals import REFUSED, Refused, Stale
from scorecards.accounts.signing_in import signed_in
from scorecards.answering.conflicts import ruling_conflicts
from scorecards.answering.forms import missing_at
from scorecards.finding import find_line, find_sent
from scorecards.request_keys import key_of, page_key_of
from scorecards.reviewing import review as verbs
from scorecards.reviewing.forms import ReasonForm, RulingForm
from scorecards.reviewing.pages import decision_page, review_page, scores_of
from scorecards.reviewing.reading_ahead import unless_known


@login_required
@require_GET
def decide(request, pk):
    """One scorecard before the assessing side: its indicators with both scores, and the decisions on the whole."""
    card = find_sent(request.user, pk)
    return render(request, "review/decide.html", decision_page(card, request.user))


@signed_in
def review(request, pk, code):
    """One indicator: rule, answer with its evidence, ruling. A POST saves the rulings on the submission it names."""
    card = find_sent(request.user, pk)
    entry = find_line(card, code)
    submission = card.submissions.latest("number")
    if request.method != "POST":
        return unless_known(request, card, entry, lambda: _written(request, card, entry, submission))
    named = request.POST.get("submission", "")
    seen = get_object_or_404(card.submissions, pk=named[:18] if named.isdecimal() else 0)
    form = RulingForm(request.POST, submission=seen, indicator=entry.indicator, page=page_key_of(request))
    facts = {"actor": request.user, "indicator": entry.indicator}
    refused, conflicts = [], []
    try:
        verbs.rule(seen, rulings=form.rulings(), request_key=key_of(request), **facts)
        if request.POST.get("then") == "agree_all" and not form.errors:
            verbs.agree_to_all(seen, **facts)
    except Stale as stale:
        refused, conflicts = stale.reasons, ruling_conflicts(seen, entry.indicator, stale)
    except Refused as refusal:
        refused = refusal.reasons
    if refused or form.errors:
        page = review_page(card, entry, submission, user=request.user, form=form)
        page |= {"refused": refused, "conflicts": conflicts}
        return render(request, "review/indicator.html", page, status=REFUSED)
    messages.success(request, _("The rulings were saved."))
    return redirect("review", pk=pk, code=code)


def _written(request, card, entry, submission):
    page = review_page(card, entry, submission, user=request.user)
    return render(request, "review/indicator.html", page)


@login_required
@require_POST
def review_preview(request, pk, code):
    """Both scores with the rulings that stand in the form now. Nothing is saved."""
    card = find_sent(request.user, pk)
    entry = find_line(card, code)
    submission = card.submissions.latest("number")
    form = RulingForm(request.POST, submission=submission, indicator=entry.indicator)
    return render(request, "review/_scores.html", scores_of(submission, entry, form))


DONE = {
    "begin_review": gettext_lazy("The review has begun."),
    "return": gettext_lazy("Returned to the agency for correction."),
    "conclude": gettext_lazy("The review is concluded and waits for the chief reviewer."),
    "reopen_review": gettext_lazy("Sent back to the reviewer."),
    "approve": gettext_lazy("Approved. Another person publishes it."),
    "publish": gettext_lazy("Published: the agency can see the official result."),
}


@signed_in
@require_POST
def move_scorecard(request, pk, action):
    """A decision on the whole scorecard: begin, return, conclude, send back, approve, publish."""
    card = find_sent(request.user, pk)
    facts = {"actor": request.user, "request_key": key_of(request)}
    reason = request.POST.get("reason", "")
    act = {
        "begin_review": lambda: verbs.begin_review(card, **facts),
        "return": lambda: verbs.return_for_correction(card, remark=reason, **facts),
        "conclude": lambda: verbs.conclude(card, **facts),
        "reopen_review": lambda: verbs.reopen_review(card, reason=reason, **facts),
        "approve": lambda: verbs.approve(card, **facts),
        "publish": lambda: verbs.publish(card, **facts),
    }[action]
    try:
        act()
    except Refused as refused:
        page = decision_page(card, request.user) | {"refused": refused.reasons}
        if "reason" in request.POST:
            page["reason_form"] = missing_at(ReasonForm(request.POST), "reason", refused.reasons)
        return render(request, "review/decide.html", page, status=REFUSED)
    messages.success(request, DONE[action])
    code = request.POST.get("indicator", "")  # from whose page it was asked
    if code and card.entries.filter(indicator__code=code).exists():
        return redirect("review", pk=pk, code=code)
    return redirect("decide", pk=pk)
