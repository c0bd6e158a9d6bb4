"""Who may attach what where: the one question of this app, put to scorecards/permissions.py, and the lock it is asked
under."""

from django.utils.translation import gettext as _

from evidence.criteria import NONE, asked_of
from indicators.refusals import Refused
from scorecards.models import Entry, Scorecard
from scorecards.permissions import may
from scorecards.states import Action


def require(entry: Entry, criterion_key: str, *, actor) -> None:
    """Raise Refused unless this person may change the evidence of this criterion now."""
    decision = may(actor, Action.ANSWER, entry, criterion=criterion_key)
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


def may_attach(entry: Entry, criterion_key: str, *, actor) -> bool:
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
