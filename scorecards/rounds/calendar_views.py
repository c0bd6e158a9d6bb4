"""The page on which an administrator sets a year's rounds and deadlines."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from indicators.editor_views import configurers_only
from indicators.models import FiscalYear
from indicators.refusals import REFUSED, Refused
from scorecards.models import Scorecard
from scorecards.request_keys import key_of
from scorecards.rounds.calendar import Dates, proposed, set_rounds
from scorecards.rounds.calendar_forms import DAYS, RoundsForm
from scorecards.states import AGENCY_WORKS


@configurers_only
@require_http_methods(["GET", "POST"])
def year_rounds(request, year):
    """When the rounds of a year open and close; a POST sets it."""
    found = get_object_or_404(FiscalYear, year=year)
    there = _rounds_of(found)
    typed = request.POST if request.method == "POST" else None
    form = RoundsForm(typed, there=there, proposed={} if there else proposed(found))
    refused = []
    if request.method == "POST" and form.is_valid():
        said = {"reason": form.cleaned_data["reason"], "request_key": key_of(request)}
        try:
            set_rounds(found, form.dates(), before=form.before(), actor=request.user, **said)
            messages.success(request, _("The rounds of the year are saved."))
            return redirect("year_rounds", year)
        except Refused as refusal:
            refused, form.there = refusal.reasons, _rounds_of(found)
    page = {"year": found, "form": form, "days": DAYS.values(), "refused": refused, "there": there}
    page["running"] = Scorecard.objects.filter(round__year=found).count()
    works = Count("scorecards__agency", filter=Q(scorecards__state__in=AGENCY_WORKS), distinct=True)
    page["at_work"] = found.rounds.annotate(at_work=works).filter(at_work__gt=0)
    page["forms"] = found.frameworks.filter(variant_of=None, state="published")
    return render(request, "assignments/rounds.html", page, status=REFUSED if refused or form.errors else 200)


def _rounds_of(year) -> dict[int, Dates]:
    return {one.months: Dates.of(one) for one in year.rounds.all()}
