"""The verbs for a file that is here: change what is said of it, withdraw it."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import Evidence
from evidence.particulars import Particulars, particulars_of
from evidence.permissions import locked, refuse_sent, require
from evidence.recording import facts_of, record_file, said_of
from indicators.refusals import Refused, Stale
from scorecards.models import Entry


def change(evidence: Evidence, *, actor: User, said: Particulars, version: int) -> Evidence:
    """Changes page, period and secrecy class. `version` is the one that the person saw: Stale when a colleague was
    quicker. The class is the document's own, so it changes wherever the file is used on this scorecard."""
    fields = said.as_fields()
    with transaction.atomic():
        entry, evidence = _taken(evidence, actor=actor)
        if evidence.version != version:
            raise _stale(evidence, said)
        before = said_of(evidence)
        evidence.entry = entry
        for name, value in fields.items():
            setattr(evidence, name, value)
        if said_of(evidence) == before:
            return evidence
        evidence.version += 1
        evidence.full_clean()
        evidence.save(update_fields=[*fields, "version"])
        Evidence.objects.sharing(evidence.key).update(secrecy=evidence.secrecy)
        record_file(evidence, actor=actor, action="describe_evidence", before=before, after=said_of(evidence))
    return evidence


def withdraw(evidence: Evidence, *, actor: User, reason: str = "") -> Evidence:
    """Takes a file off its criterion before the report is sent; the row and the bytes stay. Refused when the entry
    may not be changed, or when it is withdrawn already."""
    with transaction.atomic():
        entry, evidence = _taken(evidence, actor=actor)
        evidence.entry = entry
        evidence.withdrawn_at = timezone.now()
        evidence.save(update_fields=["withdrawn_at"])
        record_file(
            evidence, actor=actor, action="withdraw_evidence", before=facts_of(evidence), reason=reason
        )
    return evidence


def _taken(evidence: Evidence, *, actor: User) -> tuple[Entry, Evidence]:
    """The entry and the file under their locks, for somebody who may change them."""
    entry = locked(evidence.entry_id)
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    require(entry, evidence.criterion_key, actor=actor)
    refuse_sent(evidence)
    if evidence.withdrawn_at:
        raise Refused([_("This file has already been withdrawn.")])
    if evidence.replaced_by_id:
        raise Refused([_("A newer version of this file is in its place. Load the page again.")])
    return entry, evidence


def _stale(evidence: Evidence, said: Particulars) -> Stale:
    theirs = particulars_of(evidence)
    return Stale(
        [_("A colleague changed this meanwhile. Below is what you typed; what holds now is shown above it.")],
        mine=said.as_fields(),
        theirs=theirs.as_fields(),
    )
