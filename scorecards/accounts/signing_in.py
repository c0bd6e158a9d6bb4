"""Signing in, also in the middle of a sentence: what was sent without a session, or before a second factor was set up,
is kept and sent again afterwards."""

import logging
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import requests
from allauth.account.views import LoginView, PasswordResetView
from allauth.core.internal import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

logger = logging.getLogger(__name__)

NOT_KEPT = {"csrfmiddlewaretoken", "username", "password", "next"}
KEPT = "kept."
INTERRUPTED = "interrupted"
MOST_OF_A_STRANGER = 200_000  # characters that somebody who has not signed in may store


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Like login_required; but a form that comes in without a session is kept through signing in."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return redirect(f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}")
        page = {"kept": kept_fields(request.POST), "next": request.get_full_path()}
        return render(request, "registration/login_again.html", page, status=401)

    return inner


def kept_fields(data: QueryDict, *, prefix: str = "") -> list[tuple[str, str]]:
    """(name, value) of what was typed, in order, one for each value."""
    names = [name for name in data if name.startswith(prefix) and name not in NOT_KEPT]
    return [(name.removeprefix(prefix), value) for name in names for value in data.getlist(name)]


def interrupt(
    request: HttpRequest, user: User | AnonymousUser, *, path: str, kept: Iterable[tuple[str, str]] = ()
) -> None:
    """Keep in the session where this person wanted to go and what they sent there; before it is known who it is, `user`
    is anonymous. A page that is merely wanted never replaces a form that was sent."""
    stands = interrupted(request, user)
    if url_has_allowed_host_and_scheme(path, allowed_hosts=None) and (
        kept or not (stands and stands["kept"])
    ):
        request.session[INTERRUPTED] = {"user": user.pk, "path": path, "kept": list(kept)}


def interrupted(request: HttpRequest, user: User | AnonymousUser) -> dict | None:
    """What `interrupt` kept for this person, or before anybody had signed in: {"user", "path", "kept"}."""
    stands = request.session.get(INTERRUPTED)
    return stands if stands and stands["user"] in (user.pk, None) else None


@sensitive_post_parameters()
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The login page. With kept fields, the page that sends them on follows it."""
    kept, path = kept_fields(request.POST, prefix=KEPT), request.POST.get("next", "")
    if kept and request.user.is_authenticated:  # meanwhile, in another window
        interrupt(request, request.user, path=path, kept=kept)
    elif "another_way" in request.POST and _may_keep(request, kept):
        interrupt(request, request.user, path=path, kept=kept)
        return redirect("login")
    page = {
        "kept": kept,
        "is_single_sign_on": bool(settings.OIDC_SERVER_URL),
        "oidc_name": settings.OIDC_NAME,
    }
    response = LoginView.as_view(template_name="registration/login.html", extra_context=page)(request)
    if kept and response.status_code == 302 and request.user.is_authenticated:
        return _going_on(request)
    return response


def _may_keep(request: HttpRequest, kept: list[tuple[str, str]]) -> bool:
    """Whether a stranger's form is kept: not too long, and not too often from one address."""
    is_short = sum(len(value) for _name, value in kept) <= MOST_OF_A_STRANGER
    return is_short and bool(ratelimit.consume(request, app="allauth.account", action="another_way"))


@never_cache
@require_safe
@login_required
def go_on(request: HttpRequest) -> HttpResponse:
    """Back to where somebody was interrupted; a form that they had sent is shown to be sent again."""
    return _going_on(request)


def _going_on(request: HttpRequest) -> HttpResponse:
    stands = interrupted(request, request.user)
    request.session.pop(INTERRUPTED, None)
    if not stands:
        return redirect("home")
    if not stands["kept"]:
        return redirect(stands["path"])
    return render(request, "registration/go_on.html", {"kept": stands["kept"], "next": stands["path"]})


def sign_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """One of allauth's two views of single sign-on; a provider that does not answer is told."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except requests.RequestException as fault:
            logger.warning("The provider of single sign-on does not answer: %s", fault)
            return render(
                request, "registration/no_provider.html", {"oidc_name": settings.OIDC_NAME}, status=503
            )

    return inner


@require_safe
@login_required
def own_account(request: HttpRequest) -> HttpResponse:
    """The person's own account: password, second factor, sessions."""
    page = {
        "is_protected": is_mfa_enabled(request.user),
        "sessions": UserSession.objects.purge_and_list(request.user),
        "is_single_sign_on": bool(settings.OIDC_SERVER_URL),
    }
    return render(request, "registration/account.html", page)


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Signs the person out in one other browser."""
    get_object_or_404(UserSession, pk=pk, user=request.user).end()
    messages.success(request, _("Signed out there."))
    return redirect("usersessions_list")


def reset_password(request: HttpRequest) -> HttpResponse:
    """A link for a new password by mail; without a mail server, whom to ask."""
    if settings.MAIL_IS_SET_UP:
        return PasswordResetView.as_view()(request)
    return render(request, "registration/ask_for_password.html")
