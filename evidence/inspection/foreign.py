"""Finds a second file inside a first one: what a careless program could open as something else."""

import io
import re
import zipfile
from mmap import mmap

from evidence.inspection.verdict import Unfit

# A tag needs what follows its name: three letters alone occur by chance in the bytes of a large photograph.
MARKUP = re.compile(rb"<(?:script|html|iframe|svg)[\s>]|<!doctype\s+html|<\?php\s", re.IGNORECASE)
END_OF_ZIP = b"PK\x05\x06"
PROGRAMS_AND_ARCHIVES = (
    b"MZ",
    b"\x7fELF",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"PK\x03\x04",
    b"%PDF-",
    b"#!",
)


def refuse_markup(content: bytes | mmap) -> None:
    """Unfit when a browser that ignores the declared type would find a page in it."""
    found = MARKUP.search(content)
    if found:
        raise Unfit("polyglot", found[0].decode("ascii", "replace").strip())


def refuse_pdf_inside(content: bytes | mmap) -> None:
    """Unfit when readers of PDF, which look for its first words in the first kilobyte, would open it as one."""
    if b"%PDF-" in content[:1029]:
        raise Unfit("polyglot", "PDF")


def refuse_zip_inside(content: bytes | mmap) -> None:
    """Unfit when the file is also a ZIP archive with something in it (they are read from their end)."""
    end = len(content)
    if content.rfind(END_OF_ZIP, max(0, end - 65_557)) < 0:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content[:])) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return
    if names:
        raise Unfit("polyglot", "ZIP")


def refuse_tail(content: bytes | mmap, *, end: int) -> None:
    """Unfit when another kind of file stands after the end of the first. Cameras leave harmless remains there."""
    tail = content[end : end + 64].lstrip(b"\x00\t\r\n\x0c ")
    if tail.startswith(PROGRAMS_AND_ARCHIVES):
        raise Unfit("polyglot", "+")
