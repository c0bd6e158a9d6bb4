"""Celery's side of the jobs: it carries an id and decides nothing."""

import datetime as dt
import os
from typing import Any
from uuid import UUID

from celery import Task, shared_task
from celery.signals import worker_init, worker_ready
from django.conf import settings

from reports import batches, jobs, packing, pdf, retention


@shared_task(bind=True, name=jobs.TASK)
def make_report(self: Task, job_id: str) -> None:
    """Make the PDF of a job, then hand out the next ones of the batches that it was made for."""
    worker = self.request.hostname or ""
    jobs.run(job_id, worker=worker)
    for batch_id in batches.waiting_for(job_id):
        go_on(batch_id, worker=worker)


@shared_task(bind=True, name=batches.TASK)
def go_on_with_batch(self: Task, batch_id: str) -> None:
    """Hand out documents of a batch, or put it together."""
    go_on(batch_id, worker=self.request.hostname or "")


def go_on(batch_id: UUID | str, *, worker: str) -> None:
    """Whatever is next in a batch."""
    batches.advance(batch_id, worker=worker)
    packing.pack(batch_id, worker=worker)


@shared_task(name="reports.tasks.sweep_jobs")
def sweep_jobs() -> None:
    """Send lost jobs again (every few seconds, by beat)."""
    jobs.sweep()
    batches.sweep()


@shared_task(name="reports.tasks.sweep_reports")
def sweep_reports() -> None:
    """Remove outputs that are past their time (once a day, by beat)."""
    retention.sweep()


@worker_init.connect
def make_ready(**_signal: Any) -> None:
    """Before a worker parts into processes: step back behind the pages, and load once what all of them need."""
    os.nice(settings.WORKER_NICE)
    pdf.warm_up()


@worker_ready.connect
def pick_up_jobs(sender: Any, **_signal: Any) -> None:
    """A worker that starts takes what its dead predecessor held."""
    jobs.pick_up(worker=sender.hostname)
    batches.sweep(patience=dt.timedelta(0))
