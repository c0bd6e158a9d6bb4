"""Loads WeasyPrint (as tagging.py does): import it inside a function, for its libraries may be missing.

A fetcher that serves our own few files and refuses the world; an own user-agent sheet (fewer selectors, less time); an
archive file (PDF/A-3) that screen readers can read (PDF/UA-1), with its data attached.
"""

import contextlib
import datetime as dt
import io
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import weasyprint
from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML, Attachment
from weasyprint import document as setting
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.drawable import FONTS
from reports.marks import marks_font
from reports.tagging import Described, readable

SCHEME = "packaged:"
FILES: dict[str, Callable[[], bytes]] = {
    "fonts/Sarabun-Regular.ttf": (FONTS / "Sarabun-Regular.ttf").read_bytes,
    "fonts/Sarabun-Bold.ttf": (FONTS / "Sarabun-Bold.ttf").read_bytes,
    "fonts/marks.ttf": marks_font,
}
FACES = """
@font-face { font-family: Sarabun; src: url("packaged:fonts/Sarabun-Regular.ttf"); }
@font-face { font-family: Sarabun; font-weight: bold; src: url("packaged:fonts/Sarabun-Bold.ttf"); }
@font-face { font-family: Marks; src: url("packaged:fonts/marks.ttf"); }
"""
COLORS = "--srgb"
ARCHIVE = {"pdf_variant": "pdf/a-3a", "output_intent": COLORS}
PROGRESS = logging.getLogger("weasyprint.progress")
# What the elements of our templates are, no more: each rule of WeasyPrint's own sheet is tried on each element.
USER_AGENT = """
head, title, meta { display: none }
html, body, section, div, p, h1, h2, h3, ul { display: block }
li { display: list-item }
table { display: table; box-sizing: border-box; text-indent: initial }
colgroup { display: table-column-group }
col { display: table-column }
thead { display: table-header-group; vertical-align: middle }
tbody { display: table-row-group; vertical-align: middle }
tr { display: table-row; vertical-align: inherit }
th, td { display: table-cell; vertical-align: inherit }
b, h1, h2, h3, th { font-weight: bold }
h1, h2, h3 { break-after: avoid; break-inside: avoid; bookmark-label: content(text) }
ul { list-style-type: disc }
li::marker { font-variant-numeric: tabular-nums; white-space: pre; text-transform: none }
br::before { content: "\\A"; white-space: pre-line }
svg { overflow: hidden }
"""


@dataclass(frozen=True)
class Data:
    """A file to attach. moment: when what it says was settled, in UTC."""

    name: str
    says: str
    content: bytes
    moment: dt.datetime


class PackagedFiles(URLFetcher):
    """Serves the files of FILES under `packaged:` and ends the rendering on anything else."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the file; raises FatalURLFetchingError, the only error that WeasyPrint does not swallow."""
        name = url.removeprefix(SCHEME)
        if name == url or name not in FILES:
            raise FatalURLFetchingError(f"refused: {url}")
        return URLFetcherResponse(url, io.BytesIO(FILES[name]()), {"Content-Type": "font/ttf"})


class Page(HTML):
    """HTML under our own user-agent sheet."""

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [own_sheet()]


@cache
def own_sheet() -> CSS:
    """USER_AGENT, parsed once in a process."""
    return CSS(string=USER_AGENT)


@cache
def srgb_profile() -> bytes:
    """The color profile that comes with WeasyPrint, which itself never closes the file."""
    return (Path(weasyprint.__file__).parent / "pdf" / "sRGB2014.icc").read_bytes()


@cache
def report_style() -> CSS:
    """The print style sheet of the reports, parsed once in a process."""
    return CSS(string=report_source(), url_fetcher=PackagedFiles())


def warm_up() -> None:
    """Set a line in each font: whatever is kept for the next document is there then."""
    typeset('<html lang="th"><p>ก<b>ก</b>✓', identifier=b"", on_step=lambda sections: None)


def report_source() -> str:
    """The style sheet of all documents."""
    return Path(str(finders.find("report.css"))).read_text(encoding="utf-8")


def typeset(
    html: str, *, identifier: bytes, on_step: Callable[[int], None], data: Data | None = None
) -> tuple[bytes, int]:
    """Set `html` and return (PDF bytes, number of pages).

    `on_step(sections)` is called at each step and page with the number of sections (string-set: section) begun so far;
    what it raises ends the work. The file holds `data` as its source.
    """
    fetcher, fonts = PackagedFiles(), FontConfiguration()
    with following(on_step), readable():
        faces = CSS(string=FACES, url_fetcher=fetcher, font_config=fonts)
        page = Page(string=html, base_url=SCHEME, url_fetcher=fetcher)
        document = page.render(
            font_config=fonts,
            stylesheets=[faces, report_style()],
            color_profiles={COLORS: ColorProfile(io.BytesIO(srgb_profile()), COLORS, None, "rgb")},
            **ARCHIVE,
        )
        document.metadata = Described(**vars(document.metadata))
        pdf = document.write_pdf(
            pdf_identifier=identifier, attachments=[attached(data)] if data else None, **ARCHIVE
        )
    return pdf, len(document.pages)


def attached(data: Data) -> Attachment:
    """The data as a file inside the PDF, with the moment of the record: a clock would change the bytes."""
    moments = {"created": data.moment, "modified": data.moment}
    return Attachment(
        file_obj=io.BytesIO(data.content),
        name=data.name,
        description=data.says,
        relationship="Data",
        **moments,
    )


@contextlib.contextmanager
def following(on_step: Callable[[int], None]) -> Iterator[None]:
    """Call on_step whenever WeasyPrint tells its progress."""
    contexts = []
    layout = setting.layout_document

    def layout_document(html: HTML, root_box: Any, context: Any, *arguments: Any, **options: Any) -> Any:
        contexts.append(context)
        return layout(html, root_box, context, *arguments, **options)

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
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
