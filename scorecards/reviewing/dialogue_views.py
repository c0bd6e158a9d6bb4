"""Small doings on the review page and their other side: saving while one goes on, questions, single files."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indicators.refusals import Refused, Stale
from scorecards.accounts.signing_in import signed_in
from scorecards.answering.conflicts import ruling_conflicts
from scorecards.answering.entry_forms import CommentForm
from scorecards.finding import find_entry, find_line, find_sent
from scorecards.models import Clarification
from scorecards.request_keys import key_of, page_key_of
from scorecards.reviewing import review as verbs
from scorecards.reviewing.clarifying import ask, clarify
from scorecards.reviewing.file_rulings import judge_file
from scorecards.reviewing.forms import RulingForm
from scorecards.reviewing.pages import left_of
from scorecards.reviewing.rulings import title_in


def _of_indicator(request, pk, code):
    card = find_sent(request.user, pk)
    return card, find_line(card, code), card.submissions.latest("number")


@login_required
@require_POST
def save_rulings(request, pk, code):
    """Saves the rulings that are whole while the reviewer goes on; answers with what was saved, the new versions of
    that alone, and what a colleague ruled on meanwhile. Between two rulings the reviewer chooses on the page and saves
    it: until then both are left as they are."""
    _card, entry, submission = _of_indicator(request, pk, code)
    came_from = page_key_of(request)
    form = RulingForm(request.POST, submission=submission, indicator=entry.indicator, page=came_from)
    saved, refused, conflicts = [], [], []
    if request.POST.get("submission") != str(submission.pk):
        refused.append(_("The agency has sent a newer report meanwhile. Load the page again."))
    choosing = {name.removeprefix("choose.") for name in request.POST if name.startswith("choose.")}
    facts = {"actor": request.user, "indicator": entry.indicator, "page": came_from}
    for change in [] if refused else form.rulings():
        if change.criterion_key in choosing:
            continue
        try:
            verbs.rule(submission, rulings=[change], **facts)
            saved.append(change.criterion_key)
        except Stale as stale:
            refused += stale.reasons
            conflicts += ruling_conflicts(submission, entry.indicator, stale)
        except Refused as refusal:
            refused += refusal.reasons
    fresh = RulingForm(submission=submission, indicator=entry.indicator)
    page = {"refused": refused, "form": form, "saved_at": timezone.now(), "choosing": choosing}
    page |= {"conflicts": conflicts, "fresh": [fresh[f"seen.{key}"] for key in saved]} | left_of(fresh)
    return render(request, "review/_saved.html", page)


@signed_in
@require_POST
def ask_agency(request, pk, code, criterion_key):
    """Asks the agency about a criterion without returning the scorecard."""
    _card, entry, submission = _of_indicator(request, pk, code)
    form = CommentForm(request.POST)
    question = form.cleaned_data["text"] if form.is_valid() else ""
    try:
        ask(
            submission,
            indicator=entry.indicator,
            criterion_key=criterion_key,
            question=question,
            actor=request.user,
            request_key=key_of(request),
        )
        messages.success(request, _("The agency was asked. Its answer will stand here."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('review', args=[pk, code])}#criterion-{criterion_key}")


@signed_in
@require_POST
def answer_reviewer(request, pk, question):
    """The agency answers a reviewer's question on one of its indicators."""
    entry = find_entry(request.user, pk)
    rows = Clarification.objects.select_related("submission__scorecard", "indicator")
    asked = get_object_or_404(
        rows, pk=question, submission__scorecard=entry.scorecard_id, indicator=entry.indicator_id
    )
    form = CommentForm(request.POST)
    answer = form.cleaned_data["text"] if form.is_valid() else ""
    try:
        clarify(asked, answer=answer, actor=request.user, request_key=key_of(request))
        messages.success(request, _("The reviewer can read your answer."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{entry.get_absolute_url()}#criterion-{asked.criterion_key}")


@signed_in
def judge(request, pk, code, file_id):
    """One file of what was sent: a page to accept it, or to reject it with a remark."""
    card, entry, submission = _of_indicator(request, pk, code)
    sent = next((one for one in submission.content.get("evidence", []) if one["id"] == str(file_id)), None)
    if sent is None or sent["indicator"] != code:
        raise Http404
    back = f"{reverse('review', args=[pk, code])}#criterion-{sent['criterion_key']}"
    known, refused = submission.file_rulings.filter(file_id=str(file_id)).first(), []
    if request.method == "POST":
        said = {"verdict": request.POST.get("verdict", ""), "remark": request.POST.get("remark", "")[:4000]}
        said["request_key"] = key_of(request)
        try:
            judge_file(submission, str(file_id), actor=request.user, **said)
            messages.success(request, _("What you say of the file is kept."))
            return redirect(back)
        except Refused as refusal:
            refused = refusal.reasons
    remark = request.POST.get("remark", known.remark if known else "")
    page = {"scorecard": card, "entry": entry, "file": sent, "known": known, "remark": remark, "back": back}
    page |= {"submission": submission, "criterion": title_in(entry.indicator, sent["criterion_key"])}
    return render(request, "review/file.html", page | {"refused": refused}, status=409 if refused else 200)
