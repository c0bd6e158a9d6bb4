"""Text and CSV: readable in an encoding that Thai offices use, and neither a page nor a program."""

import csv
import re
from mmap import mmap

from evidence import filetypes
from evidence.inspection.foreign import END_OF_ZIP, refuse_zip_inside
from evidence.inspection.verdict import Unfit

MARKUP_AT_START = re.compile(r"<[a-z!?%/]", re.IGNORECASE)
MARKUP = re.compile(
    r"<\s*(script|html|iframe|svg|object|embed|meta|body|img|link|style)[\s/>]|<\?php|<!doctype", re.I
)
PROGRAM = re.compile(
    r"\A\s*(@echo\s+(off|on)|rem\s|setlocal|#requires|param\s*\(|set-executionpolicy|import-module|option\s+explicit|"
    r"on\s+error\s+resume|mime-version:|\[internetshortcut\]|\[desktop\s+entry\]|\[autorun\]|windows\s+registry\s+editor|"
    r"begin:v|id;p)",
    re.IGNORECASE,
)
RUNS_SOMETHING = re.compile(
    r"wscript\.shell|createobject\s*\(|shellexecute|activexobject|invoke-(expression|webrequest)|frombase64string|"
    r"powershell(\.exe)?\s+-|eval\s*\(\s*(atob|base64_decode)",
    re.IGNORECASE,
)
# A cell that makes a spreadsheet start another program: =cmd|'/c calc'!A0
DDE_CELL = re.compile(r"(?:^|[,;\t\"])\s*[=+\-@][^,;\t\r\n]{0,200}\|[^!\r\n]{0,300}!", re.MULTILINE)
# Functions by which a spreadsheet asks another computer, and a cell before them that is a formula.
ASKS_ELSEWHERE = re.compile(r"\b(?:WEBSERVICE|IMPORT(?:DATA|XML|HTML|FEED|RANGE))\(", re.IGNORECASE)
FORMULA = re.compile(r"(?:^|[,;\t|\"])\s*[=+\-@]")
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
DELIMITERS = ",;\t|"


def look_into_text(content: bytes | mmap) -> str:
    """text/csv or text/plain; Unfit when it is neither, or markup, or a script."""
    text = decoded(content[:])
    if not text.strip():
        raise Unfit("empty")
    start = text.lstrip("\ufeff \t\r\n\u200b")[:500]
    if MARKUP_AT_START.match(start):
        raise Unfit("markup", start[:20])
    if found := MARKUP.search(text):
        raise Unfit("markup", found[0])
    if (
        PROGRAM.match(start)
        or start.startswith(("#!", "%PDF", "{\\rtf"))
        or (found := RUNS_SOMETHING.search(text))
    ):
        raise Unfit("script", start.split("\n")[0][:40])
    found = DDE_CELL.search(text)
    if found:
        raise Unfit("formula", found[0].strip()[:40])
    _refuse_asking(text)
    if END_OF_ZIP in content[:]:
        refuse_zip_inside(content)
    return filetypes.CSV if is_table(text) else filetypes.TEXT


def _refuse_asking(text: str) -> None:
    for found in ASKS_ELSEWHERE.finditer(text):
        begins = text.rfind("\n", 0, found.start()) + 1
        if FORMULA.search(text[max(begins, found.start() - 2000) : found.start()]):
            raise Unfit("external", found[0])


def decoded(raw: bytes) -> str:
    """The text in UTF-8, UTF-16 with its mark, or the Thai Windows code page; Unfit when it is none of them."""
    encodings = ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp874"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if UNREADABLE.search(text.removesuffix("\x1a")):
            raise Unfit("unknown")
        return text
    raise Unfit("unknown")


def is_table(text: str) -> bool:
    """Whether the first lines have the same number of columns, more than one, under one delimiter."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:20]
    if len(lines) < 2:
        return False
    if len(text) > 20_000:
        lines = lines[:-1] or lines
    for delimiter in DELIMITERS:
        widths = {len(row) for row in csv.reader(lines, delimiter=delimiter)}
        if len(widths) == 1 and widths.pop() > 1:
            return True
    return False
