"""Taking tables out of the system is an event: who took which record away, in which file."""

from django.contrib.auth.models import User
from django.db import transaction

from reports.agency_tables import Choice
from scorecards.events import record, record_scorecard
from scorecards.models import Scorecard
from scorecards.states import ASSESSING_ROLES


@transaction.atomic
def record_card_export(scorecard: Scorecard, *, actor: User, kind: str, table: str = "") -> None:
    """At the agency: the tables of its scorecard were taken as a file of this `kind`."""
    hashes = scorecard.submissions.order_by("number").values_list("content_hash", flat=True)
    record_scorecard(
        scorecard,
        actor=actor,
        action="export_tables",
        after={"file": kind, "table": table, "submission": hashes.last()},
    )


@transaction.atomic
def record_export(choice: Choice, *, actor: User, kind: str, table: str = "", agencies: list[str]) -> None:
    """At the office of whoever took them: the tables of these agencies were taken as a file of this `kind`."""
    office = (
        actor.memberships.filter(role__in=ASSESSING_ROLES)
        .select_related("agency")
        .order_by("pk")
        .first()
        .agency  # type: ignore[union-attr]
    )
    record(
        office,
        actor=actor,
        action="export_tables",
        subject=f"tables:{choice.form}/{choice.year}/{choice.months}"[:120],
        after={"file": kind, "table": table, "ministry": choice.ministry, "agencies": agencies},
    )
