"""Who is really asking, behind proxies: each writes the address that it saw at the end of X-Forwarded-For.

Only as many addresses as there are proxies of ours are true; what stands before them anybody can write. Whoever needs
an address reads REMOTE_ADDR, which is set here, and no header.
"""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

INSIDE = {"/health/live", "/health/ready", "/metrics"}  # what the proxies answer 404, but for the first


def address_of_the_visitor(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: REMOTE_ADDR becomes the address that the outermost of PROXY_HOPS proxies saw."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        address = seen_by_outermost(request.META.pop("HTTP_X_FORWARDED_FOR", ""), hops=settings.PROXY_HOPS)
        if address:
            request.META["REMOTE_ADDR"] = address
        return get_response(request)

    return middleware


def asked_from_inside(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: those who watch the machines ask each by its own name or address (http://web:8000/metrics), which is
    no name of the site. Nothing in these answers depends on it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path in INSIDE:
            site = settings.ALLOWED_HOSTS[0].lstrip(".")
            request.META["HTTP_HOST"] = "localhost" if site == "*" else site
            request.META.pop("HTTP_X_FORWARDED_HOST", None)
        return get_response(request)

    return middleware


def seen_by_outermost(forwarded: str, *, hops: int) -> str:
    """The address at that place from the end; "" when the header is too short to have passed all proxies, or holds
    no address there."""
    addresses = [part.strip() for part in forwarded.split(",")]
    if not hops or len(addresses) < hops:
        return ""
    try:
        return str(ipaddress.ip_address(addresses[-hops]))
    except ValueError:
        return ""
