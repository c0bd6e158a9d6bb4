"""Many PDFs bound into one, streamed: what was added is on disk and forgotten, so memory hardly grows with the book.

pikepdf reads each document; its pages and bookmarks are written on with new numbers, its streams byte for byte. Tags
and archive marks stay behind (they hold for one document, not for a book): the single PDFs are the record, the book is
for reading and printing.
"""

import io
from array import array
from decimal import Decimal
from functools import cache
from typing import BinaryIO

import pikepdf

CATALOG, PAGES, OUTLINES, INFO = 1, 2, 3, 4
# Ways into the tree of tags, which is not taken over.
LEFT_OUT = {"/StructParents", "/StructParent", "/SE", "/Metadata"}


class Book:
    """A PDF that is being written: `add` each document, then `close`. `pages` is how many pages it has so far."""

    def __init__(self, raw: BinaryIO, *, title: str) -> None:
        self.raw = raw
        self.title = title
        self.offsets = array("Q", [0] * 5)  # by object number; 0 is not used
        self.bookmarks: list[tuple[int, str]] = []  # number, entries
        self.trees: list[int] = []  # the page tree of each document
        self.pages = 0
        raw.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, content: bytes, *, title: str) -> None:
        """Write a document's pages, with a bookmark of this title that holds the document's own ones."""
        with pikepdf.open(io.BytesIO(content)) as source:
            part, bookmark, root = Part(self), self.new_number(), source.Root
            root.Pages.Parent = source.make_indirect(pikepdf.Dictionary())
            part.numbers[root.Pages.Parent.objgen] = PAGES
            self.trees.append(part.number_of(root.Pages))
            first = part.number_of(source.pages[0].obj)
            entries = f"/Title {text(title)} /Dest [{first} 0 R /XYZ null null null] /Parent {OUTLINES} 0 R"
            if "/Outlines" in root and "/First" in root.Outlines:
                part.numbers[root.Outlines.objgen] = bookmark
                ends = part.number_of(root.Outlines.First), part.number_of(root.Outlines.Last)
                entries += f" /First {ends[0]} 0 R /Last {ends[1]} 0 R /Count -1"  # negative: folded
            part.write()
            self.pages += len(source.pages)
        self.bookmarks.append((bookmark, entries))

    def close(self) -> None:
        """Write what holds the documents together."""
        trees = " ".join(f"{number} 0 R" for number in self.trees)
        self.put(PAGES, f"<< /Type /Pages /Count {self.pages} /Kids [{trees}] >>".encode())
        numbers = [number for number, _entries in self.bookmarks]
        for (number, entries), before, after in zip(
            self.bookmarks, [None, *numbers], [*numbers[1:], None], strict=False
        ):
            entries += f" /Prev {before} 0 R" if before else ""
            entries += f" /Next {after} 0 R" if after else ""
            self.put(number, f"<< {entries} >>".encode())
        ends = f"/First {numbers[0]} 0 R /Last {numbers[-1]} 0 R " if numbers else ""
        self.put(OUTLINES, f"<< /Type /Outlines {ends}/Count {len(numbers)} >>".encode())
        shown = "/PageMode /UseOutlines /ViewerPreferences << /DisplayDocTitle true >>"
        self.put(CATALOG, f"<< /Type /Catalog /Pages 2 0 R /Outlines 3 0 R {shown} >>".encode())
        self.put(INFO, f"<< /Title {text(self.title)} >>".encode())
        self._write_table()

    def _write_table(self) -> None:
        start, count = self.raw.tell(), len(self.offsets)
        self.raw.write(f"xref\n0 {count}\n0000000000 65535 f \n".encode())
        self.raw.writelines(b"%010d 00000 n \n" % offset for offset in self.offsets[1:])
        trailer = f"<< /Size {count} /Root {CATALOG} 0 R /Info {INFO} 0 R >>"
        self.raw.write(f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode())

    def new_number(self) -> int:
        """A number for an object that is written later."""
        self.offsets.append(0)
        return len(self.offsets) - 1

    def put(self, number: int, body: bytes) -> None:
        """Write an object."""
        self.offsets[number] = self.raw.tell()
        self.raw.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))


class Part:
    """One document on its way into the book: the new numbers of its objects, and those that are still to be written."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.numbers: dict[tuple[int, int], int] = {}
        self.pending: list[tuple[int, pikepdf.Object]] = []

    def number_of(self, thing: pikepdf.Object) -> int:
        """The new number of an object; at its first mention it is put down to be written."""
        if thing.objgen not in self.numbers:
            self.numbers[thing.objgen] = self.book.new_number()
            self.pending.append((self.numbers[thing.objgen], thing))
        return self.numbers[thing.objgen]

    def write(self) -> None:
        """Write everything that can be reached."""
        while self.pending:
            number, thing = self.pending.pop()
            if isinstance(thing, pikepdf.Stream):
                raw = thing.read_raw_bytes()
                head = self.dictionary(thing, {"/Length": len(raw)})
                self.book.put(number, b"%b\nstream\n%b\nendstream" % (head.encode("latin-1"), raw))
            else:
                self.book.put(number, self.written(thing, top=True).encode("latin-1"))

    def written(self, value: object, *, top: bool = False) -> str:
        """The value as it stands in a file, one byte a character; what has a number of its own is referred to."""
        if isinstance(value, pikepdf.Object):
            if value.is_indirect and not top:
                return f"{self.number_of(value)} 0 R"
            if isinstance(value, pikepdf.Dictionary):
                return self.dictionary(value, {})
            if isinstance(value, pikepdf.Array):
                return f"[{' '.join(self.written(one) for one in value)}]"
            return value.unparse().decode("latin-1")
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | Decimal):
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        return "null"

    def dictionary(self, value: pikepdf.Dictionary | pikepdf.Stream, others: dict) -> str:
        """A dictionary (or that of a stream), with other values for some of its keys."""
        entries = {key: one for key, one in value.items() if key not in LEFT_OUT} | others
        return f"<< {' '.join(f'{name(key)} {self.written(one)}' for key, one in entries.items())} >>"


@cache
def name(key: str) -> str:
    """A key as it stands in a file."""
    return pikepdf.Name(key).unparse().decode("latin-1")


def text(words: str) -> str:
    """A text as it stands in a file."""
    return f"<feff{words.encode('utf-16-be').hex()}>"
