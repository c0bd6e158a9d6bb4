"""Pages of working together: comments on a criterion, parts, standing in for a colleague."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indicators.refusals import REFUSED, Refused
from scorecards.accounts.signing_in import signed_in
from scorecards.answering import comments, parts
from scorecards.answering.entry_forms import CommentForm, DelegationForm, PartsForm
from scorecards.answering.entry_pages import answered_here
from scorecards.answering.standing_in import delegate, end_delegation, may_arrange
from scorecards.delegation import roles_held
from scorecards.finding import find_entry
from scorecards.models import Delegation
from scorecards.request_keys import key_of
from scorecards.states import AGENCY_ROLES


@signed_in
@require_POST
def comment(request, pk, criterion_key):
    """Says something on a criterion; answers with the thread (htmx) or goes back to its place."""
    entry = find_entry(request.user, pk)
    form = CommentForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    refused = [error for errors in form.errors.values() for error in errors]
    try:
        if not refused:
            key = key_of(request)
            comments.comment(entry, criterion_key, text, actor=request.user, request_key=key)
    except Refused as refusal:
        refused = refusal.reasons
    if not request.htmx:
        for reason in refused:
            messages.error(request, str(reason))
        return redirect(f"{entry.get_absolute_url()}#criterion-{criterion_key}")
    thread = comments.comments_of(entry).get(criterion_key)
    found = {"entry": entry, "key": criterion_key, "thread": thread, "reasons": refused, "is_open": True}
    found["request_key"] = uuid4().hex  # the next comment is another one
    return render(request, "scorecards/_comments.html", found)


@login_required
@require_POST
def entry_parts(request, pk):
    """Shares the criteria out among the agency's collectors."""
    entry = find_entry(request.user, pk)
    form = PartsForm(request.POST, entry=entry, criteria=answered_here(entry))
    try:
        if form.is_valid():
            key = key_of(request)
            parts.share_out(entry, form.parts(), actor=request.user, request_key=key)
            messages.success(request, _("The parts are shared out."))
        else:
            messages.error(request, _("Choose among the people in the list."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{entry.get_absolute_url()}#parts")


@login_required
@require_POST
def parts_done(request, pk):
    """This person's parts of the indicator are done."""
    entry = find_entry(request.user, pk)
    try:
        parts.finish_parts(entry, actor=request.user, request_key=key_of(request))
        messages.success(request, _("Your part is marked as done."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(entry)


@login_required
def delegations(request):
    """Who stands in for whom at this person's agencies; a POST arranges it."""
    agencies = [agency for agency, role in roles_held(request.user) if role in AGENCY_ROLES]
    form, refused = DelegationForm(request.POST or None, user=request.user), []
    if request.method == "POST" and form.is_valid():
        try:
            delegate(form.delegation(), actor=request.user, request_key=key_of(request))
            messages.success(request, _("Arranged. It begins and ends by itself."))
            return redirect("delegations")
        except Refused as refusal:
            refused = refusal.reasons
    rows = Delegation.objects.filter(agency__in=agencies).select_related("giver", "deputy", "agency")[:50]
    found = [{"row": row, "may_end": row.is_running and may_arrange(request.user, row)} for row in rows]
    page = {"form": form, "rows": found, "refused": refused, "agencies": agencies}
    return render(
        request, "scorecards/delegations.html", page, status=REFUSED if refused or form.errors else 200
    )


@login_required
@require_POST
def end_standing_in(request, pk):
    """The person is back."""
    agencies = [agency for agency, role in roles_held(request.user) if role in AGENCY_ROLES]
    given = get_object_or_404(Delegation, pk=pk, agency__in=agencies)
    try:
        end_delegation(given, actor=request.user)
        messages.success(request, _("Ended."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("delegations")
