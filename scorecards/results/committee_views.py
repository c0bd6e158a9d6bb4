"""The committee's pages: the concluded reviews of a form and round, and one indicator changed by resolution."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.refusals import REFUSED, Refused
from scorecards.accounts.signing_in import signed_in
from scorecards.finding import find_sent
from scorecards.permissions import has_role_for, may
from scorecards.presenting.ticks import NOBODY_TICKED, Ticks, list_in, only_looks, page_in
from scorecards.request_keys import key_of
from scorecards.results import committee as verbs
from scorecards.results.committee_forms import ResolutionForm
from scorecards.results.committee_pages import committee_page, concluded_for
from scorecards.reviewing.forms import RulingForm
from scorecards.reviewing.pages import review_page
from scorecards.states import Action


@login_required
def committee(request):
    """Concluded reviews by form and round with what stands out; a POST approves those that are ticked."""
    if not has_role_for(request.user, Action.APPROVE):
        raise Http404
    refused, ticks = [], NOBODY_TICKED
    asked = list_in(request)
    where = {"group": asked.get("group", "")[:80], "order": asked.get("order", "")}
    if request.method == "POST":
        ticks = Ticks.sent(request.POST, "card")
    if request.method == "POST" and not only_looks(request.POST):
        cards = concluded_for(request.user).filter(pk__in=ticks.on).select_related("agency")
        outcome = verbs.approve_each(cards, actor=request.user, request_key=key_of(request))
        refused = outcome.refused if ticks.on else [_("Tick what is to be approved.")]
        if outcome.done:
            messages.success(request, _approved(outcome.done))
        if not refused:
            return redirect(f"{reverse('committee')}?group={where['group']}&order={where['order']}")
    page = committee_page(request.user, page=page_in(request), ticks=ticks, **where)
    status = REFUSED if refused else 200
    return render(request, "review/committee.html", page | {"refused": refused}, status=status)


def _approved(count: int) -> str:
    sentence = ngettext(
        "%(n)s scorecard is approved. Another person publishes it.",
        "%(n)s scorecards are approved. Another person publishes them.",
        count,
    )
    return sentence % {"n": count}


@signed_in
def amend_indicator(request, pk, code):
    """One indicator with its rulings before the committee; a POST changes them by resolution."""
    card = find_sent(request.user, pk)
    entry = get_object_or_404(card.entries.select_related("indicator"), indicator__code=code)
    submission = card.submissions.latest("number")
    allowed = may(request.user, Action.AMEND, card)
    rulings = RulingForm(
        request.POST or None, submission=submission, indicator=entry.indicator, disabled=not allowed
    )
    resolution, refused = ResolutionForm(request.POST or None), []
    if request.method == "POST" and not rulings.errors and resolution.is_valid():
        facts = {"actor": request.user, "request_key": key_of(request)}
        facts |= {"rulings": rulings.rulings(), "resolution": resolution.resolution(entry.indicator)}
        try:
            verbs.amend(submission, **facts)
            messages.success(request, _("Changed by resolution of the committee."))
            return redirect("decide", pk=pk)
        except Refused as refusal:
            refused = refusal.reasons
    page = review_page(card, entry, submission, user=request.user, form=rulings)
    page |= {"resolution": resolution, "refused": refused, "allowed": allowed}
    failed = refused or rulings.errors or resolution.errors
    return render(request, "review/amend.html", page, status=REFUSED if failed else 200)
