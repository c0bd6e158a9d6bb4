"""The second factor of those who review or administer: who needs one, and that nothing comes before it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from scorecards.accounts.signing_in import interrupt, kept_fields
from scorecards.models.people import memberships_of
from scorecards.states import Role

NEEDING = {Role.REVIEWER, Role.CHIEF, Role.ADMINISTRATOR}
# What leads to a second factor, leads out, or is for everybody.
OPEN = {
    "login", "account_login", "logout", "account_logout", "set_language", "account_reauthenticate", "alive",
    "results", "results_file", "agency_results", "agency_results_file", "check", "check_any", "join",
    "account", "usersessions_list", "account_change_password", "openid_connect_login", "openid_connect_callback",
}  # fmt: skip


def needs_second_factor(user: User) -> bool:
    """Whether this person reviews or administers, here or in Django's admin; everybody where the settings say so."""
    if settings.SECOND_FACTOR == "all":
        return True
    return user.is_staff or user.is_superuser or any(one.role in NEEDING for one in memberships_of(user))


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the person must set up a second factor before anything else. A provider that asks for one itself counts,
    where the settings say that it does."""
    if (
        not settings.SECOND_FACTOR
        or not request.user.is_authenticated
        or not needs_second_factor(request.user)
    ):
        return False
    if settings.OIDC_HAS_SECOND_FACTOR and _came_by_single_sign_on(request):
        return False
    return not is_mfa_enabled(request.user)


def second_factor_first(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: leads those who lack a second factor to where it is set up, and keeps what they wanted or sent."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        name = request.resolver_match.url_name or ""  # type: ignore[union-attr]
        if not settings.SECOND_FACTOR or name in OPEN or name.startswith("mfa_"):
            return None
        return _to_set_up(request) if lacks_second_factor(request) else None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _to_set_up(request: HttpRequest) -> HttpResponse:
    place = reverse("mfa_index")
    if request.htmx:  # type: ignore[attr-defined]
        path = urlsplit(request.htmx.current_url or "")  # type: ignore[attr-defined]
        interrupt(request, request.user, path=path.path or "/")
        return HttpResponseClientRedirect(place)
    if request.resolver_match.url_name != "go_on":  # type: ignore[union-attr]
        kept = kept_fields(request.POST) if request.method == "POST" else ()
        interrupt(request, request.user, path=request.get_full_path(), kept=kept)
    return redirect(place)


def _came_by_single_sign_on(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(one["method"] == "socialaccount" for one in records)
