"""The verbs of evidence: receive a file, withdraw one. Looking into it comes before the lock, deciding after it."""

from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence import filetypes, scanning, store
from evidence.criteria import NONE, asked_of
from evidence.inspecting import inspect
from evidence.models import Evidence
from indicators.refusals import Refused
from scorecards.events import already_done, record
from scorecards.models import Entry, Scorecard
from scorecards.permissions import may
from scorecards.states import Action


def receive(
    entry: Entry, criterion_key: str, *, actor, upload, pages: str = "", request_key: str = ""
) -> Evidence:
    """Attaches an uploaded file (Django's UploadedFile) to a criterion; Refused with every reason otherwise.

    The same request sent twice gives the same row. Nothing stays on disk of a file that is refused."""
    _require(entry, criterion_key, actor=actor)
    name = _name_of(upload)
    try:
        arrival = store.take_in(upload.chunks(), limit=settings.EVIDENCE_MAX_BYTES)
    except store.TooLarge as error:
        raise Refused([_too_large()]) from error
    try:
        media_type, scan = _look_into(arrival)
        facts = {"name": name, "media_type": media_type, "scan": scan, "pages": pages.strip()[:100]}
        return _attach(
            entry, criterion_key, actor=actor, arrival=arrival, facts=facts, request_key=request_key
        )
    finally:
        arrival.discard()


def withdraw(evidence: Evidence, *, actor, reason: str = "") -> Evidence:
    """Takes a file off its criterion before the report is sent; the row and the bytes stay. Refused when the entry
    may not be changed, or when it is withdrawn already."""
    with transaction.atomic():
        entry = _locked(evidence.entry_id)
        evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
        _require(entry, evidence.criterion_key, actor=actor)
        if evidence.withdrawn_at:
            raise Refused([_("This file has already been withdrawn.")])
        evidence.withdrawn_at = timezone.now()
        evidence.save(update_fields=["withdrawn_at"])
        _record(evidence, actor=actor, action="withdraw_evidence", reason=reason)
    return evidence


def _name_of(upload):
    # Django's own UploadedFile.name drops Thai vowels on some paths; clean_name decides what a name may hold.
    name = filetypes.clean_name(upload.name)
    if not name:
        raise Refused([_("The file has no name. Rename it and attach it again.")])
    if filetypes.is_runnable(name):
        raise Refused(
            [
                _(
                    "A file with this ending would run as a program or a page when it is opened. It is not taken."
                )
            ]
        )
    if upload.size == 0:
        raise Refused(
            [_("The file is empty. Choose the file again, or check that it opens on your computer.")]
        )
    if upload.size is not None and upload.size > settings.EVIDENCE_MAX_BYTES:
        raise Refused([_too_large()])
    return name


def _too_large():
    size = filesizeformat(settings.EVIDENCE_MAX_BYTES)
    return _("The file is larger than %(size)s. Make it smaller (scan at 150–200 dpi) or split it.") % {
        "size": size
    }


def _look_into(arrival):
    """The media type by content and the scanner's word; Refused for a file that is not fit or cannot be checked."""
    with arrival.open() as opened:
        finding = inspect(opened)
        if not finding.is_fit:
            raise Refused([str(finding)])
        opened.seek(0)
        try:
            return finding.media_type, scanning.scan(opened)
        except scanning.Infected as found:
            raise Refused(
                [_("The virus scanner found %(what)s in the file. It is not taken.") % {"what": found}]
            ) from found
        except scanning.ScannerSilent as error:
            raise Refused(
                [_("The file cannot be scanned for viruses now. Try again in a few minutes.")]
            ) from error


def _attach(entry, criterion_key, *, actor, arrival, facts, request_key):
    key = uuid4()
    try:
        with transaction.atomic():
            entry = _locked(entry.pk)
            same = (
                Evidence.objects.live()
                .filter(entry=entry, criterion_key=criterion_key, sha256=arrival.sha256)
                .first()
            )
            key_of_event = f"{request_key}.{arrival.sha256[:12]}" if request_key else ""
            done = bool(key_of_event) and already_done(key_of_event)
            if same and done:
                return same
            _require(entry, criterion_key, actor=actor)
            if same:
                raise Refused([_("This file is attached here already, as “%(name)s”.") % {"name": same.name}])
            store.keep(arrival, key=key)
            evidence = Evidence(
                pk=key, entry=entry, criterion_key=criterion_key, uploaded_by=actor, uploaded_at=timezone.now(),
                size=arrival.size, sha256=arrival.sha256, **facts,
            )  # fmt: skip
            evidence.full_clean()
            evidence.save(force_insert=True)
            _record(evidence, actor=actor, action="attach_evidence", request_key="" if done else key_of_event)
    except BaseException:
        store.take_back(key)  # its row was not committed
        raise
    return evidence


def _same(entry, criterion_key, *, sha256):
    here = Evidence.objects.live().filter(entry=entry, criterion_key=criterion_key)
    return here.filter(sha256=sha256).first()


def _locked(pk):
    """The entry under its lock; the scorecard is locked first, so nothing is attached while the report is sent."""
    Scorecard.objects.select_for_update(of=("self",)).get(entries=pk)
    rows = Entry.objects.select_related("scorecard__agency", "scorecard__round", "indicator")
    return rows.select_for_update(of=("self",)).get(pk=pk)


def _require(entry, criterion_key, *, actor):
    decision = may(actor, Action.ANSWER, entry)
    if not decision:
        raise Refused([str(decision)])
    asked = asked_of(entry).get(criterion_key)
    if asked is None:
        raise Refused(
            [_("This indicator has no criterion “%(key)s” in this round.") % {"key": criterion_key}]
        )
    if asked.need == NONE:
        raise Refused(
            [_("No evidence is asked for “%(criterion)s”.") % {"criterion": asked.title or asked.key}]
        )


def _record(evidence, *, actor, action, reason="", request_key=""):
    scorecard = evidence.entry.scorecard
    facts = {"entry": evidence.entry_id, "criterion_key": evidence.criterion_key, "name": evidence.name,
             "sha256": evidence.sha256, "size": evidence.size, "media_type": evidence.media_type}  # fmt: skip
    withdrawn = action == "withdraw_evidence"
    record(
        scorecard.agency, actor=actor, action=action, subject=f"evidence:{evidence.pk}", scorecard=scorecard,
        before=facts if withdrawn else None, after=None if withdrawn else facts, reason=reason,
        request_key=request_key,
    )  # fmt: skip
