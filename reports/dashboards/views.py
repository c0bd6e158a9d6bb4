"""The dashboards: a page for each picture, and its figures as a file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reports.dashboards.audience import audience_of
from reports.dashboards.compared import compared_page
from reports.dashboards.distribution import distribution_page
from reports.dashboards.heat import heat_page
from reports.dashboards.pages import NAMES
from reports.dashboards.profile import profile_page
from reports.dashboards.status import status_page
from reports.dashboards.tables import as_csv
from reports.dashboards.trend import trend_page

PAGES = {
    "status": status_page,
    "heat": heat_page,
    "distribution": distribution_page,
    "trend": trend_page,
    "compared": compared_page,
    "profile": profile_page,
}


def found_page(request, picture):
    """The page of this name for this reader; 404 for people without a role and names without a page."""
    audience = audience_of(request.user)
    if audience is None or picture not in PAGES:
        raise Http404
    return PAGES[picture](request.user, audience, request.GET)


@login_required
@require_safe
def dashboards(request):
    """The first dashboard."""
    return dashboard(request, "status")


@login_required
@require_safe
def dashboard(request, picture):
    """One picture with its filters and its figures."""
    page = found_page(request, picture)
    shared = page.scope.selection.shared
    tabs = [
        (f"{reverse('dashboard', args=[one])}?{shared}", label, one == picture)
        for one, label in NAMES.items()
    ]
    facts = {
        "page": page,
        "selection": page.scope.selection,
        "picture": picture,
        "tabs": tabs,
        "name": NAMES[picture],
        "is_narrowed": any(
            one in request.GET for one in ("ministry", "kind", "which", "agency", "indicator")
        ),
    }
    return render(request, "dashboards/dashboard.html", facts)


@login_required
@require_safe
def dashboard_file(request, picture):
    """The figures of a picture as CSV; 404 where there are none."""
    page = found_page(request, picture)
    if page.file is None:
        raise Http404
    answer = HttpResponse(as_csv(page.file()), content_type="text/csv; charset=utf-8")
    round_ = page.scope.round
    name = f"{picture}-{round_.year.year}-{round_.months}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
