"""Finished PDFs on disk: written aside and renamed, named by their record hash, checked when read."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from reports.models import BatchFile, Document


def path_of(record_hash: str) -> Path:
    """Where the PDF of a record stands."""
    return Path(settings.REPORTS_DIR) / record_hash[:2] / f"{record_hash}.pdf"


def keep(content: bytes, *, record_hash: str) -> str:
    """Store a PDF so that readers see all of it or none; returns its SHA-256 (hex)."""
    target = path_of(record_hash)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{uuid.uuid4()}.part")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
    return hashlib.sha256(content).hexdigest()


def read(document: Document) -> bytes | None:
    """The bytes of a Document, or None when they are gone or are not those that were stored."""
    try:
        content = path_of(document.record_hash).read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == document.sha256 else None


def path_of_file(file: BatchFile) -> Path:
    """Where a batch's file stands."""
    return Path(settings.REPORTS_DIR) / "batches" / f"{file.pk}.{file.kind}"


@contextmanager
def kept_whole(target: Path) -> Iterator[Path]:
    """The path of a file to be written; it takes its place as `target` at the end, whole, or vanishes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{uuid.uuid4()}.part")
    try:
        yield aside
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def hash_of_file(path: Path) -> str:
    """SHA-256 (hex) of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_file(file: BatchFile) -> BinaryIO | None:
    """A batch's file, open for reading, or None when it is gone or is not what was stored."""
    path = path_of_file(file)
    if not path.exists() or hash_of_file(path) != file.sha256:
        return None
    return path.open("rb")
