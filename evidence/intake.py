"""The verbs that bring a file to a criterion: receive one, replace one by a newer version, use one again.

Looking into a file comes before the lock, deciding after it.
"""

import logging
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence import filetypes, quota, scanning, store
from evidence.inspecting import inspect
from evidence.models import Evidence
from evidence.particulars import Particulars, particulars_of
from evidence.permissions import locked, refuse_sent, require
from evidence.recording import facts_of, record_file
from indicators.refusals import Refused
from scorecards.events import already_done
from scorecards.models import Agency, Entry

log = logging.getLogger(__name__)


class NotNow(Refused):
    """Refused for the moment: the same file may be taken in a few minutes."""


def receive(
    entry: Entry,
    criterion_key: str,
    *,
    actor: User,
    upload: File,
    said: Particulars | None = None,
    request_key: str = "",
) -> Evidence:
    """Attaches an uploaded file (Django's File) to a criterion; Refused with every reason otherwise.

    The same request sent twice gives the same row. Nothing stays on disk of a file that is refused."""
    require(entry, criterion_key, actor=actor)
    fields = (said or Particulars()).as_fields()
    draft = Evidence(entry=entry, criterion_key=criterion_key, uploaded_by=actor, **fields)
    return _take_in(draft, upload, request_key=request_key)


def replace(
    evidence: Evidence, *, actor: User, upload: File, said: Particulars | None = None, request_key: str = ""
) -> Evidence:
    """Puts a newer version in the place of an attached file, which stays as an earlier version. What was said of it
    holds on unless `said` says otherwise."""
    entry, key = evidence.entry, evidence.criterion_key
    require(entry, key, actor=actor)
    fields = (said or particulars_of(evidence)).as_fields()
    draft = Evidence(entry=entry, criterion_key=key, uploaded_by=actor, **fields)
    return _take_in(draft, upload, request_key=request_key, replaces=evidence)


def use_again(
    evidence: Evidence,
    entry: Entry,
    criterion_key: str,
    *,
    actor: User,
    pages: str = "",
    request_key: str = "",
) -> Evidence:
    """Uses a file of this scorecard at one more criterion, with a page of its own there. Nothing is stored again."""
    with transaction.atomic():
        entry = locked(entry.pk)
        source = Evidence.objects.select_for_update().get(pk=evidence.pk)
        same, done = _same(entry, criterion_key, source.sha256), already_done(request_key)
        if same and done:
            return same
        require(entry, criterion_key, actor=actor)
        _refuse_use(source, entry, same)
        copied = ("name", "media_type", "size", "sha256", "scan", "secrecy", "covers_from", "covers_to")
        use = Evidence(
            entry=entry,
            criterion_key=criterion_key,
            uploaded_by=actor,
            uploaded_at=timezone.now(),
            first_use_id=source.key,
            pages=pages.strip()[:100],
            **{name: getattr(source, name) for name in copied},
        )
        use.full_clean()
        use.save(force_insert=True)
        key = "" if done else request_key
        record_file(use, actor=actor, action="use_evidence", after=facts_of(use), request_key=key)
    return use


def name_to_keep(given: str | None) -> str:
    """The name to keep; Refused for none, and for one that would make a system run the file."""
    # Django's own UploadedFile.name drops Thai vowels on some paths; clean_name decides what a name may hold.
    name = filetypes.clean_name(given)
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
    return name


def refuse_size(size: int | None) -> None:
    """Refused for an empty file and for one that is too large."""
    if size is not None and size <= 0:
        raise Refused(
            [_("The file is empty. Choose the file again, or check that it opens on your computer.")]
        )
    if size is not None and size > settings.EVIDENCE_MAX_BYTES:
        raise Refused([_too_large()])


def _too_large() -> str:
    size = filesizeformat(settings.EVIDENCE_MAX_BYTES)
    return _("The file is larger than %(size)s. Make it smaller (scan at 150–200 dpi) or split it.") % {
        "size": size
    }


def no_room() -> str:
    """What is said when the disk is full."""
    return _(
        "There is no room left for files, so this one was not taken. Tell the administrator that the disk is full, and "
        "attach it again when there is room."
    )


def no_answer() -> str:
    """What is said when the bucket of files does not answer."""
    return _(
        "The place where files are kept does not answer, so this one was not taken. Attach it again in a few minutes. "
        "If it lasts, tell the administrator."
    )


def _take_in(
    draft: Evidence, upload: File, *, request_key: str, replaces: Evidence | None = None
) -> Evidence:
    draft.name = name_to_keep(upload.name)
    refuse_size(upload.size)
    try:
        arrival = store.take_in(upload.chunks(), limit=settings.EVIDENCE_MAX_BYTES)
    except store.TooLarge as error:
        raise Refused([_too_large()]) from error
    except store.Full as error:
        raise NotNow([no_room()]) from error
    try:
        draft.media_type, draft.scan = _look_into(arrival)
        draft.size, draft.sha256 = arrival.size, arrival.sha256
        return _attach(draft, arrival, request_key=request_key, replaces=replaces)
    except store.Full as error:
        raise NotNow([no_room()]) from error
    except store.Away as error:
        log.error("evidence: the bucket does not take a file: %s", error)
        raise NotNow([no_answer()]) from error
    finally:
        arrival.discard()


def _look_into(arrival: store.Arrival) -> tuple[str, str]:
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
            raise NotNow(
                [_("The file cannot be scanned for viruses now. Try again in a few minutes.")]
            ) from error


def _attach(
    draft: Evidence, arrival: store.Arrival, *, request_key: str, replaces: Evidence | None
) -> Evidence:
    written = False
    try:
        with transaction.atomic():
            draft.entry = locked(draft.entry_id)
            same = _same(draft.entry, draft.criterion_key, draft.sha256)
            key_of_event = f"{request_key}.{draft.sha256[:12]}" if request_key else ""
            done = bool(key_of_event) and already_done(key_of_event)
            if same and done:
                return same
            require(draft.entry, draft.criterion_key, actor=draft.uploaded_by)
            _refuse_same(same)
            _keep(draft, arrival)
            if replaces:
                _put_in_place_of(replaces.pk, draft)
            facts = facts_of(draft) | ({"replaces": str(replaces.pk)} if replaces else {})
            action = "replace_evidence" if replaces else "attach_evidence"
            record_file(
                draft,
                actor=draft.uploaded_by,
                action=action,
                after=facts,
                request_key="" if done else key_of_event,
            )
            written = True
    except FileExistsError:  # what stands there is another's
        raise
    except BaseException:
        # Where the answer to the commit was lost the row may be there: a file without a row does no harm.
        if not written:
            store.take_back(draft.pk)
        raise
    return draft


def _keep(draft: Evidence, arrival: store.Arrival) -> None:
    agency = draft.entry.scorecard.agency
    Agency.objects.select_for_update().get(pk=agency.pk)  # two uploads must not both take the last room
    quota.refuse_beyond(agency, size=draft.size)
    store.keep(arrival, key=draft.pk)
    draft.uploaded_at = timezone.now()
    draft.full_clean()
    draft.save(force_insert=True)


def _put_in_place_of(pk: UUID, newer: Evidence) -> None:
    old = Evidence.objects.select_for_update().get(pk=pk)
    refuse_sent(old)
    if old.withdrawn_at or old.replaced_by_id:
        raise Refused(
            [
                _(
                    "“%(name)s” was replaced or withdrawn meanwhile. Load the page again and look at what is there."
                )
                % {"name": old.name}
            ]
        )
    old.replaced_by = newer
    old.save(update_fields=["replaced_by"])


def _same(entry: Entry, criterion_key: str, sha256: str) -> Evidence | None:
    here = Evidence.objects.live().filter(entry=entry, criterion_key=criterion_key)
    return here.filter(sha256=sha256).first()


def _refuse_same(same: Evidence | None) -> None:
    if same:
        raise Refused([_("This file is attached here already, as “%(name)s”.") % {"name": same.name}])


def _refuse_use(source: Evidence, entry: Entry, same: Evidence | None) -> None:
    _refuse_same(same)
    if Entry.objects.values_list("scorecard", flat=True).get(pk=source.entry_id) != entry.scorecard_id:
        raise Refused([_("This file belongs to another scorecard. Attach it here by itself.")])
    if source.withdrawn_at or source.replaced_by_id or source.is_held:
        raise Refused([_("“%(name)s” can no longer be used. Choose another file.") % {"name": source.name}])
