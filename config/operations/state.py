"""The state of the work in the background, as figures: for Prometheus, for the operators' page and for doctor."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Sum
from django.utils import timezone

from config.models import Sign
from evidence.models import Evidence
from reports.models import Batch, Job
from scorecards.models import Notice

LATELY = dt.timedelta(minutes=5)
BEAT = "beat"


@dataclass(frozen=True)
class State:
    """`jobs` by (kind, state); `workers` and `beat_at` by when they were last seen."""

    jobs: dict[tuple[str, str], int]
    batches: dict[str, int]
    oldest_job_seconds: int
    mails_waiting: int
    mails_failed: int
    evidence_files: int
    evidence_bytes: int
    workers: dict[str, dt.datetime]
    beat_at: dt.datetime | None


def state() -> State:
    """As it is now; the number of queries does not depend on the number of rows."""
    now = timezone.now()
    signs = dict(Sign.objects.values_list("name", "seen_at"))
    jobs = Job.objects.order_by().values_list("kind", "state").annotate(number=Count("pk"))
    mails = dict(Notice.objects.order_by().values_list("mail").annotate(number=Count("pk")))
    oldest = Job.objects.filter(state=Job.State.QUEUED).aggregate(oldest=Min("requested_at"))["oldest"]
    stored = Evidence.objects.first_uses().aggregate(files=Count("pk"), size=Sum("size"))
    return State(
        jobs={(kind, name): number for kind, name, number in jobs},
        batches=dict(Batch.objects.order_by().values_list("state").annotate(number=Count("pk"))),
        oldest_job_seconds=round((now - oldest).total_seconds()) if oldest else 0,
        mails_waiting=mails.get(Notice.Mail.WAITING, 0),
        mails_failed=mails.get(Notice.Mail.FAILED, 0),
        evidence_files=stored["files"],
        evidence_bytes=stored["size"] or 0,
        workers={name: at for name, at in signs.items() if name != BEAT and now - at < LATELY},
        beat_at=signs.get(BEAT),
    )
