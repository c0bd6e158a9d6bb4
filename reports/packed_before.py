"""Files of a batch that an earlier one has already: the same documents under the same names make the same bytes."""

import hashlib
import os

from reports import store
from reports.models import Batch, BatchFile

EDITION = 1  # of packing.py and binding.py: one more whenever the same documents would give other bytes


def digest_of(batch: Batch, contents: str) -> str:
    """What both files of a batch are made of, as SHA-256 (hex): its title and the list of contents, which names each
    document in its order with its hash."""
    return hashlib.sha256("\n".join([str(EDITION), batch.title, contents]).encode()).hexdigest()


def files_of(batch: Batch, made_of: str) -> list[BatchFile]:
    """Both files, taken over from an earlier batch: the same bytes on disk under one more name, so that either may be
    removed in its time. Empty where they are not all there and whole; their rows are not saved yet."""
    files: list[tuple[BatchFile, BatchFile]] = []
    for kind in BatchFile.Kind:
        known = BatchFile.objects.filter(kind=kind, made_of=made_of, removed_at=None).first()
        if known is None or not _is_whole(known):
            return []
        facts = {name: getattr(known, name) for name in ("sha256", "size", "pages")}
        files.append((known, BatchFile(batch=batch, kind=kind, made_of=made_of, **facts)))
    if all(_linked(known, file) for known, file in files):
        return [file for _known, file in files]
    for _known, file in files:
        store.path_of_file(file).unlink(missing_ok=True)
    return []


def _is_whole(file: BatchFile) -> bool:
    path = store.path_of_file(file)
    return path.exists() and store.hash_of_file(path) == file.sha256


def _linked(known: BatchFile, file: BatchFile) -> bool:
    """Whether the file has its second name; not every disk can do that."""
    try:
        os.link(store.path_of_file(known), store.path_of_file(file))
    except OSError:
        return False
    return True
