"""Who may attach what where: the one question of this app, put to scorecards/permissions.py, and the lock it is asked
under."""

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from evidence.criteria import APPEAL, NONE, asked_of
from evidence.models import Evidence, Link
from indicators.refusals import Refused
from scorecards import permissions
from scorecards.models import Appeal, Entry, Scorecard
from scorecards.results.appealing import why_closed
from scorecards.states import Action


def require(entry: Entry, criterion_key: str, *, actor: User) -> None:
    """Raise Refused unless this person may change the evidence of this criterion now."""
    if criterion_key == APPEAL:
        return _require_appeal(entry, actor)
    permissions.require(actor, Action.ANSWER, entry, criterion=criterion_key)
    asked = asked_of(entry).get(criterion_key)
    if asked is None:
        raise Refused(
            [_("This indicator has no criterion “%(key)s” in this round.") % {"key": criterion_key}]
        )
    if asked.need == NONE:
        raise Refused(
            [_("No evidence is asked for “%(criterion)s”.") % {"criterion": asked.title or asked.key}]
        )


def _require_appeal(entry: Entry, actor: User) -> None:
    """What is brought with an appeal may change until the appeal is sent, by those who may send it."""
    permissions.require(actor, Action.APPEAL, entry.scorecard)
    if reasons := why_closed(entry.scorecard.publications.latest("number"), entry.indicator):
        raise Refused(reasons)


def refuse_sent(row: Evidence | Link) -> None:
    """Refused where a file or page was sent with an appeal: an earlier appeal's stay when a later one is written."""
    if is_sent_with_appeal(row):
        raise Refused([_("“%(name)s” was sent with an appeal: it stays on record as it is.") % {"name": row}])


def is_sent_with_appeal(row: Evidence | Link) -> bool:
    """Whether a file or page went with an appeal and is frozen with it."""
    return row.criterion_key == APPEAL and str(row.pk) in sent_with_appeals(row.entry.scorecard_id)


def sent_with_appeals(scorecard: int) -> set[str]:
    """The ids of all files and pages that were sent with appeals on a scorecard."""
    lists = Appeal.objects.filter(publication__scorecard=scorecard).values_list("files", flat=True)
    return {one["id"] for files in lists for one in files}


def may_attach(entry: Entry, criterion_key: str, *, actor: User) -> bool:
    """The same as yes or no, for what a page offers."""
    try:
        require(entry, criterion_key, actor=actor)
    except Refused:
        return False
    return True


def locked(pk: int) -> Entry:
    """The entry under its lock; the scorecard is locked first, so nothing is attached while the report is sent."""
    Scorecard.objects.select_for_update(of=("self",)).get(entries=pk)
    rows = Entry.objects.select_related("scorecard__agency", "scorecard__round__year", "indicator")
    return rows.select_for_update(of=("self",)).get(pk=pk)
