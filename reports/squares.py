"""The square code (QR, ISO/IEC 18004) of an address, drawn as one path."""

from collections.abc import Iterator

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules left white around it, as the standard asks


def square_of(text: str) -> dict:
    """{"size": modules along a side with the white around them, "path": the dark ones as SVG path data}."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{QUIET + start} {QUIET + down}h{width}v1h-{width}z"
        for down, row in enumerate(rows)
        for start, width in runs(row)
    )
    return {"size": len(rows) + 2 * QUIET, "path": path}


def runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    """(start, length) of each run of dark modules."""
    start = None
    for position, dark in enumerate([*row, False]):
        if dark and start is None:
            start = position
        elif not dark and start is not None:
            yield start, position - start
            start = None
