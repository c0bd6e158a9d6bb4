"""Large files in pieces, for the page's script (static/evidence.js). Without it the plain form sends them whole."""

import re

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evidence.answering import answer
from evidence.arriving import Coming, WrongOffset, append, begin, finish
from evidence.forms import ParticularsForm
from evidence.models import Upload
from evidence.reading import own_entry
from indicators.refusals import Refused

CONFLICT = 409
NUMBER = re.compile(r"\d{1,15}", re.ASCII)
UUID = re.compile(r"[0-9a-f-]{36}")


@login_required
@require_POST
def upload_begin(request, entry_pk, criterion_key):
    """Announces a file: where to send its pieces, and how much of it is here already."""
    entry = own_entry(request.user, entry_pk)
    form, replaces = ParticularsForm(request.POST), request.POST.get("replaces", "")
    coming = Coming(
        request.POST.get("name", ""), _number(request.POST.get("size")), request.POST.get("fingerprint", "")
    )
    if not form.is_valid():
        return _no([error for errors in form.errors.values() for error in errors])
    try:
        upload = begin(
            entry,
            criterion_key,
            actor=request.user,
            coming=coming,
            said=form.said,
            replaces=replaces if UUID.fullmatch(replaces) else "",
        )
    except Refused as refused:
        return _no(refused.reasons)
    return JsonResponse(
        {
            "received": upload.received,
            "piece": reverse("evidence_upload_piece", args=[upload.pk]),
            "finish": reverse("evidence_upload_finish", args=[upload.pk]),
        }
    )


@login_required
@require_POST
def upload_piece(request, pk):
    """Takes the piece in the body, which begins at the offset that the header names."""
    upload = _own(request.user, pk)
    try:
        piece = request.body
    except RawPostDataException:
        return _no(
            [_("A piece of a file is sent as bytes, not as a form. Load the page again and choose the file.")]
        )
    try:
        upload = append(upload, offset=_number(request.headers.get("Upload-Offset")), piece=piece)
    except WrongOffset as wrong:
        return JsonResponse({"received": wrong.received}, status=CONFLICT)
    except Refused as refused:
        return _no(refused.reasons)
    return JsonResponse({"received": upload.received})


@login_required
@require_POST
def upload_finish(request, pk):
    """Makes the file evidence once all of it is here; the list of the criterion comes back."""
    upload = _own(request.user, pk)
    entry = own_entry(request.user, upload.entry_id)
    problems = []
    try:
        finish(upload, actor=request.user)
    except Refused as refused:
        problems.append((upload.name, refused.reasons))
    return answer(request, entry, upload.criterion_key, problems=problems)


def _own(user, pk):
    rows = Upload.objects.filter(user=user).select_related("entry__scorecard__agency", "entry__indicator")
    return get_object_or_404(rows.select_related("entry__scorecard__round__year"), pk=pk)


def _number(text):
    return int(text) if NUMBER.fullmatch(text or "") else -1


def _no(reasons):
    return JsonResponse({"reasons": [str(reason) for reason in reasons]}, status=CONFLICT)
