"""Who reads what on the dashboards.

The assessing side sees every agency: its state always, its official score once it is published. What is not published
is told only of the scorecards that this person may open: to a reviewer of those assigned, to who oversees of all that
were sent. An agency sees itself; of others it is told only what is published, and that only as the figures of a group.
"""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q

from scorecards.models import Scorecard
from scorecards.models.people import memberships_of
from scorecards.models.work import ScorecardQuerySet
from scorecards.states import ASSESSING_ROLES, OVERSEEING_ROLES, ScorecardState

# With fewer others than this, the figures of a group would tell whose they are.
FEWEST_OTHERS = 5


@dataclass(frozen=True)
class Audience:
    """One reader: the agencies they belong to, whether they assess, and which scorecards of others they may open
    (`opens`; None for all that were sent)."""

    agencies: frozenset[int]
    assesses: bool
    opens: frozenset[int] | None

    def cards(self) -> ScorecardQuerySet:
        """The scorecards whose existence and state this reader may know."""
        return Scorecard.objects.all() if self.assesses else Scorecard.objects.filter(self._own)

    def counted(self) -> ScorecardQuerySet:
        """Those, and the published ones that count in the figures of a group."""
        if self.assesses:
            return Scorecard.objects.all()
        return Scorecard.objects.filter(self._own | Q(state=ScorecardState.PUBLISHED))

    def may_single_out(self, agency: int) -> bool:
        """Whether this reader may see an agency by its name."""
        return self.assesses or agency in self.agencies

    def may_open(self, card: int, agency: int) -> bool:
        """Whether this reader may see what a sent scorecard of an agency says before it is published."""
        return self.opens is None or card in self.opens or agency in self.agencies

    @property
    def _own(self) -> Q:
        return Q(agency__in=self.agencies)


def audience_of(user: User) -> Audience | None:
    """The reader that somebody is; None for a person without a role anywhere."""
    memberships = memberships_of(user)
    if not memberships:
        return None
    agencies = frozenset(one.agency_id for one in memberships)
    roles = {one.role for one in memberships}
    return Audience(agencies, assesses=bool(roles & ASSESSING_ROLES), opens=_opened_by(user, roles))


def _opened_by(user: User, roles: set[str]) -> frozenset[int] | None:
    if roles & OVERSEEING_ROLES:
        return None
    if not roles & ASSESSING_ROLES:
        return frozenset()  # their own ones are known by the agency
    return frozenset(Scorecard.objects.visible_to(user).order_by().values_list("pk", flat=True))
