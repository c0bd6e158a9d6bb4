"""Documents and the jobs that make them, batches, downloads, figures of records."""

from reports.models.batches import Batch, BatchFile, BatchItem
from reports.models.documents import AgencyGroup, Digits, Document, DocumentKind, Imprint, Job
from reports.models.outputs import Download, RecordFigures

__all__ = [
    "AgencyGroup",
    "Batch",
    "BatchFile",
    "BatchItem",
    "Digits",
    "Document",
    "DocumentKind",
    "Download",
    "Imprint",
    "Job",
    "RecordFigures",
]
