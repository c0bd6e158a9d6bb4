"""The kinds of files that may prove an answer, and how the first bytes tell them apart. Standard library only.

A file's kind is decided by what is in it. Its name and what the browser claims are never asked; only a name that
would make a system run the file (report.pdf.exe) is refused, because a name comes back exactly as it was given.
"""

import unicodedata

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PPSX = "application/vnd.openxmlformats-officedocument.presentationml.slideshow"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
CSV = "text/csv"
TEXT = "text/plain"

EXTENSIONS = {
    PDF: "pdf",
    JPEG: "jpg",
    PNG: "png",
    WEBP: "webp",
    DOCX: "docx",
    XLSX: "xlsx",
    PPTX: "pptx",
    PPSX: "ppsx",
    ODT: "odt",
    ODS: "ods",
    ODP: "odp",
    CSV: "csv",
    TEXT: "txt",
}
ACCEPTED = frozenset(EXTENSIONS)
# What a browser may show by itself, sandboxed; everything else is only ever an attachment.
SHOWN_IN_PLACE = frozenset({PDF, JPEG, PNG, WEBP})
# For <input type="file">: a convenience for the person, no protection.
FILE_INPUT_ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx,.pptx,.ppsx,.odt,.ods,.odp,.csv,.txt"

ZIP = "zip"
SIGNATURES = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", "archive"),
    (b"PK\x07\x08", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x1f\x9d", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"MSCF", "archive"),
    (b"LZIP", "archive"),
    (b"xar!", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xce\xfa\xed\xfe", "program"),
    (b"\xfe\xed\xfa\xce", "program"),
    (b"\xfe\xed\xfa\xcf", "program"),
    (b"\x00asm", "program"),
    (b"dex\n", "program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "program"),  # a Windows shortcut
    (b"#!", "script"),
    (b"{\\rtf", "rtf"),
    (b"%!PS", "unknown"),
    (b"GIF8", "other_picture"),
    (b"BM", "other_picture"),
    (b"II*\x00", "other_picture"),
    (b"MM\x00*", "other_picture"),
)

# Names that a system runs, or opens in a way that runs what is inside.
WINDOWS_RUNS = (
    "exe com scr pif bat cmd ps1 psm1 vbs vbe js jse mjs wsf wsh hta msi msp mst dll cpl sys "
    "lnk url scf reg inf chm hlp msc "
)
OTHERS_RUN = (
    "jar class sh bash zsh csh command run bin app dmg pkg deb rpm apk py pyc pyw rb pl php "
    "phtml asp aspx jsp desktop "
)
BROWSERS_RUN = (
    "html htm xhtml xht mht mhtml svg svgz xml xsl xslt swf website theme library-ms search-ms "
    "application gadget "
)
OFFICE_RUNS = "docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm iqy slk wll xll iso img vhd vhdx "
RUNNABLE = frozenset(f"{WINDOWS_RUNS} {OTHERS_RUN} {BROWSERS_RUN} {OFFICE_RUNS}".split())
# Characters that change the direction of what follows: a name must read as it is stored.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ZERO_WIDTH = frozenset("\u200b\u2060\ufeff\u00ad")
NAME_LENGTH = 255


def sniff(head: bytes) -> str:
    """What the first bytes say: a media type of ACCEPTED, "zip" (to be looked into), a word for what is refused
    (archive, ole, program, script, rtf, other_picture, unknown), or "" when only reading on can tell (text)."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return "other_picture"  # HEIC and AVIF pictures, MP4 films
    if head[257:262] == b"ustar":
        return "archive"
    if head[:2] in (b"BM", b"MZ") and head.isascii() and b"\x00" not in head:
        return ""  # words that begin so
    return next((kind for signature, kind in SIGNATURES if head.startswith(signature)), "")


def clean_name(given: str | None) -> str:
    """The name to keep: NFC, without folders, control characters and direction marks; vowels and tone marks stay.

    At most 255 characters; what is longer loses the middle of its stem, never its extension. May be ""."""
    text = unicodedata.normalize("NFC", str(given)).replace("\\", "/").rpartition("/")[2]
    text = "".join(character for character in text if not _is_dropped(character)).strip()
    if text.strip(".") == "":
        return ""
    if len(text) <= NAME_LENGTH:
        return text
    stem, dot, extension = text.rpartition(".")
    if not dot or len(extension) > 10:
        return text[:NAME_LENGTH]
    return stem[: NAME_LENGTH - len(extension) - 1] + dot + extension


def _is_dropped(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or character in BIDI_CONTROLS
        or character in ZERO_WIDTH
    )


def is_runnable(name: str) -> bool:
    """Whether a system would run a file of this name. Trailing dots and spaces count as Windows reads them."""
    return name.rstrip(". ").rpartition(".")[2].lower() in RUNNABLE and "." in name
