"""Where the bytes of evidence are: one file per UUID, written once, hashed on the way in and out. The one door to it.

They are kept in a folder (folder.py) or, where EVIDENCE_BUCKET is set, in a bucket (bucket.py), under the same names. A
file is written aside on the disk and made durable before it gets its name, so that a name never holds half a file.
What arrives in pieces grows aside too. Nothing here removes a file that has been kept.
"""

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import IO
from uuid import UUID

from django.conf import settings

from evidence import bucket, folder
from evidence.bucket import Away
from evidence.folder import Full, is_full, room

__all__ = ["Altered", "Arrival", "Away", "Full", "TooLarge", "is_full"]
log = logging.getLogger(__name__)
PIECE = 1024 * 1024


class TooLarge(Exception):
    """More bytes than allowed arrived."""


class Altered(Exception):
    """The stored bytes are not those that were received, or are gone. `reason` is "missing" or "altered"."""

    def __init__(self, key: UUID, reason: str) -> None:
        super().__init__(f"evidence {key} is {reason}")
        self.key = key
        self.reason = reason


@dataclass(frozen=True)
class Arrival:
    """A file that came in and lies aside: not evidence yet."""

    path: Path
    size: int
    sha256: str

    def open(self) -> IO[bytes]:
        return self.path.open("rb")

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def name_of(key: UUID) -> str:
    """The name of a file in its place; two levels of folders keep each of them small."""
    name = str(key)
    return f"{name[:2]}/{name[2:4]}/{name}"


def _place() -> ModuleType:
    """Where files are kept for good: the one choice."""
    return bucket if settings.EVIDENCE_BUCKET else folder


@room()
def take_in(pieces: Iterable[bytes], *, limit: int) -> Arrival:
    """Writes the pieces aside, hashing them; TooLarge when they are more than `limit` bytes, Full when the disk is:
    nothing stays of either."""
    descriptor, name = tempfile.mkstemp(dir=folder.arriving())
    try:
        with os.fdopen(descriptor, "wb") as file:
            size, sha256 = _write(file, pieces, limit=limit)
            os.fchmod(file.fileno(), 0o440)
    except BaseException:
        os.unlink(name)
        raise
    return Arrival(path=Path(name), size=size, sha256=sha256)


def _write(file: IO[bytes], pieces: Iterable[bytes], *, limit: int) -> tuple[int, str]:
    """Size and hash of what was written and made durable."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise TooLarge
        digest.update(piece)
        file.write(piece)
    file.flush()
    os.fsync(file.fileno())
    return size, digest.hexdigest()


@room()
def append_piece(key: UUID, *, offset: int, piece: bytes) -> None:
    """Writes a piece of a file that arrives in pieces; what stood behind the offset goes. Full when the disk is."""
    descriptor = os.open(folder.arriving() / str(key), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        file.seek(offset)
        file.write(piece)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def arrived(key: UUID) -> int:
    """How many bytes of a file that arrives in pieces are on the disk."""
    path = folder.arriving() / str(key)
    return path.stat().st_size if path.exists() else 0


def open_arriving(key: UUID) -> IO[bytes]:
    """What arrived in pieces, to be read; nothing of it is evidence yet."""
    return (folder.arriving() / str(key)).open("rb")


def drop_arriving(key: UUID) -> None:
    """Removes what arrived in pieces."""
    (folder.arriving() / str(key)).unlink(missing_ok=True)


def sweep_arriving(before: float) -> None:
    """Removes what has been lying aside untouched since before this moment (seconds of the epoch)."""
    for path in folder.arriving().iterdir():
        with suppress(FileNotFoundError):  # whoever sent it or another sweep was first
            if path.stat().st_mtime < before:
                path.unlink()


def keep(arrival: Arrival, *, key: UUID) -> None:
    """Moves an arrival to its place for good. Refuses (FileExistsError) to write over a kept file; Full when there is
    no room, Away when the bucket does not answer."""
    _place().keep(arrival.path, name=name_of(key), sha256=arrival.sha256)


def keep_bytes(data: bytes, *, key: UUID) -> Arrival:
    """Stores bytes of our own making (demo data, tests) under a key; returns what was stored with size and hash."""
    arrival = take_in([data], limit=settings.EVIDENCE_MAX_BYTES)
    keep(arrival, key=key)
    return arrival


def take_back(key: UUID) -> None:
    """Removes a file whose row was never committed: the only removal, for the verb that just kept it."""
    with _as_far_as_it_answers(key):
        _place().remove(name_of(key))


@contextmanager
def _as_far_as_it_answers(key: UUID) -> Iterator[None]:
    """For undoing: what went wrong first is what is told. A file without a row does no harm; verify_evidence names
    it."""
    try:
        yield
    except Away as away:
        log.error(
            "evidence: what was done with %s could not be undone, the bucket does not answer: %s", key, away
        )


def put_beside(key: UUID, under: str) -> None:
    """For a restore into a bucket, which has the good bytes of this key: the others stand under this prefix from now
    on."""
    bucket.move(name_of(key), to=f"{under}/{name_of(key)}")


def bring_back(key: UUID, under: str) -> None:
    """Undoes `put_beside`, as far as the bucket answers."""
    with _as_far_as_it_answers(key):
        bucket.move(f"{under}/{name_of(key)}", to=name_of(key))


def open_stored(key: UUID) -> IO[bytes]:
    """The bytes as they stand there, whatever they are; Altered when there are none, Away, or Full without room to
    fetch them. For backups; everybody else asks for checked ones."""
    try:
        return _place().open_stored(name_of(key))
    except FileNotFoundError as error:
        raise Altered(key, "missing") from error


def open_checked(key: UUID, *, sha256: str) -> IO[bytes]:
    """The file, opened at its beginning, after its whole content was hashed again; Altered when it is not the same,
    otherwise as `open_stored`.

    The hash is taken through the returned handle: the bytes that were checked are the bytes that are handed out."""
    file = open_stored(key)
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:  # type: ignore[arg-type]
        file.close()
        raise Altered(key, "altered")
    file.seek(0)
    return file


def answers() -> bool:
    """Whether the bucket can be reached, asked quickly; a folder is looked at by those who look at disks."""
    return not settings.EVIDENCE_BUCKET or bucket.answers()


def stored_keys() -> Iterator[UUID]:
    """The keys of all files in the store."""
    for name in _place().names():
        with suppress(ValueError):
            key = UUID(name.rpartition("/")[2])
            if name_of(key) == name:
                yield key
