"""The figures of a group of agencies, for one component or indicator."""

from decimal import Decimal

from reports.dashboards.audience import FEWEST_OTHERS
from reports.dashboards.figures import TOTAL, Figure
from reports.dashboards.filters import Scope
from reports.dashboards.standings import OFFICIAL, Standing


def columns_of(lines: list[Standing], which: str, *, leaves: bool = True) -> dict[tuple[str, str], Figure]:
    """{(kind, code): a figure that names it} of every indicator that these records hold (or, without `leaves`, of every
    part at the top of the form), in the order of the form; what only some agencies have comes last."""
    found: dict[tuple[str, str], Figure] = {}
    for one in lines:
        figures, _is_official = one.record(which)
        for key, figure in (figures or {}).items():
            if key not in found and key != TOTAL and (figure.is_leaf if leaves else figure.is_top):
                found[key] = figure
    if not leaves and len(found) == 1:
        return columns_of(lines, which)  # a single part is the whole under another name
    return found


def group_values(scope: Scope, key, which: str) -> list[Decimal] | None:
    """The figures of all agencies in the scope. Who does not assess gets published ones only, and None where fewer than
    FEWEST_OTHERS other agencies have one."""
    if scope.audience.assesses:
        return values_of(scope.lines, key, which)
    if len(values_of([one for one in scope.lines if not one.is_named], key, OFFICIAL)) < FEWEST_OTHERS:
        return None
    return values_of(scope.lines, key, OFFICIAL)


def values_of(lines, key, which: str) -> list[Decimal]:
    figures = (one.figure(key, which) for one in lines)
    return [one.value for one in figures if one is not None and one.value is not None]
