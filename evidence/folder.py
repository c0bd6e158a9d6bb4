"""Files of evidence in a folder, EVIDENCE_DIR: moved into place whole, durable, and never written over.

For store.py alone, which gives the names; config/backup exchanges the whole folder. What comes in lies here too
("arriving"), wherever it is kept afterwards.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Full(Exception):
    """The disk or the bucket takes no more bytes."""


def is_full(fault: BaseException) -> bool:
    """Whether a fault says that there is no room: a full disk, a quota, a limit of the process."""
    return isinstance(fault, OSError) and fault.errno in NO_ROOM


@contextmanager
def room() -> Iterator[None]:
    """Full instead of the system's fault where there is no room."""
    try:
        yield
    except OSError as fault:
        if is_full(fault):
            raise Full from fault
        raise


def arriving() -> Path:
    """Where lies aside what is not evidence yet."""
    folder = Path(settings.EVIDENCE_DIR) / "arriving"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_of(name: str) -> Path:
    """Where the bytes of this name lie."""
    return Path(settings.EVIDENCE_DIR) / name


@room()
def keep(path: Path, *, name: str, sha256: str) -> None:
    """Moves a file to its place for good; FileExistsError where one stands, Full without room for its folder."""
    place = path_of(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        raise FileExistsError(place)
    os.replace(path, place)
    for folder in (place.parent, place.parent.parent):
        _make_durable(folder)


def open_stored(name: str) -> IO[bytes]:
    """The bytes as they stand there; FileNotFoundError for none, and for what cannot be read."""
    try:
        return path_of(name).open("rb")
    except OSError as error:
        raise FileNotFoundError(name) from error


def remove(name: str) -> None:
    """Takes the bytes away; nothing where there are none."""
    path_of(name).unlink(missing_ok=True)


def names() -> Iterator[str]:
    """The names of all files that are kept."""
    folder = Path(settings.EVIDENCE_DIR)
    return (path.relative_to(folder).as_posix() for path in folder.glob("??/??/*"))


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
