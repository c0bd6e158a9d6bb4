"""Which agencies have which form, and what is an agency's own in it. For administrators only (404 otherwise)."""

from dataclasses import asdict

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from indicators.editor_views import configurers_only
from indicators.models import Framework
from indicators.publishing import export_framework
from indicators.refusals import REFUSED, Refused
from indicators.workbooks import LARGEST, MEDIA_TYPE
from scorecards.models import Agency, Assignment, Owner, Round, Scorecard
from scorecards.people.contacts import note_reading
from scorecards.presenting.paging import page_of
from scorecards.presenting.ticks import NARROW, TYPED, Ticks, filters_in, page_in
from scorecards.rounds.agency_filters import agencies_for, narrowing, narrowing_page, said_in
from scorecards.rounds.assigning import (
    assign,
    late_rounds,
    move_running,
    open_round,
    rounds_of,
    running_under,
    tailor,
    unassign,
)
from scorecards.rounds.assignment_forms import OwnerFormSet, TailoringForm, leaves_of
from scorecards.rounds.assignment_workbook import Plan, apply_plans, assignments_to_workbook, plan_import
from scorecards.rounds.moving import move_to_form, preview_move
from scorecards.sharing import share
from scorecards.states import AGENCY_WORKS


def _framework(pk) -> Framework:
    published = Framework.objects.filter(state=Framework.State.PUBLISHED, variant_of=None).select_related(
        "year"
    )
    return get_object_or_404(published, pk=pk)


@configurers_only
@require_http_methods(["GET", "POST"])
def assignments(request, pk):
    """The agencies of a form and those that could have it, a page of them, and its rounds. A POST turns to another
    page, or narrows the list, with what is ticked."""
    framework = _framework(pk)
    chosen, ticks = narrowing(filters_in(request)), Ticks.sent(request.POST, "agency")
    if TYPED in request.POST.getlist(NARROW) and not ticks.on:
        return redirect(reverse("assignments", args=[pk], query=said_in(chosen)))
    given = set(framework.assignments.values_list("agency", flat=True))
    agencies = agencies_for(**chosen)
    shown = page_of(agencies, page_in(request))
    newer = Framework.objects.filter(
        code=framework.code, version__gt=framework.version, state="published"
    ).first()
    page = {
        "framework": framework,
        "newer": newer,
        "running": running_under(framework) if newer else [],
        "page": shown,
        "lines": _lines(framework, shown, ticks),
        "all": "all" in request.POST and NARROW not in request.POST,
        **_kept(ticks, shown, [agency.pk for agency in agencies if agency.pk not in given], given),
        "given": len(given),
        "free": sum(agency.pk not in given for agency in agencies),
        "rounds": rounds_of(framework),
        **narrowing_page(chosen),
    }
    return render(request, "assignments/list.html", page)


def _kept(ticks, shown, listed, given) -> dict:
    hidden = Agency.objects.filter(pk__in=ticks.on).exclude(pk__in=given).values_list("pk", flat=True)
    return ticks.page([agency.pk for agency in shown], listed, hidden=hidden if ticks.on else ())


def _lines(framework, shown, ticks) -> list[dict]:
    rows = framework.assignments.filter(agency__in=list(shown)).select_related("form").defer("form__document")
    known = {one.agency_id: one for one in rows}
    return [
        {"agency": agency, "assignment": known.get(agency.pk), "ticked": ticks.holds(agency.pk)}
        for agency in shown
    ]


@configurers_only
@require_POST
def assign_agencies(request, pk):
    """Give the form to the ticked agencies, or to all that the list shows."""
    framework = _framework(pk)
    chosen, ticked = narrowing(request.GET), Ticks.sent(request.POST, "agency").on
    shown = agencies_for(**chosen) if "all" in request.POST else []
    wanted = {one.pk for one in shown} | ticked
    made = assign(framework, Agency.objects.filter(pk__in=wanted), actor=request.user)
    messages.success(
        request,
        ngettext("%(n)s agency was given the form", "%(n)s agencies were given the form", made) % {"n": made},
    )
    return redirect(reverse("assignments", args=[pk], query=said_in(chosen)))


@configurers_only
@require_POST
def unassign_agency(request, pk):
    """Take the form back from an agency."""
    assignment = get_object_or_404(Assignment.objects.select_related("agency", "framework"), pk=pk)
    try:
        unassign(assignment, actor=request.user)
        said = _("The form was taken back: %(agency)s. Ticking the agency again gives it anew.")
        messages.success(request, said % {"agency": assignment.agency})
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("assignments", assignment.framework_id)


@configurers_only
@require_POST
def open_scorecards(request, pk, months):
    """Open the scorecards of a round for every agency that has the form, two seconds at a time with the progress shown.
    The page goes on by itself; without JavaScript by its button."""
    framework = _framework(pk)
    round_ = get_object_or_404(Round, year=framework.year, months=months)
    try:
        opened = open_round(framework, round_, actor=request.user, seconds=2)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("assignments", pk)
    if opened.done < opened.of:
        page = {"framework": framework, "round": round_, "opened": opened}
        return render(request, "assignments/opening.html", page)
    messages.success(
        request,
        ngettext(
            "All scorecards are open: %(n)s agency", "All scorecards are open: %(n)s agencies", opened.of
        )
        % {"n": opened.of},
    )
    done = reverse("assignments", args=[pk])
    return HttpResponseClientRedirect(done) if request.htmx else redirect(done)


@configurers_only
@require_GET
def assignments_workbook(request, pk):
    """The agencies of a form, their own parts and owners, as a workbook."""
    framework = _framework(pk)
    answer = HttpResponse(assignments_to_workbook(framework), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{framework.code}-agencies.xlsx"'
    note_reading(Owner.objects.filter(assignment__framework=framework), actor=request.user, place="workbook")
    return answer


@configurers_only
@require_POST
def import_assignments(request, pk):
    """First what a workbook would change; then, with `plan`, the change."""
    framework = _framework(pk)
    reason = request.POST.get("reason", "")
    try:
        if "plan" in request.POST:
            plans = [
                Plan(**one) for one in signing.loads(request.POST["plan"], salt=f"import-{pk}", max_age=3600)
            ]
            done = apply_plans(framework, plans, reason=reason, actor=request.user)
            messages.success(
                request, ngettext("%(n)s agency changed", "%(n)s agencies changed", done) % {"n": done}
            )
            return redirect("assignments", pk)
        upload = request.FILES.get("file")
        plans = plan_import(framework, upload.read(LARGEST + 1)) if upload else []
    except signing.BadSignature:
        messages.warning(request, _("The preview is too old. Bring the workbook in again."))
        return redirect("assignments", pk)
    except Refused as refused:
        page = {"framework": framework, "refused": refused.reasons}
        return render(request, "assignments/import.html", page, status=REFUSED)
    signed = signing.dumps([asdict(plan) for plan in plans], salt=f"import-{pk}", compress=True)
    return render(
        request, "assignments/import.html", {"framework": framework, "plans": plans, "signed": signed}
    )


@configurers_only
@require_http_methods(["GET", "POST"])
def assignment(request, pk):
    """What is an agency's own in its form: indicators, weights, targets, levels."""
    found = get_object_or_404(Assignment.objects.select_related("agency", "framework__year", "form"), pk=pk)
    document = export_framework(found.framework)
    form = TailoringForm(
        request.POST or None, document=document, tailoring=found.tailoring, hosts=found.hosts
    )
    page = {"assignment": found, "form": form, "owners": _owners(found, document), **_around(found)}
    if request.method == "GET":
        note_reading(found.owners.all(), actor=request.user, place="form")
        return render(request, "assignments/assignment.html", page)
    typed = form.tailoring_typed()
    version = request.POST.get("version", "")
    facts = {"version": int(version) if version.isdecimal() else -1, "reason": request.POST.get("reason", "")}
    try:
        if form.faults:
            marked = [f"{code}: {fault}" for code, fault in form.faults.items()]
            raise Refused([_("Some numbers could not be understood. They are marked below."), *marked])
        with transaction.atomic():
            share(tailor(found, typed, actor=request.user, **facts), form.hosts_typed(), actor=request.user)
    except Refused as refused:
        page |= {"refused": refused.reasons}
        return render(request, "assignments/assignment.html", page, status=REFUSED)
    messages.success(request, _("The agency's form was saved."))
    return redirect("assignment", pk)


def _owners(found, document, data=None):
    codes = [leaf.code for leaf in leaves_of(document)]
    return OwnerFormSet(data, instance=found, prefix="owners", form_kwargs={"codes": codes})


@configurers_only
@require_POST
def assignment_owners(request, pk):
    """Who is responsible at the agency for which indicator."""
    found = get_object_or_404(Assignment.objects.select_related("agency", "framework__year", "form"), pk=pk)
    document = export_framework(found.framework)
    owners = _owners(found, document, request.POST)
    if not owners.is_valid():
        form = TailoringForm(document=document, tailoring=found.tailoring, hosts=found.hosts)
        page = {"assignment": found, "form": form, "owners": owners, **_around(found)}
        return render(request, "assignments/assignment.html", page, status=REFUSED)
    owners.save()
    messages.success(request, _("The people responsible were saved."))
    return redirect("assignment", pk)


def _around(found) -> dict:
    """The running scorecards of an assignment, those under another version, the agencies that may host an indicator."""
    cards = Scorecard.objects.filter(agency=found.agency, framework=found.form, state__in=AGENCY_WORKS)
    older = Scorecard.objects.of_form(found.framework.code).exclude(framework=found.form)
    older = older.filter(agency=found.agency, state__in=AGENCY_WORKS)
    hosts = Agency.objects.filter(assignments__framework=found.framework_id).exclude(pk=found.agency_id)
    return {
        "running": list(cards.select_related("round", "framework")),
        "older": list(older.select_related("round", "framework")),
        "hosts": {one.code: one.name for one in hosts},
        "late": late_rounds(found),
    }


@configurers_only
@require_http_methods(["GET", "POST"])
def move_form(request, pk, form):
    """What moving a running scorecard to another version would change; a POST moves it."""
    card = get_object_or_404(Scorecard.objects.select_related("agency", "round__year", "framework"), pk=pk)
    new = get_object_or_404(Framework, pk=form, state=Framework.State.PUBLISHED)
    base = card.framework.variant_of_id or card.framework_id
    page = {
        "scorecard": card,
        "form": new,
        "base": base,
        "moved": preview_move(card, new),
        "reason": request.POST.get("reason", ""),
    }
    if request.method == "GET":
        return render(request, "assignments/move.html", page)
    try:
        with transaction.atomic():
            if new.variant_of_id is None:
                assign(new, [card.agency], actor=request.user)
            move_to_form(card, new, actor=request.user, reason=page["reason"])
    except Refused as refused:
        return render(request, "assignments/move.html", page | {"refused": refused.reasons}, status=REFUSED)
    messages.success(request, _("The scorecard goes on under the new version."))
    return redirect("assignments", base)


@configurers_only
@require_POST
def move_all(request, pk, form):
    """Move all running reports of a version to a newer one, two seconds at a time; what is left is shown meanwhile."""
    old, new = _framework(pk), _framework(form)
    if new.code != old.code or new.version <= old.version:
        raise Http404
    reason = request.POST.get("reason", "")
    try:
        left = move_running(old, new, reason=reason, actor=request.user, seconds=2)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("assignments", pk)
    if left:
        page = {"framework": old, "form": new, "left": left, "reason": reason}
        return render(request, "assignments/moving.html", page)
    messages.success(
        request, _("All running reports go on under version %(version)s.") % {"version": new.version}
    )
    done = reverse("assignments", args=[form])
    return HttpResponseClientRedirect(done) if request.htmx else redirect(done)
