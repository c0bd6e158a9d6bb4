"""Celery's side of the jobs: it carries an id and decides nothing."""

from celery import shared_task
from celery.signals import worker_ready

from reports import jobs


@shared_task(bind=True, name=jobs.TASK)
def make_report(self, job_id):
    """Make the PDF of a job."""
    jobs.run(job_id, worker=self.request.hostname or "")


@shared_task(name="reports.tasks.sweep_jobs")
def sweep_jobs():
    """Send lost jobs again (every few seconds, by beat)."""
    jobs.sweep()


@worker_ready.connect
def pick_up_jobs(sender, **_signal):
    """A worker that starts takes what its dead predecessor held."""
    jobs.pick_up(worker=sender.hostname)
