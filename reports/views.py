"""Pages of the reports: ask for a PDF, see how far it is, download it."""

import io

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from reports import jobs, store
from reports.downloads import file_name, note_document
from reports.models import Digits, Document, DocumentKind, Job
from reports.record import NothingToPrint
from reports.word import entry_to_docx
from scorecards.finding import find_entry
from scorecards.models import Scorecard, Submission
from scorecards.people.contacts import contacts_of, note_reading

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_POST
def report_request(request, pk):
    """Ask for the document of a scorecard that was chosen and go to its progress; where there is nothing to print yet,
    say so."""
    scorecard = get_object_or_404(Scorecard.objects.visible_to(request.user), pk=pk)
    kind, _dot, code = request.POST.get("document", "").partition(".")
    options = options_asked(request) | ({"code": code[:40]} if kind == DocumentKind.INDICATOR_SAR else {})
    ask = {DocumentKind.SAR_CARD: jobs.request_card, DocumentKind.INDICATOR_SAR: jobs.request_indicator}
    try:
        job = ask.get(kind, jobs.request_report)(scorecard, actor=request.user, **options)
    except NothingToPrint as fault:
        messages.error(request, str(fault))
        return redirect("scorecard", pk=scorecard.pk)
    return redirect("job", pk=job.pk)


@login_required
@require_POST
def receipt_request(request, pk):
    """Ask for the receipt of a submission; one that exists comes at once, otherwise its progress."""
    visible = Scorecard.objects.visible_to(request.user)
    submission = get_object_or_404(
        Submission.objects.select_related("scorecard"), pk=pk, scorecard__in=visible
    )
    job = jobs.request_receipt(submission, actor=request.user, **options_asked(request))
    if job.document_id:
        return redirect("document", pk=job.document_id)
    return redirect("job", pk=job.pk)


def options_asked(request) -> dict[str, str]:
    """The language of the button that was pressed, else that of the page; the digits that were chosen."""
    language, digits = request.POST.get("language", ""), request.POST.get("digits", "")
    if language not in dict(settings.LANGUAGES):
        language = "en" if translation.get_language() == "en" else "th"
    return {"language": language, "digits": digits if digits in Digits.values else Digits.ARABIC}


@login_required
@require_GET
@never_cache
def job(request, pk):
    """How far a job is; asked by htmx, only the part that changes."""
    subjects = ("document", "submission", "scorecard", "group__ministry", "group__round__year")
    found = get_object_or_404(Job.objects.visible_to(request.user).select_related(*subjects), pk=pk)
    template = "reports/_job.html" if request.htmx else "reports/job.html"
    return render(request, template, {"job": found, "scorecard": found.scorecard})


@login_required
@require_GET
@never_cache
def document(request, pk):
    """Download a PDF, after asking each time whether this person may see what it is of."""
    found = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    content = store.read(found)
    if content is None:
        messages.error(request, _("This PDF is no longer in the store; have it made again."))
        return redirect("scorecard", pk=found.scorecard_id) if found.scorecard_id else redirect("tables")
    note_document(found, actor=request.user)
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=file_name(found), content_type="application/pdf"
    )


@login_required
@require_GET
@never_cache
def entry_docx(request, pk):
    """The form of one indicator in Word, filled in with what stands now; for the agency's own people."""
    entry = find_entry(request.user, pk)
    answer = HttpResponse(entry_to_docx(entry), content_type=WORD)
    scorecard = entry.scorecard
    note_reading(contacts_of(scorecard, entry.indicator.code), actor=request.user, place="word")
    facts = {"code": entry.indicator.code, "year": scorecard.framework.year, "months": scorecard.round.months}
    name = _("SAR indicator %(code)s %(year)s round %(months)s") % facts
    answer["Content-Disposition"] = content_disposition_header(True, f"{name.replace('/', '-')}.docx")
    return answer
