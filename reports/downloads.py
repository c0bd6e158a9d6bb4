"""Who took a report out or had a failed one made again: a row for the history of reports, and an event in the record of
every agency it is about; and under which name."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from reports.kinds import title_of
from reports.models import BatchFile, Document, Download, Job
from scorecards.delegation import roles_held
from scorecards.events import record, record_scorecard
from scorecards.models import Agency, Scorecard
from scorecards.states import Role

ACTION = "export_report"
AGAIN = "make_again"


@transaction.atomic
def note_document(document: Document, *, actor: User) -> None:
    """A person downloads a document. One of a group of agencies prints what is published, so that it is no event of
    theirs."""
    Download.objects.create(document=document, by=actor)
    if document.scorecard_id:
        _record(document, f"document:{document.pk}", actor)


def note_file(file: BatchFile, *, actor: User) -> None:
    """A person downloads a batch: every agency in it has its own event, each written by itself, so that no two chains
    are ever locked at the same time."""
    Download.objects.create(file=file, by=actor)
    items = file.batch.items.exclude(document=None).order_by("scorecard__agency", "pk")
    for item in items.select_related("document__scorecard__agency"):
        with transaction.atomic():
            _record(item.document, f"batch:{file.batch_id}/{item.document_id}", actor)  # type: ignore[arg-type]


def note_try_again(job: Job, *, actor: User) -> None:
    """An administrator has a failed document made again; one of a group is an event of the administrator's office."""
    facts: dict[str, Any] = {
        "actor": actor,
        "action": AGAIN,
        "subject": f"job:{job.pk}",
        "before": {"failed": job.reason},
    }
    after = {"record": job.record_hash}
    if job.group:
        office = next(agency for agency, role in roles_held(actor) if role == Role.ADMINISTRATOR)
        record(Agency.objects.get(pk=office), after=after | job.group.named(), **facts)
    else:
        record_scorecard(cast(Scorecard, job.scorecard), after=after, **facts)


def _record(document: Document, subject: str, actor: User) -> None:
    after = {"sha256": document.sha256, "record": document.record_hash}
    record_scorecard(
        cast(Scorecard, document.scorecard), actor=actor, action=ACTION, subject=subject, after=after
    )


def file_name(document: Document) -> str:
    """The name under which a browser saves it: รายงานผลการปฏิบัติราชการ 2562 รอบ 12 เดือน หน่วยงาน.pdf"""
    with translation.override(document.language):
        parts = [
            f"{title_of(document.kind)} {document.indicator_code}".strip(),
            str(document.round.year),
            _("%(months)s-month round") % {"months": document.round.months},
            document.subject,
        ]
        if document.submission:
            parts.append(_("submission %(number)s") % {"number": document.submission.number})
    return " ".join(parts).replace("/", "-").replace("\\", "-") + ".pdf"
