"""The page on which approved results are published, now or at a set time."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from indicators.refusals import Refused
from scorecards.models import PublishOrder
from scorecards.permissions import has_role_for
from scorecards.publish_forms import MomentForm
from scorecards.publish_orders import cancel_publishing, publish_each
from scorecards.publish_pages import approved_for, publish_page
from scorecards.states import Action
from scorecards.views import REFUSED


@login_required
def publish_approved(request):
    """Approved scorecards by form and round; a POST publishes those that are ticked, or orders it for a moment."""
    if not has_role_for(request.user, Action.PUBLISH):
        raise Http404
    later = request.method == "POST" and request.POST.get("then") != "now"
    form, refused = MomentForm(request.POST if later else None), []
    if request.method == "POST" and (not later or form.is_valid()):
        ticked = [int(one) for one in request.POST.getlist("card") if one.isdecimal() and len(one) < 18]
        cards = approved_for(request.user).filter(pk__in=ticked).select_related("agency")
        at = form.moment() if later else None
        facts = {"actor": request.user, "request_key": request.POST.get("request_key", "")}
        outcome = publish_each(cards, at=at, **facts)
        refused = outcome.refused if ticked else [_("Tick what is to be published.")]
        if outcome.done:
            messages.success(request, _said(outcome.done, later))
        if not refused:
            return redirect(f"{reverse('publish_approved')}?group={request.POST.get('group', '')[:80]}")
    asked = request.POST if request.method == "POST" else request.GET
    page = publish_page(request.user, group=asked.get("group", ""), page=asked.get("page"))
    status = REFUSED if refused or form.errors else 200
    return render(request, "review/publish.html", page | {"form": form, "refused": refused}, status=status)


def _said(count: int, later: bool) -> str:
    if later:
        sentence = ngettext(
            "%(n)s scorecard will be published then.", "%(n)s scorecards will be published then.", count
        )
    else:
        sentence = ngettext("%(n)s scorecard is published.", "%(n)s scorecards are published.", count)
    return sentence % {"n": count}


@login_required
@require_POST
def cancel_order(request, pk):
    """Cancel an order to publish."""
    if not has_role_for(request.user, Action.PUBLISH):
        raise Http404
    order = get_object_or_404(PublishOrder, pk=pk, scorecard__in=approved_for(request.user))
    group = request.POST.get("group", "")[:80]
    try:
        cancel_publishing(order, actor=request.user)
    except Refused as refusal:
        page = publish_page(request.user, group=group, page=request.POST.get("page"))
        page |= {"form": MomentForm(), "refused": refusal.reasons}
        return render(request, "review/publish.html", page, status=REFUSED)
    messages.success(request, _("The order to publish is cancelled."))
    return redirect(f"{reverse('publish_approved')}?group={group}")
