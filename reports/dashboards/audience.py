"""Who reads what on the dashboards.

The assessing side sees every agency: its state always, its own score once it was sent, its official score once it is
published. An agency sees itself; of others it is told only what is published, and that only as the figures of a group.
"""

from dataclasses import dataclass

from django.db.models import Q

from scorecards.models import Scorecard
from scorecards.navigation import ASSESSING, memberships_of
from scorecards.states import ScorecardState

# With fewer others than this, the figures of a group would tell whose they are.
FEWEST_OTHERS = 5


@dataclass(frozen=True)
class Audience:
    """One reader: the agencies they belong to, and whether they assess."""

    agencies: frozenset[int]
    assesses: bool

    def cards(self):
        """The scorecards whose existence and state this reader may know."""
        return Scorecard.objects.all() if self.assesses else Scorecard.objects.filter(self._own)

    def counted(self):
        """Those, and the published ones that count in the figures of a group."""
        if self.assesses:
            return Scorecard.objects.all()
        return Scorecard.objects.filter(self._own | Q(state=ScorecardState.PUBLISHED))

    def may_single_out(self, agency: int) -> bool:
        """Whether this reader may see an agency by its name."""
        return self.assesses or agency in self.agencies

    @property
    def _own(self) -> Q:
        return Q(agency__in=self.agencies)


def audience_of(user) -> Audience | None:
    """The reader that somebody is; None for a person without a role anywhere."""
    memberships = memberships_of(user)
    if not memberships:
        return None
    agencies = frozenset(one.agency_id for one in memberships)
    return Audience(agencies, assesses=any(one.role in ASSESSING for one in memberships))
