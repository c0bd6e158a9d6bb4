"""A tick, a cross and a box as a tiny font of our own: Sarabun has neither, and a fresh machine has no other font.

Drawn as text, so that a tick is also searched, copied and read aloud as ✓.
"""

import io
from collections.abc import Iterable
from functools import cache

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

EM = 1000
WIDTH = 640
OUTLINES = {
    "space": [],
    "box": [
        [(80, 0), (80, 660), (560, 660), (560, 0)],
        [(130, 50), (510, 50), (510, 610), (130, 610)],
    ],
    "tick": [[(70, 300), (130, 360), (240, 240), (510, 620), (580, 570), (250, 110)]],
    "cross": [
        [(110, 130), (60, 180), (530, 650), (580, 600)],
        [(60, 600), (110, 650), (580, 180), (530, 130)],
    ],
}
CHARACTERS = {ord(" "): "space", ord("□"): "box", ord("✓"): "tick", ord("✗"): "cross"}


@cache
def marks_font() -> bytes:
    """The font file; the same bytes each time."""
    builder = FontBuilder(EM, isTTF=True)
    names = [".notdef", *OUTLINES]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(CHARACTERS)
    builder.setupGlyf({name: outline(OUTLINES.get(name, [])) for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (WIDTH, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Scorecard Marks", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 3_600_000_000  # any fixed moment
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


def outline(polygons: Iterable[Iterable[tuple[int, int]]]) -> Glyph:
    """A glyph of straight lines."""
    pen = TTGlyphPen(None)
    for first, *rest in polygons:
        pen.moveTo(first)
        for point in rest:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()
