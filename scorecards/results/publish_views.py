"""The page on which approved results are published, now or at a set time."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from indicators.refusals import REFUSED, Refused
from scorecards.models import PublishOrder
from scorecards.permissions import has_role_for
from scorecards.presenting.ticks import NARROW, NOBODY_TICKED, Ticks, list_in, only_looks, page_in
from scorecards.request_keys import key_of
from scorecards.results.publish_forms import MomentForm
from scorecards.results.publish_orders import cancel_publishing, publish_each
from scorecards.results.publish_pages import approved_for, publish_page, publishable
from scorecards.states import Action

SECONDS = 2  # of one step of a long list
KEPT = ["then", "day", "time", "group", "page", "request_key", "sure"]


@login_required
def publish_approved(request):
    """Approved scorecards by form and round; a POST publishes those that are ticked, or orders it for a moment. A long
    list is done in steps with the progress shown: the page goes on by itself, without JavaScript by its button."""
    if not has_role_for(request.user, Action.PUBLISH):
        raise Http404
    if request.method != "POST":
        return _page(request, MomentForm(), [])
    if only_looks(request.POST):
        typed = {name: request.POST.get(name, "") for name in MomentForm.base_fields}
        return _page(request, MomentForm(initial=typed), [])
    later = request.POST.get("then") != "now"
    form = MomentForm(request.POST if later else None)
    if later and not form.is_valid():
        return _page(request, form, [])
    if not later and "sure" not in request.POST:
        return _page(request, form, [_("Confirm below that the results may be published for good.")])
    chosen = _chosen(request)
    facts = {"at": form.moment() if later else None, "request_key": key_of(request)}
    step = _step(request, chosen, facts)
    if step["left"]:
        return render(request, "review/publishing.html", step)
    refused = step["refused"] if chosen else [_("Tick what is to be published.")]
    if step["done"]:
        messages.success(request, _said(step["done"], later))
    if refused:
        return _page(request, form, refused)
    there = f"{reverse('publish_approved')}?group={request.POST.get('group', '')[:80]}"
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)


def _page(request, form, refused):
    ticks = Ticks.sent(request.POST, "card") if request.method == "POST" else NOBODY_TICKED
    where = {"group": list_in(request).get("group", ""), "page": page_in(request)}
    page = publish_page(request.user, ticks=ticks, **where)
    is_refused = (refused or form.errors) and not request.htmx  # htmx shows no page that was refused
    facts = {"form": form, "refused": refused, "all": "all" in request.POST and NARROW not in request.POST}
    return render(request, "review/publish.html", page | facts, status=REFUSED if is_refused else 200)


def _chosen(request) -> list[int]:
    if "all" in request.POST:
        return sorted(publishable(request.user, group=request.POST.get("group", "")))
    return sorted(Ticks.sent(request.POST, "card").on)


def _number(text) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _step(request, chosen, facts) -> dict:
    """Some seconds of the work, in the order of the keys, from behind `after`. What was refused in steps before is
    asked once more at the end, for its reasons."""
    after, done = (_number(request.POST.get(name, "")) for name in ("after", "done"))
    cards = approved_for(request.user).filter(pk__in=chosen).select_related("agency").order_by("pk")
    facts |= {"actor": request.user}
    outcome = publish_each(cards.filter(pk__gt=after), seconds=SECONDS, **facts)
    now = outcome.tried[-1] if outcome.tried else after
    left = cards.filter(pk__gt=now).exists()
    done, refused = done + outcome.done, outcome.refused
    if not left and after:
        waiting = PublishOrder.objects.waiting().values("scorecard")
        earlier = publish_each(cards.filter(pk__lte=after).exclude(pk__in=waiting), **facts)
        done, refused = done + earlier.done, earlier.refused + refused
    tried = sum(1 for one in chosen if one <= now)
    kept = [(name, value[:80]) for name, value in request.POST.items() if name in KEPT]
    return {
        "left": left,
        "done": done,
        "refused": refused,
        "after": now,
        "tried": tried,
        "chosen": chosen,
        "kept": kept,
    }


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
