"""Large files in pieces: begin, append, finish. A broken connection goes on from the last byte that was received.

Who sends the same file again, in another window or after signing in anew, is given the same upload and its offset. The
bytes lie aside (store.py) until the whole file goes through `receive` like any other.
"""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence import quota, store
from evidence.intake import NotNow, name_to_keep, no_room, receive, refuse_size, replace
from evidence.models import Evidence, Upload
from evidence.particulars import Particulars
from evidence.permissions import require
from indicators.refusals import Refused
from scorecards.models import Entry
from scorecards.prepared import prepared

KEPT_FOR = dt.timedelta(days=2)


class WrongOffset(Exception):
    """A piece that does not begin where the last one ended; `received` says where to go on."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


@dataclass(frozen=True)
class Coming:
    """A file as the browser announces it; the fingerprint tells two of one name and size apart."""

    name: str
    size: int
    fingerprint: str


def begin(
    entry: Entry, criterion_key: str, *, actor: User, coming: Coming, said: Particulars, replaces: str = ""
) -> Upload:
    """The upload of this file, new or where it broke off; Refused before a byte is sent where it could not be taken.

    `replaces` is the id of the file whose newer version it is."""
    require(entry, criterion_key, actor=actor)
    refuse_size(coming.size)
    said.as_fields()
    quota.refuse_beyond(entry.scorecard.agency, size=coming.size)
    with transaction.atomic():
        upload, _made = Upload.objects.select_for_update().get_or_create(
            entry=entry,
            criterion_key=criterion_key,
            user=actor,
            name=name_to_keep(coming.name),
            size=coming.size,
            fingerprint=coming.fingerprint[:100],
            defaults={"created_at": timezone.now()},
        )
        if upload.evidence_id and not Evidence.objects.live().filter(pk=upload.evidence_id).exists():
            upload.evidence, upload.created_at = None, timezone.now()
        if not upload.evidence_id:
            upload.received = min(upload.received, store.arrived(upload.pk))
        upload.told = said.as_json() | {"replaces": replaces}
        upload.save(update_fields=["received", "told", "evidence", "created_at"])
    return upload


def append(upload: Upload, *, offset: int, piece: bytes) -> Upload:
    """Puts a piece at its place; WrongOffset unless it begins where the last one ended.

    NotNow when the disk is full: what came before stays, and the upload goes on from there."""
    with transaction.atomic():
        rows = Upload.objects.select_for_update(of=("self",)).select_related("entry__scorecard__agency")
        upload = rows.get(pk=upload.pk)
        received = upload.received if upload.evidence_id else min(upload.received, store.arrived(upload.pk))
        if offset != received:
            raise WrongOffset(received)
        if received + len(piece) > upload.size:
            raise Refused([_("More bytes came than the file has. Choose the file again.")])
        agency = upload.entry.scorecard.agency  # uploads that are never finished take room, too
        quota.refuse_beyond(agency, size=quota.arriving_at(agency) + len(piece))
        try:
            store.append_piece(upload.pk, offset=offset, piece=piece)
        except store.Full as full:
            raise NotNow([no_room()]) from full
        upload.received = received + len(piece)
        upload.save(update_fields=["received"])
    return upload


def finish(upload: Upload, *, actor: User) -> Evidence:
    """Makes the whole file evidence, once: permission, deadline and content are looked at now. The bytes aside go,
    except where the same file may be taken in a few minutes."""
    upload.refresh_from_db(fields=["evidence", "received"])
    if upload.evidence_id:
        return Evidence.objects.get(pk=upload.evidence_id)
    if min(upload.received, store.arrived(upload.pk)) != upload.size:
        raise Refused([_("The file is not whole yet. Choose it again and it goes on where it broke off.")])
    try:
        evidence = _receive(upload, actor=actor)
    except FileNotFoundError:  # a second request made it evidence meanwhile, or it was swept away
        return finish(upload, actor=actor)
    except NotNow:
        raise
    except Refused:
        drop(upload)
        raise
    Upload.objects.filter(pk=upload.pk).update(evidence=evidence)
    store.drop_arriving(upload.pk)
    return evidence


def drop(upload: Upload) -> None:
    """Forgets an upload and the bytes that came."""
    Upload.objects.filter(pk=upload.pk).delete()
    store.drop_arriving(upload.pk)


def drop_stale_uploads(now: dt.datetime | None = None) -> int:
    """Forgets every upload that began more than two days ago, and bytes aside that nobody fetched; how many."""
    before = (now or timezone.now()) - KEPT_FOR
    stale = list(Upload.objects.filter(created_at__lt=before))
    for upload in stale:
        drop(upload)
    store.sweep_arriving(before.timestamp())
    return len(stale)


@prepared
def _broken_off(entry: int, user: int) -> QuerySet[Upload]:
    return Upload.objects.filter(entry=entry, user=user, evidence__isnull=True, received__gt=0)


def unfinished(entry: Entry, *, user: User) -> dict[str, list[Upload]]:
    """The person's uploads that broke off, by criterion key, in one query."""
    found: dict[str, list[Upload]] = {}
    for upload in _broken_off(entry=entry.pk, user=user.pk):
        found.setdefault(upload.criterion_key, []).append(upload)
    return found


def _receive(upload: Upload, *, actor: User) -> Evidence:
    with store.open_arriving(upload.pk) as opened:
        file, key = File(opened, name=upload.name), str(upload.pk)
        if old := upload.told.get("replaces"):  # what was said of the old one holds on
            return replace(_attached(upload, old), actor=actor, upload=file, request_key=key)
        said = Particulars.from_json(upload.told)
        return receive(
            upload.entry, upload.criterion_key, actor=actor, upload=file, said=said, request_key=key
        )


def _attached(upload: Upload, pk: str) -> Evidence:
    rows = Evidence.objects.filter(entry=upload.entry, criterion_key=upload.criterion_key, pk=pk)
    if not (found := rows.first()):
        raise Refused([_("The file to be replaced is not here. Load the page again.")])
    return found
