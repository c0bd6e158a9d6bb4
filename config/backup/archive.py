"""The archive: a tar that `tar tf` lists, written and read as a stream, in which no byte can change unseen.

Every header is the one that its name and size ask for, every filling byte is zero, and the last member, `seal`, holds
the SHA-256 of all that stands before it.
"""

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

BLOCK = 512
PIECE = 1024 * 1024
SEAL = "seal"
END = bytes(2 * BLOCK)


class Damaged(Exception):
    """The archive is not as it was written."""


class Writer:
    """Adds members to an open file, one after the other; `seal` ends it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def add(self, name: str, *, size: int, pieces: Iterable[bytes]) -> None:
        """A member of exactly `size` bytes; ValueError when the pieces are more or fewer."""
        self._write(header(name, size))
        left = size
        for piece in pieces:
            left -= len(piece)
            self._write(piece)
        if left:
            raise ValueError(f"{name}: {left} bytes of {size} are missing.")
        self._write(bytes(-size % BLOCK))

    def add_bytes(self, name: str, data: bytes) -> None:
        self.add(name, size=len(data), pieces=[data])

    def seal(self) -> None:
        self.add_bytes(SEAL, self.digest.hexdigest().encode())
        self._write(END)

    def _write(self, data: bytes) -> None:
        self.digest.update(data)
        self.file.write(data)


@dataclass
class Member:
    """A member of an archive that is being read; its bytes can be taken once, in order."""

    name: str
    size: int
    reader: "Reader"

    def pieces(self) -> Iterator[bytes]:
        while self.reader.left:
            yield self.reader.take_piece()

    def read(self) -> bytes:
        return b"".join(self.pieces())


class Reader:
    """Reads members in order; Damaged where something is not as it was written, at the latest at the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.left = 0

    def members(self) -> Iterator[Member]:
        """Every member before the seal. What the caller leaves of one is read all the same."""
        while True:
            before = self.digest.hexdigest()
            member = self._begin()
            if member.name == SEAL:
                return self._check_seal(member, before)
            yield member
            for _piece in member.pieces():
                pass
            self._expect(bytes(-member.size % BLOCK))

    def _check_seal(self, member: Member, digest: str) -> None:
        if member.size != len(digest) or member.read() != digest.encode():
            raise Damaged("seal")
        self._expect(bytes(-member.size % BLOCK) + END)
        if self.file.read(1):
            raise Damaged("more")

    def _begin(self) -> Member:
        raw = self._read(BLOCK)
        try:
            info = tarfile.TarInfo.frombuf(raw, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as fault:
            raise Damaged("header") from fault
        if info.size < 0 or header(info.name, info.size) != raw:
            raise Damaged("header")
        self.left = info.size
        return Member(info.name, info.size, self)

    def take_piece(self) -> bytes:
        piece = self._read(min(PIECE, self.left))
        self.left -= len(piece)
        return piece

    def _expect(self, data: bytes) -> None:
        if self._read(len(data)) != data:
            raise Damaged("filling")

    def _read(self, size: int) -> bytes:
        data = self.file.read(size)
        if len(data) != size:
            raise Damaged("end")
        self.digest.update(data)
        return data


def header(name: str, size: int) -> bytes:
    """A tar header that says nothing of person, machine or moment; names have at most 100 bytes."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o440
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict")
