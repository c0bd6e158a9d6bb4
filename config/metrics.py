"""Numbers for Prometheus at /metrics: how quick answers are, and the state of the work in the background.

Several processes serve the pages: each writes its counts into files of the folder PROMETHEUS_MULTIPROC_DIR, which
serving.py makes, and whoever is asked adds them up. Figures of the database are read when they are asked for.
"""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from config.operations.state import state

SECONDS = Histogram(
    "scorecards_answer_seconds",
    "How long answers took, by the pattern of the address",
    ["method", "route", "status"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
METHODS = {"GET", "POST", "HEAD"}  # any other would be a label that strangers choose


def count_request(*, route: str, method: str | None, status: int, seconds: float) -> None:
    """One more answer."""
    SECONDS.labels(method if method in METHODS else "other", route, str(status)).observe(seconds)


class FromTheDatabase(Collector):
    """The figures of operations/state.py at this moment."""

    def collect(self) -> Iterator[Metric]:
        now = state()
        jobs = GaugeMetricFamily("scorecards_jobs", "Documents by kind and state", labels=["kind", "state"])
        for (kind, name), number in now.jobs.items():
            jobs.add_metric([kind, name], number)
        yield jobs
        for name, says, number in [
            (
                "oldest_job_seconds",
                "How long the oldest document waits that nobody makes",
                now.oldest_job_seconds,
            ),
            ("mails_waiting", "Notices whose mail waits", now.mails_waiting),
            ("mails_failed", "Notices whose mail was given up", now.mails_failed),
            ("evidence_bytes", "Bytes of stored evidence", now.evidence_bytes),
            ("workers", "Workers seen in the last five minutes", len(now.workers)),
        ]:
            yield GaugeMetricFamily(f"scorecards_{name}", says, value=number)
        if now.beat_at is not None:
            yield GaugeMetricFamily(
                "scorecards_last_sweep_timestamp_seconds",
                "When beat's sweep last ran",
                value=now.beat_at.timestamp(),
            )


def exposition() -> bytes:
    """All numbers in Prometheus's text format."""
    here = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(here)
    return generate_latest(FROM_THE_DATABASE) + generate_latest(
        here if os.environ.get("PROMETHEUS_MULTIPROC_DIR") else REGISTRY
    )


FROM_THE_DATABASE = CollectorRegistry()
FROM_THE_DATABASE.register(FromTheDatabase())
