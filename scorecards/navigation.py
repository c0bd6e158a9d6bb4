"""What every page's head needs: who the person is and where they may go."""

from django.urls import reverse
from django.utils.translation import gettext as _

from scorecards.models.people import memberships_of
from scorecards.states import AGENCY_ROLES, ASSESSING_ROLES, Role


def navigation(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    memberships = memberships_of(user)
    roles = {membership.role for membership in memberships}
    pages = [("home", _("My work"), True), ("scorecards", _("Scorecards"), True)]
    pages += [("review_queue", _("Review"), bool(roles & ASSESSING_ROLES))]
    pages += [
        ("dashboards", _("Dashboards"), bool(roles)),
        ("report_history", _("Reports"), bool(roles & ASSESSING_ROLES)),
        ("agencies_people", _("People"), user.is_superuser or Role.ADMINISTRATOR in roles),
    ]
    pages += [("frameworks", _("Forms"), True), ("results", _("Published results"), True)]
    works, administers = bool(roles & AGENCY_ROLES), Role.ADMINISTRATOR in roles
    own = [("delegations", _("Standing in"), works), ("reminders", _("Reminders"), works)]
    own += [("operations", _("Operations"), administers), ("privacy_log", _("Personal data"), administers)]
    own += [("account", _("Account"), True), ("my_data", _("My data"), True)]
    return {
        "memberships": memberships,
        "roles": roles,
        "navigation": links_of(pages, request.path),
        "own_pages": links_of(own, request.path),
    }


def links_of(pages, path: str) -> list[dict]:
    """The links that are shown; that of the page at this path, or of one below it, is marked."""
    links = [(reverse(name), label) for name, label, shown in pages if shown]
    above = [url for url, _label in links if path == url or (url != "/" and path.startswith(url))]
    here = max(above, key=len, default="")
    return [{"url": url, "label": label, "here": url == here} for url, label in links]
