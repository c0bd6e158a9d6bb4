"""The front part of a year book: cover, contents and summary, set as a document of its own after all others."""

from collections.abc import Callable

from reports import checking, jobs, store
from reports.models import Batch, BatchItem, Document, DocumentKind
from reports.pdf import print_record
from reports.record import record_hash
from reports.summary import build_front

FIRST_GUESS = 4  # pages of a front part
TRIES = 4


def front_of(batch: Batch, *, on_step: Callable[[int], None]) -> Document:
    """The front part, in the store, of a batch whose documents are all made. One that was set before is taken as it is.

    The contents name pages of the book, so its own length must be known: it is set again where the guess was wrong.
    """
    assert batch.group is not None, "a book is of a group"
    subject = {"kind": DocumentKind.BOOK_FRONT, "group": batch.group}
    options = {"language": batch.language, "digits": batch.digits}
    before = Document.objects.filter(**subject, **options).order_by("-made_at").first()
    pages = before.pages if before else FIRST_GUESS
    for _try in range(TRIES):
        record = build_front(batch.group, contents_of(batch, first=pages + 1), **options)
        document = jobs.stored(record_hash(record))
        if document is not None:
            return document
        printed = print_record(record, on_step=on_step)
        if printed.pages == pages:
            break
        pages = printed.pages
    checking.note(record, printed.content, group=batch.group)
    sha256 = store.keep(printed.content, record_hash=printed.record_hash)
    facts = {"sha256": sha256, "size": len(printed.content), "pages": printed.pages}
    document, _made = Document.objects.update_or_create(
        record_hash=printed.record_hash, defaults=facts, create_defaults=facts | subject | options
    )
    return document


def contents_of(batch: Batch, *, first: int) -> list[dict]:
    """[{"agency", "page"}] in the order of the book; `first` is the page on which the first document begins."""
    items = batch.items.filter(state=BatchItem.State.DONE).order_by("position")
    found, page = [], first
    for item in items.select_related("document", "scorecard__agency"):
        found.append({"agency": item.scorecard.agency.name, "page": str(page)})
        page += item.document.pages if item.document else 0
    return found
