"""Handing files in and out. Each view finds the thing through the person; a file of another agency is a 404."""

import logging
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from evidence import filetypes, store
from evidence.answering import answer, page_or_dialog
from evidence.changing import withdraw
from evidence.forms import ParticularsForm
from evidence.intake import receive, replace
from evidence.pages import first_page
from evidence.reading import evidence_for, own_entry, own_evidence
from evidence.recording import record_file
from indicators.refusals import Refused
from scorecards.request_keys import key_of

log = logging.getLogger(__name__)
# No script, no form, no request, nobody else's frame, whatever the file says. Chromium starts its reader of PDF for a
# document that is sandboxed by this header (seen in 156); a sandbox attribute on the frame would add nothing to it.
POLICY = (
    "sandbox; default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)
HELD, ALTERED = "evidence/held.html", "evidence/altered.html"


@login_required
@require_POST
def evidence_upload(request, entry_pk, criterion_key):
    """Takes one or several files for a criterion; those that are fit stay, the others come back with their reason."""
    entry = own_entry(request.user, entry_pk)
    uploads = request.FILES.getlist(f"files.{criterion_key}") or request.FILES.getlist("files")
    form = ParticularsForm(request.POST)
    problems = [] if form.is_valid() else [("", [e for errors in form.errors.values() for e in errors])]
    for upload in uploads if not problems else []:
        try:
            receive(
                entry,
                criterion_key,
                actor=request.user,
                upload=upload,
                said=form.said,
                request_key=key_of(request, f"request_key.{criterion_key}", "request_key"),
            )
        except Refused as refused:
            problems.append((filetypes.clean_name(upload.name), refused.reasons))
    return answer(request, entry, criterion_key, problems=problems)


@login_required
@require_POST
def evidence_replace(request, pk):
    """Takes a newer version of an attached file."""
    evidence = own_evidence(request.user, pk)
    problems = []
    for upload in request.FILES.getlist("files")[:1]:
        try:
            replace(evidence, actor=request.user, upload=upload, request_key=key_of(request))
        except Refused as refused:
            problems.append((filetypes.clean_name(upload.name), refused.reasons))
    return answer(request, evidence.entry, evidence.criterion_key, problems=problems)


@login_required
@require_POST
def evidence_withdraw(request, pk):
    """Takes a file off its criterion."""
    evidence = own_evidence(request.user, pk)
    problems = []
    try:
        withdraw(evidence, actor=request.user, reason=request.POST.get("reason", ""))
    except Refused as refused:
        problems.append((evidence.name, refused.reasons))
    return answer(request, evidence.entry, evidence.criterion_key, problems=problems)


@login_required
@require_GET
def evidence_view(request, pk):
    """A PDF or a picture in place, at the page that its reference names."""
    evidence = evidence_for(request.user, pk)
    if not evidence.is_shown_in_place:
        raise Http404
    page = first_page(request.GET.get("at") or evidence.pages)
    is_pdf = evidence.media_type == filetypes.PDF
    return page_or_dialog(request, "view", {"evidence": evidence, "page": page, "is_pdf": is_pdf})


@login_required
@require_GET
def evidence_download(request, pk):
    """The bytes as they came, after they were hashed again; `?view=1` is for the frame or the picture in place."""
    evidence = evidence_for(request.user, pk)
    if evidence.is_held:
        return render(request, HELD, {"evidence": evidence}, status=409)
    try:
        file = store.open_checked(evidence.key, sha256=evidence.sha256)
    except store.Altered as altered:
        log.error("evidence: %s", altered)
        _record(evidence, actor=request.user, action="evidence_altered", reason=altered.reason)
        return render(request, ALTERED, {"evidence": evidence}, status=409)
    _record(evidence, actor=request.user, action="read_evidence")
    in_place = request.GET.get("view") == "1" and evidence.is_shown_in_place
    response = FileResponse(file, content_type=evidence.media_type)
    response["Content-Disposition"] = disposition(evidence, in_place=in_place)
    response["Content-Length"] = evidence.size
    for name, value in headers(in_place=in_place).items():
        response[name] = value
    return response


def headers(*, in_place: bool) -> dict:
    """What keeps a handed-out file from doing anything."""
    found = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    return found | ({"X-Frame-Options": "SAMEORIGIN"} if in_place else {})


def disposition(evidence, *, in_place: bool) -> str:
    """The header that gives the name back exactly (RFC 6266, RFC 5987), with a plain one for old programs."""
    plain = f"evidence.{evidence.kind or 'bin'}"
    word = "inline" if in_place else "attachment"
    return f"{word}; filename=\"{plain}\"; filename*=UTF-8''{quote(evidence.name, safe='')}"


@transaction.atomic
def _record(evidence, *, actor, action, reason=""):
    """Every reading is an event; that of a classified file names its class."""
    facts = {"entry": evidence.entry_id, "name": evidence.name, "sha256": evidence.sha256}
    if evidence.is_classified:
        facts["secrecy"] = str(evidence.secrecy)
    record_file(evidence, actor=actor, action=action, after=facts, reason=reason)
