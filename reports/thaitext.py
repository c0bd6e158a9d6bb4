"""What each glyph of a font says, so that Thai text in a PDF can be searched, copied and read aloud.

WeasyPrint notes for a glyph the text in which it first occurred, and marks share a cluster with their consonant: "า"
then extracts as "ำ" (its issue 2841). Here a glyph says the character that it is drawn for, alternates included.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

SINGLE, LIGATURE = 1, 4


@cache
def glyph_texts(file: Path) -> dict[int, str]:
    """{glyph id: text} of every glyph of the font file that stands for characters."""
    with TTFont(file, lazy=True) as font:
        says: dict[str, str] = {}
        for code, name in sorted(font.getBestCmap().items()):
            says.setdefault(name, chr(code))
        rules = list(substitutions(font))
        for _ in range(3):  # an alternate of an alternate
            told = {made: sources for made, sources in rules if all(source in says for source in sources)}
            says = {made: "".join(says[one] for one in sources) for made, sources in told.items()} | says
        return {font.getGlyphID(name): text for name, text in says.items()}


def substitutions(font: TTFont) -> Iterator[tuple[str, list[str]]]:
    """(glyph made, glyphs that it stands for) of every single and ligature substitution of the font."""
    if "GSUB" not in font:
        return
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            yield from made_by(getattr(table, "ExtSubTable", table))


def made_by(table: Any) -> Iterator[tuple[str, list[str]]]:
    """(glyph made, glyphs that it stands for) of one table of substitutions."""
    if table.LookupType == SINGLE:
        for source, made in table.mapping.items():
            yield made, [source]
    elif table.LookupType == LIGATURE:
        for first, ligatures in table.ligatures.items():
            for one in ligatures:
                yield one.LigGlyph, [first, *one.Component]
