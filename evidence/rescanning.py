"""Scans what came before there was a scanner. A file in which something is found is held; its bytes stay."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from evidence import scanning, store
from evidence.models import Evidence
from evidence.recording import record_file
from scorecards.models import Agency

Scan = Evidence.Scan


@dataclass
class Tally:
    clean: int = 0
    held: int = 0
    unread: int = 0  # missing or altered: verify_evidence names them
    is_complete: bool = True  # False: the scanner fell silent on the way


def rescan_evidence() -> Tally:
    """Scans every stored file that was never scanned, each in a transaction of its own. Stops when the scanner does."""
    tally = Tally()
    if not settings.CLAMD_HOST:
        return Tally(is_complete=False)
    waiting = Evidence.objects.first_uses().filter(scan=Scan.NOT_SCANNED)
    for evidence in waiting.select_related("entry__scorecard__agency").iterator(chunk_size=200):
        try:
            found = _found_in(evidence)
        except store.Altered:
            tally.unread += 1
            continue
        except scanning.ScannerSilent:
            tally.is_complete = False
            break
        if _write(evidence, found):
            tally.held += bool(found)
            tally.clean += not found
    return tally


def _found_in(evidence: Evidence) -> str:
    """The scanner's name for what it found, "" for a clean file."""
    with store.open_checked(evidence.key, sha256=evidence.sha256) as opened:
        try:
            scanning.scan(opened)
        except scanning.Infected as infected:
            return str(infected) or "?"
    return ""


@transaction.atomic
def _write(evidence: Evidence, found: str) -> bool:
    """The result for every use of these bytes, with an event; False when another run was first."""
    Agency.objects.select_for_update().get(pk=evidence.entry.scorecard.agency_id)
    scan = Scan.INFECTED if found else Scan.CLEAN
    if not Evidence.objects.sharing(evidence.key).filter(scan=Scan.NOT_SCANNED).update(scan=scan):
        return False
    record_file(
        evidence,
        actor=None,
        action="hold_evidence" if found else "scan_evidence",
        reason=found,
        before={"scan": str(evidence.scan)},
        after={
            "entry": evidence.entry_id,
            "name": evidence.name,
            "scan": str(scan),
            "sha256": evidence.sha256,
        },
    )
    return True
