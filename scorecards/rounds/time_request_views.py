"""The pages of a request for more time: the agency asks and withdraws, an administrator answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from indicators.editor_views import configurers_only
from indicators.refusals import REFUSED, Refused
from scorecards.accounts.signing_in import signed_in
from scorecards.answering.entry_forms import ExtensionForm, NotGrantedForm
from scorecards.finding import OF_A_SCORECARD, find_own_scorecard
from scorecards.models import Scorecard, TimeRequest
from scorecards.permissions import may
from scorecards.presenting.date_fields import end_of
from scorecards.request_keys import key_of
from scorecards.rounds.asking_time import ask_for_time, grant_request, refuse_request, withdraw_request
from scorecards.states import Action
from scorecards.time_requests import WITH_PEOPLE


@signed_in
@require_http_methods(["GET", "POST"])
def ask_time(request, pk):
    """Until when the agency asks to work on its report, and why; a POST asks."""
    card = find_own_scorecard(request.user, pk=pk)
    form, refused = ExtensionForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        said, key = form.cleaned_data, key_of(request)
        try:
            until = end_of(said["until"])
            ask_for_time(card, until=until, reason=said["reason"], actor=request.user, request_key=key)
            messages.success(request, _("OPDC was asked for more time. What it answers stands on this page."))
            return redirect("scorecard", pk)
        except Refused as refusal:
            refused = refusal.reasons
    page = {"scorecard": card, "form": form, "refused": refused}
    page |= {
        "asking": may(request.user, Action.ASK_TIME, card),
        "waiting": card.time_requests.waiting().first(),
    }
    status = REFUSED if refused or form.errors else 200
    return render(request, "scorecards/more_time.html", page, status=status)


@login_required
@require_POST
def withdraw_time(request, pk):
    """Takes the agency's request back."""
    card = find_own_scorecard(request.user, pk=pk)
    try:
        withdraw_request(_named(request, card), actor=request.user, request_key=key_of(request))
        messages.success(request, _("The request for more time is withdrawn."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("scorecard", pk)


@configurers_only
@require_http_methods(["GET", "POST"])
def answer_time(request, pk):
    """The latest request for more time on a scorecard; a POST grants or refuses the one that was shown."""
    cards = Scorecard.objects.select_related(*OF_A_SCORECARD).defer("framework__document")
    card = get_object_or_404(cards, pk=pk)
    latest = get_object_or_404(card.time_requests.select_related(*WITH_PEOPLE)[:1])
    granting, refusing, refused = _granting(latest), NotGrantedForm(), []
    if request.method == "POST":
        asked, is_no = _named(request, card), "refuse" in request.POST
        form = NotGrantedForm(request.POST) if is_no else ExtensionForm(request.POST)
        granting, refusing = (granting, form) if is_no else (form, refusing)
        try:
            if form.is_valid():
                _answer(request, asked, form.cleaned_data, is_no)
                return redirect("home")
        except Refused as refusal:
            refused, latest = refusal.reasons, card.time_requests.select_related(*WITH_PEOPLE).first()
    page = {
        "scorecard": card,
        "asked": latest,
        "granting": granting,
        "refusing": refusing,
        "refused": refused,
    }
    page["answering"] = may(request.user, Action.EXTEND, card)
    status = REFUSED if refused or granting.errors or refusing.errors else 200
    return render(request, "assignments/time_request.html", page, status=status)


def _named(request, card) -> TimeRequest:
    """The request that stood on the page, whatever came of it since."""
    number = request.POST.get("asked", "")
    known = card.time_requests.select_related("scorecard")
    return get_object_or_404(known, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)


def _granting(asked) -> ExtensionForm:
    """The extension as it was asked for, so that one press grants it."""
    return ExtensionForm(initial={"until": localdate(asked.until), "reason": asked.reason})


def _answer(request, asked, said, is_no):
    facts = {"actor": request.user, "request_key": key_of(request)}
    if is_no:
        refuse_request(asked, reason=said["answer"], **facts)
        messages.success(request, _("More time was not granted. The agency reads why on its page."))
    else:
        grant_request(asked, until=end_of(said["until"]), reason=said["reason"], **facts)
        messages.success(request, _("The agency has more time. It stands on its pages with the reason."))
