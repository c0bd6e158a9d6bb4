"""Which text can be kept at all, whoever sent it and by whichever way."""

import re
from collections.abc import Iterable

# Thai writes at most three marks on a consonant. Normalising a run takes time by the square of its length (measured:
# 80,000 marks, which are 240 kB, take 7 s), so a run longer than Unicode's stream-safe 30 is nobody's text.
MARKS = re.compile("[\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u20d0-\u20ff]{31}")
NEVER = re.compile("[\x00\ud800-\udfff]")


def is_readable(texts: Iterable[str]) -> bool:
    """Whether all of these can be kept: no NUL, no half of a character, no pile of marks."""
    return not any(NEVER.search(one) or MARKS.search(one) for one in texts)
