"""What a new password may not be, beside Django's own rules: words that everybody here would guess, and passwords that
are known from break-ins. Nothing is asked of anybody: the list is a file of the installation."""

import hashlib
import re
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The words of this field (docs/security/upkeep.md tells of them); names of the site and of the person come to them.
WORDS = (
    "scorecard", "scorecards", "kpi", "sar", "opdc", "performance", "agreement", "indicator", "evaluation",
    "password", "admin", "administrator", "thai", "thailand", "bangkok", "government", "ministry",
    "ตัวชี้วัด", "คำรับรอง", "ผลการปฏิบัติราชการ", "ประเมิน", "กพร", "สำนักงาน", "กระทรวง", "กรม", "ราชการ", "รหัสผ่าน", "ไทย",
)  # fmt: skip
LEFT_OVER = 6  # characters beside such words, digits and marks that a password must have
YEAR = re.compile(r"(?:25|20)\d\d")
SHA1 = 40  # letters of a hash in the file


class OwnWordsValidator:
    """Refuses what is little more than words of this field, of the site's name and a year: Opdc@2562."""

    def validate(self, password: str, user: User | None = None) -> None:
        left = password.casefold()
        for word in sorted([*WORDS, *names_of_the_site()], key=len, reverse=True):
            left = left.replace(word, "")
        is_of_words = left != password.casefold()
        if is_of_words and sum(one.isalnum() for one in YEAR.sub("", left)) < LEFT_OVER:
            raise ValidationError(
                _("This password is made of words that everybody here would guess."), code="own_words"
            )

    def get_help_text(self) -> str:
        return _("Your password can’t be little more than words of this work and a year.")


class KnownPasswordsValidator:
    """Refuses what stands in the file BREACHED_PASSWORDS: hashes by SHA-1, one a line, in order, as Have I Been Pwned
    gives them away. Without the file nothing is refused here."""

    def validate(self, password: str, user: User | None = None) -> None:
        if not settings.BREACHED_PASSWORDS:
            return
        with Path(settings.BREACHED_PASSWORDS).open("rb") as file:
            if stands_in(file, password):
                raise ValidationError(
                    _("This password is known from a break-in elsewhere. Choose another."), code="known"
                )

    def get_help_text(self) -> str:
        return _("Your password can’t be one that is known from a break-in elsewhere.")


def names_of_the_site() -> list[str]:
    """The parts of the host name that are words."""
    return [one for one in (urlsplit(settings.SITE_URL).hostname or "").split(".") if len(one) > 3]


def stands_in(file: IO[bytes], password: str) -> bool:
    """Whether the hash of this password is a line of the file, which is in order: looked up by halves, since the whole
    list has tens of gigabytes."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        if b"" < _hash_from(file, middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return _hash_from(file, low) == wanted


def _hash_from(file: IO[bytes], place: int) -> bytes:
    """The hash of the first line that begins at this place or after it; empty at the end."""
    file.seek(max(place - 1, 0))
    if place:
        file.readline()
    return file.readline()[:SHA1].upper()
