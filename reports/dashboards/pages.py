"""What every dashboard's page is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.paginator import Page as PartOfMany
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.dashboards.filters import Scope
from reports.dashboards.tables import Table

NAMES = {
    "status": gettext_lazy("Who has sent"),
    "heat": gettext_lazy("Agencies and indicators"),
    "distribution": gettext_lazy("Distribution"),
    "trend": gettext_lazy("Trend over the years"),
    "compared": gettext_lazy("Self and official"),
    "profile": gettext_lazy("Profile of an agency"),
}


@dataclass(frozen=True)
class Block:
    """A picture (or several of one kind) with its figures. `is_open`: the table is shown without being asked for."""

    title: str
    pictures: list[SafeString]
    table: Table | None = None
    note: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Dashboard:
    """A whole page. `file` makes the table of its file; `empty` says what to do where there is nothing to draw."""

    scope: Scope
    blocks: list[Block] = field(default_factory=list)
    file: Callable[[], Table] | None = None
    empty: str = ""
    part: PartOfMany | None = None
    heat: dict | None = None

    @property
    def has_file(self) -> bool:
        return self.file is not None


def nothing_here(scope: Scope) -> str:
    """Why there is nothing to draw, and what to do."""
    if scope.round is None:
        return _("No round has been set up yet. An administrator opens the scorecards of a form.")
    if not scope.all_lines:
        return _no_scorecard()
    if not scope.lines:
        return _("Nothing fits these filters. Choose another ministry or another kind of agency.")
    return ""


def nothing_of_yours(scope: Scope) -> str:
    """The same for a page that tells of scorecards by name."""
    return nothing_here(scope) or ("" if scope.named else _no_scorecard())


def _no_scorecard() -> str:
    return _("No scorecard is there for you in this round. Choose another year or another round.")


def too_few() -> str:
    """Why figures of a group are not shown."""
    return _(
        "Not shown: fewer than five other agencies have a score here, and figures of so few would tell whose they "
        "are. Choose a larger group."
    )
