"""Word, Excel, PowerPoint (OOXML) and OpenDocument files: sound ZIP archives without anything that acts.

The container is read whole, piece by piece, so that a damaged or overfull one is found; nothing is written to disk.
"""

import io
import re
import zipfile
import zlib
from mmap import mmap

from evidence import filetypes
from evidence.inspection.foreign import refuse_markup
from evidence.inspection.ooxml import look_into_ooxml
from evidence.inspection.opendocument import look_into_opendocument
from evidence.inspection.package import Package
from evidence.inspection.verdict import Unfit

MOST_ENTRIES = 10_000
MOST_UNPACKED = 1024 * 1024 * 1024  # bytes in all
MOST_RATIO = 250  # of an entry that unpacks to more than LARGE; worksheets reach a hundred
LARGE = 16 * 1024 * 1024
PIECE = 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = re.compile(rb"\A(?:Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|MZ.{58}|\x7fELF|#!/|%PDF-|MSCF)", re.DOTALL)
ARCHIVE = b"PK\x03\x04"
RUN_BY_NAME = (
    ".html",
    ".htm",
    ".mht",
    ".js",
    ".vbs",
    ".hta",
    ".wsf",
    ".ps1",
    ".bat",
    ".cmd",
    ".exe",
    ".scr",
    ".lnk",
    ".url",
)
# Functions by which Excel asks another computer, as a file names them.
ASKS_ELSEWHERE = re.compile(rb"_xlfn\.(?:WEBSERVICE|IMAGE)\s*\(", re.IGNORECASE)
OVERLAP = 64
SCRIPT = re.compile(rb"<(?:\w+:)?script[\s>]|\son(?:load|click|error)\s*=", re.IGNORECASE)


def look_into_office(content: bytes | mmap, *, depth: int = 0) -> str:
    """The media type of the document, or Unfit. A package inside a package (the figures of a chart) is looked into too,
    one level deep."""
    _refuse_wrong_ends(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content[:])) as archive:
            _check_entries(archive.infolist())
            package = Package(archive)
            media_type = _kind_of(package)
            for info in archive.infolist():
                _read_through(archive, info, depth=depth)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise Unfit("damaged") from error
    return media_type


def _kind_of(package: Package) -> str:
    if "[Content_Types].xml" in package.parts:
        return look_into_ooxml(package)
    if "mimetype" in package.parts and "content.xml" in package.parts:
        return look_into_opendocument(package)
    if any(part.lower().endswith((".docx", ".xlsx", ".pdf", ".jpg", ".zip")) for part in package.parts):
        raise Unfit("archive")
    raise Unfit("archive" if package.parts else "empty")


def _refuse_wrong_ends(content: bytes | mmap) -> None:
    """The archive must begin at the first byte and end at the last: no file before it, none after it."""
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(content):
        raise Unfit("damaged")
    comment = int.from_bytes(content[end + 20 : end + 22], "little")
    if comment or end + 22 < len(content):
        raise Unfit("polyglot" if len(content) - end > 22 else "damaged", "ZIP +")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    start = int.from_bytes(content[end + 16 : end + 20], "little")
    if start != 0xFFFFFFFF and size != 0xFFFFFFFF and start + size > end:
        raise Unfit("damaged")
    if start != 0xFFFFFFFF and content[start : start + 4] != b"PK\x01\x02":
        raise Unfit("damaged")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Unfit("bomb", str(len(entries)))
    if sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise Unfit("bomb")
    if len({one.filename.lower() for one in entries}) != len(entries):
        raise Unfit("damaged")
    for one in entries:
        name = one.filename
        if one.flag_bits & 0x1:
            raise Unfit("password")
        if (
            name.startswith("/")
            or ".." in name.replace("\\", "/").split("/")
            or "\x00" in name
            or ":" in name[:3]
        ):
            raise Unfit("archive", name)
        if one.file_size > LARGE and one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise Unfit("bomb", name)
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unfit("damaged", name)


def _read_through(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, depth: int) -> None:
    """Every byte once, which also checks its sum; the beginning tells whether something foreign is inside."""
    if info.is_dir():
        return
    with archive.open(info) as part:
        head = part.read(PIECE)
        _refuse_foreign(head, name=info.filename)
        if head.startswith(ARCHIVE):
            _look_deeper(head + part.read(), name=info.filename, depth=depth)
        if info.filename.lower().endswith(".svg") and SCRIPT.search(head + part.read()):
            raise Unfit("markup", info.filename)
        before = b""
        while head:
            if ASKS_ELSEWHERE.search(before + head):
                raise Unfit("external", info.filename)
            before, head = head[-OVERLAP:], part.read(PIECE)


def _refuse_foreign(head: bytes, *, name: str) -> None:
    if head.startswith(OLE):
        raise Unfit("macro" if "vba" in name.lower() else "ole_inside", name)
    if FOREIGN.match(head):
        raise Unfit("file_inside", name)
    if name.lower().endswith(RUN_BY_NAME):
        raise Unfit("file_inside", name)
    if name.lower().endswith((".png", ".jpg", ".jpeg", ".gif")):
        refuse_markup(head)
    if name.lower().endswith((".xml", ".rels", ".vml")):
        _refuse_entities(head[:4096], name=name)


def _refuse_entities(head: bytes, *, name: str) -> None:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:64]:
        head = head.replace(b"\x00", b"")
    if b"<!DOCTYPE" in head and b"Script:" not in head and b"manifest.dtd" not in head:
        raise Unfit("entities", name)
    if b"<!ENTITY" in head:
        raise Unfit("entities", name)


def _look_deeper(inner: bytes, *, name: str, depth: int) -> None:
    if depth >= 2:
        raise Unfit("bomb", name)
    try:
        media_type = look_into_office(inner, depth=depth + 1)
    except Unfit as unfit:
        raise Unfit("file_inside" if unfit.code == "archive" else unfit.code, name) from unfit
    if media_type not in filetypes.ACCEPTED:
        raise Unfit("file_inside", name)
