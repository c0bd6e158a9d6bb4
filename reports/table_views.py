"""Tables of recorded figures to take away: of one scorecard, and of all agencies under a form."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from reports.agency_tables import Choice, agency_tables, cards_of
from reports.card_tables import scorecard_tables
from reports.exporting import record_card_export, record_export
from reports.models import Digits
from reports.record import NothingToPrint
from reports.table_files import as_csv, as_json
from reports.table_forms import TableForm
from reports.workbooks import MEDIA_TYPE, as_workbook
from scorecards.delegation import assesses, belongs_to
from scorecards.finding import find_scorecard

MEDIA_TYPES = {"xlsx": MEDIA_TYPE, "csv": "text/csv; charset=utf-8", "json": "application/json"}


@login_required
@require_GET
@never_cache
def scorecard_table(request, pk, kind):
    """The tables of one scorecard; 404 where nothing was sent yet. Reviewers are named to the assessing side only."""
    card = find_scorecard(request.user, pk)
    is_own = belongs_to(request.user, card.agency_id)
    try:
        tables = scorecard_tables(card, language=language_of(request), with_reviewers=not is_own)
    except NothingToPrint as fault:
        raise Http404(str(fault)) from fault
    facts = {"name": card.agency.name, "year": card.round.year, "months": card.round.months}
    name = _("Results %(name)s %(year)s round %(months)s") % facts
    answer = table_file(request, tables, kind=kind, name=name)
    record_card_export(card, actor=request.user, kind=kind, table=request.GET.get("table", "")[:20])
    return answer


@login_required
@require_GET
@never_cache
def tables_page(request):
    """Which tables of all agencies are wanted, and the links to them."""
    if not assesses(request.user):
        raise Http404
    form = TableForm(request.GET or None, user=request.user)
    choice = form.choice()
    found = cards_of(request.user, choice) if choice else None
    page = {
        "form": form,
        "choice": choice,
        "count": found.count() if choice else 0,
        "published": found.filter(publications__isnull=False).count() if choice else 0,
        "digits": Digits.choices,
        "query": urlencode({"ministry": choice.ministry}) if choice and choice.ministry else "",
    }
    return render(request, "reports/tables.html", page)


@login_required
@require_GET
@never_cache
def agencies_table(request, form, year, months, kind):
    """The tables of all agencies that this person may compare; 404 where there are none."""
    choice = Choice(form, year, months, request.GET.get("ministry", "")[:60])
    cards = cards_of(request.user, choice)
    agencies = sorted(cards.order_by().values_list("agency__code", flat=True))
    if not agencies:
        raise Http404
    language = language_of(request)
    tables = agency_tables(cards, choice, language=language, derivations="derivations" in request.GET)
    name = "-".join(["tables", form, str(year), str(months), *([choice.ministry] if choice.ministry else [])])
    answer = table_file(request, tables, kind=kind, name=name)
    facts = {"table": request.GET.get("table", "")[:20], "agencies": agencies}
    record_export(choice, actor=request.user, kind=kind, **facts)
    return answer


def table_file(request, tables, *, kind, name) -> HttpResponse:
    """The tables as a file of this kind. A CSV holds one of them: that which `table` names, else the first that has a
    row for each indicator; 404 for a name that is not among them."""
    if kind == "csv":
        asked = request.GET.get("table") or ("long" if any(one.name == "long" for one in tables) else "card")
        chosen = [one for one in tables if one.name == asked]
        if not chosen:
            raise Http404
        content, name = as_csv(chosen[0]), f"{name} {asked}"
    else:
        content = as_workbook(tables) if kind == "xlsx" else as_json(tables, language=language_of(request))
    answer = HttpResponse(content, content_type=MEDIA_TYPES[kind])
    answer["Content-Disposition"] = content_disposition_header(True, f"{name.replace('/', '-')}.{kind}")
    return answer


def language_of(request) -> str:
    """The language that the address names, else that of the page."""
    asked = request.GET.get("language", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    return "en" if translation.get_language() == "en" else "th"
