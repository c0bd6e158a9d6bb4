"""Evidence on other apps' pages: {% evidence_files entry criterion_key files editable %}."""

from uuid import uuid4

from django import template

from evidence.criteria import NONE, asked_of
from evidence.filetypes import FILE_INPUT_ACCEPT, SHOWN_IN_PLACE
from evidence.reading import evidence_by_criterion

register = template.Library()


@register.inclusion_tag("evidence/_files.html", takes_context=True)
def evidence_files(context, entry, criterion_key, files=None, editable=False):
    """The files of one criterion and, where they may be changed, the place to drop more. Stands inside the page's form:
    its buttons name their own address, so no form is nested. `files` is a list of Evidence."""
    asked = asked_of(entry).get(criterion_key)
    return {
        "entry": entry,
        "criterion_key": criterion_key,
        "files": files or [],
        "editable": editable and (asked is None or asked.need != NONE),
        "asked": asked,
        "request_key": uuid4(),
        "accept": FILE_INPUT_ACCEPT,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def evidence_of(entry):
    """The files of an entry by criterion key, in one query: {% evidence_of entry as found %}."""
    return evidence_by_criterion(entry)


@register.simple_tag
def sent_evidence(submission, code):
    """The files of an indicator that a submission names, by criterion key: what a ruling sees."""
    found: dict[str, list] = {}
    for file in submission.content.get("evidence", []):
        if file["indicator"] == code:
            shown = file | {"shown_in_place": file["media_type"] in SHOWN_IN_PLACE}
            found.setdefault(file["criterion_key"], []).append(shown)
    return found


@register.filter
def of_criterion(found, criterion_key):
    """The list of one criterion in what evidence_of found: {{ found|of_criterion:key }}."""
    return found.get(criterion_key, [])
