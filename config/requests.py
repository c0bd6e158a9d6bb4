"""Every answer is timed: a line in the log, a number for Prometheus, and a note when it was slow.

The line names the pattern of the address and no address (search words and names stand in addresses), the person by
number and the agency by its code.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from config import metrics, slowness
from config.logs import REQUEST
from config.models import Slow

logger = logging.getLogger(__name__)
OUTAGE = 503
GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}")


def timed(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware. The number of the request comes from our proxy, or is made here, and stands in the answer too."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        number = number_of(request)
        statements, began, token = slowness.Statements(), time.monotonic(), REQUEST.set(number)
        try:
            response = watched(request, get_response, statements)
            took = round(1000 * (time.monotonic() - began))
            response.headers["X-Request-ID"] = number
            tell(request, response, took)
            if response.status_code != OUTAGE:  # the note goes to the database, and would be waited for again
                note_slow(request, statements, took)
            return response
        finally:
            REQUEST.reset(token)

    return middleware


def number_of(request: HttpRequest) -> str:
    """The number under which a request stands in the log: the proxy's where there is one."""
    given = request.headers.get("X-Request-ID", "")
    return given if settings.PROXY_HOPS and GIVEN.fullmatch(given) else uuid.uuid4().hex


def watched(
    request: HttpRequest,
    get_response: Callable[[HttpRequest], HttpResponseBase],
    statements: slowness.Statements,
) -> HttpResponseBase:
    """The answer, its statements timed where slow ones are counted."""
    if not settings.SLOW_QUERY_MS:
        return get_response(request)
    with connection.execute_wrapper(statements):
        return get_response(request)


def tell(request: HttpRequest, response: HttpResponseBase, took: int) -> None:
    """One line and one number; files of the pages themselves are not worth a line."""
    route = route_of(request)
    if not route and response.status_code < 400:
        return
    metrics.count_request(
        route=route, method=request.method, status=response.status_code, seconds=took / 1000
    )
    facts = {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": took,
    } | person_of(request)
    logger.info("answered", extra=facts)


def route_of(request: HttpRequest) -> str:
    """The pattern of the address, without what stands in it."""
    match = getattr(request, "resolver_match", None)
    return "/" + match.route if match else ""


def person_of(request: HttpRequest) -> dict:
    """What is known already, without asking the database: the number, and the code of the first agency."""
    user = getattr(request, "_cached_user", None)  # what AuthenticationMiddleware fetched, if anything did
    if user is None or user.pk is None:
        return {}
    codes = [membership.agency.code for membership in getattr(user, "_memberships", [])]
    return {"user": user.pk} | ({"agency": codes[0]} if codes else {})


def note_slow(request: HttpRequest, statements: slowness.Statements, took: int) -> None:
    """Count the statements and the answer that took long."""
    route = route_of(request)
    for pattern, ms in statements.slow:
        slowness.note(Slow.Kind.QUERY, pattern, ms)
    if route and settings.SLOW_REQUEST_MS and took >= settings.SLOW_REQUEST_MS:
        slowness.note(Slow.Kind.REQUEST, f"{request.method} {route}"[:500], took)
