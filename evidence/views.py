"""Handing files in and out. Each view finds the thing through the person; a file of another agency is a 404."""

import logging
import re
from urllib.parse import quote
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from evidence import filetypes, store
from evidence.intake import receive, withdraw
from evidence.reading import evidence_by_criterion, evidence_for, place_of
from indicators.refusals import Refused
from scorecards.events import record
from scorecards.models import Entry, Scorecard
from scorecards.permissions import may
from scorecards.states import Action

log = logging.getLogger(__name__)
REQUEST_KEY = re.compile(r"[0-9A-Za-z-]{8,48}")
# No script, no form, no request, nobody else's frame, whatever the file says.
POLICY = (
    "sandbox; default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)


@login_required
@require_POST
def evidence_upload(request, entry_pk, criterion_key):
    """Takes one or several files for a criterion; those that are fit stay, the others come back with their reason."""
    visible = Scorecard.objects.visible_to(request.user)
    entry = get_object_or_404(Entry.objects.filter(scorecard__in=visible), pk=entry_pk)
    uploads = request.FILES.getlist(f"files.{criterion_key}") or request.FILES.getlist("files")
    key = request.POST.get(f"request_key.{criterion_key}", request.POST.get("request_key", ""))
    problems = []
    for upload in uploads:
        try:
            receive(
                entry,
                criterion_key,
                actor=request.user,
                upload=upload,
                pages=request.POST.get(f"pages.{criterion_key}", request.POST.get("pages", "")),
                request_key=key if REQUEST_KEY.fullmatch(key) else "",
            )
        except Refused as refused:
            problems.append((filetypes.clean_name(upload.name), refused.reasons))
    return _back(request, entry, criterion_key, problems=problems)


@login_required
@require_POST
def evidence_withdraw(request, pk):
    """Takes a file off its criterion."""
    evidence = evidence_for(request.user, pk)
    problems = []
    try:
        withdraw(evidence, actor=request.user, reason=request.POST.get("reason", ""))
    except Refused as refused:
        problems.append((evidence.name, refused.reasons))
    return _back(request, evidence.entry, evidence.criterion_key, problems=problems)


@login_required
@require_GET
def evidence_download(request, pk):
    """The bytes as they came, after they were hashed again; `?view=1` shows a PDF or a picture in place."""
    evidence = evidence_for(request.user, pk)
    try:
        file = store.open_checked(evidence.pk, sha256=evidence.sha256)
    except store.Altered as altered:
        log.error("evidence: %s", altered)
        _record(evidence, actor=request.user, action="evidence_altered", reason=altered.reason)
        return render(request, "evidence/altered.html", {"evidence": evidence}, status=409)
    _record(evidence, actor=request.user, action="read_evidence")
    in_place = request.GET.get("view") == "1" and evidence.is_shown_in_place
    response = FileResponse(file, content_type=evidence.media_type)
    response["Content-Disposition"] = disposition(evidence, in_place=in_place)
    response["Content-Length"] = evidence.size
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def disposition(evidence, *, in_place: bool) -> str:
    """The header that gives the name back exactly (RFC 6266, RFC 5987), with a plain one for old programs."""
    plain = f"evidence.{evidence.kind or 'bin'}"
    word = "inline" if in_place else "attachment"
    return f"{word}; filename=\"{plain}\"; filename*=UTF-8''{quote(evidence.name, safe='')}"


def _back(request, entry, criterion_key, *, problems):
    if not request.htmx:
        for name, reasons in problems:
            messages.error(request, f"{name}: {' '.join(str(reason) for reason in reasons)}")
        return redirect(place_of(entry, criterion_key))
    return render(
        request,
        "evidence/_files.html",
        files_context(entry, criterion_key, user=request.user) | {"problems": problems},
    )


def files_context(entry, criterion_key, *, user) -> dict:
    """What the list of one criterion's files needs."""
    return {
        "entry": entry,
        "criterion_key": criterion_key,
        "files": evidence_by_criterion(entry).get(criterion_key, []),
        "editable": bool(may(user, Action.ANSWER, entry)),
        "request_key": uuid4(),
        "accept": filetypes.FILE_INPUT_ACCEPT,
    }


@transaction.atomic
def _record(evidence, *, actor, action, reason=""):
    scorecard = evidence.entry.scorecard
    record(
        scorecard.agency,
        actor=actor,
        action=action,
        subject=f"evidence:{evidence.pk}",
        scorecard=scorecard,
        after={"name": evidence.name, "sha256": evidence.sha256},
        reason=reason,
    )
