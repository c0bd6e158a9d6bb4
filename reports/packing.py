"""Putting a batch together: one ZIP and one PDF, written aside on disk document by document, or taken over from an
earlier batch of the same documents.

The worker that does it holds a lease with a token, as with jobs; between documents it makes way for the reports that
people wait for by themselves.
"""

import datetime as dt
import logging
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from reports import batches, jobs, store
from reports.binding import Book
from reports.models import Batch, BatchFile, BatchItem, Document
from reports.packed_before import digest_of, files_of
from reports.year_books import front_of
from scorecards.clock import database_now
from scorecards.models import Scorecard

logger = logging.getLogger(__name__)

RENEW_SECONDS = 1.0
MOST_BYTES = 240  # of a name in the ZIP: Linux refuses more than 255 when it is unpacked
EPOCH = (1980, 1, 1, 0, 0, 0)  # every file's date: the same documents give the same ZIP


class Missing(Exception):
    """A document's bytes are gone or damaged: it must be made again."""


@dataclass
class Lease:
    """The right to put a batch together; `renew` raises LostLease when it was cancelled or taken over."""

    batch: Batch
    worker: str
    renewed: float = 0.0

    def renew(self, packed: int) -> None:
        """Write how many documents are in, and let the reports through that people wait for; once a second."""
        if time.monotonic() - self.renewed < RENEW_SECONDS:
            return
        update(self.batch, packed=packed, lease_until=database_now() + jobs.lease())
        jobs.make_way(worker=self.worker)
        self.renewed = time.monotonic()

    def hold(self, _sections: int = 0) -> None:
        """Renew it amid the setting of a document, in which nothing else can be made; once a second."""
        if time.monotonic() - self.renewed >= RENEW_SECONDS:
            update(self.batch, lease_until=database_now() + jobs.lease())
            self.renewed = time.monotonic()


def pack(batch_id: UUID | str, *, worker: str) -> None:
    """Put the batch together if it is ready and nobody else does it. Documents whose bytes are gone are made again."""
    batch = claim(batch_id)
    if batch is None:
        return
    try:
        with translation.override(batch.language):
            finish(batch, files=files_for(batch, Lease(batch, worker)))
    except jobs.LostLease:
        logger.warning("Batch %s was cancelled or taken over", batch.pk)
    except Missing:
        update(batch, state=Batch.State.RUNNING, token=None, lease_until=None, sent_at=None)
        batches.send(batch.pk)
    except Exception as fault:  # whatever went wrong belongs into the row, for people to read
        logger.exception("Batch %s was not put together", batch.pk)
        put_back(batch, reason=jobs.told(fault))


def claim(batch_id: UUID | str) -> Batch | None:
    """Take a batch that is ready for this attempt; None when it is not to be had. One whose workers died three times
    over it fails."""
    now, token = database_now(), uuid.uuid4()
    free = Batch.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=batch_id)
    ready = free.filter(state=Batch.State.PACKING)
    tired = _("Three times the machine that was making it stopped; ask the administrator.")
    ready.filter(attempts__gte=jobs.TRIES).update(state=Batch.State.FAILED, reason=tired, finished_at=now)
    taken = ready.update(token=token, lease_until=now + jobs.lease(), attempts=F("attempts") + 1, packed=0)
    whole = Batch.objects.select_related("group__ministry", "group__round__year")
    return whole.get(pk=batch_id) if taken else None


def update(batch: Batch, **fields: Any) -> None:
    """Write fields of a batch that this attempt still holds; raises LostLease."""
    if not Batch.objects.filter(pk=batch.pk, token=batch.token, state=Batch.State.PACKING).update(**fields):
        raise jobs.LostLease(batch.pk)


def put_back(batch: Batch, *, reason: str) -> None:
    """Leave it to the sweeper to try again, or fail it after the last try."""
    if batch.attempts >= jobs.TRIES:
        update(batch, state=Batch.State.FAILED, reason=reason, token=None, finished_at=database_now())
    else:
        update(batch, token=None, lease_until=None, sent_at=None, reason=reason)


@dataclass(frozen=True)
class Part:
    """One document of a batch and its name in the ZIP; the front part of a year book is no item's."""

    name: str
    document: Document
    item: BatchItem | None = None


def files_for(batch: Batch, lease: Lease) -> list[BatchFile]:
    """Both files, in their place in the store: those of an earlier batch where they would be the same, otherwise
    written now. Their rows are not saved yet."""
    parts = parts_of(batch, lease)
    contents = contents_of(batch, [f"{part.name}\t{part.document.sha256}" for part in parts])
    made_of = digest_of(batch, contents)
    return files_of(batch, made_of) or write_files(batch, lease, parts, contents, made_of)


def write_files(
    batch: Batch, lease: Lease, parts: list[Part], contents: str, made_of: str
) -> list[BatchFile]:
    """Both files, written document by document; one is in memory at a time."""
    files = [BatchFile(batch=batch, kind=kind, made_of=made_of) for kind in BatchFile.Kind]
    zip_file, book_file = files
    with (
        store.kept_whole(store.path_of_file(zip_file)) as zip_path,
        store.kept_whole(store.path_of_file(book_file)) as book_path,
        zipfile.ZipFile(zip_path, "w") as archive,
        book_path.open("wb") as raw,
    ):
        book = Book(raw, title=batch.title)
        for number, part in enumerate(parts):
            lease.renew(number)
            content = store.read(part.document)
            if content is None:
                raise made_again(batch, [part.item] if part.item else [])
            archive.writestr(zipfile.ZipInfo(part.name, EPOCH), content)
            book.add(content, title=title_of(part.name))
        archive.writestr(zipfile.ZipInfo(_("Contents.txt"), EPOCH), contents)
        book.close()
        book_file.pages = book.pages
    for file in files:
        path = store.path_of_file(file)
        file.size, file.sha256 = path.stat().st_size, store.hash_of_file(path)
    return files


def parts_of(batch: Batch, lease: Lease) -> list[Part]:
    """The documents in the order of the book; a year book begins with its front part.

    Raises Missing after putting every item whose bytes are gone back to be made again.
    """
    done = batch.items.filter(state=BatchItem.State.DONE).order_by("position")
    cards = ("scorecard__agency__ministry", "scorecard__framework", "scorecard__round__year")
    items = [(item, item.document) for item in done.select_related("document", *cards) if item.document]
    if gone := [item for item, document in items if not store.path_of(document.record_hash).exists()]:
        raise made_again(batch, gone)
    names = names_of([item.scorecard for item, _document in items])
    parts = [Part(name, document, item) for (item, document), name in zip(items, names, strict=True)]
    if not batch.group:
        return parts
    return [Part(_("Year book of results") + ".pdf", front_of(batch, on_step=lease.hold)), *parts]


def made_again(batch: Batch, items: list[BatchItem]) -> Missing:
    """Put these items back to be made again; returns what is to be raised."""
    again = batch.items.filter(pk__in=[item.pk for item in items])
    again.update(state=BatchItem.State.WAITING, document=None, job=None, finished_at=None)
    return Missing(len(items))


def names_of(cards: Iterable[Scorecard]) -> list[str]:
    """The names in the ZIP: a folder for each ministry, in it the agency's whole name; where an agency has several,
    with the form and the round."""
    several = Counter(card.agency_id for card in cards)
    found = []
    for card in cards:
        name = card.agency.name
        if several[card.agency_id] > 1:
            months = _("%(months)s-month round") % {"months": card.round.months}
            name += f" ({card.framework.code} v{card.framework.version} {card.round.year} {months})"
        found.append(f"{safe(str(card.agency.ministry))}/{safe(name)}.pdf")
    return numbered(found)


def numbered(names: list[str]) -> list[str]:
    """The names, with a number where two offices have the same one."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name.removesuffix('.pdf')} ({seen[name]}).pdf")
    return found


def safe(name: str) -> str:
    """The name without what a file system refuses; only one that no disk takes is cut."""
    kept = "".join("-" if one in '/\\:*?"<>|' or ord(one) < 32 else one for one in name).strip(". ")
    while len(kept.encode()) > MOST_BYTES:
        kept = kept[:-1]
    return kept or "-"


def title_of(name: str) -> str:
    """The bookmark of a document: its name without the folder."""
    return name.partition("/")[2].removesuffix(".pdf")


def contents_of(batch: Batch, lines: list[str]) -> str:
    """The list of contents: every file with its hash, and every agency whose document could not be made."""
    failed = batch.items.filter(state=BatchItem.State.FAILED).select_related("scorecard__agency")
    text = [batch.title, "", *lines]
    if failed:
        text += ["", _("Not made:"), *(f"{one.scorecard.agency.name}\t{one.reason}" for one in failed)]
    return "\r\n".join(text) + "\r\n"


@transaction.atomic
def finish(batch: Batch, *, files: list[BatchFile]) -> None:
    """Make the files visible together with the end of the batch."""
    update(
        batch,
        state=Batch.State.DONE,
        packed=batch.items.filter(state=BatchItem.State.DONE).count(),
        reason="",
        token=None,
        lease_until=None,
        finished_at=database_now(),
    )
    batch.files.filter(removed_at=None).update(removed_at=database_now())
    BatchFile.objects.bulk_create(files)


def remove_old_files(*, before: dt.datetime) -> int:
    """Remove the bytes of batch files made before this moment, and of those that newer ones replaced; the rows stay.
    Returns how many were removed."""
    removed = 0
    for file in BatchFile.objects.filter(
        Q(removed_at=None, made_at__lt=before) | Q(removed_at__isnull=False)
    ):
        path = store.path_of_file(file)
        removed += path.exists()
        path.unlink(missing_ok=True)
    BatchFile.objects.filter(removed_at=None, made_at__lt=before).update(removed_at=database_now())
    return removed
