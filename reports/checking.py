"""Whether a printed document is the system's and still counts: the register of what was printed, asked by its code.

The code is the first 64 bits of the SHA-256 of the record, the text that the PDF itself holds as an attachment. So it
cannot be guessed, and who has the file can compute the whole hash without sending it anywhere.
"""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from indicators.scoring import content_hash
from indicators.scoring.numbers import THAI_DIGITS
from reports.kinds import KINDS, Kind
from reports.models import AgencyGroup, Imprint
from scorecards.models import Publication, Scorecard, Submission

DIGITS = 16  # of the hash, four bits each


@dataclass(frozen=True)
class Finding:
    """What is known of a printed document. newer: what came after the record that it prints; files: SHA-256 of each
    file that was made of it."""

    imprint: Imprint
    kind: Kind
    newer: Submission | Publication | None
    files: list[str]

    @property
    def counts(self) -> bool:
        """Whether nothing has replaced it."""
        return self.newer is None or not self.kind.replaces

    @property
    def newer_is_result(self) -> bool:
        return isinstance(self.newer, Publication)


def check_code(record: dict) -> str:
    """The code that is printed on the record's document: 16 hexadecimal digits."""
    return content_hash(record)[:DIGITS]


def grouped(code: str) -> str:
    """A code as people read it: 9C41-77E2-0B5F-6D83."""
    return "-".join(code[start : start + 4] for start in range(0, DIGITS, 4)).upper()


def tidy(typed: str) -> str:
    """The code that was typed or scanned: Thai digits, hyphens, spaces and capitals make no difference."""
    return re.sub(r"[^0-9a-f]", "", typed.translate(THAI_DIGITS).lower())[: DIGITS + 1]


def address_of(code: str) -> str:
    """Where the document with this code is checked, on the site that this installation is."""
    return urljoin(settings.SITE_URL, reverse("check", args=[code]))


def note(
    record: dict, content: bytes, *, scorecard: Scorecard | None = None, group: AgencyGroup | None = None
) -> None:
    """Enter a printed file into the register, before anybody can see it; once, however often it is printed.

    `scorecard` or `group` is what the record is of.
    """
    whole, head = content_hash(record), record.get("head", {})
    Imprint.objects.get_or_create(
        content_hash=whole,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "code": whole[:DIGITS],
            "format": record["format"],
            "scorecard": scorecard,
            "group": group,
            "document_code": head.get("code", ""),
            "submission_number": head.get("submission") or head.get("number"),
            "publication_number": head.get("publication"),
        },
    )


def find(code: str) -> Finding | None:
    """What the register knows of a code; None when no document has it."""
    if len(code) != DIGITS:
        return None
    related = Imprint.objects.select_related(
        "scorecard__agency", "scorecard__round__year", "group__ministry", "group__round__year"
    )
    imprints = [one for one in related.filter(code=code).order_by("pk") if one.format in KINDS]
    if not imprints:
        return None
    kind = KINDS[imprints[0].format]
    return Finding(imprints[0], kind, kind.newer(imprints[0]), [one.sha256 for one in imprints])
