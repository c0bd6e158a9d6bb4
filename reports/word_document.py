"""A Word document for Thai officials: A4, TH Sarabun New for both kinds of script, and the same bytes each time."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

FONT, INSTEAD = "TH Sarabun New", "TH SarabunPSK, Sarabun, Cordia New"
SIZE, SMALL, LARGE = 16, 14, 18  # points, as Thai official letters are set
WIDTH = 170  # millimetres between the margins
MOMENT = dt.datetime(2000, 1, 1)
ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)


class WordDocument:
    """Headings, prose and tables one after the other; `as_bytes` at the end."""

    def __init__(self, *, title: str, author: str) -> None:
        self.document = Document()
        self._set_page()
        self._set_fonts()
        told = self.document.core_properties
        told.title, told.author, told.last_modified_by = drawable(title)[:250], drawable(author)[:250], ""
        told.comments, told.revision, told.created, told.modified = "", 1, MOMENT, MOMENT
        told.language = "th-TH"

    def title(self, text: str) -> None:
        """A line of the form's name."""
        paragraph = self._write(self.document.add_paragraph(), text, size=LARGE, bold=True)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, text: str) -> None:
        """The name of a field of the form; it stays with what follows."""
        paragraph = self._write(
            self.document.add_paragraph(), f"{text} :" if ":" not in text else text, bold=True
        )
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)

    def prose(self, text: str, *, small: bool = False) -> None:
        """A text with its own line breaks."""
        for line in text.split("\n"):
            self._write(self.document.add_paragraph(), line, size=SMALL if small else SIZE)

    def table(self, rows: list[list[str]], *, widths: Sequence[float] = (), has_head: bool = False) -> None:
        """A table with lines; `widths` in hundredths of the page's width. A head is repeated on each page."""
        table = self._table(rows, widths, bold_rows={0} if has_head else set())
        table.style = "Table Grid"
        if has_head:
            properties = table.rows[0]._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:tblHeader"))
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def signatures(self, cells: list[str]) -> None:
        """Who signs, side by side, kept together."""
        self._write(self.document.add_paragraph(), "")
        table = self._table([cells], (), bold_rows=set())
        for cell in table.rows[0].cells:
            for paragraph in cell.paragraphs:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))

    def as_bytes(self) -> bytes:
        """The file. python-docx stamps each part with the time of day: packed anew without it."""
        first, out = io.BytesIO(), io.BytesIO()
        self.document.save(first)
        with zipfile.ZipFile(first) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                part = zipfile.ZipInfo(name, ZIP_MOMENT)
                part.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(part, source.read(name))
        return out.getvalue()

    # ── how it is set ─────────────────────────────────────────────────────────────────────────────────────────────

    def _table(self, rows: list[list[str]], widths: Sequence[float], *, bold_rows: set[int]) -> Table:
        columns = len(rows[0])
        widths = widths or [100 / columns] * columns
        table = self.document.add_table(rows=0, cols=columns)
        table.autofit = False
        for number, texts in enumerate(rows):
            cells = table.add_row().cells
            for cell, text, share in zip(cells, texts, widths, strict=True):
                cell.width = Mm(WIDTH * share / 100)
                self._write(cell.paragraphs[0], text, size=SMALL, bold=number in bold_rows)
        for column, share in zip(table.columns, widths, strict=True):
            column.width = Mm(WIDTH * share / 100)
        return table

    def _write(self, paragraph: Paragraph, text: str, *, size: int = SIZE, bold: bool = False) -> Paragraph:
        """A run in both scripts: Word sets Thai by the complex-script font, size and weight."""
        run = paragraph.add_run(drawable(text))
        run.font.size, run.bold = Pt(size), bold
        _same_for_thai(run._r.get_or_add_rPr())
        paragraph.paragraph_format.space_after = Pt(0)
        return paragraph

    def _set_page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm((210 - WIDTH) / 2)
        section.top_margin = section.bottom_margin = Mm(20)

    def _set_fonts(self) -> None:
        """The defaults of the whole document, and what to take where the font is missing."""
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(SIZE)
        defaults = self.document.styles.element.find(
            f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"
        )
        for properties in (defaults, normal.element.get_or_add_rPr()):
            for name in ("w:rFonts", "w:lang"):
                for old in properties.findall(qn(name)):
                    properties.remove(old)
            fonts, language = OxmlElement("w:rFonts"), OxmlElement("w:lang")
            for script in ("ascii", "hAnsi", "eastAsia", "cs"):
                fonts.set(qn(f"w:{script}"), FONT)
            for name, value in (("val", "en-US"), ("eastAsia", "th-TH"), ("bidi", "th-TH")):
                language.set(qn(f"w:{name}"), value)
            properties.insert(0, fonts)
            properties.append(language)
            _same_for_thai(properties)
        for relation in self.document.part.rels.values():
            if relation.reltype.endswith("/fontTable"):
                relation.target_part._blob = _font_table()


def _same_for_thai(properties: BaseOxmlElement) -> None:
    """Weight and size once more, for the complex script, each right after its twin: Word minds the order."""
    for name in ("w:b", "w:sz"):
        twin = properties.find(qn(name))
        for old in properties.findall(qn(f"{name}Cs")):
            properties.remove(old)
        if twin is not None:
            complex_one = OxmlElement(f"{name}Cs")
            for attribute, value in twin.attrib.items():
                complex_one.set(attribute, value)
            twin.addnext(complex_one)


def _font_table() -> bytes:
    fonts = etree.Element(qn("w:fonts"), nsmap={"w": qn("w:fonts")[1:].partition("}")[0]})
    font = etree.SubElement(fonts, qn("w:font"), {qn("w:name"): FONT})
    etree.SubElement(font, qn("w:altName"), {qn("w:val"): INSTEAD})
    etree.SubElement(font, qn("w:charset"), {qn("w:val"): "DE"})
    etree.SubElement(font, qn("w:family"), {qn("w:val"): "swiss"})
    whole: bytes = etree.tostring(fonts, xml_declaration=True, encoding="UTF-8", standalone=True)
    return whole


def drawable(text: str) -> str:
    """The text without characters that no XML file may hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", str(text))
