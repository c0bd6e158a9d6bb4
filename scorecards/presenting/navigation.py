"""What every page's head needs: who the person is and where they may go."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from scorecards.kept import Kept
from scorecards.models.people import memberships_of
from scorecards.states import AGENCY_ROLES, ASSESSING_ROLES, Role

PAGES = Kept(200)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the person's memberships, the links of the head, those of the own pages."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    memberships = memberships_of(user)
    roles = {membership.role for membership in memberships}
    pages, own = PAGES.once(lambda: _pages(roles, user.is_superuser), frozenset(roles), user.is_superuser)
    return {
        "memberships": memberships,
        "roles": roles,
        "navigation": links_of(pages, request.path),
        "own_pages": links_of(own, request.path),
    }


def _pages(roles: set[str], is_superuser: bool) -> list[list[tuple[str, str]]]:
    """(address, label) of the pages of work and of those about oneself."""
    pages = [("home", _("My work"), True), ("scorecards", _("Scorecards"), True)]
    pages += [("review_queue", _("Review"), bool(roles & ASSESSING_ROLES))]
    pages += [
        ("dashboards", _("Dashboards"), bool(roles)),
        ("report_history", _("Reports"), bool(roles & ASSESSING_ROLES)),
        ("agencies_people", _("People"), is_superuser or Role.ADMINISTRATOR in roles),
    ]
    pages += [("frameworks", _("Forms"), True), ("results", _("Published results"), True)]
    works, administers = bool(roles & AGENCY_ROLES), Role.ADMINISTRATOR in roles
    own = [("delegations", _("Standing in"), works), ("reminders", _("Reminders"), works or administers)]
    own += [("operations", _("Operations"), administers), ("privacy_log", _("Personal data"), administers)]
    own += [("account", _("Account"), True), ("my_data", _("My data"), True)]
    return [[(reverse(name), label) for name, label, shown in found if shown] for found in (pages, own)]


def links_of(pages: list[tuple[str, str]], path: str) -> list[dict]:
    """The links of these pages; that of the page at this path, or of one below it, is marked."""
    above = [url for url, _label in pages if path == url or (url != "/" and path.startswith(url))]
    here = max(above, key=len, default="")
    return [{"url": url, "label": label, "here": url == here} for url, label in pages]
