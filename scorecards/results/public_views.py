"""Pages and files for everybody, without signing in. The same for every reader, so that they may be kept by caches."""

from functools import wraps

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from scorecards.results.open_data import as_csv, as_json, records_of
from scorecards.results.public_pages import agency_page, list_page

KEPT_SECONDS = 60
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def public(view):
    """A page for everybody: its tag is that of its bytes, which are the publication's; the language is chosen by a
    link, since a form would need a token of its own for every reader."""

    @require_safe
    @conditional_page
    @cache_control(public=True, max_age=KEPT_SECONDS)
    @wraps(view)
    def answered(request, *args, **kwargs):
        language = request.GET.get("language")
        if language not in dict(settings.LANGUAGES):
            return view(request, *args, **kwargs)
        rest = request.GET.copy()
        rest.pop("language")
        answer = redirect(f"{request.path}?{rest.urlencode()}" if rest else request.path)
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            samesite="Lax",
            httponly=True,
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
        answer["Cache-Control"] = "no-store"
        return answer

    return answered


@public
def results(request):
    """The results of a year: agencies with their totals."""
    asked = {name: request.GET.get(name, "") for name in ("year", "ministry")}
    page = list_page(text=request.GET.get("q", "")[:100], page=request.GET.get("page"), **asked)
    return render(request, "public/list.html", page)


@public
def agency_results(request, year, code):
    """One agency's results of a year."""
    page = agency_page(year, code)
    if page is None:
        raise Http404
    return render(request, "public/agency.html", page)


@public
def results_file(request, year, kind, code=""):
    """The published results of a year, or of one agency in it, as a file; 404 where there are none."""
    records = records_of(year, **({"agency__code": code} if code else {}))
    if not records:
        raise Http404
    content = as_csv(records) if kind == "csv" else as_json(year, records)
    answer = HttpResponse(content, content_type=MEDIA_TYPES[kind])
    name = f"results-{year}-{code}.{kind}" if code else f"results-{year}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
