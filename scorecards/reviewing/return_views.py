"""The page on which a reviewer says what is to be mended, criterion by criterion, and until when."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from indicators.refusals import REFUSED, Refused
from scorecards.accounts.signing_in import signed_in
from scorecards.finding import find_sent
from scorecards.permissions import may
from scorecards.request_keys import key_of
from scorecards.reviewing.return_forms import ReturnForm
from scorecards.reviewing.review import return_for_correction
from scorecards.scoring import find_indicator
from scorecards.states import Action


@signed_in
def return_scorecard(request, pk):
    """Remarks for each criterion; a POST returns the scorecard to its agency."""
    card = find_sent(request.user, pk)
    scored = card.submissions.latest("number").scored
    entries = list(card.entries.select_related("indicator"))
    nodes = {one.indicator.code: find_indicator(scored, one.indicator.code)["children"][0] for one in entries}
    form, refused = ReturnForm(request.POST or None, entries=entries, nodes=nodes), []
    if request.method == "POST" and form.is_valid():
        asked = {
            "remark": form.cleaned_data["remark"],
            "corrections": form.corrections(),
            "due_at": form.due_at(),
        }
        try:
            return_for_correction(card, actor=request.user, request_key=key_of(request), **asked)
            messages.success(request, _("Returned to the agency for correction."))
            return redirect("decide", pk=pk)
        except Refused as refusal:
            refused = refusal.reasons
    page = {
        "scorecard": card,
        "form": form,
        "refused": refused,
        "asked": request.GET.get("indicator", ""),
        "allowed": may(request.user, Action.RETURN, card),
    }
    return render(request, "review/return.html", page, status=REFUSED if refused or form.errors else 200)
