"""What a person says of a file beside the file: page or clause, the period it covers, its secrecy class."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from evidence.models import Evidence
from indicators.refusals import Refused

NEVER_HERE = {Evidence.Secrecy.SECRET, Evidence.Secrecy.TOP_SECRET}


@dataclass(frozen=True)
class Particulars:
    pages: str = ""
    covers_from: dt.date | None = None
    covers_to: dt.date | None = None
    secrecy: str = Evidence.Secrecy.ORDINARY

    def as_fields(self) -> dict:
        """The values of Evidence's fields; Refused with every reason where they may not stand so."""
        reasons = [self._too_secret(), self._backwards()]
        if any(reasons):
            raise Refused([reason for reason in reasons if reason])
        return asdict(self) | {"pages": self.pages.strip()[:100], "secrecy": Evidence.Secrecy(self.secrecy)}

    def as_json(self) -> dict:
        """The same as plain texts, for a column of JSON."""
        return {name: str(value or "") for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, texts: dict) -> "Particulars":
        """What as_json wrote."""
        days = {
            name: dt.date.fromisoformat(texts[name]) if texts.get(name) else None
            for name in ("covers_from", "covers_to")
        }
        return cls(pages=texts.get("pages", ""), secrecy=texts.get("secrecy") or "ordinary", **days)

    def _too_secret(self) -> str:
        if self.secrecy not in NEVER_HERE:
            return ""
        return _(
            "Documents classed “%(class)s” must not be sent through this system. State the document's number and "
            "date in the detail of the answer instead. The file itself must not be here: withdraw it if it is attached."
        ) % {"class": Evidence.Secrecy(self.secrecy).label}

    def _backwards(self) -> str:
        if self.covers_from and self.covers_to and self.covers_from > self.covers_to:
            return _("The period ends before it begins. Check both dates.")
        return ""


def particulars_of(evidence: Evidence) -> Particulars:
    """What is said of a file now."""
    return Particulars(evidence.pages, evidence.covers_from, evidence.covers_to, evidence.secrecy)
