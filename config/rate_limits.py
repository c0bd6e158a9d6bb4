"""How often one person, or on pages for everybody one address, may ask for what costs much: one table, generous.

Signing in has limits of its own. Counted in windows of time; a cache that is down lets everybody through, since a limit
protects the others' speed and no data.
"""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import ngettext

logger = logging.getLogger(__name__)
# What is asked for many times a minute is counted in the process itself: a limit there holds for each process.
in_process = LocMemCache("rate-limits", {"OPTIONS": {"MAX_ENTRIES": 20_000}})


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds; `hot` ones are counted in the process, the others where all share."""

    kind: str
    number: int
    seconds: int
    hot: bool = False
    by_address: bool = False


EXPORTS = Limit("exports", 60, 600)
DOWNLOADS = Limit("downloads", 600, 600)
BATCHES = Limit("batches", 30, 600)
APPEALS = Limit("appeals", 60, 600)
IMPORTS = Limit("imports", 60, 600)
PREVIEWS = Limit("previews", 600, 60, hot=True)
SEARCHES = Limit("searches", 240, 60, hot=True)
PUBLIC = Limit("public", 1200, 60, hot=True, by_address=True)
# The name of an address and what it counts as; of those in POSTED only what is sent, not the looking.
LIMITS = {
    **dict.fromkeys(["scorecard_table", "agencies_table", "dashboard_file", "assignments_workbook", "my_data",
                     "scorecard_workbook", "entry_workbook", "entry_docx", "framework_workbook", "person_export"],
                    EXPORTS),
    **dict.fromkeys(["document", "batch_file", "evidence_download", "evidence_view", "framework_file"], DOWNLOADS),
    **dict.fromkeys(["new_batch", "change_batch", "report_request", "receipt_request"], BATCHES),
    **dict.fromkeys(["open_appeal", "ask_agency", "answer_reviewer", "comment"], APPEALS),
    **dict.fromkeys(["import_answers", "import_assignments", "upload_framework"], IMPORTS),
    **dict.fromkeys(["preview", "review_preview", "try_part"], PREVIEWS),
    **dict.fromkeys(["review_queue", "privacy_log", "scorecard_record", "tables", "dashboard", "calibrate"], SEARCHES),
    **dict.fromkeys(["results", "agency_results", "results_file", "agency_results_file", "check", "check_any"], PUBLIC),
}  # fmt: skip
POSTED = {"new_batch", "import_answers", "my_data"}


class RateLimits:
    """Middleware: 429 with a sentence and Retry-After beyond the limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: Sequence[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Django's hook: an answer here is given in the view's place."""
        name: Any = request.resolver_match.url_name  # type: ignore[union-attr]
        limit = LIMITS.get(name) if settings.RATE_LIMIT_FACTOR else None
        if limit is None or (name in POSTED and request.method != "POST"):
            return None
        who = caller(request, limit)
        seconds = wait(limit, who) if who else 0
        return too_many(request, seconds) if seconds else None


def caller(request: HttpRequest, limit: Limit) -> str:
    """Who is counted; "" for nobody, who is asked to sign in anyway."""
    if limit.by_address:
        return f"address:{request.META.get('REMOTE_ADDR', '')}"
    return f"person:{request.user.pk}" if request.user.is_authenticated else ""


def wait(limit: Limit, who: str) -> int:
    """Count one request; how many seconds to wait where it is too many, else 0."""
    now = time.time()
    key = f"rate:{limit.kind}:{who}:{int(now // limit.seconds)}"
    counter = in_process if limit.hot else cache
    try:
        counter.add(key, 0, limit.seconds)
        count = counter.incr(key)
    except Exception:  # whatever a cache that is down raises
        logger.warning("Requests are not counted: the cache does not answer.", exc_info=True)
        return 0
    over = count > limit.number * settings.RATE_LIMIT_FACTOR
    return math.ceil(limit.seconds - now % limit.seconds) if over else 0


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page that says so and when to come back."""
    minutes = math.ceil(seconds / 60)
    told = ngettext("Try again in %(n)s minute.", "Try again in %(n)s minutes.", minutes) % {"n": minutes}
    answer = render(request, "429.html", {"when": told}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
