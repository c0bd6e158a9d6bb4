"""Pictures: whole, of a sane size, and nothing else at the same time."""

import io
import warnings
from mmap import mmap

from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from evidence import filetypes
from evidence.inspection.foreign import refuse_markup, refuse_tail, refuse_zip_inside
from evidence.inspection.verdict import Unfit

FORMATS = {filetypes.JPEG: "JPEG", filetypes.PNG: "PNG", filetypes.WEBP: "WEBP"}
# Importing a plugin makes Pillow know the kind; no other is loaded, and Image.open is told which one.
PLUGINS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
MOST_PIXELS = 220_000_000  # a 200-megapixel camera; more is made to exhaust a viewer
MOST_PIXELS_OF_WEBP = 60_000_000  # WebP can only be checked by decoding all of it


def look_into_picture(content: bytes | mmap, kind: str) -> str:
    """The kind again when the picture is sound; Unfit otherwise."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit speaks in its own sentence
    refuse_markup(content)
    refuse_zip_inside(content)
    ends = {filetypes.JPEG: end_of_jpeg, filetypes.PNG: end_of_png, filetypes.WEBP: end_of_webp}
    refuse_tail(content, end=ends[kind](content))
    try:
        with (
            warnings.catch_warnings(),
            Image.open(io.BytesIO(content[:]), formats=[FORMATS[kind]]) as picture,
        ):
            warnings.simplefilter("ignore")
            _read(picture, kind)
    except Unfit:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError) as error:
        raise Unfit("damaged") from error
    return kind


def _read(picture: Image.Image, kind: str) -> None:
    width, height = picture.size
    if width * height > (MOST_PIXELS_OF_WEBP if kind == filetypes.WEBP else MOST_PIXELS):
        raise Unfit("bomb", f"{width} × {height}")
    if kind == filetypes.PNG:
        picture.verify()  # the check sums of all chunks, without unpacking them
        return
    if kind == filetypes.JPEG:
        picture.draft("L", (1, 1))  # decode at an eighth: finds what is cut off at a fraction of the cost
    picture.load()


def end_of_jpeg(content: bytes | mmap) -> int:
    """The offset after the end-of-image mark of the main picture (a thumbnail before it has its own); Unfit when the
    file was cut off."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != 0xDA:
        place += 2 + int.from_bytes(content[place + 2 : place + 4])
    end = content.find(b"\xff\xd9", place)
    if end < 0:
        raise Unfit("damaged")
    return end + 2


def end_of_png(content: bytes | mmap) -> int:
    """The offset after the IEND chunk; Unfit when the chunks do not lead there."""
    place = 8
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4])
        name = content[place + 4 : place + 8]
        place += 12 + length
        if name == b"IEND" and place <= len(content):
            return place
    raise Unfit("damaged")


def end_of_webp(content: bytes | mmap) -> int:
    """The offset that the RIFF header promises; Unfit when the file is shorter."""
    end = int.from_bytes(content[4:8], "little") + 8
    if end > len(content):
        raise Unfit("damaged")
    return end
