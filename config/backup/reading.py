"""Reads a backup from its first byte to its last and says whether it is whole. Nothing else is touched."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.backup import keys
from config.backup.archive import Damaged, Member, Reader
from config.backup.proving import Proof
from config.backup.tables import Tally
from config.backup.taking import FORMAT, Summary
from indicators.refusals import Refused

KEY = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
FILE = re.compile(
    rf"evidence/{KEY}|reports/[0-9a-f]{{2}}/[0-9a-f]{{64}}\.pdf|reports/batches/{KEY}\.(zip|pdf)"
)
DAMAGED = gettext_noop("The backup is damaged or cut off. Take an older one. Nothing was changed.")
FOREIGN = gettext_noop(
    "“%(name)s” is no backup of this application, or its very beginning is damaged. Give a file that “manage.py "
    "backup” wrote. Nothing was changed."
)
UNREADABLE = gettext_noop("“%(name)s” cannot be read.")
NEWER = gettext_noop("The backup has a newer format. Install the release that made it, then restore.")


class Foreign(Damaged):
    """It does not begin as a backup does."""


@dataclass
class Contents:
    """What stands in a backup; `faults` are sentences about what was not whole when it was taken."""

    manifest: dict
    summary: Summary
    faults: list[str]


class Taker:
    """What is done with the content while it is read: nothing."""

    def take_rows(self, table: str, columns: list[str], rows: list[list]) -> None:
        """Some rows of a table, in the order in which they were written."""

    def open_file(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Where the bytes of this file go."""
        return open(os.devnull, "wb")


def read_backup(path: Path, *, key: str = "", taker: Taker | None = None) -> Contents:
    """Reads all of it: every hash, every count, each row's file, the chain of events. Refused when it cannot be opened
    with this key, is no backup, is damaged or cut off, or is of a newer format."""
    try:
        path.open("rb").close()
    except OSError as fault:
        raise Refused([_(UNREADABLE) % {"name": path}]) from fault
    try:
        with keys.decrypting(path, key=key) as stream:
            return _Reading(taker or Taker()).read(Reader(stream))
    except Foreign as fault:
        raise Refused([_(FOREIGN) % {"name": path}]) from fault
    except (Damaged, KeyError, TypeError, ValueError) as fault:  # what is damaged may still be JSON
        raise Refused([_(DAMAGED)]) from fault


class _Reading:
    def __init__(self, taker: Taker) -> None:
        self.taker = taker
        self.proof = Proof()
        self.tallies: dict[str, Tally] = {}
        self.files = {kind: {"count": 0, "bytes": 0} for kind in ("evidence", "reports")}
        self.summary: dict = {}

    def read(self, reader: Reader) -> Contents:
        members = reader.members()
        self._begin(_first(members))
        for member in members:
            self._take(member)
        if self.summary != self._counted():
            raise Damaged("summary")
        return Contents(self.manifest, Summary(**self.summary), self.proof.end())

    def _begin(self, member: Member) -> None:
        self.manifest = parsed(member.read())
        if self.manifest["format"] > FORMAT:
            raise Refused([_(NEWER)])
        for name, table in self.manifest["tables"].items():
            self.tallies[name] = Tally(table["columns"], json_columns=table["json"])

    def _take(self, member: Member) -> None:
        kind, _slash, rest = member.name.partition("/")
        if kind == "tables" and rest.partition("/")[0] in self.tallies:
            self._take_rows(rest.partition("/")[0], member.read())
        elif FILE.fullmatch(member.name):
            self._take_file(member, kind, rest)
        elif member.name == "summary.json":
            self.summary = parsed(member.read())
        else:
            raise Damaged(member.name)

    def _take_rows(self, table: str, data: bytes) -> None:
        columns = self.manifest["tables"][table]["columns"]
        rows = [parsed(line) for line in data.splitlines()]
        for row in rows:
            self.tallies[table].add(row)
            self.proof.take_row(table, dict(zip(columns, row, strict=True)))
        self.taker.take_rows(table, columns, rows)

    def _take_file(self, member: Member, kind: str, rest: str) -> None:
        digest = hashlib.sha256()
        with self.taker.open_file(member.name) as file:
            for piece in member.pieces():
                digest.update(piece)
                file.write(piece)
        if kind == "evidence":
            self.proof.take_file(rest, digest.hexdigest())
        self.files[kind]["count"] += 1
        self.files[kind]["bytes"] += member.size

    def _counted(self) -> dict:
        """The summary as it must read after what was read."""
        said = self.summary["tables"]
        tables = {
            name: tally.as_json() | {"last": said.get(name, {}).get("last")}
            for name, tally in self.tallies.items()
        }
        return {"tables": tables, "files": self.files, "faults": self.summary["faults"]}


def _first(members: Iterator[Member]) -> Member:
    try:
        member = next(members, None)
    except Damaged as fault:
        raise Foreign("header") from fault
    if member is None or member.name != "manifest.json":
        raise Foreign("manifest")
    return member


def parsed(data: bytes) -> Any:
    """The JSON of a member or line; Damaged when it is none. (Damaged bytes get here before the seal is reached.)"""
    try:
        return json.loads(data)
    except ValueError as fault:
        raise Damaged("json") from fault
