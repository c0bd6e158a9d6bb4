"""What the pages of the people show: the agencies, the members of one, what was recorded of them. Reads only."""

from dataclasses import dataclass
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy

from indicators.thai_order import thai_order
from scorecards.delegation import name_of
from scorecards.models import Agency, Event, Invitation, Membership, PastMembership
from scorecards.people.invitation_mail import link_of
from scorecards.presenting.paging import page_of

SHOWN = 50
TOLD = {
    "add_agency": gettext_lazy("agency added"),
    "change_agency": gettext_lazy("name, kind or ministry changed"),
    "invite": gettext_lazy("invited"),
    "withdraw_invitation": gettext_lazy("invitation withdrawn"),
    "join": gettext_lazy("joined"),
    "correct_person": gettext_lazy("name or address corrected"),
    "change_role": gettext_lazy("role changed"),
    "leave": gettext_lazy("left"),
    "reset_sign_in": gettext_lazy("second factor removed"),
    "password_link": gettext_lazy("link for a new password made"),
}


@dataclass(frozen=True)
class Waiting:
    """An invitation that may still be taken up, and the link that does it."""

    invitation: Invitation
    link: str


@dataclass(frozen=True)
class Told:
    """An event about people, in a line."""

    event: Event
    what: str
    whom: str


def agencies_page(q: str = "", *, page=None) -> dict:
    """A page of every agency, or of those whose name or ministry holds `q`, with its number of members and open
    invitations, in the order of a Thai dictionary."""
    open_ = Q(invitations__in=Invitation.objects.open())
    counted = Agency.objects.annotate(
        members=Count("memberships", distinct=True), waiting=Count("invitations", filter=open_, distinct=True)
    )
    for word in q.split():
        named = Q(name_th__icontains=word) | Q(name_en__icontains=word) | Q(code__icontains=word)
        counted = counted.filter(named | Q(ministry__name_th__icontains=word))
    agencies = sorted(counted, key=lambda one: (one.kind != Agency.Kind.CENTRAL, thai_order(one.name)))
    return {
        "asked": q,
        "page": page_of(agencies, page),
        "query": "&" + urlencode({"q": q}) if q else "",
    }


def people_page(agency: Agency, *, page=None) -> dict:
    """A page of the members, whoever was invited or left, and what was recorded."""
    members = Membership.objects.filter(agency=agency).select_related("user")
    past = PastMembership.objects.filter(agency=agency).select_related("user", "ended_by")
    waiting = agency.invitations.open().select_related("invited_by")
    protected = Authenticator.objects.filter(user__memberships__agency=agency).values_list("user", flat=True)
    events = Event.objects.filter(agency=agency, action__in=TOLD).select_related("actor").order_by("-number")
    return {
        "agency": agency,
        "page": page_of(sorted(members, key=lambda one: (thai_order(name_of(one.user)), one.role)), page),
        "protected": set(protected),
        "waiting": [Waiting(one, link_of(one)) for one in waiting],
        "past": past[:SHOWN],
        "told": [_told(one) for one in events[:SHOWN]],
        "is_mail_set_up": settings.MAIL_IS_SET_UP,
    }


def _told(event) -> Told:
    facts = event.before | event.after
    return Told(event, str(TOLD[event.action]), facts.get("person") or facts.get("email", ""))
