"""Celery's side of evidence: it rings and decides nothing."""

from celery import shared_task

from evidence import arriving, rescanning


@shared_task(name="evidence.tasks.sweep_uploads")
def sweep_uploads() -> None:
    """Forget uploads that broke off days ago (every six hours, by beat)."""
    arriving.drop_stale_uploads()


@shared_task(name="evidence.tasks.rescan")
def rescan() -> None:
    """Scan what came while no scanner answered (every hour, by beat)."""
    rescanning.rescan_evidence()
