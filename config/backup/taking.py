"""Takes a backup: one moment of the database, then the files that its rows name, in one file.

A file of evidence is kept before its row is committed and never changes (evidence/store.py): what the rows of the
moment name is there, however many write meanwhile. Reports can be made again; those that are gone are left out.
Parts of uploads that are still arriving are left out too: their senders go on from the beginning.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.backup import keys, releases
from config.backup.archive import PIECE, Writer
from config.backup.proving import Proof
from config.backup.tables import Table, Tally, last_number, rows_of, snapshot, tables_of
from evidence import store as evidence_store
from indicators.refusals import Refused
from reports import store as reports_store
from reports.models import BatchFile, Document

FORMAT = 1
MEMBER_BYTES = 1024 * 1024  # of rows in one member, about
NO_FOLDER = gettext_noop(
    "There is no folder “%(name)s”. Look whether its disk is mounted and the name is right, or make it first."
)


@dataclass
class Summary:
    """What a backup holds: {table: {"rows", "sha256", "last"}}, {kind of file: {"count", "bytes"}}, faults in words."""

    tables: dict[str, dict] = field(default_factory=dict)
    files: dict[str, dict] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(one["rows"] for one in self.tables.values())


def take_backup(target: Path, *, key: str = "") -> Summary:
    """Writes the backup as a new file that only its owner reads; it appears whole or not at all. Refused when the name
    is taken or its folder is not there; otherwise as `write_backup`."""
    # Made by itself, the folder of a mistyped mount point would be one of the system's disk.
    if not target.parent.is_dir():
        raise Refused([_(NO_FOLDER) % {"name": target.parent}])
    if target.exists():
        raise Refused([_("“%(name)s” exists already. Choose another name.") % {"name": target}])
    with _kept_whole(target) as file:
        return write_backup(file, key=key)


def write_backup(file: IO[bytes], *, key: str = "") -> Summary:
    """Writes the backup into an open file, encrypted if there is a key. Refused when the database is behind the
    release. Faults of the record or of files do not stop it: they stand in the summary."""
    with keys.encrypting(file, key=key) as stream, snapshot() as moment:
        releases.refuse_behind(using=moment)
        return _write(Writer(stream), moment)


@contextmanager
def _kept_whole(target: Path) -> Iterator[IO[bytes]]:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(name, target)  # never over a file that came meanwhile
    finally:
        os.unlink(name)


def _write(archive: Writer, moment: str) -> Summary:
    tables, summary, proof = tables_of(), Summary(), Proof()
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "site": settings.SITE_URL,
        "migrations": releases.applied(using=moment),
        "tables": {
            name: {"columns": list(table.fields), "json": table.json} for name, table in tables.items()
        },
    }
    archive.add_bytes("manifest.json", as_bytes(manifest))
    for name, table in tables.items():
        summary.tables[name] = _write_table(archive, table, proof, moment)
    summary.files["evidence"] = _write_evidence(archive, proof)
    summary.files["reports"] = _write_reports(archive, moment)
    summary.faults = proof.end()
    archive.add_bytes("summary.json", as_bytes(vars(summary)))
    archive.seal()
    return summary


def as_bytes(value: object) -> bytes:
    """A value as a line of the archive."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _write_table(archive: Writer, table: Table, proof: Proof, moment: str) -> dict:
    tally, lines, size, number = Tally(list(table.fields), json_columns=table.json), [], 0, 0
    for row in rows_of(table, using=moment):
        tally.add(row)
        proof.take_row(table.name, dict(zip(table.fields, row, strict=True)))
        lines.append(as_bytes(row) + b"\n")
        size += len(lines[-1])
        if size > MEMBER_BYTES:
            archive.add_bytes(f"tables/{table.name}/{number}", b"".join(lines))
            lines, size, number = [], 0, number + 1
    if lines:
        archive.add_bytes(f"tables/{table.name}/{number}", b"".join(lines))
    return tally.as_json() | {"last": last_number(table, using=moment)}


def _write_evidence(archive: Writer, proof: Proof) -> dict[str, int]:
    count = written = 0
    for key in list(proof.expected):
        try:
            file = evidence_store.open_stored(UUID(key))
        except evidence_store.Altered:
            continue  # the proof names it as missing
        with file:
            size, digest = os.fstat(file.fileno()).st_size, hashlib.sha256()
            archive.add(f"evidence/{key}", size=size, pieces=_pieces(file, digest))
        proof.take_file(key, digest.hexdigest())
        count, written = count + 1, written + size
    return {"count": count, "bytes": written}


def _pieces(file: IO[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    while piece := file.read(PIECE):
        digest.update(piece)
        yield piece


def _write_reports(archive: Writer, moment: str) -> dict[str, int]:
    count = written = 0
    for path, sha256 in _reports(moment):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                continue
            size = file.tell()
            file.seek(0)
            name = path.relative_to(settings.REPORTS_DIR).as_posix()
            archive.add(f"reports/{name}", size=size, pieces=_pieces(file, hashlib.sha256()))
        count, written = count + 1, written + size
    return {"count": count, "bytes": written}


def _reports(moment: str) -> Iterator[tuple[Path, str]]:
    for document in Document.objects.using(moment).order_by("pk").iterator():
        yield reports_store.path_of(document.record_hash), document.sha256
    for file in BatchFile.objects.using(moment).filter(removed_at=None).order_by("pk").iterator():
        yield reports_store.path_of_file(file), file.sha256
