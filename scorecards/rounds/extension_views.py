"""The pages on which an administrator gives one agency, or several of a round, more time."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from indicators.editor_views import configurers_only
from indicators.refusals import REFUSED, Refused
from scorecards.answering.entry_forms import ExtensionForm
from scorecards.models import Assignment, Round, Scorecard, TimeRequest
from scorecards.presenting.date_fields import end_of
from scorecards.presenting.dates import day
from scorecards.presenting.ticks import NARROW, Ticks, filters_in, only_looks
from scorecards.request_keys import key_of
from scorecards.rounds.agency_filters import agencies_for, narrowing, narrowing_page, said_in
from scorecards.rounds.assigning import open_late
from scorecards.rounds.deadlines import extend, extend_many
from scorecards.states import AGENCY_WORKS


@configurers_only
def extend_deadline(request, pk, card):
    """A new last day for one scorecard of an agency, with the reason; a POST sets it."""
    assignment = get_object_or_404(Assignment.objects.select_related("agency", "framework"), pk=pk)
    cards = Scorecard.objects.select_related("round__year", "framework").filter(agency=assignment.agency)
    scorecard = get_object_or_404(cards, pk=card)
    form, refused = ExtensionForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        said, key = form.cleaned_data, key_of(request)
        try:
            until = end_of(said["until"])
            extend(scorecard, until=until, reason=said["reason"], actor=request.user, request_key=key)
            messages.success(request, _("The agency has more time. It stands on its pages with the reason."))
            return redirect("assignment", pk)
        except Refused as refusal:
            refused = refusal.reasons
    page = {"assignment": assignment, "scorecard": scorecard, "form": form, "refused": refused}
    page["asked"] = scorecard.time_requests.waiting().first()
    return render(
        request, "assignments/extension.html", page, status=REFUSED if refused or form.errors else 200
    )


@configurers_only
@require_http_methods(["GET", "POST"])
def open_report_late(request, pk, months):
    """The report of a closed round for one agency that has none: until when, and why; a POST opens it."""
    assignment = get_object_or_404(Assignment.objects.select_related("agency", "framework__year"), pk=pk)
    round_ = get_object_or_404(Round, year=assignment.framework.year, months=months)
    form, refused = ExtensionForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        said, key = form.cleaned_data, key_of(request)
        facts = {"until": end_of(said["until"]), "reason": said["reason"], "request_key": key}
        try:
            open_late(assignment, round_, actor=request.user, **facts)
            messages.success(
                request, _("The report is open for this agency. The reason stands on its pages.")
            )
            return redirect("assignment", pk)
        except Refused as refusal:
            refused = refusal.reasons
    page = {"assignment": assignment, "round": round_, "form": form, "refused": refused}
    status = REFUSED if refused or form.errors else 200
    return render(request, "assignments/late.html", page, status=status)


@configurers_only
@require_http_methods(["GET", "POST"])
def extend_deadlines(request, year, months):
    """The agencies that still work on a round, narrowed by name, kind and ministry; a POST gives more time to those
    that are ticked, or to all that are shown, for one reason."""
    round_ = get_object_or_404(Round.objects.select_related("year"), year__year=year, months=months)
    chosen, ticks = _narrowing(filters_in(request)), Ticks.sent(request.POST, "card")
    cards = _at_work(round_, chosen)
    typed = {name: request.POST.get(name, "") for name in ExtensionForm.base_fields}
    page = {"round": round_, "cards": cards, "ticked": ticks.on, **narrowing_page(chosen)}
    page["all"] = "all" in request.POST and NARROW not in request.POST
    if request.method == "GET" or only_looks(request.POST):
        page |= {"form": ExtensionForm(initial=typed)} | _kept(round_, cards, ticks)
        return render(request, "assignments/extensions.html", page)
    wanted = [card for card in _at_work(round_, {}) if card.pk in ticks.on or (page["all"] and card in cards)]
    form, refused, meanwhile = ExtensionForm(request.POST), [], _sent_meanwhile(round_, ticks.on)
    if form.is_valid():
        until, reason = end_of(form.cleaned_data["until"]), form.cleaned_data["reason"]
        try:
            facts = {"actor": request.user, "request_key": key_of(request)}
            done = extend_many(wanted, until=until, reason=reason, **facts)
            _tell(request, done, until, of=len(wanted), meanwhile=meanwhile)
            return redirect(reverse("extend_deadlines", args=[year, months], query=said_in(chosen)))
        except Refused as refusal:
            refused = [*refusal.reasons, *meanwhile]
    page |= {"form": form, "refused": refused} | _kept(round_, cards, ticks)
    return render(request, "assignments/extensions.html", page, status=REFUSED)


def _narrowing(data) -> dict[str, str]:
    return narrowing(data) | {"asking": "1" if "asking" in data else ""}


def _kept(round_, cards, ticks) -> dict:
    shown = [card.pk for card in cards]
    hidden = [card.pk for card in _at_work(round_, {})] if ticks.on else []
    return ticks.page(shown, shown, hidden=hidden)


def _at_work(round_, chosen) -> list[Scorecard]:
    """The round's scorecards with which an agency is at work, or those of them for which it asks for more time, in the
    order of the agencies' names."""
    of_agency = {name: value for name, value in chosen.items() if name != "asking"}
    place = {agency.pk: number for number, agency in enumerate(agencies_for(**of_agency))}
    rows = Scorecard.objects.filter(round=round_, state__in=AGENCY_WORKS, agency__in=place)
    rows = rows.select_related("agency__ministry", "framework", "round__year").defer("framework__document")
    waiting = Prefetch("time_requests", queryset=TimeRequest.objects.waiting(), to_attr="asked")
    if chosen.get("asking"):
        rows = rows.filter(pk__in=TimeRequest.objects.waiting().order_by().values("scorecard"))
    return sorted(rows.prefetch_related(waiting), key=lambda card: (place[card.agency_id], card.pk))


def _sent_meanwhile(round_, ticked) -> list[str]:
    """What is said of the ticked ones that no longer stand in the list because their report was sent."""
    sent = Scorecard.objects.filter(round=round_, pk__in=ticked).exclude(state__in=AGENCY_WORKS)
    names = ", ".join(card.agency.name for card in sent.select_related("agency"))
    sentence = _("Sent meanwhile, so no longer extended: %(agencies)s. To let them go on, return the report.")
    return [sentence % {"agencies": names}] if names else []


def _tell(request, done, until, *, of, meanwhile):
    said = ngettext(
        "%(n)s report may be worked on until %(date)s. The reason stands on its page.",
        "%(n)s reports may be worked on until %(date)s. The reason stands on the page of each.",
        len(done),
    )
    messages.success(request, said % {"n": len(done), "date": day(until)})
    if left := of - len(done):
        said = ngettext(
            "%(n)s report was left: it may be worked on as long already.",
            "%(n)s reports were left: they may be worked on as long already.",
            left,
        )
        messages.warning(request, said % {"n": left})
    for sentence in meanwhile:
        messages.warning(request, sentence)
