"""The reviewers' queue and the filters that a person keeps for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from indicators.refusals import REFUSED, Refused
from scorecards.delegation import assesses
from scorecards.permissions import has_role_for
from scorecards.reviewing.queue import queue_of
from scorecards.reviewing.queue_forms import FilterNameForm
from scorecards.reviewing.saved_filters import save_filter
from scorecards.states import Action


@login_required
@require_http_methods(["GET", "POST"])
def review_queue(request):
    """What was sent, to those who assess. A POST keeps the address's filters under a name."""
    if not assesses(request.user):
        raise Http404
    queue = queue_of(request.user, request.GET, page=request.GET.get("page"))
    name = FilterNameForm(request.POST or None)
    refused = []
    if request.method == "POST":
        try:
            if name.is_valid():
                save_filter(request.user, name=name.cleaned_data["name"], query=queue["query"])
                messages.success(request, _("The filters were saved."))
                return redirect(f"{reverse('review_queue')}?{queue['query']}")
        except Refused as refusal:
            refused = refusal.reasons
    saved = request.user.saved_filters.all()
    page = queue | {
        "name_form": name,
        "saved": saved,
        "refused": refused,
        "approves": has_role_for(request.user, Action.APPROVE),
        "publishes": has_role_for(request.user, Action.PUBLISH),
        "may_assign": has_role_for(request.user, Action.ASSIGN),
    }
    return render(request, "review/queue.html", page, status=REFUSED if request.method == "POST" else 200)


@login_required
@require_POST
def delete_filter(request, pk):
    """Forget filters that were kept; another person's are a 404."""
    get_object_or_404(request.user.saved_filters, pk=pk).delete()
    messages.success(request, _("The filters were deleted."))
    return redirect("review_queue")
