"""Decides what a file is and hands it to the reader of that kind."""

from mmap import mmap

from evidence import filetypes
from evidence.inspection.foreign import refuse_pdf_inside
from evidence.inspection.verdict import Unfit

REFUSED_KINDS = {
    "archive": "archive",
    "ole": "ole",
    "program": "program",
    "script": "script",
    "rtf": "rtf",
    "other_picture": "other_picture",
    "unknown": "unknown",
}


def look(content: bytes | mmap) -> str:
    """The media type of these bytes (an mmap or bytes), or Unfit. Only the reader that is needed is imported."""
    kind = filetypes.sniff(content[:512])
    if kind in REFUSED_KINDS:
        raise Unfit(REFUSED_KINDS[kind])
    if kind != filetypes.PDF:
        refuse_pdf_inside(content)
    if kind == filetypes.ZIP:
        from evidence.inspection.office import look_into_office

        return look_into_office(content)
    if kind == filetypes.PDF:
        from evidence.inspection.pdf import look_into_pdf

        return look_into_pdf(content)
    if kind:
        from evidence.inspection.picture import look_into_picture

        return look_into_picture(content, kind)
    from evidence.inspection.plain import look_into_text

    return look_into_text(content)
