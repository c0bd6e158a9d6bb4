"""The committee's verbs: change a ruling by resolution, approve many at a time.

They read like those of reviewing/review.py.
"""

from collections.abc import Iterable
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.clock import database_now
from scorecards.delegation import name_of
from scorecards.events import already_done, record_scorecard
from scorecards.fields import check_fields
from scorecards.models import Resolution, Ruling, Scorecard, Submission
from scorecards.permissions import require
from scorecards.results.publish_orders import Outcome
from scorecards.reviewing.review import approve, refuse_older
from scorecards.reviewing.rulings import (
    RulingChange,
    misfits_among,
    refuse_stale,
    resolution_facts,
    write_rulings,
)
from scorecards.scoring import scores_to_compare
from scorecards.states import Action
from scorecards.workflow import locked_scorecard


@transaction.atomic
def amend(
    submission: Submission,
    *,
    rulings: list[RulingChange],
    resolution: Resolution,
    actor: User,
    request_key: str = "",
) -> Resolution:
    """The committee changes rulings on the indicator of an (unsaved) `resolution` that has number, day and reason. A
    ruling without a reason of its own takes that of the resolution. What the reviewer ruled stays on the resolution.
    Refused with all reasons; Stale when a ruling changed meanwhile."""
    scorecard = locked_scorecard(submission.scorecard)
    if already_done(request_key):
        return submission.resolutions.latest("pk")
    require(actor, Action.AMEND, scorecard)
    refuse_older(submission, scorecard=scorecard)
    indicator = resolution.indicator
    known = {one.criterion_key: one for one in submission.rulings.filter(indicator=indicator)}
    rulings = [_with_reason(one, known.get(one.criterion_key), resolution.reason.strip()) for one in rulings]
    reasons: list = _why_not_resolve(resolution, rulings)
    reasons += misfits_among(rulings, submission=submission, indicator=indicator)
    if reasons:
        raise Refused(reasons)
    refuse_stale(known, rulings)
    resolution.submission, resolution.decided_by, resolution.decided_at = submission, actor, database_now()
    resolution.before = {one.criterion_key: _ruled(known.get(one.criterion_key)) for one in rulings}
    check_fields(resolution)
    resolution.save(force_insert=True)
    before, after = write_rulings(
        submission, rulings, indicator=indicator, known=known, actor=actor, resolution=resolution
    )
    scorecard.concluded_scores = scores_to_compare(submission)
    scorecard.version += 1
    scorecard.save(update_fields=["concluded_scores", "version", "updated_at"])
    after |= {"resolution": resolution_facts(resolution)}
    record_scorecard(
        scorecard,
        actor=actor,
        action=Action.AMEND,
        subject=f"submission:{submission.pk}/{indicator.code}",
        before=before,
        after=after,
        reason=resolution.reason,
        request_key=request_key,
    )
    return resolution


def approve_each(scorecards: Iterable[Scorecard], *, actor: User, request_key: str = "") -> Outcome:
    """Approve each, by itself, so that one refusal holds up no other. With the same key again, only what was not done
    before is done."""
    outcome = Outcome()
    for card in scorecards:
        outcome.attempt(card, partial(approve, actor=actor), request_key=request_key)
    return outcome


def _with_reason(change: RulingChange, ruling: Ruling | None, reason: str) -> RulingChange:
    """The reviewer's reason does not explain what the committee decided instead."""
    own = change.reason.strip()
    if not own or (ruling and own == ruling.reason):
        own = reason
    return RulingChange(change.criterion_key, change.decision, change.content, own, change.version)


def _why_not_resolve(resolution: Resolution, rulings: list[RulingChange]) -> list[str]:
    reasons = []
    if not resolution.number.strip():
        reasons.append(_("Write the number of the committee's resolution, for example 3/2563."))
    if resolution.held_on is None:
        reasons.append(_("Write the day of the committee's meeting."))
    elif resolution.held_on > localdate(database_now()):
        reasons.append(_("The committee's meeting lies in the future: write the day on which it was held."))
    if not resolution.reason.strip():
        reasons.append(_("Write the reason of the resolution: the agency reads it."))
    if not rulings:
        reasons.append(_("Nothing was changed: change at least one ruling."))
    return reasons


def _ruled(ruling: Ruling | None) -> dict:
    """Who ruled what before."""
    if ruling is None:
        return {}
    return {
        "decision": ruling.decision,
        "content": ruling.content,
        "reason": ruling.reason,
        "reviewer": name_of(ruling.reviewer),
    }
