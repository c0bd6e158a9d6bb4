"""Pages on which administrators take in an agency or correct one (404 for others)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from indicators.refusals import REFUSED, Refused
from scorecards.models import Agency
from scorecards.people.views import managed
from scorecards.permissions import may_manage_people
from scorecards.request_keys import key_of
from scorecards.rounds.agencies import add_agency, added_with, change_agency, change_ministry, seen
from scorecards.rounds.agency_forms import AgencyForm, MinistryForm


@login_required
@require_http_methods(["GET", "POST"])
def new_agency(request):
    """A new agency; then its people can be invited."""
    if not may_manage_people(request.user):
        raise Http404
    key, form = key_of(request), AgencyForm(request.POST or None)
    if twice := key and added_with(key):
        return redirect("people", twice.code)

    def save():
        said, new_ministry = form.agency(), form.cleaned_data["new_ministry"]
        added = add_agency(said, new_ministry=new_ministry, actor=request.user, request_key=key)
        said = _("The agency is here. Invite its people below, and give it the year's form.")
        if added.kind == Agency.Kind.CENTRAL:
            said = _("The assessing office is here. Invite its first administrator below.")
        messages.success(request, said)
        return added

    return _answer(request, form, save, agency=None)


@login_required
@require_http_methods(["GET", "POST"])
def edit_agency(request, code):
    """An agency's names, kind and ministry."""
    agency = managed(request.user, code)
    form = AgencyForm(request.POST or None, agency=agency)

    def save():
        said, new_ministry = form.agency(), form.cleaned_data["new_ministry"]
        facts = {"before": request.POST.get("before", ""), "actor": request.user}
        changed = change_agency(agency, said, new_ministry=new_ministry, **facts)
        messages.success(request, _("Saved"))
        return changed

    return _answer(request, form, save, agency=agency)


@login_required
@require_http_methods(["GET", "POST"])
def edit_ministry(request, code):
    """The name of an agency's ministry, for all of its agencies."""
    agency = managed(request.user, code)
    ministry, refused = agency.ministry, []
    stands = {"name_th": ministry.name_th, "name_en": ministry.name_en}
    form = MinistryForm(request.POST or None, initial=stands, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            before = request.POST.get("before", "")
            change_ministry(ministry, **form.cleaned_data, before=before, actor=request.user)
            messages.success(request, _("Saved"))
            return redirect("edit_agency", code)
        except Refused as refusal:
            refused = refusal.reasons
    page = {"form": form, "agency": agency, "refused": refused, "before": _seen(request, form, ministry)}
    page["agencies"] = ministry.agencies.count()
    return render(request, "people/ministry.html", page, status=REFUSED if refused or form.errors else 200)


def _answer(request, form, save, *, agency):
    refused = []
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("people", save().code)
        except Refused as refusal:
            refused = refusal.reasons
    page = {"form": form, "agency": agency, "refused": refused, "before": _seen(request, form, agency)}
    return render(request, "people/agency.html", page, status=REFUSED if refused or form.errors else 200)


def _seen(request, form, row) -> str:
    """What this person saw: as it is now, but until a form with faults is read that which it was filled in from."""
    return request.POST.get("before", "") if form.errors or row is None else seen(row)
