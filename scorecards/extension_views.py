"""The page on which an administrator gives one agency more time."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from indicators.editor_views import configurers_only
from indicators.refusals import REFUSED, Refused
from scorecards.date_fields import end_of
from scorecards.deadlines import extend
from scorecards.entry_forms import ExtensionForm
from scorecards.models import Assignment, Scorecard
from scorecards.request_keys import key_of


@configurers_only
def extend_deadline(request, pk, card):
    """A new last day for one scorecard of an agency, with the reason; a POST sets it."""
    assignment = get_object_or_404(Assignment.objects.select_related("agency", "framework"), pk=pk)
    cards = Scorecard.objects.select_related("round__year", "framework").filter(agency=assignment.agency)
    scorecard = get_object_or_404(cards, pk=card)
    form, refused = ExtensionForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        said, key = form.cleaned_data, key_of(request)
        try:
            until = end_of(said["until"])
            extend(scorecard, until=until, reason=said["reason"], actor=request.user, request_key=key)
            messages.success(request, _("The agency has more time. It stands on its pages with the reason."))
            return redirect("assignment", pk)
        except Refused as refusal:
            refused = refusal.reasons
    page = {"assignment": assignment, "scorecard": scorecard, "form": form, "refused": refused}
    return render(
        request, "assignments/extension.html", page, status=REFUSED if refused or form.errors else 200
    )
