"""Pages of the people: who is where, inviting, leaving; and the page where somebody who was invited joins."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from indicators.refusals import REFUSED, Refused
from scorecards.events import already_done
from scorecards.models import Agency, Invitation, Membership
from scorecards.people import account_details, leaving
from scorecards.people.account_details import seen
from scorecards.people.contacts import note_reading_of_people
from scorecards.people.forms import InvitationForm, JoiningForm, MemberForm, PersonForm
from scorecards.people.invitation_mail import send_soon
from scorecards.people.joining import (
    IN_SESSION,
    account_for,
    find_invitation,
    invite,
    join,
    withdraw_invitation,
)
from scorecards.people.pages import agencies_page, people_page
from scorecards.permissions import may_manage_people
from scorecards.request_keys import key_of

GONE = 410


def managed(user, code) -> Agency:
    """The agency whose people this person manages, or 404."""
    if not may_manage_people(user):
        raise Http404
    return get_object_or_404(Agency, code=code)


@require_safe
@login_required
def agencies_people(request):
    """The agencies, to look at the people of one."""
    if not may_manage_people(request.user):
        raise Http404
    found = agencies_page(request.GET.get("q", "").strip()[:100], page=request.GET.get("page"))
    return render(request, "people/agencies.html", found)


@require_safe
@login_required
def people(request, code):
    """The people of an agency."""
    agency = managed(request.user, code)
    note_reading_of_people(agency, actor=request.user)
    found = people_page(agency, page=request.GET.get("page"))
    return render(request, "people/people.html", found | {"form": InvitationForm(agency=agency)})


@login_required
@require_POST
def invite_person(request, code):
    """Invites somebody; the link is mailed, and shown to be passed on."""
    agency = managed(request.user, code)
    form, refused = InvitationForm(request.POST, agency=agency), []
    if form.is_valid():
        try:
            key = key_of(request)
            invite(agency, **form.cleaned_data, actor=request.user, request_key=key)
            send_soon()
            messages.success(request, _("Invited: %(email)s") % form.cleaned_data)
            return redirect("people", code=code)
        except Refused as refusal:
            refused = refusal.reasons
    page = people_page(agency) | {"form": form, "refused": refused}
    return render(request, "people/people.html", page, status=REFUSED)


@login_required
@require_POST
def withdraw(request, code, pk):
    """Takes an invitation back."""
    agency = managed(request.user, code)
    try:
        withdraw_invitation(get_object_or_404(Invitation, pk=pk, agency=agency), actor=request.user)
        messages.success(request, _("The invitation is withdrawn."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("people", code=code)


@login_required
def member(request, code, pk):
    """One member: another role, leaving, signing in anew; the button that was pressed says which."""
    agency = managed(request.user, code)
    membership = find_member(agency, pk)
    if membership is None:
        return _ended(request, agency)
    form, refused = MemberForm(request.POST or None, membership=membership), []
    note_reading_of_people(agency, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _do(membership, form, request))
            return redirect("people", code=code)
        except Refused as refusal:
            refused = refusal.reasons
    work = leaving.open_work(membership)
    page = {"agency": agency, "membership": membership, "form": form, "work": work, "refused": refused}
    return render(request, "people/member.html", page, status=REFUSED if refused or form.errors else 200)


def find_member(agency, pk) -> Membership | None:
    """The membership at this agency with its person; None once it has ended."""
    return Membership.objects.select_related("user", "agency").filter(pk=pk, agency=agency).first()


def _ended(request, agency):
    """404; whoever sends the form of a membership that has ended meanwhile is led to the list, and told, unless it was
    this very form that ended it and comes twice."""
    if request.method != "POST":
        raise Http404
    if not already_done(key_of(request)):
        messages.error(request, _("This membership has ended already. Look at the list again."))
    return redirect("people", agency.code)


def _do(membership, form, request) -> str:
    """Do what the button says; returns the sentence that tells it. Raises Refused."""
    facts = {
        "reason": form.cleaned_data["reason"],
        "actor": request.user,
        "request_key": key_of(request),
    }
    match request.POST.get("do"):
        case "leave":
            leaving.leave(membership, successor=form.chosen_successor(), **facts)
            return _("The membership has ended.")
        case "change_role" if form.cleaned_data["role"]:
            role = form.cleaned_data["role"]
            leaving.change_role(membership, role=role, successor=form.chosen_successor(), **facts)
            return _("The role is changed.")
        case "change_role":
            raise Refused([_("Choose the new role first.")])
        case "reset_sign_in":
            leaving.reset_sign_in(membership, **facts)
            return _("The second factor is removed: the person sets up a new one when they sign in.")
        case "password_link":
            link = request.build_absolute_uri(leaving.password_link(membership, **facts))
            return _("Pass this link on; it sets a new password once: %(link)s") % {"link": link}
    raise Refused([_("Choose what is to be done.")])


@login_required
def correct_person(request, code, pk):
    """The name and the address of a member's account."""
    agency = managed(request.user, code)
    membership = find_member(agency, pk)
    if membership is None:
        return _ended(request, agency)
    person, refused = membership.user, []
    form, before = PersonForm(request.POST or None, person=person), seen(person)
    note_reading_of_people(agency, actor=request.user)
    if request.method == "POST" and form.is_valid():
        facts = {"reason": form.cleaned_data["reason"], "before": request.POST.get("before", "")}
        try:
            key = key_of(request)
            account_details.correct_person(
                membership, form.details(), actor=request.user, request_key=key, **facts
            )
            messages.success(request, _("Saved"))
            return redirect("member", code, pk)
        except Refused as refusal:
            refused = refusal.reasons
    page = {"agency": agency, "membership": membership, "form": form, "refused": refused, "before": before}
    page["is_mail_set_up"] = settings.MAIL_IS_SET_UP
    return render(request, "people/account.html", page, status=REFUSED if refused or form.errors else 200)


@never_cache
@sensitive_post_parameters()
def join_agency(request, token):
    """Where the link of an invitation leads: make an account, or join with the one there is."""
    invitation = find_invitation(token)
    if invitation is None:
        raise Http404
    if not invitation.is_open:
        return render(request, "people/join_over.html", {"invitation": invitation}, status=GONE)
    request.session[IN_SESSION] = invitation.pk
    known = account_for(invitation)
    page = {"invitation": invitation, "known": known}
    if request.user.is_authenticated or (known and known.is_active):
        return _join_with_account(request, page)
    form = JoiningForm(
        request.POST if request.method == "POST" else None, person=known, email=invitation.email
    )
    refused = []
    if request.method == "POST" and form.is_valid():
        try:
            join(invitation, person=form.account())
            messages.success(request, _("Your account is ready. Sign in."))
            return redirect("login")
        except Refused as refusal:
            refused = refusal.reasons
    page |= {"form": form, "refused": refused}
    return render(request, "people/join.html", page, status=REFUSED if refused or form.errors else 200)


def _join_with_account(request, page):
    """Somebody who has an account joins with it, once they have signed in."""
    refused = []
    if request.method == "POST" and request.user.is_authenticated:
        try:
            join(page["invitation"], person=request.user)
            messages.success(
                request, _("You have joined %(agency)s.") % {"agency": page["invitation"].agency}
            )
            return redirect("home")
        except Refused as refusal:
            refused = refusal.reasons
    return render(
        request, "people/join.html", page | {"refused": refused}, status=REFUSED if refused else 200
    )
