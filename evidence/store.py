"""Where the bytes of evidence are: one file per UUID under EVIDENCE_DIR, written once, hashed on the way in and out.

A file is written aside, made durable (fsync) and then moved into place, so that a name never holds half a file.
What arrives in pieces grows aside too. Nothing here removes a file that has been kept.
"""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

PIECE = 1024 * 1024
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class TooLarge(Exception):
    """More bytes than allowed arrived."""


class Full(Exception):
    """The disk takes no more bytes."""


def is_full(fault: BaseException) -> bool:
    """Whether a fault says that there is no room: a full disk, a quota, a limit of the process."""
    return isinstance(fault, OSError) and fault.errno in NO_ROOM


@contextmanager
def _room():
    try:
        yield
    except OSError as fault:
        if is_full(fault):
            raise Full from fault
        raise


class Altered(Exception):
    """The stored bytes are not those that were received, or are gone. `reason` is "missing" or "altered"."""

    def __init__(self, key: UUID, reason: str):
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


def path_of(key: UUID) -> Path:
    """The place of a file; two levels of folders keep each of them small."""
    name = str(key)
    return Path(settings.EVIDENCE_DIR) / name[:2] / name[2:4] / name


@_room()
def take_in(pieces: Iterable[bytes], *, limit: int) -> Arrival:
    """Writes the pieces aside, hashing them; TooLarge when they are more than `limit` bytes, Full when the disk is:
    nothing stays of either."""
    descriptor, name = tempfile.mkstemp(dir=_aside())
    try:
        with os.fdopen(descriptor, "wb") as file:
            size, sha256 = _write(file, pieces, limit=limit)
            os.fchmod(file.fileno(), 0o440)
    except BaseException:
        os.unlink(name)
        raise
    return Arrival(path=Path(name), size=size, sha256=sha256)


def _write(file, pieces, *, limit):
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


@_room()
def append_piece(key: UUID, *, offset: int, piece: bytes) -> None:
    """Writes a piece of a file that arrives in pieces; what stood behind the offset goes. Full when the disk is."""
    descriptor = os.open(_aside() / str(key), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        file.seek(offset)
        file.write(piece)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def arrived(key: UUID) -> int:
    """How many bytes of a file that arrives in pieces are on the disk."""
    path = _aside() / str(key)
    return path.stat().st_size if path.exists() else 0


def open_arriving(key: UUID) -> IO[bytes]:
    """What arrived in pieces, to be read; nothing of it is evidence yet."""
    return (_aside() / str(key)).open("rb")


def drop_arriving(key: UUID) -> None:
    """Removes what arrived in pieces."""
    (_aside() / str(key)).unlink(missing_ok=True)


def sweep_arriving(before: float) -> None:
    """Removes what has been lying aside untouched since before this moment (seconds of the epoch)."""
    for path in _aside().iterdir():
        with suppress(FileNotFoundError):  # whoever sent it or another sweep was first
            if path.stat().st_mtime < before:
                path.unlink()


def _aside():
    aside = Path(settings.EVIDENCE_DIR) / "arriving"
    aside.mkdir(parents=True, exist_ok=True)
    return aside


@_room()
def keep(arrival: Arrival, *, key: UUID) -> None:
    """Moves an arrival to its place for good. Refuses (FileExistsError) to write over a kept file; Full when
    there is no room for its folder."""
    place = path_of(key)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        raise FileExistsError(place)
    os.replace(arrival.path, place)
    for folder in (place.parent, place.parent.parent):
        _make_durable(folder)


def keep_bytes(data: bytes, *, key: UUID) -> Arrival:
    """Stores bytes of our own making (demo data, tests) under a key; returns what was stored with size and hash."""
    arrival = take_in([data], limit=settings.EVIDENCE_MAX_BYTES)
    keep(arrival, key=key)
    return arrival


def take_back(key: UUID) -> None:
    """Removes a file whose row was never committed: the only removal, for the verb that just kept it."""
    path_of(key).unlink(missing_ok=True)


def open_checked(key: UUID, *, sha256: str) -> IO[bytes]:
    """The file, opened at its beginning, after its whole content was hashed again; Altered when it is not the same.

    The hash is taken through the returned handle: the bytes that were checked are the bytes that are handed out."""
    try:
        file = path_of(key).open("rb")
    except OSError as error:
        raise Altered(key, "missing") from error
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        raise Altered(key, "altered")
    file.seek(0)
    return file


def stored_keys() -> Iterator[UUID]:
    """The keys of all files in the store."""
    for path in Path(settings.EVIDENCE_DIR).glob("??/??/*"):
        try:
            yield UUID(path.name)
        except ValueError:
            continue


def _make_durable(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
