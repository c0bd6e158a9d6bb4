"""Asking for the summary of a group of agencies."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from reports.jobs import request_summary
from reports.record import NothingToPrint
from reports.summary import find_group
from reports.views import options_asked
from scorecards.delegation import assesses


@login_required
@require_POST
def summary_request(request, form, year, months):
    """Ask for the summary of the group that is chosen, and go to its progress; for the assessing side, since it names
    who is late."""
    group = None
    if assesses(request.user):
        asked = request.POST.get("ministry", "")[:60]
        group = find_group(form, year=year, months=months, ministry=asked)
    if group is None:
        raise Http404
    try:
        job = request_summary(group, actor=request.user, **options_asked(request))
    except NothingToPrint as fault:
        messages.error(request, str(fault))
        return redirect("tables")
    return redirect("job", pk=job.pk)
