"""A session ends some time after the last page (SESSION_COOKIE_AGE), not after the first."""

import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

SEEN = "seen_at"
APART = 5 * 60  # seconds between two notes of it: a page is no write


@receiver(user_logged_in)
def begin(sender: type[User], request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Signing in is the first sign of life."""
    if request is not None:
        request.session[SEEN] = int(time.time())


def staying_signed_in(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: every page that somebody signed in looks at prolongs their session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session = request.session
        if response.status_code >= 500:  # a database that is away would be asked, and waited for, once more
            return response
        # Asking the session of a page for everybody would make it one for each reader.
        if session.accessed and SEEN in session and time.time() - session[SEEN] > APART:
            session[SEEN] = int(time.time())
        return response

    return middleware
