"""What a line of the work list is made of."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from scorecards.models import NARRATIVE
from scorecards.models.work import ScorecardQuerySet
from scorecards.states import EntryState, ScorecardState

NOT_PRINTED = ("indicator__rubric", "indicator__card", "plan", *NARRATIVE)  # in a list of what there is to do
BY_AGENCY = ("scorecard__agency__name_th", "scorecard_id", "indicator__position")  # what is equally urgent
AT_ONCE = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class WorkItem:
    """One thing to do: what is asked, of which indicator or scorecard, where, until when (None: no day is set)."""

    asked: str
    title: str
    url: str
    due_at: dt.datetime | None
    agency: str = ""
    remark: str = ""
    pressing: bool = False
    told: str = ""  # who did what here last
    part_of: int | None = None
    whole: int | None = None  # the scorecard of which all is asked

    @property
    def rank(self) -> tuple[bool, dt.datetime]:
        return (not self.pressing, self.due_at or AT_ONCE)


ASKED: dict[str, Callable[[], str]] = {
    EntryState.RETURNED: lambda: _("Sent back for correction"),
    EntryState.DRAFT: lambda: _("Fill in and propose"),
    EntryState.PROPOSED: lambda: _("Waits for your endorsement"),
    ScorecardState.SUBMITTED: lambda: _("Begin the review"),
    ScorecardState.IN_REVIEW: lambda: _("Go on with the review"),
    ScorecardState.CONCLUDED: lambda: _("Waits for your approval"),
    ScorecardState.APPROVED: lambda: _("Waits to be published"),
}


def named(cards: ScorecardQuerySet) -> ScorecardQuerySet:
    """With what a line says of a scorecard, and not the form itself, which is long."""
    return cards.select_related("agency", "framework", "round__year").defer("framework__document")
