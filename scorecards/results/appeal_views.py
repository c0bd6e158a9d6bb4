"""Pages of an appeal: the agency asks on its indicator, somebody else decides, a second person publishes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from indicators.refusals import REFUSED, Refused
from scorecards.accounts.signing_in import signed_in
from scorecards.answering.entry_forms import CommentForm
from scorecards.answering.views import keep_typed
from scorecards.delegation import assesses
from scorecards.finding import find_entry
from scorecards.models import Appeal, Scorecard
from scorecards.permissions import has_role_for, may
from scorecards.presenting.paging import page_of
from scorecards.request_keys import key_of
from scorecards.results import appealing
from scorecards.results.appeal_pages import rulings_that_hold
from scorecards.reviewing.forms import RulingForm
from scorecards.reviewing.pages import review_page
from scorecards.states import Action


def _appeals(user):
    """The appeals that somebody of the assessing side may see: on scorecards they may open, not of their own agency."""
    if not assesses(user):
        raise Http404
    cards = Scorecard.objects.visible_to(user).exclude(agency__memberships__user=user).order_by()
    rows = Appeal.objects.filter(publication__scorecard__in=cards.values("pk"))
    return rows.select_related(
        "indicator",
        "publication__scorecard__agency",
        "publication__scorecard__round__year",
        "publication__scorecard__framework",
        "opened_by",
        "decided_by",
        "revision",
    )


@signed_in
@require_POST
def open_appeal(request, pk):
    """The agency asks that the published score of an indicator be looked at again."""
    entry = find_entry(request.user, pk)
    publication = get_object_or_404(entry.scorecard.publications.all()[:1])
    if chosen := [text for name, text in request.POST.items() if name.startswith("files.") and text]:
        # Without a script the names of files came, not the files.
        keep_typed(request, entry.pk)
        names = {"names": ", ".join(chosen)}
        messages.error(request, _("Not sent yet: press “Attach” first for %(names)s, then appeal.") % names)
        return redirect(f"{entry.get_absolute_url()}#appeal")
    form = CommentForm(request.POST)
    reason = form.cleaned_data["text"] if form.is_valid() else ""
    key = key_of(request)
    try:
        appealing.appeal(
            publication, indicator=entry.indicator, reason=reason, actor=request.user, request_key=key
        )
        request.session.pop(f"appeal-{pk}", None)
        messages.success(
            request, _("Your appeal was taken. Somebody other than the first reviewer decides it.")
        )
    except Refused as refused:
        keep_typed(request, entry.pk)
        messages.error(request, str(refused))
    return redirect(f"{entry.get_absolute_url()}#appeal")


@login_required
@require_GET
def appeals(request):
    """The appeals that wait, oldest first, then those that are decided."""
    rows = _appeals(request.user).alias(is_decided=~Q(outcome="")).order_by("is_decided", "opened_at", "pk")
    shown = page_of(rows, request.GET.get("page"))
    page = {"page": shown, "assigns": has_role_for(request.user, Action.ASSIGN)}
    return render(request, "review/appeals.html", page)


@signed_in
def decide_appeal(request, pk):
    """One appeal: the reason, the indicator with its rulings, the decision."""
    found = get_object_or_404(_appeals(request.user), pk=pk)
    submission = found.publication.submission
    card = found.publication.scorecard
    entry = get_object_or_404(card.entries.select_related("indicator"), indicator__code=found.indicator.code)
    can, refused = _what_may(request.user, found, card), []
    closed = not can["may_decide"]
    facts = {"submission": submission, "indicator": entry.indicator, "known": rulings_that_hold(found)}
    form = RulingForm(request.POST or None, disabled=closed, **facts)
    if request.method == "POST":
        outcome = request.POST.get("outcome", "")
        said = {"outcome": outcome, "decision": request.POST.get("decision", "")[: appealing.LONGEST + 1]}
        said |= {"rulings": form.rulings(), "request_key": key_of(request)}
        try:
            appealing.decide(found, actor=request.user, **said)
            messages.success(request, _("The appeal is decided."))
            return redirect("decide_appeal", pk=pk)
        except Refused as refusal:
            refused = refusal.reasons
    page = (
        review_page(card, entry, submission, user=request.user, form=form)
        | {
            "appeal": found,
            "refused": refused,
            "decision": request.POST.get("decision", ""),
        }
        | can
    )
    return render(request, "review/appeal.html", page, status=REFUSED if refused else 200)


def _what_may(user, found, card) -> dict:
    """What this person may do to the appeal now, and why not: before they write a decision, not after."""
    waits = found.outcome == Appeal.Outcome.UPHELD and not found.revision_id
    why_not = [] if found.outcome else appealing.why_not_decider(found, user)
    return {
        "may_decide": not found.outcome and not why_not and may(user, Action.DECIDE_APPEAL, card),
        "why_not": why_not,
        "waits_to_be_published": waits,
        "may_publish": waits and found.decided_by_id != user.pk and may(user, Action.PUBLISH_REVISION, card),
    }


@signed_in
@require_POST
def publish_appeal(request, pk):
    """Publishes what an upheld appeal leads to."""
    found = get_object_or_404(_appeals(request.user), pk=pk)
    try:
        appealing.publish_revision(found, actor=request.user, request_key=key_of(request))
        messages.success(request, _("The revised result is published. The old one stays on record."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("decide_appeal", pk=pk)
