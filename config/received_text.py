"""What no text of a person holds is refused before any page reads it, with a sentence."""

from django.http import HttpResponse, QueryDict, UnreadablePostError
from django.template.loader import render_to_string

from indicators.readable_text import is_readable


def readable_text(get_response):
    """Middleware: 400 for a NUL, half a character or a pile of marks in the address, the cookies or a form."""

    def middleware(request):
        if was_received(request):
            return get_response(request)
        # Made without the request: its session may be what cannot be read.
        return HttpResponse(render_to_string("400.html"), status=400)

    return middleware


def was_received(request) -> bool:
    """Whether everything has arrived and can be kept."""
    try:
        fields = [request.GET, request.POST]
    except UnreadablePostError:  # it broke off on the way
        return False
    return is_readable([request.path, *request.COOKIES.values()]) and all(map(all_readable, fields))


def all_readable(fields: QueryDict) -> bool:
    """Whether the names and the values of a form can all be kept."""
    return is_readable(fields) and all(is_readable(values) for _name, values in fields.lists())
