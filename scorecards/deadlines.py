"""The verb that gives one agency more time. When a scorecard closes stands in `Scorecard.closes_at`."""

from django.db import transaction
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.dates import day_and_time
from scorecards.events import already_done, record_scorecard
from scorecards.models import Scorecard
from scorecards.permissions import require
from scorecards.states import Action
from scorecards.workflow import locked_scorecard


@transaction.atomic
def extend(scorecard: Scorecard, *, until, reason: str, actor, request_key: str = "") -> Scorecard:
    """Let this agency work until later than now set (an aware moment), with a reason. Only ever later: Refused with
    all reasons otherwise."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard
    require(actor, Action.EXTEND, scorecard)
    before, reasons = scorecard.closes_at, []
    if until is None or until <= before:
        facts = {"date": day_and_time(before)}
        reasons.append(_("An extension is only ever later: choose a day after %(date)s.") % facts)
    if not reason.strip():
        reasons.append(_("Write the reason: it stands on record for everybody to read."))
    if reasons:
        raise Refused(reasons)
    scorecard.extended_to = until
    scorecard.save(update_fields=["extended_to", "updated_at"])
    record_scorecard(
        scorecard,
        actor=actor,
        action=Action.EXTEND.value,
        before={"closes_at": before.isoformat()},
        after={"closes_at": until.isoformat()},
        reason=reason.strip(),
        request_key=request_key,
    )
    return scorecard
