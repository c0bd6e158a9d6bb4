"""The folders of files in a restore: filled beside their place, then exchanged with what stands there."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from indicators.refusals import Refused


def places() -> dict[str, Path]:
    """{kind of file: its folder}."""
    return {"evidence": Path(settings.EVIDENCE_DIR), "reports": Path(settings.REPORTS_DIR)}


def hold_files() -> bool:
    """Whether any of the folders holds a file."""
    return any(path.is_file() for folder in places().values() for path in folder.rglob("*"))


def refuse_unfit(size: int) -> None:
    """Refused where so many bytes have no room, or a folder cannot be exchanged because a disk is mounted on it."""
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

    def __init__(self, mark: str):
        self.new = {
            kind: folder.with_name(f"{folder.name}.restoring-{mark}") for kind, folder in places().items()
        }
        self.old = {
            kind: folder.with_name(f"{folder.name}.before-{mark}") for kind, folder in places().items()
        }

    def open(self, name: str) -> IO[bytes]:
        """A file of a backup, to be written: `evidence/<key>` or `reports/<path>`."""
        kind, _slash, rest = name.partition("/")
        path = self.new[kind] / (f"{rest[:2]}/{rest[2:4]}/{rest}" if kind == "evidence" else rest)
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "wb")

    def discard(self) -> None:
        for folder in self.new.values():
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def in_place(self):
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
        except BaseException:
            for before, now in reversed(done):
                os.rename(now, before)
            raise

    def drop_empty(self) -> list[Path]:
        """Removes what stood there before where it held no file; returns what stays beside."""
        for folder in self.old.values():
            if not any(path.is_file() for path in folder.rglob("*")):
                shutil.rmtree(folder)
        return [folder for folder in self.old.values() if folder.exists()]
