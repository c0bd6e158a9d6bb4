"""Evidence that a restore brings into a bucket: file by file, and undone when the restore does not end well.

A bucket cannot be exchanged at one stroke as a folder can, and need not be: a key is given once, so what is added is
named by no row until the rows are committed, and what stands there already and is the same stays. Only a file that is
not as it was received makes room for the good one, and is kept beside.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from evidence import store
from indicators.refusals import Refused

PIECE = 1024 * 1024
AWAY = gettext_noop(
    "The bucket of files does not answer (%(fault)s). manage.py doctor files says what to do. Nothing was changed."
)
FULL = gettext_noop("The bucket of files has no room. Nothing was changed.")


class Added:
    """What a restore has put into the bucket, and what made room for it under the prefix `beside`."""

    def __init__(self, mark: str) -> None:
        self.beside = f"before-{mark}"
        self.keys: list[UUID] = []
        self.displaced: list[UUID] = []
        self.settled = False

    @contextmanager
    def open(self, key: UUID) -> Iterator[IO[bytes]]:
        """A file of a backup, to be written; when it is whole it goes into the bucket."""
        with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file:
            yield file
            file.seek(0)
            arrival = store.take_in(iter(partial(file.read, PIECE), b""), limit=sys.maxsize)
        try:
            with answering():
                self._bring(key, arrival)
        finally:
            arrival.discard()

    def _bring(self, key: UUID, arrival: store.Arrival) -> None:
        try:
            store.open_checked(key, sha256=arrival.sha256).close()
        except store.Altered as altered:
            if altered.reason == "altered":
                store.put_beside(key, self.beside)
                self.displaced.append(key)
            store.keep(arrival, key=key)
            self.keys.append(key)

    def settle(self) -> None:
        """The restore ended well: what was added stays."""
        self.settled = True

    def undo(self) -> None:
        """Takes back what was added, unless it is settled."""
        if self.settled:
            return
        for key in self.keys:
            store.take_back(key)
        for key in self.displaced:
            store.bring_back(key, self.beside)

    def left(self) -> list[str]:
        """Where what made room stands now."""
        return [f"s3://{settings.EVIDENCE_BUCKET}/{self.beside}/"] if self.displaced else []


@contextmanager
def answering() -> Iterator[None]:
    """Refused when the bucket does not answer or has no room."""
    try:
        yield
    except store.Away as away:
        raise Refused([_(AWAY) % {"fault": away}]) from away
    except store.Full as full:
        raise Refused([_(FULL)]) from full
