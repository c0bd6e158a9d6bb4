"""What people send as text: what no text holds is refused with a sentence before any page reads it, the rest is NFC."""

from collections.abc import Callable
from unicodedata import is_normalized, normalize

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, UnreadablePostError
from django.template.loader import render_to_string

from indicators.readable_text import is_readable


def not_too_large(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: 413 for a request larger than any page takes, before a byte of it is kept. The proxies of
    config/deployment say the same; the demo has none."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if length_of(request) > settings.REQUEST_MAX_BYTES:
            told = {"limit": settings.EVIDENCE_MAX_BYTES // 1024**2}
            return HttpResponse(render_to_string("413.html", told), status=413)
        return get_response(request)

    return middleware


def length_of(request: HttpRequest) -> int:
    """How many bytes the request announces; Django reads no more than that, and nothing where none are announced."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def readable_text(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: 400 for a NUL, half a character or a pile of marks in the address, the cookies or a form; what is in
    order goes on composed."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not was_received(request):
            # Made without the request: its session may be what cannot be read.
            return HttpResponse(render_to_string("400.html"), status=400)
        request.GET, request.POST = composed(request.GET), composed(request.POST)  # type: ignore[assignment]
        return get_response(request)

    return middleware


def was_received(request: HttpRequest) -> bool:
    """Whether everything has arrived and can be kept."""
    try:
        fields = [request.GET, request.POST]
    except UnreadablePostError:  # it broke off on the way
        return False
    return is_readable([request.path, *request.COOKIES.values()]) and all(map(all_readable, fields))


def all_readable(fields: QueryDict) -> bool:
    """Whether the names and the values of a form can all be kept."""
    return is_readable(fields) and all(is_readable(values) for _name, values in fields.lists())


def composed(fields: QueryDict) -> QueryDict:
    """The same form in NFC, so that what looks alike is one text (ปู่, its two marks typed in either order). A password
    stays as it was typed: it is never shown, and its hash was made of it."""
    if all(is_normalized("NFC", one) for _name, values in fields.lists() for one in values):
        return fields
    found = fields.copy()
    for name, values in fields.lists():
        if "password" not in name:
            found.setlist(name, [normalize("NFC", one) for one in values])
    return found
