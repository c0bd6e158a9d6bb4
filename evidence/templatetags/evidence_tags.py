"""Evidence on other apps' pages: {% evidence_files entry criterion_key files editable %}."""

from django import template
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date

from evidence.filetypes import SHOWN_IN_PLACE
from evidence.models import Evidence
from evidence.pages import list_of
from evidence.periods import outside, period_of
from evidence.reading import attached_to
from scorecards.presenting.patterns import filled

register = template.Library()


@register.simple_tag(takes_context=True)
def evidence_files(context, entry, criterion_key, files=None, editable=False):
    """The evidence of one criterion and, where it may be changed, the place to drop more. Stands inside the page's
    form: its buttons name their own address, so no form is nested. `files` is what evidence_of found."""
    user = context["request"].user
    shown = list_of(entry, criterion_key, files=files or [], editable=editable, user=user)
    shown["csrf_token"] = context.get("csrf_token", "")
    if files:
        return render_to_string("evidence/_files.html", shown)
    filling = {name: shown[name] for name in ("criterion_key", "place", "csrf_token")}
    editable = shown["editable"]
    return filled("evidence/_files.html", once=(editable,), facts=lambda: {"editable": editable}, **filling)


@register.simple_tag
def evidence_of(entry):
    """The evidence of an entry by criterion key, in two queries: {% evidence_of entry as found %}."""
    return attached_to(entry)


@register.simple_tag
def sent_evidence(submission, code):
    """The evidence of an indicator that a submission names, by criterion key: what a ruling sees."""
    found: dict[str, list] = {}
    for one in _as_sent([one for one in submission.content.get("evidence", []) if one["indicator"] == code]):
        found.setdefault(one["criterion_key"], []).append(one)
    return found


@register.simple_tag
def appeal_evidence(appeal):
    """What was brought with an appeal, as it was when it was sent."""
    return _as_sent(appeal.files)


def _as_sent(mine):
    """Whether a file is held and how it is classed is read anew: both may have become known since."""
    rows = Evidence.objects.filter(pk__in=[one["id"] for one in mine if not one.get("url")])
    now = {str(row.pk): row for row in rows}
    found = []
    for one in mine:
        row = now.get(one["id"])
        shown = one | {
            "shown_in_place": one.get("media_type") in SHOWN_IN_PLACE,
            "held": bool(row) and row.is_held,
            "scan_word": row.get_scan_display() if row else "",
            "secrecy_word": row.get_secrecy_display() if row and row.is_classified else "",
            "period": period_of(
                parse_date(one.get("covers_from") or ""), parse_date(one.get("covers_to") or "")
            ),
            "seen": parse_date(one.get("seen_on") or ""),
        }
        found.append(shown)
    return found


@register.filter
def of_criterion(found, criterion_key):
    """The list of one criterion in what evidence_of found: {{ found|of_criterion:key }}."""
    return found.get(criterion_key, [])


@register.filter
def only(files, file_id):
    """The one of a list that has this id, as a list."""
    return [one for one in files if one["id"] == file_id]


@register.filter
def period(file):
    """The period that a file covers, in words."""
    return period_of(file.covers_from, file.covers_to)


@register.filter
def outside_year(file, scorecard):
    """The warning where that period is not within the fiscal year of the scorecard."""
    return outside(file.covers_from, file.covers_to, year=scorecard.round.year)
