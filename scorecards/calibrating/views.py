"""The same indicator at other agencies, and the reasons kept for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from indicators.refusals import REFUSED, Refused
from scorecards.calibrating import reasons
from scorecards.calibrating.pages import calibration_page, find_compared
from scorecards.delegation import assesses
from scorecards.models import Reason
from scorecards.request_keys import key_of


def find_for(request, pk, code, months=""):
    """The indicator with its scorecards for somebody of the assessing side; 404 otherwise."""
    if not assesses(request.user):
        raise Http404
    return find_compared(request.user, pk, code, months)


@login_required
@require_GET
def calibrate(request, pk, code):
    """One indicator at every agency that this person may compare."""
    indicator, cards, rounds = find_for(request, pk, code, request.GET.get("round", ""))
    asked = {"order": request.GET.get("order", ""), "page": request.GET.get("page")}
    page = calibration_page(request.user, indicator, cards, **asked)
    months = next(months for months, _label, chosen in rounds if chosen)
    query = f"&round={months}&order={page['order']}"
    return render(request, "review/calibrate.html", page | {"rounds": rounds, "query": query})


@login_required
@require_POST
def add_reason(request, pk, code):
    """Keep a reason for a criterion, or for any of the indicator."""
    indicator, cards, rounds = find_for(request, pk, code)
    said = {"text": request.POST.get("text", ""), "criterion_key": request.POST.get("criterion", "")}
    try:
        reasons.add_reason(indicator, actor=request.user, request_key=key_of(request), **said)
    except Refused as refused:
        page = calibration_page(request.user, indicator, cards, order="")
        page |= {"rounds": rounds, "refused": refused.reasons, "typed": said}
        return render(request, "review/calibrate.html", page, status=REFUSED)
    messages.success(request, _("The reason is kept and offered to every reviewer."))
    return redirect("calibrate", pk=pk, code=code)


@login_required
@require_POST
def remove_reason(request, pk, code, reason):
    """Offer a reason no longer."""
    indicator, _cards, _rounds = find_for(request, pk, code)
    form = reasons.form_code(indicator.framework)
    found = get_object_or_404(Reason, pk=reason, framework_code=form, indicator_code=code)
    try:
        reasons.remove_reason(found, actor=request.user)
        messages.success(request, _("The reason is offered no longer."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("calibrate", pk=pk, code=code)
