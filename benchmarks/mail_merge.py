"""What offices do, against the batch: the same scorecards filled into a Word template and set by LibreOffice.

    .venv/bin/python -m benchmarks.mail_merge [--documents 10] [--turns 3]

The template is made once by python-docx from what a scorecard of 18 indicators says, at its size of type; for each
agency its name is filled in, and one LibreOffice without a window sets all of them to PDF, as a mail merge does, in the
font that the product ships. The product prints the same records one after another in a warm process, tagged and as
archive files, and binds them into a book. Processor time, in turns, the median. LibreOffice's start is not counted (a
run with one document is taken off a run with all), nor is python-docx. In its favour are left out: indents, colours,
running lines, page numbers, the square, the picture of the components; and in the first line tags, bookmarks and the
archive format, which the second line asks of it.

Needs libreoffice-writer; without it the benchmark says so and ends.
"""

import argparse
import copy
import io
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import pypdfium2
from lxml import html

from benchmarks.pdf import sample_record
from reports import pdf
from reports.binding import Book
from reports.drawable import FONTS
from reports.word_document import FONT, WordDocument

FIELD = "«agency»"
WIDTH = 176  # millimetres between the margins of our page
COLUMNS = {
    "code": 10,
    "unit": 17,
    "num": 17,
    "level": 19,
    "wide": 25,
    "answer": 20,
    "refs": 28,
    "half": 70,
    "hash": 46,
}
SIZES = {
    36: 24,
    32: 19,
    28: 16,
}  # half points of an official letter in TH Sarabun, and of our page in Sarabun
SIDE_BY_SIDE = {"facts", "pair", "signatures", "hash"}
SKIPPED = {"running", "square", "picture"}
PLAIN = "pdf:writer_pdf_Export"
ARCHIVE = PLAIN + ":" + (
    '{"SelectPdfVersion":{"type":"long","value":"3"},"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"PDFUACompliance":{"type":"boolean","value":"true"},"ExportBookmarks":{"type":"boolean","value":"true"}}'
)  # fmt: skip


# ---------------------------------------------------------------- the template


def template_of(record: dict) -> bytes:
    """A Word file with the words and tables of the printed report, and a field for the agency's name."""
    page = html.document_fromstring(pdf.render_record(record))
    document = WordDocument(title="scorecard", author="")
    write(document, page.body)
    return fitted(document.as_bytes(), record["head"]["agency"])


def write(document: WordDocument, element) -> None:
    """The element's words, in the order in which they are printed."""
    kinds = set(element.get("class", "").split())
    if element.tag in ("svg", "style") or kinds & SKIPPED:
        return
    if element.tag == "table":
        rows = [[words(cell) for cell in row.iter("th", "td")] for row in element.iter("tr")]
        document.table(rows, widths=widths_of(element), has_head=element.find("thead") is not None)
    elif kinds & SIDE_BY_SIDE:
        for row in element:
            document.signatures([words(cell) for cell in row])
    elif element.tag in ("h1", "h2", "h3"):
        if element.tag == "h2" and element.getparent().tag == "section":
            document.document.add_page_break()
        document.heading(words(element))
    elif element.tag in ("p", "li") or not len(element):
        document.prose(words(element))
    else:
        for child in element.iterchildren(tag=html.etree.Element):
            write(document, child)


def words(element) -> str:
    """The text of an element, its line breaks kept."""
    for broken in element.iter("br"):
        broken.tail = "\n" + (broken.tail or "")
    return "\n".join(" ".join(line.split()) for line in element.text_content().strip().split("\n"))


def widths_of(table) -> list[float]:
    """The widths of a table's columns in hundredths of the page's."""
    stated = [COLUMNS.get(one.get("class", "").removeprefix("c-"), 0) for one in table.iter("col")]
    open_ones = stated.count(0) or 1
    return [(one or (WIDTH - sum(stated)) / open_ones) * 100 / WIDTH for one in stated]


def fitted(content: bytes, agency: str) -> bytes:
    """The file with our font and sizes, and the field instead of the sample's name."""
    changes = {FONT: "Sarabun", agency: FIELD}
    changes |= {f'w:val="{before}"/>': f'w:val="{after}"/>' for before, after in SIZES.items()}
    return replaced(content, changes)


def replaced(content: bytes, changes: dict[str, str]) -> bytes:
    """A Word file with some of its texts replaced."""
    filled = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("word/"):
                text = part.decode()
                for before, after in changes.items():
                    text = text.replace(before, after)
                part = text.encode()
            target.writestr(name, part)
    return filled.getvalue()


# ---------------------------------------------------------------- both ways


def records_of(sample: dict, count: int) -> list[dict]:
    """The record of so many agencies: the same work under other names, so that no two are one document."""
    found = [copy.deepcopy(sample) for _number in range(count)]
    for number, record in enumerate(found):
        record["head"]["agency"] += f" {number:03}"
    return found


def by_office(files: list[Path], place: Path, *, way: str) -> float:
    """CPU seconds of one LibreOffice that sets these files; its profile and its fonts are its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["soffice", f"-env:UserInstallation=file://{place}/profile", "--headless", "--norestore"]
    subprocess.run(
        [*command, "--convert-to", way, "--outdir", str(place), *map(str, files)],
        check=True, capture_output=True, env=os.environ | {"XDG_DATA_HOME": str(place)},
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def by_merge(template: bytes, agencies: list[str], place: Path, *, way: str) -> float:
    """CPU seconds for each document: filling in and setting, without LibreOffice's start."""
    began, files = time.process_time(), []
    for number, agency in enumerate(agencies):
        files.append(place / f"card-{number:03}.docx")
        files[-1].write_bytes(replaced(template, {FIELD: agency}))
    filling = (time.process_time() - began) / len(files)
    start = by_office(files[:1], place, way=way)
    return filling + (by_office(files, place, way=way) - start) / (len(files) - 1)


def by_product(records: list[dict]) -> float:
    """CPU seconds for each document: set and bound."""
    began, book = time.process_time(), Book(io.BytesIO(), title="year book")
    for record in records:
        book.add(pdf.print_record(record).content, title=record["head"]["agency"])
    book.close()
    return (time.process_time() - began) / len(records)


def measure(sample: dict, *, count: int, turns: int, place: Path) -> None:
    (place / "fonts").mkdir()
    for file in FONTS.glob("Sarabun-*.ttf"):
        shutil.copy(file, place / "fonts")
    template, records = template_of(sample), records_of(sample, count)
    agencies = [record["head"]["agency"] for record in records]
    pdf.warm_up()
    pages = {"own": pdf.print_record(sample).pages}
    by_merge(template, agencies[:2], place, way=PLAIN)  # makes its profile
    with pypdfium2.PdfDocument(place / "card-000.pdf") as merged:
        pages["office"] = len(merged)
    found: dict[str, list[float]] = {"own": [], "office": [], "archive": []}
    for _turn in range(turns):
        found["office"].append(by_merge(template, agencies, place, way=PLAIN))
        found["own"].append(by_product(records))
        found["archive"].append(by_merge(template, agencies, place, way=ARCHIVE))
    tell({name: statistics.median(taken) for name, taken in found.items()}, pages)


def tell(taken: dict[str, float], pages: dict[str, int]) -> None:
    own, each = taken["own"], taken["own"] / pages["own"]
    print(
        f"the product: {own:.2f} s each, {pages['own']} pages, {each * 1000:.0f} ms a page, tagged archive files"
    )
    for name, said in (("office", "plain files"), ("archive", "tagged archive files")):
        page = taken[name] / pages["office"]
        print(f"LibreOffice: {taken[name]:.2f} s each, {pages['office']} pages, {page * 1000:.0f} ms a page, {said}; "
              f"the product takes {own / taken[name]:.2f} of it, a page {each / page:.2f}")  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=10)
    options.add_argument("--turns", type=int, default=3)
    said = options.parse_args()
    if not shutil.which("soffice"):
        print("LibreOffice is not installed (libreoffice-writer): nothing to compare with")
        return
    with tempfile.TemporaryDirectory() as place:
        measure(sample_record(), count=said.documents, turns=said.turns, place=Path(place))


if __name__ == "__main__":
    main()
