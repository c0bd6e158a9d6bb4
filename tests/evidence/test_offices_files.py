"""Files as offices really make them are taken; more ways of hiding something in one are found.

test_inspecting.py has one file for each reason; this is the wider net. Every file goes through the real child process.
"""

import gzip
import io
import struct
import zlib

import openpyxl
import pytest
from openpyxl.chart import BarChart, LineChart, PieChart, Reference
from openpyxl.drawing.image import Image as SheetImage
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String
from PIL import Image

from evidence import filetypes
from tests.evidence import making as make


# Good ----------------------------------------------------------------------------------------------------------------
def signed_pdf():
    """A document with a signature field, as a signing program leaves it: the signature came by an update at the end."""

    def sign(document):
        signature = Dictionary(
            Type=Name.Sig,
            Filter=Name("/Adobe.PPKLite"),
            SubFilter=Name("/adbe.pkcs7.detached"),
            ByteRange=Array([0, 100, 300, 400]),
            Contents=String(bytes(range(256)) * 8),
            M=String("D:20190321140200+07'00'"),
            Reason=String("ลงนามอนุมัติ"),
        )
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("Signature1"), Rect=Array([0, 0, 0, 0]),
            F=132, V=document.make_indirect(signature),
        )  # fmt: skip
        document.pages[0].obj.Annots = Array([document.make_indirect(field)])
        document.Root.AcroForm = Dictionary(Fields=document.pages[0].obj.Annots, SigFlags=3)
        document.Root.Perms = Dictionary(DocMDP=signature)

    return updated(make.pdf(sign))


def updated(data):
    """The same PDF with an update at its end, as programs save that keep what was signed."""
    table = data.rfind(b"startxref")
    start = data[table + 9 :].split()[0]
    with Pdf.open(io.BytesIO(data)) as document:
        root, size = document.Root.objgen[0], len(document.objects) + 1
    place = len(data) + 1
    trailer = b"trailer\n<</Root %d 0 R/Size %d/Prev %s>>\nstartxref\n%d\n%%%%EOF\n"
    return data + b"\nxref\n0 0\n" + trailer % (root, size, start, place)


def outlined_pdf():
    def change(document):
        with document.open_outline() as outline:
            outline.root.append(OutlineItem("บทที่ ๑", 0))
        with document.open_metadata() as meta:
            meta["dc:title"] = "รายงานผลการดำเนินงาน <ฉบับที่ ๒>"
            meta["pdfaid:part"] = "2"

    return make.pdf(change, pages=3)


def tagged_pdf():
    """The structure of an accessible document names its elements /S, as actions do."""
    return make.pdf(
        make.in_catalogue(
            MarkInfo=Dictionary(Marked=True),
            StructTreeRoot=Dictionary(
                Type=Name.StructTreeRoot, K=Array([Dictionary(S=Name.Document, P=Dictionary(), K=Array([]))])
            ),
        )
    )


def workbook_with_charts():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "ผลการดำเนินงาน"
    for row in [("เดือน", "ผล", "เป้าหมาย"), *((f"เดือน {n}", n * 1.5, 20) for n in range(1, 13))]:
        sheet.append(row)
    sheet["E2"] = "=SUM(B2:B13)"
    sheet["E3"] = '=HYPERLINK("https://www.opdc.go.th","เว็บไซต์")'
    for place, chart in zip(("G2", "G20", "G38"), (BarChart(), LineChart(), PieChart()), strict=True):
        chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=13), titles_from_data=True)
        sheet.add_chart(chart, place)
    sheet.add_image(SheetImage(io.BytesIO(make.png())), "A20")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def photograph():
    """A picture with all that a telephone writes into it."""
    exif = Image.Exif()
    exif[0x010F] = "Telephone"
    exif[0x9286] = "<ภาพกิจกรรม>"
    exif.get_ifd(0x8825)[1] = "N"
    return make.jpeg(size=(1600, 1200), exif=exif.tobytes(), quality=90)


WORD_PARTS = {
    "word/comments.xml": make.document_part("ความเห็น"),
    "word/fonts/font1.odttf": bytes(range(256)) * 40,
    "word/media/image1.emf": b"\x01\x00\x00\x00" + bytes(200),
    "customXml/item1.xml": '<?xml version="1.0"?><b:Sources xmlns:b="x" SelectedStyle="\\APA.XSL"/>',
    "docProps/thumbnail.jpeg": make.jpeg(),
}
GOOD = {
    "signed pdf": (signed_pdf, filetypes.PDF),
    "pdf updated twice": (lambda: updated(updated(make.pdf(pages=4))), filetypes.PDF),
    "pdf with an outline and metadata": (outlined_pdf, filetypes.PDF),
    "tagged pdf": (tagged_pdf, filetypes.PDF),
    "pdf of 300 pages of text": (lambda: make.pdf(pages=300, compress_streams=True), filetypes.PDF),
    "xlsx with charts": (workbook_with_charts, filetypes.XLSX),
    "docx with comments, fonts and a preview": (lambda: make.office("docx", WORD_PARTS), filetypes.DOCX),
    "docx with a table of contents": (
        lambda: make.office("docx", make.field('TOC \\o "1-3" \\h', " \\z \\u")),
        filetypes.DOCX,
    ),
    "docx with fields of a letter": (
        lambda: make.office("docx", make.field("MERGEFIELD ชื่อ \\* MERGEFORMAT")),
        filetypes.DOCX,
    ),
    "photograph": (photograph, filetypes.JPEG),
    "png with a palette": (lambda: make.png(mode="P"), filetypes.PNG),
    "csv of a hundred thousand lines": (
        lambda: "หน่วยงาน,ผล\n".encode() + "กรม ก,-12.50\n".encode() * 100_000,
        filetypes.CSV,
    ),
    "csv with negative and marked figures": (lambda: b"a,b\n-1,+2\n=\"0001\",3\n", filetypes.CSV),
    "text of one word": (lambda: "ผ่าน".encode(), filetypes.TEXT),
    "text that speaks of html": (lambda: "แท็ก html กับ script และ <b>".encode(), filetypes.TEXT),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_offices_make_is_taken(name):
    make_it, media_type = GOOD[name]
    finding = make.found_in(make_it())
    assert (finding.media_type, finding.code, finding.what) == (media_type, "", "")


# Bad -----------------------------------------------------------------------------------------------------------------
def escaped(data):
    """A name of a PDF written with one of its letters as a number: what a search for the word does not find."""
    return data.replace(b"/JavaScript", b"/J#61vaScript")


def javascript(**more):
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"), **more)


def appended_png():
    """A PNG with a chunk after its last one that is a whole page."""
    page = b"<html><script>alert(1)</script></html>"
    chunk = struct.pack(">I", len(page)) + b"tEXt" + page + struct.pack(">I", zlib.crc32(b"tEXt" + page))
    return make.png() + chunk


def hidden_in_text_chunk():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "<script src=//x.example></script>")
    return make.png(pnginfo=info)


SHORTCUT = b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60)
BAD = {
    "pdf: javascript under an escaped name": lambda: escaped(make.pdf(make.opening(S=Name.JavaScript, JS=String("x")))),
    "pdf: javascript in a stream": lambda: make.pdf(
        lambda d: d.Root.__setattr__("OpenAction", Dictionary(S=Name.JavaScript, JS=d.make_stream(b"app.alert(1)")))
    ),
    "pdf: javascript behind a bookmark": lambda: make.pdf(
        make.in_catalogue(Outlines=Dictionary(First=Dictionary(Title=String("x"), A=javascript())))
    ),
    "pdf: javascript when it is closed": lambda: make.pdf(make.in_catalogue(AA=Dictionary(WC=javascript()))),
    "pdf: javascript when it is printed": lambda: make.pdf(make.in_catalogue(AA=Dictionary(WP=javascript()))),
    "pdf: javascript in a row of actions": lambda: make.pdf(
        make.opening(S=Name.GoTo, D=String("a"), Next=Array([Dictionary(S=Name.GoTo, D=String("b")), javascript()]))
    ),
    "pdf: launch for windows only": lambda: make.pdf(
        make.annotated(Subtype=Name.Link, A=Dictionary(S=Name.Launch, Win=Dictionary(F=String("cmd.exe"))))
    ),
    "pdf: launch when a page opens": lambda: make.pdf(
        make.on_page(AA=Dictionary(O=Dictionary(S=Name.Launch, F=String("x"))))
    ),
    "pdf: opens a share when a page opens": lambda: make.pdf(
        make.on_page(AA=Dictionary(O=Dictionary(S=Name.GoToR, F=String("\\\\x.example\\a"), D=Array([0, Name.Fit]))))
    ),
    "pdf: imports data": lambda: make.pdf(
        make.annotated(Subtype=Name.Widget, A=Dictionary(S=Name.ImportData, F=String("x.fdf")))
    ),
    "pdf: 3d": lambda: make.pdf(make.annotated(Subtype=Name("/3D"))),
    "pdf: sound": lambda: make.pdf(make.annotated(Subtype=Name.Sound)),
    "pdf: a script attached": lambda: make.pdf(make.attaching("a.txt", b"#!/bin/sh\nid\n")),
    "pdf: an archive attached": lambda: make.pdf(make.attaching("a.zip", make.archive({"a": "x"}))),
    "pdf: a drawing attached": lambda: make.pdf(make.attaching("a.svg", b"<svg onload='x'></svg>")),
    "pdf: a pdf attached": lambda: make.pdf(make.attaching("a.pdf", make.pdf())),
    "pdf: empty with a header": lambda: b"%PDF-1.4\n%%EOF\n",
    "pdf: a second one behind it": lambda: make.pdf() + b"\x00" * 40 + b"MZ\x90\x00" * 20,
    "pdf: a rar behind it": lambda: make.pdf() + b"Rar!\x1a\x07\x01\x00" + bytes(60),
    "pdf: a cut table of places": lambda: make.pdf().replace(b"startxref", b"startxxxx"),
    "picture: a page in a comment": hidden_in_text_chunk,
    "picture: a page behind the last chunk": appended_png,
    "picture: zip behind a webp": lambda: make.webp() + make.archive({"a": "x"}),
    "picture: pdf behind a jpeg": lambda: make.jpeg() + make.pdf(),
    "picture: shell script behind a jpeg": lambda: make.jpeg() + b"#!/bin/sh\nid\n",
    "picture: half a webp": lambda: make.webp(size=(400, 300))[:200],
    "picture: a header and zeros": lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000),
    "picture: svg in a gzip": lambda: gzip.compress(b"<svg/>"),
    "picture: jpeg 2000": lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(100),
    "picture: icon": lambda: b"\x00\x00\x01\x00\x01\x00" + bytes(100),
    "office: word with macros under .docx": lambda: make.office(
        "docx", main_type="application/vnd.ms-word.template.macroEnabledTemplate.main+xml"
    ),
    "office: excel with macros under .xlsx": lambda: make.office(
        "xlsx", main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    ),
    "office: powerpoint with macros": lambda: make.office(
        "pptx", main_type="application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
    ),
    "office: excel in binary": lambda: make.office(
        "xlsx", main_type="application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    ),
    "office: dialog sheet of excel 4": lambda: make.office("xlsx", {"xl/macrosheets/intlsheet1.xml": "<x/>"}),
    "office: sound from a share": lambda: make.office(
        "pptx", {"ppt/slides/_rels/slide1.xml.rels": make.relationships(("audio", "\\\\x\\a.wav", "External"))}
    ),
    "office: subdocument from elsewhere": lambda: make.office(
        "docx", {"word/_rels/document.xml.rels": make.relationships(("subDocument", "http://x.example/a", "External"))}
    ),
    "office: part of a document from elsewhere": lambda: make.office(
        "docx", {"word/_rels/document.xml.rels": make.relationships(("aFChunk", "http://x.example/a", "External"))}
    ),
    "office: text field from elsewhere": lambda: make.office(
        "docx", make.field('INCLUDETEXT "https://x.example/a.docx"')
    ),
    "office: a script beside the document": lambda: make.office("docx", {"word/a.vbs": "x = 1"}),
    "office: a shortcut beside the document": lambda: make.office("docx", {"word/a.lnk": SHORTCUT}),
    "office: a program under a picture's name": lambda: make.office(
        "pptx", {"ppt/media/a.jpeg": b"\x7fELF" + bytes(80)}
    ),
    "office: an absolute path": lambda: make.office("docx", {"/etc/cron.d/x": "x"}),
    "office: a windows path": lambda: make.office("docx", {"..\\..\\x.xml": "x"}),
    "office: quadratic blow-up": lambda: make.office(
        "docx", {"word/document.xml": '<!DOCTYPE a [<!ENTITY b "' + "x" * 9000 + '">]><a>' + "&b;" * 900 + "</a>"}
    ),
    "office: file read through an entity": lambda: make.office(
        "docx", {"word/document.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}
    ),
    "odf: basic in a dialog library": lambda: make.opendocument(more={"Basic/Dialogs/d.xml": "<x/>"}),
    "odf: beanshell": lambda: make.opendocument(more={"Scripts/beanshell/a.bsh": "x"}),
    "odf: a program inside": lambda: make.opendocument(more={"Object 1": b"MZ" + bytes(80)}),
    "odf: section from elsewhere": lambda: make.opendocument(body='<text:section-source xlink:href="http://x.example/a"/>'),
    "text: batch with a mark": lambda: b"\xef\xbb\xbf@echo off\r\nformat c:\r\n",
    "text: javascript of windows": lambda: b'var s = new ActiveXObject("WScript.Shell");\n',
    "text: html in capitals": lambda: b"<HTML><BODY ONLOAD=alert(1)>",
    "text: html behind blank lines": lambda: b"\n" * 3000 + b"<html><script>alert(1)</script>",
    "text: a frame in a csv": lambda: b"a,b\n1,<iframe src=//x.example>\n",
    "text: a csv that calls a program": lambda: b"a,b\n+cmd|' /C calc'!A0,1\n",
    "text: a csv that calls one at its edge": lambda: b"a,b\n1,\"@SUM(1)*cmd|' /C calc'!A0\"\n",
    "archive: lzma": lambda: b"\xfd7zXZ\x00" + bytes(50),
    "archive: cabinet": lambda: b"MSCF" + bytes(50),
    "archive: empty zip": lambda: b"PK\x05\x06" + bytes(18),
    "archive: java program": lambda: make.archive({"META-INF/MANIFEST.MF": "x", "A.class": b"\xca\xfe\xba\xbe"}),
    "archive: telephone program": lambda: make.archive({"AndroidManifest.xml": b"x", "classes.dex": b"dex\n"}),
    "program: web assembly": lambda: b"\x00asm\x01\x00\x00\x00",
    "nothing but zeros": lambda: bytes(4096),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_hides_something_is_refused_with_its_reason(name):
    finding = make.found_in(BAD[name]())
    assert finding.media_type == ""
    assert str(finding)
