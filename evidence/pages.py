"""What the pages and dialogs of evidence show. Reads only."""

import re
from uuid import uuid4

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from evidence import arriving, filetypes, quota
from evidence.criteria import NONE, REQUIRED, asked_of
from evidence.forms import LinkForm, ParticularsForm, UseForm
from evidence.models import Evidence
from evidence.periods import outside
from evidence.permissions import is_sent_with_appeal, may_attach
from evidence.reading import evidence_by_criterion, files_of_scorecard, place_of, with_versions
from indicators.scoring.numbers import THAI_DIGITS
from scorecards.models import Entry
from scorecards.presenting.patterns import filled


def list_of(entry: Entry, criterion_key: str, *, files: list, editable: bool, user=None) -> dict:
    """The list of one criterion's evidence and, where it may be changed, the place to drop more."""
    asked = _once(entry, "_asked", lambda: asked_of(entry)).get(criterion_key)
    editable = bool(editable) and (asked is None or asked.need != NONE)
    broken_off = (
        _once(entry, "_broken_off", lambda: arriving.unfinished(entry, user=user)) if editable else {}
    )
    room = _once(entry, "_room", lambda: quota.nearly_full(entry.scorecard.agency)) if editable else ""
    said = {"asked": asked, "broken_off": broken_off.get(criterion_key, []), "room": room}
    return {
        "entry": entry,
        "criterion_key": criterion_key,
        "files": files,
        "editable": editable,
        "place": drop_place(entry, criterion_key, said=said) if editable else "",
    }


def drop_place(entry: Entry, criterion_key: str, *, said: dict) -> SafeString:
    """Where files of one criterion are dropped or chosen, with what is said of it."""
    place, asked = [entry.pk, criterion_key], said["asked"]
    is_said = said["broken_off"] or said["room"] or (asked and (asked.need == REQUIRED or asked.accepts))
    return filled(
        "evidence/_drop.html",
        begin=reverse("evidence_upload_begin", args=place),
        upload=reverse("evidence_upload", args=place),
        more=reverse("evidence_more", args=place),
        said=render_to_string("evidence/_drop_said.html", said) if is_said else "",
        criterion_key=criterion_key,
        request_key=uuid4(),
        accept=filetypes.FILE_INPUT_ACCEPT,
    )


def list_after(entry: Entry, criterion_key: str, *, user) -> dict:
    """The same, read anew after a change."""
    files = evidence_by_criterion(entry).get(criterion_key, [])
    editable = may_attach(entry, criterion_key, actor=user)
    return list_of(entry, criterion_key, files=files, editable=editable, user=user)


def more_of(entry: Entry, criterion_key: str) -> dict:
    """The dialog of a drop place: a file with all its particulars, one that is here already, a public page."""
    asked = asked_of(entry).get(criterion_key)
    files = files_of_scorecard(entry.scorecard)
    return {
        "entry": entry,
        "criterion_key": criterion_key,
        "title": asked.title if asked else _("Appeal"),
        "back": place_of(entry, criterion_key),
        "particulars": ParticularsForm(),
        "here": files,
        "use": UseForm(files=files),
        "link": LinkForm(),
        "accept": filetypes.FILE_INPUT_ACCEPT,
        "request_key": uuid4(),
    }


def about_of(evidence: Evidence, *, user) -> dict:
    """The dialog of a file: what it is, what is said of it, its versions, and what may be done."""
    entry = evidence.entry
    chain = Evidence.objects.filter(entry=entry, criterion_key=evidence.criterion_key)
    versions = with_versions(chain.select_related("uploaded_by"))
    shown = next((one for one in versions if one.pk == evidence.pk), None)
    is_open = bool(shown) and may_attach(entry, evidence.criterion_key, actor=user)
    return {
        "evidence": evidence,
        "entry": entry,
        "criterion_key": evidence.criterion_key,
        "versions": [shown, *shown.earlier] if shown else [],
        "editable": is_open and not is_sent_with_appeal(evidence),
        "back": place_of(entry, evidence.criterion_key),
        "outside": outside(evidence.covers_from, evidence.covers_to, year=entry.scorecard.round.year),
        "particulars": ParticularsForm.of(evidence),
        "version": evidence.version,
        "accept": filetypes.FILE_INPUT_ACCEPT,
        "request_key": uuid4(),
    }


def first_page(pages: str) -> int | None:
    """The page that a reference names: 3 of "หน้า ๓–๕", None of "ข้อ ก"."""
    found = re.search(r"\d{1,5}", pages.translate(THAI_DIGITS))
    return int(found[0]) or None if found else None


def _once(entry, name, read):
    """Asked for by every criterion of a page, read once."""
    if not hasattr(entry, name):
        setattr(entry, name, read())
    return getattr(entry, name)
