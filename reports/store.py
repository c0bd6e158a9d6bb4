"""Finished PDFs on disk: written aside and renamed, named by their record hash, checked when read."""

import hashlib
import os
import uuid
from pathlib import Path

from django.conf import settings


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


def read(document) -> bytes | None:
    """The bytes of a Document, or None when they are gone or are not those that were stored."""
    try:
        content = path_of(document.record_hash).read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == document.sha256 else None
