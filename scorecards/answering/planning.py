"""The verb that writes an indicator's plan: what is planned and done, the weights, the planned score of the round."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.refusals import Stale
from indicators.scoring import content_hash
from scorecards.events import already_done, record_entry
from scorecards.models import Entry
from scorecards.permissions import require
from scorecards.states import Action
from scorecards.workflow import locked_entry


def seen(entry: Entry) -> str:
    """By what a form knows whether somebody changed the plan meanwhile."""
    return content_hash(entry.plan or {})[:16]


@transaction.atomic
def save_plan(entry: Entry, plan: dict, *, actor: User, before: str, request_key: str = "") -> Entry:
    """Write the plan ({"activities": {place: {weight, planned, done}}, "level"}; decimal texts). Raises Stale with both
    when somebody wrote it since `before` was seen, Refused when it may not be changed."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return entry
    require(actor, Action.ANSWER, entry)
    if entry.plan == plan:
        return entry
    if seen(entry) != before:
        reason = _(
            "Somebody else changed the plan meanwhile. Theirs is shown beside yours: save again to keep yours."
        )
        raise Stale([reason], mine={"plan": plan}, theirs={"plan": entry.plan})
    old, entry.plan = entry.plan, plan
    entry.version += 1
    entry.updated_by = actor
    entry.save(update_fields=["plan", "version", "updated_by", "updated_at"])
    record_entry(
        entry, actor=actor, action="plan", before={"plan": old}, after={"plan": plan}, request_key=request_key
    )
    return entry
