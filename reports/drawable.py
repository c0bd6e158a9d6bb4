"""Text that our own fonts can draw: a system's fonts must not change the bytes of a PDF from machine to machine."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_sarabun
from fontTools.ttLib import TTFont

from reports.marks import CHARACTERS

FONTS = Path(fontpkg_sarabun.__file__).parent / "files"
# A letter with the marks on it is one place: a cut never parts them.
PLACE = re.compile(r".[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]*", re.DOTALL)
BOX = "□"  # drawn as an empty box by our font of marks


@cache
def covered() -> frozenset[int]:
    """The code points that Sarabun or our marks have, and the line feed."""
    with TTFont(FONTS / "Sarabun-Regular.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap()) | frozenset(CHARACTERS) | {ord("\n")}


@cache
def advances(face: str = "Regular") -> dict[int, float]:
    """How wide Sarabun draws each character, in ems."""
    with TTFont(FONTS / f"Sarabun-{face}.ttf", lazy=True) as font:
        widths, em = font["hmtx"], font["head"].unitsPerEm
        return {code: widths[name][0] / em for code, name in font.getBestCmap().items()}


def width_of(text: str, *, face: str = "Regular") -> float:
    """How wide a line of this text is, in ems."""
    return sum(advances(face).get(ord(character), 1) for character in text)


def beginning(text: str, width: float) -> str:
    """The text, or as much of its beginning as goes into a line of this width (in ems); a letter keeps its marks."""
    if width_of(text) <= width:
        return text
    places = PLACE.findall(text)
    while places and width_of("".join(places) + "…") > width:
        places.pop()
    return "".join(places).rstrip(" เแโใไ") + "…"


def drawable(value: Any) -> Any:
    """`value` (texts, lists, dicts) with every character that no font of ours has shown as an empty box."""
    if isinstance(value, dict):
        return {key: drawable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [drawable(one) for one in value]
    if isinstance(value, str) and not covered().issuperset(map(ord, value)):
        return "".join(instead_of(character) for character in value)
    return value


def instead_of(character: str) -> str:
    """The character itself, a plain space for another space, nothing for an invisible one, otherwise a box."""
    if ord(character) in covered():
        return character
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character in "\t\r":
        return " "
    return "" if category in ("Cf", "Cc") else BOX
