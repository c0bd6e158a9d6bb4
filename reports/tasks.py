"""Celery's side of the jobs: it carries an id and decides nothing."""

import os

from celery import shared_task
from celery.signals import worker_init, worker_ready
from django.conf import settings

from reports import jobs, pdf


@shared_task(bind=True, name=jobs.TASK)
def make_report(self, job_id):
    """Make the PDF of a job."""
    jobs.run(job_id, worker=self.request.hostname or "")


@shared_task(name="reports.tasks.sweep_jobs")
def sweep_jobs():
    """Send lost jobs again (every few seconds, by beat)."""
    jobs.sweep()


@worker_init.connect
def make_ready(**_signal):
    """Before a worker parts into processes: step back behind the pages, and load once what all of them need."""
    os.nice(settings.WORKER_NICE)
    pdf.warm_up()


@worker_ready.connect
def pick_up_jobs(sender, **_signal):
    """A worker that starts takes what its dead predecessor held."""
    jobs.pick_up(worker=sender.hostname)
