"""Files made from scratch for these tests, good and bad ones. Nothing is copied from anywhere."""

import io
import tempfile
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from evidence import folder, store
from evidence.inspecting import Finding, inspect

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = {
    "docx": (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
}


def found_in(data: bytes) -> Finding:
    """What is said of a file with these bytes."""
    with tempfile.TemporaryFile() as opened:
        opened.write(data)
        opened.seek(0)
        return inspect(opened)


def bytes_in_store(key, *, sha256: str) -> bytes:
    """The bytes of a stored file, as whoever downloads it gets them."""
    with store.open_checked(key, sha256=sha256) as file:
        return file.read()


def path_of(key):
    """Where the folder has a stored file, for a test that tampers with it."""
    return folder.path_of(store.name_of(key))


# PDF -----------------------------------------------------------------------------------------------------------------
def pdf(change=None, *, pages=1, **save):
    """A PDF of blank pages; `change(document)` puts into it what the test is about."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    if change:
        change(document)
    out = io.BytesIO()
    as_is = {
        "deterministic_id": True,
        "compress_streams": False,
        "stream_decode_level": pikepdf.StreamDecodeLevel.none,
    }
    document.save(out, **(save if "encryption" in save else as_is | save))
    return out.getvalue()


def scan(pages):
    """A PDF of scanned pages, each with a picture of its own."""
    picture = jpeg(size=(620, 877))

    def fill(document):
        for number, page in enumerate(document.pages):
            stream = document.make_stream(
                picture + bytes(number),
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=620,
                Height=877,
                ColorSpace=Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=Name.DCTDecode,
            )
            page.Resources = Dictionary(XObject=Dictionary(Im0=stream))
            page.Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")

    return pdf(fill, pages=pages)


def opening(**action):
    """A change: the document does this when it is opened."""
    return lambda document: document.Root.__setattr__("OpenAction", Dictionary(**action))


def on_page(**entries):
    return lambda document: document.pages[0].obj.update(Dictionary(**entries))


def annotated(**entries):
    """A change: the first page has this annotation."""

    def change(document):
        annotation = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 100, 100]), **entries)
        document.pages[0].obj.Annots = Array([document.make_indirect(annotation)])
        if annotation.Subtype == Name.Widget:
            document.Root.AcroForm = Dictionary(Fields=document.pages[0].obj.Annots)

    return change


def in_catalogue(**entries):
    def change(document):
        for key, value in entries.items():
            document.Root["/" + key] = value

    return change


def attaching(name, data):
    """A change: the PDF carries this file."""
    return lambda document: document.attachments.__setitem__(name, data)


def with_stream(data, **entries):
    """A change: a stream of these raw bytes stands in the page's resources."""

    def change(document):
        stream = pikepdf.Stream(document, b"")
        stream.write(data, filter=entries.pop("Filter", None), type_check=False)
        for key, value in entries.items():
            stream["/" + key] = value
        document.pages[0].obj.Resources = Dictionary(
            Properties=Dictionary(One=document.make_indirect(stream))
        )

    return change


def flate_bomb(document):
    packed = zlib.compressobj(1)
    piece = bytes(8 * 1024 * 1024)
    data = b"".join(packed.compress(piece) for _ in range(40)) + packed.flush()
    with_stream(data, Filter=Name.FlateDecode)(document)


# Pictures ------------------------------------------------------------------------------------------------------------
def picture(form, *, size=(64, 48), mode="RGB", **save):
    out = io.BytesIO()
    noise = Image.effect_noise((min(size[0], 640), min(size[1], 480)), 60)
    noise.resize(size).convert(mode).save(out, form, **save)
    return out.getvalue()


def jpeg(**options):
    return picture("JPEG", **options)


def png(**options):
    return picture("PNG", **options)


def webp(**options):
    return picture("WEBP", **options)


def png_of(width, height):
    """A PNG that says it is so large, with almost nothing in it."""

    def chunk(name, data):
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


# Office --------------------------------------------------------------------------------------------------------------
def archive(parts, *, comment=b"", stored=("mimetype",)):
    """A ZIP of {name: text or bytes}."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            target.writestr(name, data, method)
        target.comment = comment
    return out.getvalue()


def relationships(*rows):
    """A part of relationships from (type, target, mode) rows."""
    lines = [
        f'<Relationship Id="r{number}" Type="{kind if ":" in kind else OFFICE + "/" + kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for number, (kind, target, mode) in enumerate(rows)
    ]
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONSHIPS}">{"".join(lines)}</Relationships>'


def office(form, more=None, *, overrides=(), defaults=(), main_type=""):
    """A docx, xlsx or pptx with a main part; `more` adds or replaces parts."""
    main, content_type = MAIN[form]
    types = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in overrides)
    types += "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in defaults)
    parts = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{TYPES}"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{main_type or content_type}"/>{types}</Types>',
        "_rels/.rels": relationships(("officeDocument", main, "")),
        main: document_part("สวัสดี"),
    }
    return archive(parts | (more or {}))


def document_part(text, extra=""):
    return f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r>{extra}</w:p></w:body></w:document>'  # noqa: E501


def field(*pieces):
    """A field of Word whose code is spread over runs."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return {"word/document.xml": document_part("x", mark.format("begin") + runs + mark.format("separate"))}


def opendocument(kind="text", more=None, *, body="", manifest=""):
    """An odt, ods or odp."""
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": '<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:text="t" xmlns:draw="d" '
        f'xmlns:xlink="x" xmlns:script="s" xmlns:presentation="p"><office:body>{body}</office:body>'
        "</office:document-content>",
        "META-INF/manifest.xml": f'<?xml version="1.0"?><manifest xmlns="m">{manifest}</manifest>',
    }
    return archive(parts | (more or {}))


def zip_bomb():
    """A docx whose body unpacks to a thousand times its size."""
    return office("docx", {"word/media/image1.bmp": bytes(40 * 1024 * 1024)})


def lying_zip():
    """A docx that declares a part smaller than it is."""
    data = bytearray(office("docx", {"word/media/a.bmp": bytes(100_000)}))
    place = data.rfind(b"word/media/a.bmp") - 46
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def encrypted_zip():
    """A docx whose parts are marked as encrypted."""
    data = bytearray(office("docx"))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def wrong_sum():
    """A docx of which one stored byte was changed after its sum was taken."""
    mark = b"a picture without packing"
    with zipfile.ZipFile(io.BytesIO(office("docx", {"word/media/a.bmp": mark}))) as source:
        parts = {one: source.read(one) for one in source.namelist()}
    return archive(parts, stored=("word/media/a.bmp",)).replace(mark, mark[::-1])
