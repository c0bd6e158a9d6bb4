"""PDF: whole, without a password, and without anything that acts by itself.

What counts as acting follows ISO 32000-2: actions (12.6), JavaScript (12.6.4.17), forms that send (12.7.6), XFA,
rich media and 3D (13.6, 13.7). Going to a page, links that a person follows, form fields and signatures are fine.
"""

import io
import re
import zlib
from mmap import mmap
from typing import Any

import pikepdf

from evidence import filetypes
from evidence.inspection.foreign import refuse_markup, refuse_tail, refuse_zip_inside
from evidence.inspection.plain import decoded
from evidence.inspection.verdict import Unfit

MOST_OBJECTS = 400_000
MOST_PIXELS = 500_000_000  # of one picture; A0 at 400 dpi is 243 million
MOST_UNPACKED = 256 * 1024 * 1024  # bytes of one stream that is no picture
WORTH_UNPACKING = 200 * 1024  # packed bytes; 1032 times that (the most that Flate can do) is below the limit
MOST_ATTACHED = 5 * 1024 * 1024
MOST_FOLLOWING = 100  # actions after one that acts by itself: they may go in a circle

ACTIONS = {
    "/JavaScript": "pdf_javascript",
    "/Launch": "pdf_launch",
    "/SubmitForm": "pdf_sends",
    "/ImportData": "pdf_sends",
    "/Rendition": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/RichMediaExecute": "pdf_media",
    "/GoTo3DView": "pdf_media",
    "/GoToE": "pdf_attachment",
}
MEDIA = {"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
ACTIVE_MARKUP = re.compile(r"<[\w:]*(script|html|svg)\b|<!ENTITY", re.IGNORECASE)
HARMLESS_BY_THEMSELVES = {
    "/GoTo",
    "/Named",
    "/SetOCGState",
    "/Hide",
    "/ResetForm",
    "/Trans",
    "/Thread",
    "/GoToDp",
}


def look_into_pdf(content: bytes | mmap) -> str:
    """application/pdf, or Unfit with the first thing found."""
    _refuse_tail(content)
    refuse_markup(content)
    refuse_zip_inside(content)
    try:
        with pikepdf.open(io.BytesIO(content[:]), attempt_recovery=False, suppress_warnings=True) as pdf:
            _look(pdf)
    except pikepdf.PasswordError as error:
        raise Unfit("password") from error
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unfit("damaged") from error
    return filetypes.PDF


def _refuse_tail(content: bytes | mmap) -> None:
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Unfit("damaged")
    rest = content[end + 5 :].strip(b"\x00\t\r\n\x0c\x1a ")
    if len(rest) > 32:
        raise Unfit("polyglot", "+")
    refuse_tail(content, end=end + 5)


def _look(pdf: pikepdf.Pdf) -> None:
    if len(pdf.objects) > MOST_OBJECTS:
        raise Unfit("bomb", str(len(pdf.objects)))
    root = pdf.Root
    if root.get("/Type", "/Catalog") != "/Catalog" or len(pdf.pages) == 0:
        raise Unfit("damaged")
    _look_at_catalogue(root)
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream):
            _look_at_stream(one)
        _walk(one)


def _look_at_catalogue(root: pikepdf.Object) -> None:
    names: Any = root.get("/Names", {})
    if "/JavaScript" in names:
        raise Unfit("pdf_javascript")
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        raise Unfit("pdf_xfa")
    if "/OpenAction" in root:
        _refuse_automatic(root.OpenAction)


def _walk(start: pikepdf.Object) -> None:
    """Looks at a dictionary and at everything that stands in it directly; what is referred to is visited by itself."""
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting += [child for child in one if _is_inside(child)]
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            _look_at_dictionary(one)
            waiting += [child for _, child in one.items() if _is_inside(child)]


def _is_inside(child: object) -> bool:
    return isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not child.is_indirect


def _look_at_dictionary(one: pikepdf.Object) -> None:
    action = one.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in ACTIONS and _is_action(one, str(action)):
        raise Unfit(ACTIONS[str(action)])
    if "/JS" in one:
        raise Unfit("pdf_javascript")
    if str(one.get("/Subtype", "")) in MEDIA and ("/Rect" in one or "/RichMediaContent" in one):
        raise Unfit("pdf_media")
    if "/AA" in one and isinstance(one.AA, pikepdf.Dictionary):
        for _, automatic in one.AA.items():
            _refuse_automatic(automatic)
    if "/EF" in one and isinstance(one.EF, pikepdf.Dictionary):
        for _, attached in one.EF.items():
            _look_at_attachment(attached)


def _is_action(one: pikepdf.Object, name: str) -> bool:
    """/S also names structure elements and transitions; those carry a parent or a page, never an action's own keys."""
    return "/P" not in one or name in ("/JavaScript", "/Launch") or one.get("/Type") == "/Action"


def _refuse_automatic(action: pikepdf.Object | None) -> None:
    """Unfit unless it only moves about in the document, and so do those that follow it. A destination (an array or a
    name) does just that."""
    waiting, seen = [action], 0
    while waiting and (seen := seen + 1) < MOST_FOLLOWING:
        one = waiting.pop()
        if not isinstance(one, pikepdf.Dictionary) or "/S" not in one:
            continue
        name = str(one.S)
        if name not in HARMLESS_BY_THEMSELVES or (name == "/Thread" and "/F" in one):
            raise Unfit(ACTIONS.get(name, "pdf_automatic"), name.lstrip("/"))
        following = one.get("/Next")
        waiting += list(following) if isinstance(following, pikepdf.Array) else [following]
    if waiting:
        raise Unfit("pdf_automatic", "Next")


def _look_at_attachment(attached: pikepdf.Object) -> None:
    """Data beside a document (an invoice as XML in PDF/A-3) may stay; anything else is a file to be sent by itself."""
    if not isinstance(attached, pikepdf.Stream) or len(attached.read_raw_bytes()) > MOST_ATTACHED:
        raise Unfit("pdf_attachment")
    try:
        text = decoded(attached.read_bytes()[:MOST_ATTACHED])
    except (Unfit, pikepdf.PdfError) as error:
        raise Unfit("pdf_attachment") from error
    if text.lstrip("\ufeff \r\n\t")[:2] in ("#!", "MZ") or ACTIVE_MARKUP.search(text):
        raise Unfit("pdf_attachment")


def _look_at_stream(stream: pikepdf.Stream) -> None:
    if "/F" in stream:  # its bytes are in a file elsewhere
        raise Unfit("external", "F")
    filters: Any = stream.get("/Filter", [])
    filters = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if sum(one in ("/FlateDecode", "/Fl", "/LZWDecode") for one in filters) > 1:
        raise Unfit("bomb")
    if stream.get("/Subtype") == "/Image":
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MOST_PIXELS:
            raise Unfit("bomb", f"{stream.get('/Width')} × {stream.get('/Height')}")
    elif filters == ["/FlateDecode"] and int(stream.get("/Length", 0)) > WORTH_UNPACKING:
        _refuse_bomb(stream.read_raw_bytes())


def _refuse_bomb(packed: bytes) -> None:
    """Unpacks piece by piece, keeping nothing, until the end or the limit."""
    unpacking = zlib.decompressobj()
    total, rest = 0, packed
    while rest and not unpacking.eof:
        try:
            total += len(unpacking.decompress(rest, 4 * 1024 * 1024))
        except zlib.error:
            return  # a viewer stops here too
        if total > MOST_UNPACKED:
            raise Unfit("bomb")
        rest = unpacking.unconsumed_tail
