"""Which text can be kept at all, whoever sent it and by whichever way; and the one form of codes and names."""

import re
import unicodedata
from collections.abc import Iterable

# Thai writes at most three marks on a consonant. Normalising a run takes time by the square of its length (measured:
# 80,000 marks, which are 240 kB, take 7 s), so a run longer than Unicode's stream-safe 30 is nobody's text.
MARKS = re.compile("[\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u20d0-\u20ff]{31}")
INVISIBLE = str.maketrans("", "", "\u200b\u2060\ufeff")
NEVER = re.compile("[\x00\ud800-\udfff]")


def is_readable(texts: Iterable[str]) -> bool:
    """Whether all of these can be kept: no NUL, no half of a character, no pile of marks."""
    return not any(NEVER.search(one) or MARKS.search(one) for one in texts)


def plain_text(text: str) -> str:
    """NFC, one kind of line end, no trailing or invisible characters. Never NFKC: it takes น้ำ apart."""
    text = unicodedata.normalize("NFC", text.translate(INVISIBLE).replace("\r\n", "\n").replace("\r", "\n"))
    # typed as two marks, SARA AM looks the same and is found by no search
    text = re.sub("\u0e4d([\u0e48-\u0e4b]?)\u0e32", "\\1\u0e33", text)
    lines = [line.rstrip() for line in text.replace("\t", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
