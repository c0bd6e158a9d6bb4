"""Word, Excel and PowerPoint in OOXML (ISO/IEC 29500): which of them, and whether anything in it acts."""

import posixpath
import re

from evidence import filetypes
from evidence.inspection.markup import elements
from evidence.inspection.package import Package
from evidence.inspection.verdict import Unfit

TYPES = "[Content_Types].xml"
MAIN_PARTS = {
    "wordprocessingml.document.main+xml": filetypes.DOCX,
    "spreadsheetml.sheet.main+xml": filetypes.XLSX,
    "presentationml.presentation.main+xml": filetypes.PPTX,
    "presentationml.slideshow.main+xml": filetypes.PPSX,
}
ROOTS = {
    filetypes.DOCX: "word/",
    filetypes.XLSX: "xl/",
    filetypes.PPTX: "ppt/",
    filetypes.PPSX: "ppt/",
}
ACTIVE_TYPES = {
    "vbaproject": "macro",
    "macroenabled": "macro",
    "macrosheet": "macro",
    "activex": "activex",
    "ms-office.vba": "macro",
    "oleobject": "ole_inside",
}
ACTIVE_PARTS = re.compile(r"vbaproject|vbadata|/macrosheets/|/activex/|oleobject\d*\.bin", re.IGNORECASE)
# Relationships that may point outside: only when a person clicks, or to a file of the same computer that is not opened.
FOLLOWED_BY_A_PERSON = {"hyperlink"}
# By what they are, inside or outside: a part may stand under any name.
ALWAYS_REFUSED = {
    "externallinkpath": "external",
    "externallink": "external",
    "oleobject": "ole_inside",
    "connections": "connection",
    "vbaproject": "macro",
    "attachedtoolbars": "macro",
    "control": "activex",
}
# A document that Word reads into this one when it is opened; it may be a page or RTF.
READ_IN = "afchunk"
ELSEWHERE = re.compile(
    r"^\s*([\\/]{2}|file:(?!///[^/\\]|/?[a-z]:)|(?!file:|[a-z]:)[a-z][a-z0-9+.-]+:)", re.IGNORECASE
)
FIELD = re.compile(
    r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|INCLUDE|RD|MACROBUTTON)\b(.*)", re.I | re.S
)
FETCHES = re.compile(r"https?:|ftp:|\\\\\\\\|file:", re.IGNORECASE)
# What a presentation does when somebody clicks, or only points at it.
RUNS = re.compile(r"\s*ppaction://(?:program|macro|ole)", re.IGNORECASE)


def look_into_ooxml(package: Package) -> str:
    """The media type of the main part; Unfit for macros, embedded programs and things fetched from elsewhere."""
    found = ACTIVE_PARTS.search("\n".join(package.parts))
    if found:
        name = found[0].lower()
        raise Unfit(
            "macro" if "vba" in name or "macro" in name else "activex" if "active" in name else "ole_inside",
            name,
        )
    media_type = _main_type(package)
    for part in package.parts:
        if part.lower().endswith(".rels"):
            _look_at_relationships(package, part)
    if media_type == filetypes.DOCX:
        _look_at_fields(package)
    if media_type in (filetypes.PPTX, filetypes.PPSX):
        _look_at_slides(package)
    if any(part.lower().startswith("xl/connections") for part in package.parts):
        raise Unfit("connection", "xl/connections.xml")
    if any(part.lower().startswith("xl/externallinks/") for part in package.parts):
        raise Unfit("external", "xl/externalLinks")
    return media_type


def _main_type(package: Package) -> str:
    main = []
    for name, attributes, _text in elements(package.read(TYPES), part=TYPES):
        content_type = attributes.get("ContentType", "").lower()
        active = next((code for word, code in ACTIVE_TYPES.items() if word in content_type), "")
        part = attributes.get("PartName", "")
        # A type declared for an extension that no part has does nothing.
        if active and (
            part or (name == "Default" and _has_extension(package, attributes.get("Extension", "")))
        ):
            raise Unfit(active, part)
        main += [kind for ending, kind in MAIN_PARTS.items() if content_type.endswith(ending)]
    if not main:
        raise Unfit("unknown")
    if len(set(main)) != 1 or not any(part.startswith(ROOTS[main[0]]) for part in package.parts):
        raise Unfit("damaged")
    return main[0]


def _has_extension(package: Package, extension: str) -> bool:
    return any(part.lower().endswith("." + extension.lower()) for part in package.parts)


def _look_at_relationships(package: Package, part: str) -> None:
    for name, attributes, _text in elements(package.read(part), part=part):
        if name != "Relationship":
            continue
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        target = attributes.get("Target", "")
        if kind in ALWAYS_REFUSED:
            raise Unfit(ALWAYS_REFUSED[kind], target)
        if kind == "attachedtemplate" or attributes.get("TargetMode", "").lower() == "external":
            _refuse_elsewhere(kind, target)
        elif kind == READ_IN:
            _refuse_no_document(package, part, target)


def _refuse_no_document(package: Package, rels: str, target: str) -> None:
    """What is read in must be an office file, which is looked into like every one inside."""
    folder = "" if target.startswith("/") else rels.rpartition("/_rels/")[0] + "/"
    if not package.read(posixpath.normpath(folder + target).lstrip("/")).startswith(b"PK\x03\x04"):
        raise Unfit("file_inside", target)


def _refuse_elsewhere(kind: str, target: str) -> None:
    """A link is followed by a person. What the program fetches by itself when the file is opened is refused; a path
    on the writer's own disk (the template of the office) fetches nothing here."""
    if kind in FOLLOWED_BY_A_PERSON:
        if re.match(r"\s*(javascript|vbscript|data|ms-\w+):", target, re.IGNORECASE):
            raise Unfit("external", target)
        return
    if ELSEWHERE.match(target):
        raise Unfit("template" if kind == "attachedtemplate" else "external", target)


def _look_at_fields(package: Package) -> None:
    """Fields of Word that start a program or fetch a file. A field's text may be spread over several runs."""
    for part in _parts_of(package, "wordprocessingml"):
        code = ""
        for name, attributes, text in elements(package.read(part), part=part):
            if name == "fldSimple":
                _refuse_field(attributes.get("instr", ""), part=part)
            elif name == "instrText":
                code += text
            elif name == "fldChar":
                _refuse_field(code, part=part)
                code = ""


def _look_at_slides(package: Package) -> None:
    """Actions of a presentation that start a program."""
    for part in _parts_of(package, "presentationml"):
        for _name, attributes, _text in elements(package.read(part), part=part):
            if RUNS.match(attributes.get("action", "")):
                raise Unfit("macro", part)


def _parts_of(package: Package, language: str) -> list[str]:
    """The parts that are declared to be of this language, wherever they stand. Names of parts know no capitals."""
    declared, endings = set(), set()
    for _name, attributes, _text in elements(package.read(TYPES), part=TYPES):
        if language in attributes.get("ContentType", "").lower():
            declared.add(attributes.get("PartName", "").lstrip("/").lower())
            endings.add(attributes.get("Extension", "-").lower())
    return [
        one for one in package.parts if one.lower() in declared or one.lower().rpartition(".")[2] in endings
    ]


def _refuse_field(code: str, *, part: str) -> None:
    found = FIELD.match(code)
    if not found:
        return
    if found[1].upper() in ("DDE", "DDEAUTO"):
        raise Unfit("dde", part)
    if FETCHES.search(found[2]):
        raise Unfit("external", part)
