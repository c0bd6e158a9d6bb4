"""The next indicator's page is fetched while this one is read. The browser keeps it and asks before it shows it; the
page is written again unless everything it was made of stands as it did."""

import hashlib
from collections.abc import Callable

from django.contrib.messages import get_messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.timezone import localdate

from scorecards.delegation import roles_held
from scorecards.models import Entry, Event, Reason, Scorecard
from scorecards.permissions import may
from scorecards.prepared import prepared
from scorecards.states import Action


def unless_known(
    request: HttpRequest, card: Scorecard, entry: Entry, write: Callable[[], HttpResponse]
) -> HttpResponse:
    """What `write` answers, or 304 where the browser has that page as it would be written now. Who may open the page
    is asked before; a page with a message for this person is never kept."""
    version = None if len(get_messages(request)) else _version(request, card, entry)
    response = version and get_conditional_response(request, etag=version)
    if not response:
        response = write()
        if version:
            response["ETag"] = version
    patch_cache_control(response, private=True, no_cache=True)
    return response


@prepared
def _last_event(agency: int) -> QuerySet[Event, tuple[int]]:
    return Event.objects.filter(agency=agency).order_by("-number").values_list("number")[:1]


@prepared
def _reasons(code: str) -> QuerySet[Reason, tuple[int]]:
    return Reason.objects.filter(indicator_code=code).order_by().values_list("pk")


def _version(request: HttpRequest, card: Scorecard, entry: Entry) -> str:
    """Changes with all that the page shows: every answer, file, question and ruling leaves an event at the agency in
    the same transaction; the reasons that reviewers share leave theirs elsewhere."""
    facts = [
        entry.pk,
        _last_event(agency=card.agency_id),
        card.agency.name,
        _reasons(code=entry.indicator.code),
        str(may(request.user, Action.RULE, entry)),
        request.user.pk,
        request.user.get_full_name(),  # type: ignore[union-attr]
        sorted(roles_held(request.user)),  # type: ignore[arg-type]
        request.session.session_key,
        request.META.get("CSRF_COOKIE"),
        request.LANGUAGE_CODE,
        static("scorecards.css"),
        static("scorecards.js"),
        localdate(),
    ]
    return f'"{hashlib.sha256(repr(facts).encode()).hexdigest()}"'
