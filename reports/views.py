"""Pages of the reports: ask for a PDF, see how far it is, download it."""

import io

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from reports import jobs, store
from reports.models import Document, Job
from reports.record import NothingToPrint
from scorecards.models import Scorecard


@login_required
@require_POST
def report_request(request, pk):
    """Ask for the PDF of a scorecard and go to its progress."""
    scorecard = get_object_or_404(Scorecard.objects.visible_to(request.user), pk=pk)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = "en" if translation.get_language() == "en" else "th"
    try:
        job = jobs.request_report(scorecard, actor=request.user, language=language)
    except NothingToPrint as fault:
        messages.error(request, str(fault))
        return redirect("scorecard", pk=scorecard.pk)
    return redirect("job", pk=job.pk)


@login_required
@require_GET
@never_cache
def job(request, pk):
    """How far a job is; asked by htmx, only the part that changes."""
    visible = Scorecard.objects.visible_to(request.user)
    found = get_object_or_404(Job.objects.select_related("document"), pk=pk, scorecard__in=visible)
    template = "reports/_job.html" if request.htmx else "reports/job.html"
    return render(request, template, {"job": found, "scorecard": found.scorecard})


@login_required
@require_GET
@never_cache
def document(request, pk):
    """Download a PDF, after asking each time whether this person may see its scorecard."""
    visible = Scorecard.objects.visible_to(request.user)
    found = get_object_or_404(Document, pk=pk, scorecard__in=visible)
    content = store.read(found)
    if content is None:
        messages.error(request, _("This PDF is no longer in the store; have it made again."))
        return redirect("scorecard", pk=found.scorecard_id)
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=file_name(found), content_type="application/pdf"
    )


def file_name(found: Document) -> str:
    """The name under which a browser saves it: รายงานผลการปฏิบัติราชการ 2562 รอบ 12 เดือน หน่วยงาน.pdf"""
    scorecard = found.scorecard
    with translation.override(found.language):
        parts = [
            _("Scorecard report"),
            str(scorecard.framework.year),
            _("%(months)s-month round") % {"months": scorecard.round.months},
            scorecard.agency.name,
        ]
    return " ".join(parts).replace("/", "-").replace("\\", "-") + ".pdf"
