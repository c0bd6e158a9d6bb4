"""The second review: samples, a line ruled on without its first ruling, and how far the reviewers agree."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from indicators.refusals import REFUSED, Refused
from scorecards.accounts.signing_in import signed_in
from scorecards.calibrating.sampling import draw, lines_to_review, rule_again
from scorecards.calibrating.sampling_forms import DrawForm
from scorecards.calibrating.sampling_pages import agreement_page, samples_page, second_page
from scorecards.delegation import assesses, oversees
from scorecards.models import Sample
from scorecards.request_keys import key_of
from scorecards.reviewing.forms import RulingForm


@login_required
def samples(request):
    """What waits for a second review, and the samples drawn; a POST draws one."""
    user = request.user
    if not assesses(user):
        raise Http404
    if request.method != "POST":
        return render(request, "review/samples.html", samples_page(user, page=request.GET.get("page")))
    form, refused = DrawForm(request.POST, user=user), []
    if form.is_valid():
        try:
            draw(form.sample(), actor=user, request_key=key_of(request))
            messages.success(request, _("The sample is drawn. Its lines wait for the second reviewers."))
            return redirect("samples")
        except Refused as refusal:
            refused = refusal.reasons
    page = samples_page(user, form) | {"refused": refused}
    return render(request, "review/samples.html", page, status=REFUSED)


@signed_in
def second_review(request, pk):
    """One line of a sample before its second reviewer, who does not see the first ruling; a POST gives the rulings."""
    rows = lines_to_review(request.user).select_related("submission__scorecard__agency", "indicator")
    line = get_object_or_404(rows, pk=pk)
    form, refused = None, []
    if request.method == "POST":
        form = RulingForm(request.POST, submission=line.submission, indicator=line.indicator, known={})
        rulings, key = form.rulings(), key_of(request)
        try:
            if not form.errors:
                rule_again(line, actor=request.user, rulings=rulings, request_key=key)
                messages.success(request, _("Your second rulings are kept."))
                return redirect("samples")
        except Refused as refusal:
            refused = refusal.reasons
    page = second_page(line, request.user, form) | {"refused": refused}
    return render(request, "review/second.html", page, status=REFUSED if form else 200)


@login_required
@require_GET
def sample_agreement(request, pk):
    """How far first and second reviewers agree in a sample."""
    if not oversees(request.user):
        raise Http404
    sample = get_object_or_404(Sample.objects.select_related("framework", "round__year", "drawn_by"), pk=pk)
    return render(request, "review/agreement.html", agreement_page(request.user, sample))
