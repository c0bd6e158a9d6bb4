"""What is taken and what is refused, with its reason. Every file goes through the real child process."""

import gzip
import io
import tarfile
from functools import partial

import pytest
from pikepdf import Array, Dictionary, Encryption, Name, String

from evidence import filetypes
from evidence.sentences import SENTENCES
from tests.evidence import making as make

UTF8 = "ตัวชี้วัดที่ ๔ น้ำหนักร้อยละ ๒๕\nผลการดำเนินงาน: ผ่าน\n"
TABLE = "หน่วยงาน,ผล,ร้อยละ\nกรม ก,12.5,80\nกรม ข,-3,+66\n"

GOOD = {
    "pdf": (make.pdf, filetypes.PDF),
    "pdf of a 200-page scan": (partial(make.scan, 200), filetypes.PDF),
    "pdf 1.4 linear": (partial(make.pdf, linearize=True, min_version="1.4"), filetypes.PDF),
    "pdf with object streams": (partial(make.pdf, pages=30), filetypes.PDF),
    "pdf opens at a page": (
        lambda: make.pdf(lambda d: d.Root.__setattr__("OpenAction", Array([d.pages[0].obj, Name.Fit]))),
        filetypes.PDF,
    ),
    "pdf opens by an action at a page": (
        lambda: make.pdf(make.opening(S=Name.GoTo, D=String("one"))),
        filetypes.PDF,
    ),
    "pdf with a link": (
        lambda: make.pdf(
            make.annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://opdc.go.th")))
        ),
        filetypes.PDF,
    ),
    "pdf with a form field": (
        lambda: make.pdf(make.annotated(Subtype=Name.Widget, FT=Name.Tx, T=String("ชื่อ"))),
        filetypes.PDF,
    ),
    "pdf/a-3 with its data as xml": (
        lambda: make.pdf(make.attaching("invoice.xml", b'<?xml version="1.0"?><Invoice/>')),
        filetypes.PDF,
    ),
    "pdf that only restricts printing": (
        lambda: make.pdf(encryption=Encryption(owner="secret", user="")),
        filetypes.PDF,
    ),
    "pdf with blank lines after its end": (lambda: make.pdf() + b"\r\n\r\n\x00\x00", filetypes.PDF),
    "jpeg": (make.jpeg, filetypes.JPEG),
    "jpeg progressive": (partial(make.jpeg, progressive=True), filetypes.JPEG),
    "jpeg grey": (partial(make.jpeg, mode="L"), filetypes.JPEG),
    "jpeg of 12 megapixels": (partial(make.jpeg, size=(4000, 3000)), filetypes.JPEG),
    "jpeg with a camera's remains": (lambda: make.jpeg() + b"\x00\x00SEFHe\x00camera", filetypes.JPEG),
    "png": (make.png, filetypes.PNG),
    "png with transparency": (partial(make.png, mode="RGBA"), filetypes.PNG),
    "webp": (make.webp, filetypes.WEBP),
    "webp lossless": (partial(make.webp, lossless=True), filetypes.WEBP),
    "docx": (partial(make.office, "docx"), filetypes.DOCX),
    "xlsx": (partial(make.office, "xlsx"), filetypes.XLSX),
    "pptx": (partial(make.office, "pptx"), filetypes.PPTX),
    "docx with a link": (
        lambda: make.office(
            "docx",
            {
                "word/_rels/document.xml.rels": make.relationships(
                    ("hyperlink", "https://opdc.go.th", "External")
                )
            },
        ),
        filetypes.DOCX,
    ),
    "docx with the office's own template": (
        lambda: make.office(
            "docx",
            {
                "word/_rels/settings.xml.rels": make.relationships(
                    ("attachedTemplate", "file:///C:\\Users\\a\\Templates\\memo.dotx", "External")
                )
            },
        ),
        filetypes.DOCX,
    ),
    "docx with a page field": (lambda: make.office("docx", make.field("PA", "GE")), filetypes.DOCX),
    "docx with a picture as svg": (
        lambda: make.office("docx", {"word/media/image1.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"}),
        filetypes.DOCX,
    ),
    "pptx with a chart's workbook": (
        lambda: make.office("pptx", {"ppt/embeddings/Microsoft_Excel_Sheet.xlsx": make.office("xlsx")}),
        filetypes.PPTX,
    ),
    "xlsx with printer settings": (
        lambda: make.office("xlsx", {"xl/printerSettings/printerSettings1.bin": bytes(range(256)) * 4}),
        filetypes.XLSX,
    ),
    "odt": (make.opendocument, filetypes.ODT),
    "ods": (partial(make.opendocument, "spreadsheet"), filetypes.ODS),
    "odp": (partial(make.opendocument, "presentation"), filetypes.ODP),
    "odt with a link": (
        lambda: make.opendocument(body='<text:a xlink:href="https://opdc.go.th">x</text:a>'),
        filetypes.ODT,
    ),
    "odt with an empty macro library": (
        lambda: make.opendocument(
            more={"Basic/script-lc.xml": "<x/>", "Basic/Standard/script-lb.xml": "<x/>"}
        ),
        filetypes.ODT,
    ),
    "odt with a picture of its own": (
        lambda: make.opendocument(
            more={"Pictures/1.png": make.png()}, body='<draw:image xlink:href="Pictures/1.png"/>'
        ),
        filetypes.ODT,
    ),
    "text": (lambda: UTF8.encode(), filetypes.TEXT),
    "text with a mark": (lambda: UTF8.encode("utf-8-sig"), filetypes.TEXT),
    "text in utf-16": (lambda: UTF8.encode("utf-16"), filetypes.TEXT),
    "text in the thai code page": (lambda: UTF8.encode("cp874"), filetypes.TEXT),
    "text that begins like a program": (lambda: b"MZ is a prefix. BM too.\n", filetypes.TEXT),
    "text with signs": (lambda: "1 < 2, a <b> & c > d; ๕ <= ๖\n".encode(), filetypes.TEXT),
    "csv": (lambda: TABLE.encode(), filetypes.CSV),
    "csv of excel in thai": (lambda: TABLE.encode("cp874"), filetypes.CSV),
    "csv with semicolons": (lambda: TABLE.replace(",", ";").encode(), filetypes.CSV),
    "csv with quoted lines": (lambda: '"ก","ข\nค"\n"1","2"\n'.encode(), filetypes.CSV),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_taken(name):
    make_it, media_type = GOOD[name]
    finding = make.found_in(make_it())
    assert (finding.media_type, finding.code, finding.what) == (media_type, "", "")


def tar():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return out.getvalue()


JAVASCRIPT = {"S": Name.JavaScript, "JS": String("app.alert(1)")}
LAUNCH = {"S": Name.Launch, "F": String("calc.exe")}
BAD_PDF = {
    "javascript on opening": ("pdf_javascript", lambda: make.pdf(make.opening(**JAVASCRIPT))),
    "javascript by name": (
        "pdf_javascript",
        lambda: make.pdf(make.in_catalogue(Names=Dictionary(JavaScript=Dictionary(Names=Array([]))))),
    ),
    "javascript of a page": (
        "pdf_javascript",
        lambda: make.pdf(make.on_page(AA=Dictionary(O=Dictionary(**JAVASCRIPT)))),
    ),
    "javascript of a link": (
        "pdf_javascript",
        lambda: make.pdf(make.annotated(Subtype=Name.Link, A=Dictionary(**JAVASCRIPT))),
    ),
    "javascript of a field": (
        "pdf_javascript",
        lambda: make.pdf(make.annotated(Subtype=Name.Widget, AA=Dictionary(K=Dictionary(**JAVASCRIPT)))),
    ),
    "javascript after another action": (
        "pdf_javascript",
        lambda: make.pdf(make.opening(S=Name.GoTo, D=String("a"), Next=Dictionary(**JAVASCRIPT))),
    ),
    "javascript in an object stream": (
        "pdf_javascript",
        lambda: make.pdf(make.annotated(Subtype=Name.Link, A=Dictionary(**JAVASCRIPT)), min_version="1.7"),
    ),
    "launch on opening": ("pdf_launch", lambda: make.pdf(make.opening(**LAUNCH))),
    "launch by a link": (
        "pdf_launch",
        lambda: make.pdf(make.annotated(Subtype=Name.Link, A=Dictionary(**LAUNCH))),
    ),
    "opens an address by itself": (
        "pdf_automatic",
        lambda: make.pdf(make.opening(S=Name.URI, URI=String("https://x.example"))),
    ),
    "opens another file by itself": (
        "pdf_automatic",
        lambda: make.pdf(make.opening(S=Name.GoToR, F=String("\\\\host\\x.pdf"))),
    ),
    "sends a form": (
        "pdf_sends",
        lambda: make.pdf(
            make.annotated(Subtype=Name.Widget, A=Dictionary(S=Name.SubmitForm, F=String("http://x")))
        ),
    ),
    "dynamic form": (
        "pdf_xfa",
        lambda: make.pdf(make.in_catalogue(AcroForm=Dictionary(XFA=Array([]), Fields=Array([])))),
    ),
    "film": (
        "pdf_media",
        lambda: make.pdf(make.annotated(Subtype=Name.RichMedia, RichMediaContent=Dictionary())),
    ),
    "a program attached": ("pdf_attachment", lambda: make.pdf(make.attaching("x.exe", b"MZ\x00\x01" * 50))),
    "a page attached": (
        "pdf_attachment",
        lambda: make.pdf(make.attaching("x.html", b"<html><script>1</script>"), compress_streams=True),
    ),
    "password": ("password", lambda: make.pdf(encryption=Encryption(owner="o", user="secret"))),
    "cut off": ("damaged", lambda: make.scan(3)[:-2000]),
    "cut in half": ("damaged", lambda: make.pdf()[:300]),
    "only a header": ("damaged", lambda: b"%PDF-1.7\n"),
    "no pages": ("damaged", lambda: make.pdf(pages=0)),
    "zip behind it": ("polyglot", lambda: make.pdf() + make.archive({"a.txt": "x"})),
    "program behind it": ("polyglot", lambda: make.pdf() + b"MZ" + b"\x90" * 100),
    "page before it": ("polyglot", lambda: b"%PDF-1.7\n<html><script>alert(1)</script>\n" + make.pdf()),
    "stream that unpacks to 320 MB": ("bomb", lambda: make.pdf(make.flate_bomb)),
    "stream packed twice": (
        "bomb",
        lambda: make.pdf(make.with_stream(b"x", Filter=Array([Name.FlateDecode, Name.FlateDecode]))),
    ),
    "picture of ten thousand megapixels": (
        "bomb",
        lambda: make.pdf(make.with_stream(b"x", Subtype=Name.Image, Width=100_000, Height=100_000)),
    ),
}
BAD_PICTURES = {
    "jpeg cut off": ("damaged", lambda: make.jpeg(size=(600, 400))[:-3000]),
    "jpeg header only": ("damaged", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
    "png cut off": ("damaged", lambda: make.png()[:-40]),
    "png with a wrong sum": ("damaged", lambda: make.png().replace(b"IDAT", b"IDAT\xff", 1)),
    "webp cut off": ("damaged", lambda: make.webp(size=(300, 300))[:-500]),
    "png of ten thousand megapixels": ("bomb", lambda: make.png_of(100_000, 100_000)),
    "jpeg with a zip behind": ("polyglot", lambda: make.jpeg() + make.archive({"a": "x"})),
    "jpeg with a program behind": ("polyglot", lambda: make.jpeg() + b"MZ\x90\x00"),
    "jpeg with a page in a comment": ("polyglot", lambda: make.jpeg(comment=b"<script >alert(1)</script>")),
    "png with php behind": ("polyglot", lambda: make.png() + b"<?php system('id'); ?>"),
    "png with a pdf behind": ("polyglot", lambda: make.png() + make.pdf()),
    "gif": ("other_picture", lambda: make.picture("GIF", mode="P")),
    "bmp": ("other_picture", lambda: make.picture("BMP")),
    "tiff": ("other_picture", lambda: make.picture("TIFF")),
    "heic": ("other_picture", lambda: b"\x00\x00\x00\x18ftypheic" + bytes(100)),
}


def rels(part, *rows):
    return {part: make.relationships(*rows)}


DOCUMENT_RELS = "word/_rels/document.xml.rels"
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
BAD_OOXML = {
    "macro part": ("macro", lambda: make.office("docx", {"word/vbaProject.bin": make.OLE})),
    "macro part under another name": (
        "macro",
        lambda: make.office(
            "xlsx", {"xl/x.bin": b"abc"}, overrides=[("xl/x.bin", "application/vnd.ms-office.vbaProject")]
        ),
    ),
    "macro type by extension": (
        "macro",
        lambda: make.office(
            "xlsx", {"xl/x.abc": b"a"}, defaults=[("abc", "application/vnd.ms-office.vbaProject")]
        ),
    ),
    "macro-enabled main part": ("macro", lambda: make.office("docx", main_type=MACRO_TYPE)),
    "macro by relationship": (
        "macro",
        lambda: make.office(
            "docx",
            rels(
                DOCUMENT_RELS,
                ("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "x.bin", ""),
            ),
        ),
    ),
    "macro sheet of excel 4": ("macro", lambda: make.office("xlsx", {"xl/macrosheets/sheet1.xml": "<x/>"})),
    "ole object": ("ole_inside", lambda: make.office("docx", {"word/embeddings/oleObject1.bin": make.OLE})),
    "ole object as a picture": (
        "ole_inside",
        lambda: make.office("docx", {"word/media/image1.png": make.OLE}),
    ),
    "ole object linked": (
        "ole_inside",
        lambda: make.office("docx", rels(DOCUMENT_RELS, ("oleObject", "http://x.example/a.bin", "External"))),
    ),
    "active control": ("activex", lambda: make.office("docx", {"word/activeX/activeX1.xml": "<x/>"})),
    "template from the network": (
        "template",
        lambda: make.office(
            "docx",
            rels(
                "word/_rels/settings.xml.rels", ("attachedTemplate", "https://x.example/a.dotm", "External")
            ),
        ),
    ),
    "template from a share": (
        "template",
        lambda: make.office(
            "docx",
            rels(
                "word/_rels/settings.xml.rels",
                ("attachedTemplate", "file:///\\\\\\\\host\\a.dotm", "External"),
            ),
        ),
    ),
    "picture from the network": (
        "external",
        lambda: make.office("docx", rels(DOCUMENT_RELS, ("image", "http://x.example/a.png", "External"))),
    ),
    "frame from the network": (
        "external",
        lambda: make.office("docx", rels(DOCUMENT_RELS, ("frame", "mhtml:http://x.example!x", "External"))),
    ),
    "link that is a script": (
        "external",
        lambda: make.office("docx", rels(DOCUMENT_RELS, ("hyperlink", "javascript:alert(1)", "External"))),
    ),
    "workbook links": (
        "external",
        lambda: make.office(
            "xlsx",
            {"xl/externalLinks/externalLink1.xml": "<x/>"}
            | rels(
                "xl/externalLinks/_rels/externalLink1.xml.rels", ("externalLinkPath", "b.xlsx", "External")
            ),
        ),
    ),
    "data connection": ("connection", lambda: make.office("xlsx", {"xl/connections.xml": "<x/>"})),
    "dde field": ("dde", lambda: make.office("docx", make.field("DDEAUTO c:\\cmd.exe"))),
    "dde field in pieces": ("dde", lambda: make.office("docx", make.field(" D", "DE", "AUTO c:\\cmd.exe"))),
    "picture field from the network": (
        "external",
        lambda: make.office("docx", make.field('INCLUDEPICTURE "http://x.example/a.png"')),
    ),
    "program inside": ("file_inside", lambda: make.office("docx", {"word/media/a.png": b"MZ" + bytes(100)})),
    "page inside": ("file_inside", lambda: make.office("docx", {"word/a.html": "<html>"})),
    "pdf inside": ("file_inside", lambda: make.office("docx", {"word/embeddings/a.pdf": make.pdf()})),
    "zip inside": (
        "file_inside",
        lambda: make.office("docx", {"word/media/a.bin": make.archive({"a": "x"})}),
    ),
    "macro inside what is inside": (
        "macro",
        lambda: make.office(
            "pptx", {"ppt/embeddings/a.xlsx": make.office("xlsx", {"xl/vbaProject.bin": make.OLE})}
        ),
    ),
    "svg with a script inside": (
        "markup",
        lambda: make.office("docx", {"word/media/a.svg": "<svg><script>1</script></svg>"}),
    ),
    "entities": (
        "entities",
        lambda: make.office("docx", {"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    ),
    "entities in utf-16": (
        "entities",
        lambda: make.office("docx", {"word/a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}),
    ),
    "bomb": ("bomb", make.zip_bomb),
    "too many parts": ("bomb", lambda: make.office("docx", {f"word/{n}.txt": "" for n in range(10_001)})),
    "part larger than declared": ("damaged", make.lying_zip),
    "encrypted parts": ("password", make.encrypted_zip),
    "path outside": ("archive", lambda: make.office("docx", {"../../etc/passwd": "x"})),
    "cut off": ("damaged", lambda: make.office("docx")[:-60]),
    "wrong sum": ("damaged", make.wrong_sum),
    "no main part": ("unknown", lambda: make.office("docx", main_type="text/xml")),
    "broken types": ("damaged", lambda: make.office("docx", {"[Content_Types].xml": "<Types"})),
    "program before it": ("damaged", lambda: b"PK\x03\x04" + bytes(50) + make.office("docx")),
    "page behind it": ("polyglot", lambda: make.office("docx") + b"<html><script>1</script></html>"),
    "page as its comment": (
        "polyglot",
        lambda: make.archive({"[Content_Types].xml": "<x/>"}, comment=b"<html>"),
    ),
}
BAD_ODF = {
    "macro": ("macro", lambda: make.opendocument(more={"Basic/Standard/Module1.xml": "<x/>"})),
    "python script": ("macro", lambda: make.opendocument(more={"Scripts/python/a.py": "x"})),
    "event": (
        "macro",
        lambda: make.opendocument(
            body='<script:event-listener script:language="ooo:script" xlink:href="vnd.sun.star.script:a"/>'
        ),
    ),
    "button that runs a program": (
        "macro",
        lambda: make.opendocument(
            "presentation", body='<presentation:event-listener presentation:action="execute"/>'
        ),
    ),
    "password": ("password", lambda: make.opendocument(manifest="<encryption-data/>")),
    "ole object": ("ole_inside", lambda: make.opendocument(more={"Object 1": make.OLE})),
    "picture from the network": (
        "external",
        lambda: make.opendocument(body='<draw:image xlink:href="http://x.example/a.png"/>'),
    ),
    "dde": ("dde", lambda: make.opendocument(body="<office:dde-source/>")),
    "applet": ("activex", lambda: make.opendocument(body="<draw:applet/>")),
    "a drawing": ("unknown", lambda: make.opendocument("graphics")),
    "no manifest": (
        "damaged",
        lambda: make.archive({"mimetype": filetypes.ODT, "content.xml": "<x/>"}),
    ),
}
BAD_OTHERS = {
    "empty": ("cannot_be_checked", lambda: b""),
    "only blanks": ("empty", lambda: b"  \r\n "),
    "zip": ("archive", lambda: make.archive({"a.pdf": make.pdf()})),
    "gzip": ("archive", lambda: gzip.compress(b"x")),
    "tar": ("archive", tar),
    "rar": ("archive", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(50)),
    "7z": ("archive", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(50)),
    "old word": ("ole", lambda: make.OLE),
    "program of windows": ("program", lambda: b"MZ\x90\x00" + bytes(100)),
    "program of linux": ("program", lambda: b"\x7fELF" + bytes(100)),
    "shortcut": ("program", lambda: b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60)),
    "shell script": ("script", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "batch file": ("script", lambda: b"@echo off\r\nformat c:\r\n"),
    "visual basic script": ("script", lambda: b'x = 1\nSet s = CreateObject("WScript.Shell")\n'),
    "powershell": ("script", lambda: b"$a = 1\nInvoke-Expression $a\n"),
    "internet shortcut": ("script", lambda: b"[InternetShortcut]\nURL=http://x.example\n"),
    "saved page": ("script", lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n"),
    "rtf": ("rtf", lambda: b"{\\rtf1 x}"),
    "html": ("markup", lambda: b"<!DOCTYPE html><html><body>x</body></html>"),
    "html after words": ("markup", lambda: b"hello\n<script>alert(1)</script>\n"),
    "html in utf-16": ("markup", lambda: "<html></html>".encode("utf-16")),
    "html with a mark before": ("markup", lambda: b"\xef\xbb\xbf \n<html></html>"),
    "svg": ("markup", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "xml": ("markup", lambda: b"<?xml version='1.0'?><a/>"),
    "php": ("markup", lambda: b"<?php system('id'); ?>"),
    "table that starts a program": ("formula", lambda: b"a,b\n=cmd|'/c calc'!A0,1\n"),
    "bytes of no kind": ("unknown", lambda: bytes(range(256)) * 10),
    "text with a nul": ("unknown", lambda: b"abc\x00def"),
    "postscript": ("unknown", lambda: b"%!PS-Adobe-3.0\n"),
}
BAD = {
    f"{group}: {name}": case
    for group, cases in [
        ("pdf", BAD_PDF), ("picture", BAD_PICTURES), ("ooxml", BAD_OOXML), ("odf", BAD_ODF), ("other", BAD_OTHERS),
    ]
    for name, case in cases.items()
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_their_reason(name):
    code, make_it = BAD[name]
    finding = make.found_in(make_it())
    assert (finding.code, finding.media_type) == (code, "")
    assert str(finding)


def test_every_reason_has_a_file_that_shows_it():
    assert {code for code, _ in BAD.values()} == set(SENTENCES)
