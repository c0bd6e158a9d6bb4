"""What people read while the database or the bucket is away or the disk is full: what happened, what to do, what they
typed.

Django calls this for every fault that nobody caught. Nothing here may ask the database.
"""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token

from evidence import store

SECONDS_TO_WAIT = 10
TOKEN = "csrfmiddlewaretoken"  # the page has one of its own
SIGNING_IN = {"username", "login", "code"}


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """503 while something that the product stands on is away, with a form that sends what was typed again; 500 for a
    fault of our own."""
    reason = reason_of(sys.exc_info()[1])
    if reason is None:
        return defaults.server_error(request)
    page = {
        "reason": reason,
        "path": request.get_full_path(),
        "typed": typed_in(request),
        "is_form": request.method == "POST",
        "csrf_token": get_token(request),
    }
    response = HttpResponse(render_to_string("503.html", page), status=503)
    response["Retry-After"] = SECONDS_TO_WAIT
    add_never_cache_headers(response)
    return response


def reason_of(fault: BaseException | None) -> str | None:
    """ "database", "disk" or "bucket" when that is what the fault comes from, through all that it was wrapped in."""
    while fault is not None:
        if isinstance(fault, OperationalError | InterfaceError):
            return "database"
        if isinstance(fault, store.Full) or store.is_full(fault):
            return "disk"
        if isinstance(fault, store.Away):
            return "bucket"
        fault = fault.__cause__ or fault.__context__
    return None


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, value) of the form that was sent, to be sent again; nothing of one in which somebody signs in."""
    try:
        data = request.POST
    except (OSError, RequestDataTooBig, MultiPartParserError):
        return []
    if any("password" in name or name in SIGNING_IN for name in data):
        return []
    return [(name, value) for name in data if name != TOKEN for value in data.getlist(name)]
