"""A picture of the dashboards made ready for print: the same picture, in a shape that an archive file may hold."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree

from django.utils.safestring import SafeString, mark_safe

from reports.drawable import width_of
from reports.wording import IN_THAI_DIGITS, THAI

SVG = "http://www.w3.org/2000/svg"
SHARE = {"middle": Decimal("0.5"), "end": Decimal(1)}
HUNDREDTH = Decimal("0.01")


def printable(picture: SafeString, *, digits: Callable[[str], str] = str) -> SafeString:
    """The picture with each line of text beginning where it does in our font: WeasyPrint draws a line that is anchored
    elsewhere as a transparency group of its own, outside the tags of the page. The title, all that a screen reader
    tells of a picture in a PDF, holds its description; `digits` writes every text of it."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(picture)
    title, told = root.find(f"{{{SVG}}}title"), root.find(f"{{{SVG}}}desc")
    assert title is not None  # every figure has both (dashboards/drawing.py)
    assert told is not None
    title.text = digits(f"{title.text}: {told.text}")
    for line in root.iter(f"{{{SVG}}}text"):
        line.text = digits(line.text or "")
        share = SHARE.get(line.attrib.pop("text-anchor", ""))
        if share:
            face = "Bold" if line.get("font-weight") else "Regular"
            wide = Decimal(str(width_of(line.text, face=face))) * Decimal(line.attrib["font-size"])
            begin = Decimal(line.attrib["x"]) - wide * share
            line.set("x", str(begin.quantize(HUNDREDTH, ROUND_HALF_UP)))
    return mark_safe(ElementTree.tostring(root, encoding="unicode"))


def digits_of(choice: str) -> Callable[[str], str]:
    """What writes figures in the digits that were chosen (reports.models.Digits)."""
    return (lambda text: text.translate(IN_THAI_DIGITS)) if choice == THAI else str
