"""What makes a file of WeasyPrint's readable by machines: tags and artifacts, text that says what it shows, metadata.

WeasyPrint's own tags leave the running heads half tagged, its text layer is wrong for Thai, and it can claim PDF/A or
PDF/UA but not both. All is set right while it draws: nothing is written twice.
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, BinaryIO

import pydyf
from weasyprint import pdf as writing
from weasyprint.formatting_structure.boxes import Box, MarginBox, TextBox
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.pdf.stream import Stream

from reports.drawable import FONTS
from reports.marks import CHARACTERS
from reports.thaitext import glyph_texts

BOLD = 600  # Pango's weights from here on are drawn with the bold file
# The claim of PDF/UA-1 (ISO 14289-1, 5), and its description, without which PDF/A allows no such property
# (ISO 19005-3, 6.6.2.3.3).
ACCESSIBLE = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


class Described(DocumentMetadata):
    """Metadata that also claims PDF/UA-1."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        """WeasyPrint's metadata with the claim at their end."""
        return super().generate_rdf_metadata(variant, version, conformance).replace(b"</rdf:RDF>", ACCESSIBLE)


class Finished(pydyf.PDF):
    """A PDF whose pages are all there: their references are made once, not once for each tag, and each object becomes
    bytes once, not once for the file and once for its identifier."""

    page_references = cached_property(pydyf.PDF.page_references.fget)

    objects: list[pydyf.Object]

    def write(self, output: BinaryIO, *arguments: Any, **options: Any) -> None:
        """Write the file."""
        self.objects = [one if one.free == "f" else Written(one) for one in self.objects]
        super().write(output, *arguments, **options)


class Written(pydyf.Object):
    """A PDF object that has become bytes."""

    data = None
    compressible = None

    def __init__(self, source: pydyf.Object) -> None:
        super().__init__()
        self.number, self.data, self.compressible = source.number, source.data, source.compressible


@contextlib.contextmanager
def readable() -> Iterator[None]:
    """While open, each drawn line carries its source text, each glyph its own character, and running heads no tag."""
    tag, build_fonts = writing.add_tags, writing.build_fonts_dictionary

    def add_tags(pdf: pydyf.PDF, document: Any, version: str, streams: list[Stream]) -> None:
        pdf.__class__ = Finished
        for page in document.pages:  # drawn by now: what stands in the margins has no place in the tree
            page._page_box.children = [
                box for box in page._page_box.children if not isinstance(box, MarginBox)
            ]
        tag(pdf, document, version, streams)
        for name in ("Pattern", "Shading"):  # kinds of paint that no report uses
            if not streams[0]._resources[name]:
                del streams[0]._resources[name]

    def build_fonts_dictionary(pdf: pydyf.PDF, fonts: dict[int, Font], *arguments: Any) -> Any:
        for font in fonts.values():
            correct(font)
        return build_fonts(pdf, fonts, *arguments)

    with (
        replaced(writing, add_tags=add_tags, build_fonts_dictionary=build_fonts_dictionary),
        replaced(Stream, marked=marked),
    ):
        yield


@contextlib.contextmanager
def replaced(owner: Any, **functions: Callable[..., Any]) -> Iterator[None]:
    """While open, `owner` has these functions instead of its own."""
    originals = {name: getattr(owner, name) for name in functions}
    for name, function in functions.items():
        setattr(owner, name, function)
    try:
        yield
    finally:
        for name, function in originals.items():
            setattr(owner, name, function)


@contextlib.contextmanager
def marked(stream: Stream, box: Box, tag: str) -> Iterator[None]:
    """Mark what is drawn of `box`: its place in the tree, or that it is a running head; and the text that it shows."""
    says = actual_text(box)
    if in_margin(box):
        stream.stream.append(b"/Artifact << /Type /Pagination%s >> BDC" % says)
    else:
        number = len(stream._tags)
        stream._tags[box] = {"tag": tag, "mcid": number}
        stream.stream.append(b"/%s << /MCID %d%s >> BDC" % (tag.encode(), number, says))
    yield
    stream.stream.append(b"EMC")


def actual_text(box: Box) -> bytes:
    """The entry /ActualText of a line of text; nothing for a picture or for white space."""
    if not isinstance(box, TextBox) or not box.text.strip():
        return b""
    return b" /ActualText <feff%s>" % box.text.encode("utf-16-be").hex().encode()


def in_margin(box: Box) -> bool:
    """Whether the box belongs to a running head or foot: those come from no element."""
    return box.element is None


def correct(font: Font) -> None:
    """Make every glyph of a WeasyPrint font that is ours say its own character."""
    if font.family == "Sarabun":
        says = glyph_texts(FONTS / ("Sarabun-Bold.ttf" if font.weight >= BOLD else "Sarabun-Regular.ttf"))
    elif font.family == "Marks":
        says = {position: chr(code) for position, code in enumerate(CHARACTERS, start=1)}
    else:
        return
    for glyph in font.to_unicode:
        if glyph in says:
            font.to_unicode[glyph] = says[glyph]
