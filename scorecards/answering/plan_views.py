"""The page of an indicator's plan: planned and done in each month, and how far it is by weight."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from indicators.refusals import REFUSED, Refused, Stale
from scorecards.accounts.signing_in import signed_in
from scorecards.answering.plan_forms import PlanForm
from scorecards.answering.planning import save_plan, seen
from scorecards.answering.plausibility import questions
from scorecards.finding import find_entry
from scorecards.permissions import may
from scorecards.request_keys import key_of
from scorecards.states import Action


@signed_in
def entry_plan(request, pk):
    """The plan as the form prints it, with cells to fill in; a POST saves it whole."""
    entry = find_entry(request.user, pk)
    allowed = may(request.user, Action.ANSWER, entry)
    form, refused = PlanForm(request.POST or None, entry=entry, disabled=not allowed), []
    differing: list = []
    if not form.fields.keys() - {"before"}:
        raise Http404
    if request.method == "POST" and form.is_valid():
        before, key = form.cleaned_data["before"], key_of(request)
        try:
            save_plan(entry, form.content(), actor=request.user, before=before, request_key=key)
            messages.success(request, _("The plan was saved."))
            return redirect("entry_plan", pk=pk)
        except Stale as stale:
            refused, differing, posted = stale.reasons, form.theirs(stale), request.POST.copy()
            posted["before"] = seen(find_entry(request.user, pk))
            form = PlanForm(posted, entry=entry)
        except Refused as refusal:
            refused = refusal.reasons
    page = {"allowed": allowed, "refused": refused, "differing": differing} | _shown(entry, form)
    return render(request, "scorecards/plan.html", page, status=REFUSED if refused or form.errors else 200)


def _shown(entry, form) -> dict:
    return {
        "entry": entry,
        "scorecard": entry.scorecard,
        "form": form,
        "plan": form.plan,
        "rows": form.rows(),
        "questions": questions(entry, {}, history={}, plan=form.plan),
    }
