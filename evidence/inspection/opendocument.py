"""OpenDocument (ISO/IEC 26300): text, spreadsheet, presentation; without macros, scripts and things from elsewhere."""

import re

from evidence import filetypes
from evidence.inspection.markup import elements
from evidence.inspection.package import Package
from evidence.inspection.verdict import Unfit

KINDS = {filetypes.ODT, filetypes.ODS, filetypes.ODP}
# The index of an empty macro library is written by LibreOffice by itself; a module is what somebody wrote.
MACROS = re.compile(
    r"^(Scripts/|Basic/(?!.*script-l[bc]\.xml$)|Dialogs/(?!.*dialog-l[bc]\.xml$))", re.IGNORECASE
)
READ_BY_A_PROGRAM = {
    "image",
    "object",
    "object-ole",
    "section-source",
    "table-source",
    "cell-range-source",
    "plugin",
    "applet",
    "floating-frame",
    "template",
    "auto-reload",
    "dde-source",
    "sound",
    "audio",
    "fill-image",
    "background-image",
    "list-level-style-image",
    "font-face-uri",
    "definition-src",
}
ELSEWHERE = re.compile(r"^\s*([a-z][a-z0-9+.-]+:|[\\/]{2}|\.\./)", re.IGNORECASE)
CALLS = re.compile(r"\b(DDE|WEBSERVICE)\s*\(", re.IGNORECASE)  # functions of a cell


def look_into_opendocument(package: Package) -> str:
    """The media type that its first entry declares; Unfit for macros, passwords, and what is fetched by itself."""
    media_type = package.read("mimetype")[:200].decode("ascii", "replace").strip()
    if media_type not in KINDS:
        raise Unfit("unknown", media_type)
    macro = next((part for part in package.parts if MACROS.match(part)), "")
    if macro:
        raise Unfit("macro", macro)
    if "META-INF/manifest.xml" not in package.parts:
        raise Unfit("damaged", "META-INF/manifest.xml")
    for name, _attributes, _text in elements(
        package.read("META-INF/manifest.xml"), part="META-INF/manifest.xml"
    ):
        if name == "encryption-data":
            raise Unfit("password")
    for part in package.parts:
        if part.rpartition("/")[2] in ("content.xml", "styles.xml", "settings.xml", "meta.xml"):
            _look_at_part(package, part)
    return media_type


def _look_at_part(package: Package, part: str) -> None:
    for name, attributes, _text in elements(package.read(part), part=part):
        href = attributes.get("href", "")
        if name == "script" or (name == "event-listener" and ("language" in attributes or "macro" in href)):
            raise Unfit("macro", part)
        if name in ("plugin", "applet"):
            raise Unfit("activex", part)
        if name in ("dde-source", "dde-connection-decl"):
            raise Unfit("dde", part)
        if called := CALLS.search(attributes.get("formula", "")):
            raise Unfit("dde" if called[1].upper() == "DDE" else "external", called[0])
        if attributes.get("action") in ("execute", "execute-macro", "verb"):
            raise Unfit("macro", part)
        if name in READ_BY_A_PROGRAM and ELSEWHERE.match(href):
            raise Unfit("external", href)
        if re.match(r"\s*(vnd\.sun\.star\.script|javascript|macro):", href, re.IGNORECASE):
            raise Unfit("macro", href)
