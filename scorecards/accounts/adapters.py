"""What is ours in signing in: nobody registers, guessing is slowed without locking the owner out, single sign-on finds
existing accounts only."""

import time
from collections.abc import Iterable
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from scorecards.accounts.signing_in import interrupted
from scorecards.people.joining import invitation_in, join_by_single_sign_on

KNOWN = "known_people"  # the cookie that names who signed in at this browser before
REMEMBERED = 10
YEAR = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):
    """Attempts are counted per address, and per account; at a browser where the owner signed in before, per account
    and apart from everybody else's. So whoever guesses elsewhere never keeps the owner out."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy(
            "Too many wrong attempts. Try again in five minutes: nothing is locked for good."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        key = attempts_key(request, credentials.get("email") or credentials.get("username", ""))
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="login_failed", key=key
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """The password that was typed a moment ago to sign in counts: whoever is led to the second factor by signing in
        is not asked for it once more."""
        asked = super().is_reauthentication_required(app=app, **kwargs)
        return asked and not signed_in_lately(self.request)

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        response = super().post_login(request, user, **hooks)
        if interrupted(request, user):
            response = redirect("go_on")
        people = [user.pk, *(one for one in known_people(request) if one != user.pk)][:REMEMBERED]
        response.set_signed_cookie(
            KNOWN,
            ".".join(map(str, people)),
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        return response

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """All but “you have signed in” and “out”, which one sees."""
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *args, **kwargs)


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether the person typed password or code within the time that allauth lets a repeated one count."""
    moments = [one["at"] for one in get_authentication_records(request, request.user)]
    return bool(moments) and time.time() - max(moments) < app_settings.REAUTHENTICATION_TIMEOUT


def attempts_key(request: HttpRequest, login: str) -> str:
    """Under which attempts at this account are counted, whether its name or its e-mail is typed."""
    account = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login)).order_by("pk").first()
    if account is None:
        return f"login:{login.lower()}"
    return f"account:{account.pk}:{'known' if account.pk in known_people(request) else 'elsewhere'}"


def known_people(request: HttpRequest) -> list[int]:
    """The keys of the accounts that signed in at this browser before, as our own signature says."""
    signed = request.get_signed_cookie(KNOWN, default="", max_age=YEAR)
    return [int(one) for one in signed.split(".") if one]  # type: ignore[union-attr]


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """A stranger at the provider is nobody here: an address that the provider has verified is matched with the one
    account that has it, or with the invitation that was opened before."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing:
            return
        addresses = [one.email for one in sociallogin.email_addresses if one.verified is True]
        person = account_of(addresses) or self._invited(request, sociallogin, addresses)
        if person is None:
            page = {"addresses": addresses}
            raise ImmediateHttpResponse(render(request, "registration/unknown.html", page, status=403))
        sociallogin.connect(request, person)

    def _invited(self, request: HttpRequest, sociallogin: SocialLogin, addresses: list[str]) -> User | None:
        invitation = invitation_in(request.session)
        if invitation is None or invitation.email.lower() not in [one.lower() for one in addresses]:
            return None
        return join_by_single_sign_on(invitation, suggested=sociallogin.user)


def account_of(addresses: Iterable[str]) -> User | None:
    """The one account that may sign in and has one of these addresses."""
    wanted = Q(pk=None)
    for address in addresses:
        wanted |= Q(email__iexact=address)
    found = list(User.objects.filter(wanted, is_active=True)[:2])
    return found[0] if len(found) == 1 else None
