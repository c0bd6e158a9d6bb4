"""Is it alive, is it ready, what are its numbers; and the page of those who run it."""

import datetime as dt
import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config import metrics
from config.models import Slow
from config.operations.readiness import hindrances, queue_answers
from config.operations.state import state
from config.slowness import slowest
from evidence import store
from indicators.refusals import REFUSED, Refused
from reports import jobs
from reports.models import Job
from scorecards.permissions import is_administrator

logger = logging.getLogger(__name__)
SHOWN = 50
DAY = dt.timedelta(days=1)


def alive(request):
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
@never_cache
def ready(request):
    """200 ready, 200 degraded (no queue: pages work, jobs wait; no bucket: pages work, files are refused), 503 not
    ready. Why stands in the log, not here."""
    found = hindrances()
    for hindrance in found:
        logger.error("Not ready: %s", hindrance)
    if found:
        return HttpResponse("not ready", content_type="text/plain", status=503)
    whole = queue_answers() and store.answers()
    return HttpResponse("ready" if whole else "degraded", content_type="text/plain")


@require_GET
@never_cache
def numbers(request):
    """For Prometheus, which sends METRICS_TOKEN as a bearer token; without one set there is no such page."""
    sent = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse("forbidden", content_type="text/plain", status=403)
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@login_required
@require_GET
@never_cache
def operations(request):
    """Jobs, workers, what was slow, mails and files. For administrators (404 otherwise)."""
    must_administer(request.user)
    return render(request, "operations/operations.html", page())


@login_required
@require_POST
def try_again(request, pk):
    """Queue a failed document anew."""
    must_administer(request.user)
    job = get_object_or_404(Job, pk=pk)
    try:
        jobs.try_again(job, actor=request.user)
    except Refused as refusal:
        return render(
            request, "operations/operations.html", page() | {"refused": refusal.reasons}, status=REFUSED
        )
    messages.success(request, _("The document is in the queue again."))
    return redirect("operations")


def must_administer(user) -> None:
    """404 for everybody else."""
    if not is_administrator(user):
        raise Http404


def page() -> dict:
    """What the page shows."""
    now, since = state(), timezone.now() - DAY
    shown = Job.objects.select_related("scorecard__agency", "scorecard__round__year")
    states = [
        (label, sum(number for (_kind, name), number in now.jobs.items() if name == value))
        for value, label in Job.State.choices
    ]
    return {
        "now": now,
        "states": states,
        "oldest": now.oldest_job_seconds // 60,
        "is_beat_late": now.beat_at is None or timezone.now() - now.beat_at > dt.timedelta(minutes=5),
        "failed": shown.filter(state=Job.State.FAILED).order_by("-finished_at")[:SHOWN],
        "waiting": shown.filter(state__in=jobs.LIVE).order_by("requested_at")[:SHOWN],
        "slow_requests": slowest(Slow.Kind.REQUEST, since=since),
        "slow_queries": slowest(Slow.Kind.QUERY, since=since),
        "is_mail_set_up": settings.MAIL_IS_SET_UP,
    }
