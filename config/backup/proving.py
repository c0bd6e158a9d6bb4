"""What a backup must prove, looked at while it is written and again while it is read: files and the chain of events."""

import datetime as dt
import json
from types import SimpleNamespace

from django.utils.translation import gettext as _

from evidence.models import Evidence
from scorecards import events
from scorecards.models import Event

FILES, CHAIN = Evidence._meta.db_table, Event._meta.db_table
CHAINED_JSON = ("before", "after")


class Proof:
    """Takes the rows of all tables, then the files; `faults` are sentences about what is not whole."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.expected: dict[str, str] = {}  # {key of a stored file: its SHA-256}
        self.last: dict[int, tuple[int, str]] = {}  # {agency: number and hash of its last event}

    def take_row(self, table: str, row: dict) -> None:
        if table == FILES and not row["first_use_id"]:
            self.expected[row["id"]] = row["sha256"]
        elif table == CHAIN:
            self._follow(row)

    def _follow(self, row: dict) -> None:
        number, previous = self.last.get(row["agency_id"], (0, ""))
        event = SimpleNamespace(**row | {name: json.loads(row[name]) for name in CHAINED_JSON})
        event.at = dt.datetime.fromisoformat(row["at"])
        follows = event.number == number + 1 and event.previous_hash == previous
        if not follows or event.hash != events.hash_of(event):
            self.faults.append(
                _("Agency %(agency)s: event %(number)s was changed, or one before it is missing.")
                % {"agency": event.agency_id, "number": event.number}
            )
        self.last[event.agency_id] = (event.number, event.hash)

    def take_file(self, key: str, sha256: str) -> None:
        """A file with this hash is in the backup."""
        if self.expected.pop(key, None) != sha256:
            self.faults.append(_("File %(key)s is not as it was received.") % {"key": key})

    def end(self) -> list[str]:
        """All faults, when everything was taken."""
        missing = [_("File %(key)s is missing.") % {"key": key} for key in self.expected]
        return self.faults + missing
