"""The only module that loads WeasyPrint: import it inside a function, for its libraries may be missing.

A fetcher that serves our own few files and refuses the world; a trimmed user-agent sheet (docs: fewer selectors, 15 %
less time); text that says what it shows.
"""

import contextlib
import io
import logging
from functools import cache
from pathlib import Path

import weasyprint
from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint import document as setting
from weasyprint.draw import text as drawing
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.drawable import FONTS
from reports.marks import CHARACTERS, marks_font
from reports.thaitext import glyph_texts

SCHEME = "packaged:"
FILES = {
    "fonts/Sarabun-Regular.ttf": lambda: (FONTS / "Sarabun-Regular.ttf").read_bytes(),
    "fonts/Sarabun-Bold.ttf": lambda: (FONTS / "Sarabun-Bold.ttf").read_bytes(),
    "fonts/marks.ttf": marks_font,
}
FACES = """
@font-face { font-family: Sarabun; src: url("packaged:fonts/Sarabun-Regular.ttf"); }
@font-face { font-family: Sarabun; font-weight: bold; src: url("packaged:fonts/Sarabun-Bold.ttf"); }
@font-face { font-family: Marks; src: url("packaged:fonts/marks.ttf"); }
"""
BOLD = 600  # Pango's weights from here on are drawn with the bold file
PROGRESS = logging.getLogger("weasyprint.progress")
DROPPED_RULES = ("::footnote-", "::note-", "  @footnote", "  @note-area")


class PackagedFiles(URLFetcher):
    """Serves the files of FILES under `packaged:` and ends the rendering on anything else."""

    def fetch(self, url, headers=None):
        """Return the file; raises FatalURLFetchingError, the only error that WeasyPrint does not swallow."""
        name = url.removeprefix(SCHEME)
        if name == url or name not in FILES:
            raise FatalURLFetchingError(f"refused: {url}")
        return URLFetcherResponse(url, io.BytesIO(FILES[name]()), {"Content-Type": "font/ttf"})


class Page(HTML):
    """HTML under the trimmed user-agent sheet."""

    def _ua_stylesheets(self, forms=False):
        return [trimmed_sheet()]


@cache
def trimmed_sheet():
    """WeasyPrint's own sheet without notes, which we never use, and with markers only where there are list items."""
    source = Path(weasyprint.__file__).parent / "css" / "html5_ua.css"
    lines = source.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(DROPPED_RULES)]
    return CSS(string="\n".join(kept).replace("\n::marker", "\nli::marker"))


@cache
def report_style():
    """The print style sheet of the reports, parsed once in a process."""
    source = Path(finders.find("report.css")).read_text(encoding="utf-8")
    return CSS(string=source, url_fetcher=PackagedFiles())


def typeset(html: str, *, identifier: bytes, on_step) -> tuple[bytes, int]:
    """Set `html` and return (PDF bytes, number of pages).

    `on_step(sections)` is called at each step and page with the number of sections (string-set: section) begun so far;
    what it raises ends the work.
    """
    fetcher, fonts = PackagedFiles(), FontConfiguration()
    with following(on_step), saying_what_it_shows():
        faces = CSS(string=FACES, url_fetcher=fetcher, font_config=fonts)
        page = Page(string=html, base_url=SCHEME, url_fetcher=fetcher)
        document = page.render(font_config=fonts, stylesheets=[faces, report_style()])
        pdf = document.write_pdf(pdf_identifier=identifier, pdf_tags=True)
    return pdf, len(document.pages)


@contextlib.contextmanager
def following(on_step):
    """Call on_step whenever WeasyPrint tells its progress."""
    contexts = []
    layout = setting.layout_document

    def layout_document(html, root_box, context, *arguments, **options):
        contexts.append(context)
        return layout(html, root_box, context, *arguments, **options)

    class Handler(logging.Handler):
        def emit(self, record):
            begun = contexts[0].string_set.get("section", {}) if contexts else {}
            on_step(sum(len(names) for names in begun.values()))

    handler, level, propagate = Handler(), PROGRESS.level, PROGRESS.propagate
    PROGRESS.addHandler(handler)
    PROGRESS.setLevel(logging.INFO)
    PROGRESS.propagate = False
    setting.layout_document = layout_document
    try:
        yield
    finally:
        setting.layout_document = layout
        PROGRESS.removeHandler(handler)
        PROGRESS.setLevel(level)
        PROGRESS.propagate = propagate


@contextlib.contextmanager
def saying_what_it_shows():
    """While open, each drawn line carries its source text (/ActualText) and each glyph its own character."""
    original = drawing.draw_first_line
    corrected: dict[int, int] = {}

    def draw(stream, textbox, *arguments):
        spoken = textbox.text.strip()
        if spoken:
            code = textbox.text.encode("utf-16-be").hex()
            stream.stream.append(f"/Span << /ActualText <feff{code}> >> BDC".encode())
        emojis = original(stream, textbox, *arguments)
        if spoken:
            stream.stream.append(b"EMC")
        for font in stream._fonts.values():
            if corrected.get(id(font)) != len(font.to_unicode):
                correct(font)
                corrected[id(font)] = len(font.to_unicode)
        return emojis

    drawing.draw_first_line = draw
    try:
        yield
    finally:
        drawing.draw_first_line = original


def correct(font) -> None:
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
