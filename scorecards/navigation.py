"""What every page's head needs: who the person is and where they may go."""

from django.urls import reverse
from django.utils.translation import gettext as _

from scorecards.states import AGENCY_ROLES, OVERSEEING_ROLES, Role

ASSESSING = {Role.REVIEWER, *OVERSEEING_ROLES}


def navigation(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    memberships = memberships_of(user)
    roles = {membership.role for membership in memberships}
    pages = [("home", _("My work"), True), ("scorecards", _("Scorecards"), True)]
    pages += [("review_queue", _("Review"), bool(roles & ASSESSING))]
    pages += [
        ("dashboards", _("Dashboards"), bool(roles)),
        ("report_history", _("Reports"), bool(roles & ASSESSING)),
        ("agencies_people", _("People"), user.is_superuser or Role.ADMINISTRATOR in roles),
    ]
    pages += [("frameworks", _("Forms"), True), ("results", _("Published results"), True)]
    links = [(reverse(name), label) for name, label, shown in pages if shown]
    here = max((url for url, _label in links if request.path.startswith(url)), key=len, default="")
    return {
        "memberships": memberships,
        "roles": roles,
        "is_reminded": bool(roles & AGENCY_ROLES),
        "navigation": [{"url": url, "label": label, "here": url == here} for url, label in links],
    }


def memberships_of(user) -> list:
    """Who this person is where. Asked once for each request."""
    if not hasattr(user, "_memberships"):
        user._memberships = list(user.memberships.select_related("agency"))
    return user._memberships
