"""Pages of the agency's side: what there is to do, the scorecard, one indicator, sending."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from indicators.refusals import REFUSED, Refused, Stale
from scorecards import workflow
from scorecards.accounts.signing_in import signed_in
from scorecards.answering.card_pages import scorecard_page, senders_of
from scorecards.answering.comments import comments_of
from scorecards.answering.conflicts import conflicts_of
from scorecards.answering.entry_pages import entry_page, score_panel
from scorecards.answering.forms import EntryForm, RemarkForm, SubmitForm, missing_at, seen_after
from scorecards.answering.plausibility import second_look
from scorecards.blockers import by_indicator, entries_to_send, entry_blockers, submission_blockers
from scorecards.corrections import corrections_of, open_criteria
from scorecards.events import already_done
from scorecards.finding import find_entry, find_own_scorecard, find_scorecard, first_scorecards
from scorecards.models import Scorecard
from scorecards.models.people import memberships_of
from scorecards.permissions import may
from scorecards.presenting.paging import page_of
from scorecards.request_keys import key_of, page_key_of
from scorecards.results.appealing import LONGEST
from scorecards.states import Action
from scorecards.waiting.agency_work import closed_without_report
from scorecards.waiting.configuring import waiting_for_administrator
from scorecards.waiting.first_steps import first_steps
from scorecards.waiting.worklist import work_page


def form_for(entry, user, data=None, *, page="") -> EntryForm:
    """The indicator's form as this person may fill it in now: closed where they may not, and in a returned scorecard
    where nothing is to be mended."""
    open_ = open_criteria(entry, corrections_of(entry.scorecard))
    return EntryForm(
        data, entry=entry, disabled=not may(user, Action.ANSWER, entry), open_keys=open_, page=page
    )


@login_required
@require_GET
def home(request):
    """What this person has to do, and the scorecards they may open."""
    cards, more = first_scorecards(request.user)
    return render(
        request,
        "scorecards/home.html",
        work_page(request.user, page=request.GET.get("page"))
        | {
            "steps": first_steps(request.user),
            "belongs": bool(memberships_of(request.user)),
            "configuring": waiting_for_administrator(request.user),
            "scorecards": cards,
            "more": more,
            "closed_without": closed_without_report(request.user),
        },
    )


@login_required
@require_GET
def scorecards(request):
    """Every scorecard this person may open, newest year first."""
    cards = Scorecard.objects.visible_to(request.user).select_related(
        "agency", "framework__year", "round__year"
    )
    page = page_of(
        cards.order_by("-framework__year__year", "-round__months", "agency__name_th", "pk"),
        request.GET.get("page"),
    )
    closed = closed_without_report(request.user)
    return render(request, "scorecards/scorecards.html", {"page": page, "closed_without": closed})


@login_required
@require_GET
def scorecard(request, pk):
    """The SAR card: every indicator with its history, target, weight and scores."""
    card = find_scorecard(request.user, pk)
    return render(
        request,
        "scorecards/scorecard.html",
        scorecard_page(card, request.user, all_rounds="rounds" in request.GET),
    )


@signed_in
def entry(request, pk):
    """One indicator as the official form. A POST saves what was typed and, where asked, proposes it."""
    entry = find_entry(request.user, pk)
    if request.method != "POST":
        page = entry_page(entry, form_for(entry, request.user), request.user)
        page["appeal_text"] = request.session.get(f"appeal-{pk}", "")
        if (key := request.GET.get("comments")) in page["comments"]:
            page |= {"whole_thread": key, "comments": comments_of(entry, whole=key)}
        return render(request, "scorecards/entry.html", page)
    form, problems = form_for(entry, request.user, request.POST, page=page_key_of(request)), {}
    key = key_of(request)
    proposing = f"{key}+propose" if key else ""
    try:
        # Sent again after a lost answer: what was proposed is closed to answers.
        if not already_done(proposing):
            workflow.save_entry(entry, actor=request.user, changes=form.changes(), request_key=key)
        if form.is_valid() and request.POST.get("then") == "propose":
            workflow.propose(entry, actor=request.user, request_key=proposing)
            messages.success(request, _("Proposed to the KPI supervisor."))
        if form.is_valid():
            return redirect("entry", pk=pk)
    except Stale as stale:
        problems = {"refused": stale.reasons, "conflicts": conflicts_of(entry, form, stale)}
    except Refused as refused:
        problems = {"refused": refused.reasons}
    page = entry_page(find_entry(request.user, pk), form, request.user)
    return render(request, "scorecards/entry.html", page | problems, status=REFUSED)


@login_required
@require_POST
def preview(request, pk):
    """The score of what stands in the form now, by the real fold. Nothing is saved."""
    entry = find_entry(request.user, pk, whole_page=False)
    form = form_for(entry, request.user, request.POST)
    return render(request, "scorecards/_preview.html", score_panel(entry, form))


@login_required
@require_POST
def save_field(request, pk):
    """Saves what changed while the person types on; answers with the state of saving and the new versions."""
    entry = find_entry(request.user, pk, whole_page=False)
    form = form_for(entry, request.user, request.POST, page=page_key_of(request))
    found = {"entry": entry, "form": form, "saved_at": timezone.now()}
    changes = form.changes()
    try:
        saved = workflow.save_entry(entry, actor=request.user, changes=changes)
    except Stale as stale:
        found |= {"conflicts": conflicts_of(entry, form, stale), "refused": stale.reasons}
    except Refused as refused:
        found |= {"refused": refused.reasons}
    else:
        found |= {"blockers": entry_blockers(saved), "seen": seen_after(saved, changes)}
    return render(request, "scorecards/_saved.html", found)


def keep_typed(request, pk) -> None:
    """Saves what else stood on the indicator's page when a button beside it was pressed without JavaScript; what cannot
    be saved is said."""
    if "text" in request.POST:  # of an appeal that is not sent yet
        request.session[f"appeal-{pk}"] = request.POST["text"][: LONGEST + 1]
    if not any(name.startswith("seen.") for name in request.POST):
        return
    entry = find_entry(request.user, pk)
    form = form_for(entry, request.user, request.POST, page=page_key_of(request))
    try:
        workflow.save_entry(entry, actor=request.user, changes=form.changes())
    except Refused as refused:
        messages.error(request, str(refused))
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)


MOVED = {
    Action.ENDORSE: gettext_lazy("Endorsed."),
    Action.WITHDRAW_ENDORSEMENT: gettext_lazy("The endorsement was taken back: it awaits endorsement again."),
    Action.SEND_BACK: gettext_lazy("Sent back to the collector."),
    Action.CANCEL_SEND_BACK: gettext_lazy("No longer sent back: it awaits endorsement again."),
    Action.TAKE_BACK: gettext_lazy("Taken back: you may work on it again, then propose it once more."),
}


@login_required
@require_POST
def move_entry(request, pk, action):
    """The decisions on a proposed indicator: endorse, send back with a remark, take either back; the collector's to
    take it back."""
    entry = find_entry(request.user, pk)
    facts = {"actor": request.user, "request_key": key_of(request)}
    remark, seen = request.POST.get("remark", ""), _version_seen(request)
    act = {
        Action.ENDORSE: lambda: workflow.endorse(entry, seen=seen, **facts),
        Action.WITHDRAW_ENDORSEMENT: lambda: workflow.withdraw_endorsement(entry, seen=seen, **facts),
        Action.SEND_BACK: lambda: workflow.send_back(entry, remark=remark, **facts),
        Action.CANCEL_SEND_BACK: lambda: workflow.cancel_send_back(entry, **facts),
        Action.TAKE_BACK: lambda: workflow.take_back(entry, **facts),
    }[action]
    try:
        act()
    except Refused as refused:
        page = entry_page(entry, form_for(entry, request.user), request.user) | {"refused": refused.reasons}
        if action == Action.SEND_BACK:
            page["remark_form"] = missing_at(RemarkForm(request.POST), "remark", refused.reasons)
        return render(request, "scorecards/entry.html", page, status=REFUSED)
    messages.success(request, MOVED[action])
    return redirect("entry", pk=pk)


def _version_seen(request) -> int | None:
    version = request.POST.get("version", "")
    return int(version[:9]) if version.isdecimal() else None


@login_required
@require_GET
def missing(request, pk):
    """Everything that is missing before the scorecard can be sent, and the declaration."""
    card = find_own_scorecard(request.user, pk=pk)
    return render(request, "scorecards/missing.html", _sending(request, card, SubmitForm()))


@login_required
@require_POST
def submit(request, pk):
    """Sends the scorecard."""
    card = find_own_scorecard(request.user, pk=pk)
    form = SubmitForm(request.POST)
    declared = form.is_valid() and form.cleaned_data["declared"]
    try:
        workflow.submit(card, actor=request.user, declared=declared, request_key=key_of(request))
    except Refused as refused:
        page = _sending(request, card, form) | {"refused": refused.reasons}
        return render(request, "scorecards/missing.html", page, status=REFUSED)
    messages.success(request, _("The report was sent. What was sent is kept as it is, with its hash."))
    return redirect("scorecard", pk=pk)


def _sending(request, card, form):
    entries = entries_to_send(card)
    blockers = submission_blockers(card, entries)
    return {
        "scorecard": card,
        "blockers": blockers,
        "missing": by_indicator(entries, blockers),
        "questions": second_look(card, entries),
        "allowed": may(request.user, Action.SUBMIT, card),
        "senders": senders_of(card, request.user),
        "asking": may(request.user, Action.ASK_TIME, card),
        "form": form,
    }


@login_required
@require_POST
def recall(request, pk):
    """Takes a sent scorecard back before its review begins."""
    card = find_scorecard(request.user, pk)
    try:
        workflow.recall(card, actor=request.user, request_key=key_of(request))
    except Refused as refused:
        page = scorecard_page(card, request.user) | {"refused": refused.reasons}
        return render(request, "scorecards/scorecard.html", page, status=REFUSED)
    messages.success(request, _("Recalled: the agency may work on it again."))
    return redirect("scorecard", pk=pk)
