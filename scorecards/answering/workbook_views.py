"""Working without a connection: the answers workbook out, and in again with a preview of what it would change."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from indicators.refusals import REFUSED, Refused
from indicators.workbooks import LARGEST, MEDIA_TYPE
from scorecards.answering.workbook import answers_to_workbook, entries_of
from scorecards.answering.workbook_import import differences, read_answers, take_over
from scorecards.finding import find_own_scorecard
from scorecards.models import Entry

PREVIEW_SECONDS = 3600
LARGEST_PREVIEW = 1_500_000  # characters; a request may hold 2 MiB


@login_required
@require_GET
@never_cache
def scorecard_workbook(request, pk):
    """Every indicator of a scorecard as a workbook to fill in."""
    card = find_own_scorecard(request.user, pk=pk)
    return _workbook(request, card, entries_of(card), name=card.agency.name)


@login_required
@require_GET
@never_cache
def entry_workbook(request, pk):
    """One indicator as a workbook to fill in."""
    card = find_own_scorecard(request.user, entries=pk)
    entries = entries_of(card, pk)
    code = entries[0].indicator.code
    return _workbook(request, card, entries, name=_("Indicator %(code)s") % {"code": code})


def _workbook(request, card, entries: list[Entry], *, name):
    data = answers_to_workbook(card, entries, user=request.user)
    facts = {"name": name, "year": card.framework.year, "months": card.round.months}
    file_name = _("Answers %(name)s %(year)s round %(months)s") % facts
    answer = HttpResponse(data, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"{file_name.replace('/', '-')}.xlsx")
    return answer


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def import_answers(request, pk):
    """First what a workbook would change; then, with `plan`, the change: all of it or nothing."""
    card = find_own_scorecard(request.user, pk=pk)
    page, typed = {"scorecard": card}, {}
    try:
        if "plan" in request.POST:
            typed = _previewed(request, pk)
            done = take_over(card, typed, actor=request.user)
            sentence = ngettext("%(n)s change was taken over.", "%(n)s changes were taken over.", done)
            messages.success(request, sentence % {"n": done})
            return redirect("scorecard", pk)
        if upload := request.FILES.get("file"):
            typed = read_answers(card, upload.read(LARGEST + 1))
            page |= _preview(card, typed, request.user)
    except signing.BadSignature:
        messages.warning(request, _("The preview is too old. Bring the workbook in again."))
        return redirect("import_answers", pk)
    except Refused as refused:
        page |= _preview_again(card, typed, request.user) | {"refused": refused.reasons}
    return render(request, "scorecards/offline.html", page, status=REFUSED if "refused" in page else 200)


def _previewed(request, pk) -> dict:
    """The texts of the preview as it was signed, with what the person chose where two wrote the same thing."""
    typed = signing.loads(request.POST["plan"], salt=_salt(request.user, pk), max_age=PREVIEW_SECONDS)
    for name, choice in request.POST.items():
        what, _point, rest = name.partition(".")
        entry, _point, key = rest.partition(".")
        if what == "choose" and entry in typed:
            typed[entry][f"choose.{key}"] = choice
    return typed


def _preview(card, typed, user) -> dict:
    """What the page shows of it, and the signed texts that come back when the person agrees."""
    found = differences(card, typed, user=user)
    bare = {
        pk: {name: text for name, text in texts.items() if not name.startswith("choose.")}
        for pk, texts in typed.items()
    }
    signed = signing.dumps(bare, salt=_salt(user, card.pk), compress=True)
    if len(signed) > LARGEST_PREVIEW:
        raise Refused([_("That is too much at once. Bring the indicators in one by one.")])
    return {"is_preview": True, "found": found, "signed": signed}


def _preview_again(card, typed, user) -> dict:
    """The preview once more beside a refusal, where there is one: as things stand now."""
    try:
        return _preview(card, typed, user) if typed else {}
    except Refused:
        return {}


def _salt(user, pk) -> str:
    return f"answers-{pk}-{user.pk}"
