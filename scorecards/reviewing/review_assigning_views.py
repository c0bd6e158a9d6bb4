"""Who reviews what: the page on which chief reviewers and administrators assign, share out and take away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from indicators.refusals import REFUSED, Refused
from scorecards.accounts.signing_in import signed_in
from scorecards.answering.forms import missing_at
from scorecards.events import already_done
from scorecards.finding import find_sent
from scorecards.permissions import has_role_for
from scorecards.presenting.ticks import (
    NARROW,
    NOBODY_TICKED,
    TYPED,
    Ticks,
    filters_in,
    numbers_of,
    only_looks,
    page_in,
)
from scorecards.request_keys import key_of
from scorecards.reviewers import workloads
from scorecards.reviewing.forms import ReasonForm
from scorecards.reviewing.pages import decision_page
from scorecards.reviewing.queue import (
    assignable_among,
    assignable_keys,
    lines_among,
    queue_of,
    sent_scorecards,
    told_of,
)
from scorecards.reviewing.review_assigning import (
    REASON,
    assign_reviewers,
    hand_over_all,
    other_reviews,
    share_out,
    take_away,
)
from scorecards.states import Action

LONGEST_REASON = 4000
VERBS = {"assign": assign_reviewers, "share": share_out, "take": take_away}


@login_required
@require_http_methods(["GET", "POST"])
def assign_reviews(request):
    """The queue with ticks, and how much waits for each reviewer. A POST gives the ticked lines to the chosen ones,
    shares them out or takes them away."""
    if not has_role_for(request.user, Action.ASSIGN) or request.POST.get("do", "assign") not in VERBS:
        raise Http404
    queue = queue_of(request.user, filters_in(request), page=page_in(request))
    page = queue | _typed(request, queue)
    if request.method == "GET" or only_looks(request.POST):
        if TYPED in request.POST.getlist(NARROW) and not _carries(page):
            return redirect(f"{reverse('assign_reviews')}?{queue['query']}")
        return render(request, "review/assign.html", page)
    ticked = page["ticked"].union(assignable_keys(queue) if page["all"] else ())
    reviewers = [one.reviewer for one in page["workloads"] if one.reviewer.pk in page["chosen"]]
    do, facts = request.POST.get("do", "assign"), {"reviewers": reviewers, "actor": request.user}
    if do == "assign":
        facts["reason"] = page["reason"]
    try:
        lines = _lines(request.user, ticked, single=page["single"])
        done = VERBS[do](lines, **facts)
    except Refused as refused:
        page |= {"refused": refused.reasons, "asks_reason": any(_asks_reason(one) for one in refused.reasons)}
        return render(request, "review/assign.html", page, status=REFUSED)
    _tell(request, done)
    return redirect(f"{reverse('assign_reviews')}?{queue['query']}")


def _typed(request, queue) -> dict:
    """What is ticked, chosen and written until now, and what stands beside it. Ticks on scorecards mean nothing in a
    list of single indicators, nor the other way round: they are given up where the filters lead from one to the
    other."""
    ticks, reason = Ticks.sent(request.POST, "line"), request.POST.get("reason", "")[:LONGEST_REASON]
    single = bool(queue["filters"].said("indicator"))
    given_up = len(ticks.on) if NARROW in request.POST and single != ("single" in request.POST) else 0
    if given_up:
        ticks = NOBODY_TICKED
    shown, listed, hidden = [line.key for line in queue["lines"]], [], []
    if ticks.on:
        listed, hidden = assignable_keys(queue), assignable_among(request.user, ticks.on, single=single)
    return {
        "workloads": workloads(),
        "chosen": numbers_of(request.POST.getlist("reviewer")),
        "ticked": ticks.on,
        "single": single,
        "given_up": given_up,
        "all": "all" in request.POST and NARROW not in request.POST,
        "told": told_of(queue["lines"]),
        "reason": reason,
        "asks_reason": bool(reason),
        **ticks.page(shown, listed, hidden=hidden),
    }


def _carries(page) -> bool:
    """Whether the page shows more than its address says; otherwise that may stand above it, to be kept and shared."""
    typed = any(page[name] for name in ("ticked", "given_up", "chosen", "reason"))
    return typed or bool(page["filters"].errors)


def _asks_reason(reason) -> bool:
    return getattr(reason, "place", "") == REASON


@signed_in
@require_POST
def hand_over(request, pk):
    """A reviewer who has an interest, or cannot review it, hands the scorecard over and no longer sees it."""
    key = key_of(request)
    if not already_done(key):  # sent again after a lost answer: it is out of sight
        card = find_sent(request.user, pk)
        reason = request.POST.get("reason", "")[:LONGEST_REASON]
        others = other_reviews(card, request.user) if "others" in request.POST else []
        try:
            hand_over_all([card, *others], actor=request.user, reason=reason, request_key=key)
        except Refused as refused:
            form = ReasonForm(request.POST, auto_id="hand-over-%s")
            page = decision_page(card, request.user) | {"refused": refused.reasons}
            page["handing_form"] = missing_at(form, "reason", refused.reasons)
            return render(request, "review/decide.html", page, status=REFUSED)
    messages.success(request, _("Handed over. The chief reviewer gives it to somebody else."))
    return redirect("review_queue")


def _lines(user, ticked, *, single) -> list:
    """The ticked scorecards or indicators, fetched through the user. Refused when one is not among them (any more), in
    the same words whether it ever was: they tell nothing of what this person may not see."""
    lines = list(lines_among(sent_scorecards(user), ticked, single=single))
    if gone := len(ticked) - len(lines):
        raise Refused([_gone(gone)])
    return lines


def _gone(count: int) -> str:
    sentence = ngettext(
        "%(n)s ticked line has left the list meanwhile, for example because its form was changed. The other ticks "
        "are kept: look at the list again and press once more.",
        "%(n)s ticked lines have left the list meanwhile, for example because their form was changed. The other "
        "ticks are kept: look at the list again and press once more.",
        count,
    )
    return sentence % {"n": count}


def _tell(request, done):
    said = ngettext("%(n)s scorecard changed.", "%(n)s scorecards changed.", done.scorecards)
    messages.success(request, said % {"n": done.scorecards})
    for sentence in done.skipped:
        messages.warning(request, sentence)
