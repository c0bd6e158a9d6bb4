"""The figures of a group of agencies, by component and indicator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports.dashboards.audience import FEWEST_OTHERS
from reports.dashboards.figures import TOTAL, Figure
from reports.dashboards.filters import Scope
from reports.dashboards.standings import OFFICIAL, Standing
from scorecards.kept import Kept

_kept = Kept(50)


def columns_of(lines: list[Standing], which: str, *, leaves: bool = True) -> dict[tuple[str, str], Figure]:
    """{(kind, code): a figure that names it} of every indicator that these records hold (or, without `leaves`, of every
    part at the top of the form), in the order of the form; what only some agencies have comes last."""
    hashes = tuple([one.record_hash(which) for one in lines])
    return _kept.once(lambda: _columns(lines, which, leaves), "columns", hashes, leaves)


def _columns(lines: list[Standing], which: str, leaves: bool) -> dict[tuple[str, str], Figure]:
    found: dict[tuple[str, str], Figure] = {}
    for one in lines:
        figures = one.record(which)[0] or {}
        if not figures.keys() <= found.keys():
            found |= {key: figure for key, figure in figures.items() if key not in found}
    told = {
        key: one for key, one in found.items() if key != TOTAL and (one.is_leaf if leaves else one.is_top)
    }
    if not leaves and len(told) == 1:
        return columns_of(lines, which)  # a single part is the whole under another name
    return told


@dataclass(frozen=True)
class Group:
    """The figures of all agencies in a scope. Who does not assess gets published ones only, and none where fewer than
    FEWEST_OTHERS other agencies have one."""

    all: dict[tuple[str, str], tuple[Decimal, ...]]
    others: dict[tuple[str, str], tuple[Decimal, ...]] | None

    def values(self, key: tuple[str, str]) -> tuple[Decimal, ...] | None:
        """The figures of a component or an indicator; None where they may not be told."""
        if self.others is not None and len(self.others.get(key, ())) < FEWEST_OTHERS:
            return None
        return self.all.get(key, ())


def group_of(scope: Scope, which: str) -> Group:
    """What these lines say: all of it on the assessing side; to an agency what is official, and only where enough
    others say it."""
    if scope.audience.assesses:
        return Group(figures_by_key(scope.lines, which), None)
    others = [one for one in scope.lines if not one.is_named]
    return Group(figures_by_key(scope.lines, OFFICIAL), figures_by_key(others, OFFICIAL))


def figures_by_key(lines: list[Standing], which: str) -> dict[tuple[str, str], tuple[Decimal, ...]]:
    """{(kind, code): what these records say}. Kept by the hashes of the records: of the same ones it is the same."""
    chosen = [(one.record_hash(which), one.record(which)[0]) for one in lines]
    told = [(name, figures) for name, figures in chosen if figures]
    return _kept.once(
        lambda: _gathered([one for _hash, one in told]), "by key", tuple([one for one, _f in told])
    )


def _gathered(
    records: Iterable[Mapping[tuple[str, str], Figure]],
) -> dict[tuple[str, str], tuple[Decimal, ...]]:
    found: dict[tuple[str, str], list[Decimal]] = {}
    for figures in records:
        for key, one in figures.items():
            if one.value is not None:
                found.setdefault(key, []).append(one.value)
    return {key: tuple(values) for key, values in found.items()}
