"""The order of a Thai dictionary (พจนานุกรมฉบับราชบัณฑิตยสถาน): by consonants, then vowels; tone marks decide last."""

import re
import unicodedata
from functools import lru_cache

# เ แ โ ใ ไ are written before the consonant they follow.
LEADING = re.compile("([\u0e40-\u0e44])([\u0e01-\u0e2e])")
MARKS = re.compile("[\u0e47-\u0e4e]")  # ็ ่ ้ ๊ ๋ ์ ํ ๎


@lru_cache(maxsize=4096)  # lists of all agencies are sorted on many pages
def thai_order(text: str) -> tuple[str, str]:
    """A key for sorting names: sorted(names, key=thai_order)."""
    swapped = LEADING.sub(r"\2\1", unicodedata.normalize("NFC", text)).casefold()
    return MARKS.sub("", swapped), swapped
