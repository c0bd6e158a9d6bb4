"""The folders of files in a restore: filled beside their place, then exchanged with what stands there.

Evidence in a bucket is not exchanged but added (objects.py).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from config.backup.objects import Added, answering
from evidence import store
from indicators.refusals import Refused


def places() -> dict[str, Path]:
    """{kind of file: its folder}."""
    found = {"evidence": Path(settings.EVIDENCE_DIR), "reports": Path(settings.REPORTS_DIR)}
    return {
        kind: folder for kind, folder in found.items() if kind != "evidence" or not settings.EVIDENCE_BUCKET
    }


def hold_files() -> bool:
    """Whether any of the folders, or the bucket, holds a file."""
    if any(path.is_file() for folder in places().values() for path in folder.rglob("*")):
        return True
    with answering():
        return any(True for _key in store.stored_keys())


def refuse_unfit(files: dict[str, dict]) -> None:
    """Refused where the files of a backup ({kind: {"bytes"}}) have no room, or a folder cannot be exchanged because a
    disk is mounted on it."""
    size = sum(one["bytes"] for kind, one in files.items() if kind in places())
    for folder in places().values():
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.is_mount():
            raise Refused(
                [
                    _(
                        "“%(name)s” is a disk of its own and cannot be exchanged. Mount the folder above it instead."
                    )
                    % {"name": folder}
                ]
            )
        if shutil.disk_usage(folder.parent).free < size:
            raise Refused([_("The disk of “%(name)s” has not enough room for the files.") % {"name": folder}])


class Aside:
    """New folders beside the ones in use."""

    def __init__(self, mark: str) -> None:
        self.new = {
            kind: folder.with_name(f"{folder.name}.restoring-{mark}") for kind, folder in places().items()
        }
        self.old = {
            kind: folder.with_name(f"{folder.name}.before-{mark}") for kind, folder in places().items()
        }
        self.added = Added(mark)

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file of a backup, to be written: `evidence/<key>` or `reports/<path>`."""
        kind, _slash, rest = name.partition("/")
        if kind not in self.new:
            return self.added.open(UUID(rest))
        path = self.new[kind] / (store.name_of(UUID(rest)) if kind == "evidence" else rest)
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "wb")

    def discard(self) -> None:
        self.added.undo()
        for folder in self.new.values():
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The new folders stand in their places, durable; those before them beside. Back again when the block fails."""
        os.sync()
        done = []
        try:
            for kind, folder in places().items():
                self.new[kind].mkdir(parents=True, exist_ok=True)
                folder.mkdir(parents=True, exist_ok=True)
                os.rename(folder, self.old[kind])
                done.append((folder, self.old[kind]))
                os.rename(self.new[kind], folder)
                done.append((self.new[kind], folder))
            yield
            self.added.settle()
        except BaseException:
            for before, now in reversed(done):
                os.rename(now, before)
            raise

    def drop_empty(self) -> list[str]:
        """Removes what stood there before where it held no file, and what restores that were killed had begun; returns
        what stays beside."""
        for folder in places().values():
            for begun in folder.parent.glob(f"{folder.name}.restoring-*"):
                shutil.rmtree(begun, ignore_errors=True)
        for folder in self.old.values():
            if not any(path.is_file() for path in folder.rglob("*")):
                shutil.rmtree(folder)
        left = [str(folder) for folder in self.old.values() if folder.exists()]
        return left + self.added.left()
