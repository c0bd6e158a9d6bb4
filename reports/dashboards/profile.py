"""An agency's components beside the median of its group."""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.models import in_language
from reports.dashboards.audience import FEWEST_OTHERS, Audience
from reports.dashboards.distribution import fixed
from reports.dashboards.figures import TOTAL, Figure
from reports.dashboards.filters import Scope, choose_agency, choose_which, scope_of
from reports.dashboards.groups import columns_of, figures_by_key
from reports.dashboards.heat import no_scores
from reports.dashboards.pages import Block, Dashboard, nothing_here, too_few
from reports.dashboards.parts_picture import Part, Picture
from reports.dashboards.spread import spread_of
from reports.dashboards.standings import OFFICIAL, Standing, read_figures
from reports.dashboards.tables import Table, numbers, texts
from scorecards.kept import Kept

GROUPS = {
    "": gettext_lazy("all agencies with this form"),
    "kind": gettext_lazy("agencies of its kind"),
    "ministry": gettext_lazy("its ministry"),
}
_kept = Kept(100)


def profile_page(user: User, audience: Audience, asked: QueryDict) -> Dashboard:
    """One agency against all, its kind or its ministry; the group's figures only where it has enough others."""
    scope = scope_of(audience, asked)
    which = choose_which(scope)
    one = choose_agency(scope)
    groups = [
        ("", _("all agencies with this form")),
        ("kind", _("agencies of its kind")),
        ("ministry", _("its ministry")),
    ]
    group = scope.selection.choose("group", _("Compared with"), groups)
    if empty := nothing_here(scope):
        return Dashboard(scope, empty=empty)
    read_figures(scope.all_lines)
    if one is None or not one.record(which)[0]:
        return Dashboard(scope, empty=no_scores())
    others = others_of(scope, one, group)
    whose = _of_others(scope, which)
    block = _kept.once(lambda: _drawn(one, which, others, whose), one, which, tuple(others), whose)
    return Dashboard(scope, [block], file=lambda: block.table)


def _drawn(one: Standing, which: str, others: list[Standing], whose: str) -> Block:
    figures, is_official = one.record(which)
    rows = profile_rows(figures, columns_of([one], which, leaves=False), others, whose)  # type: ignore[arg-type]
    table = profile_table(rows, is_official)
    told = any(spread for *_rest, spread in rows)
    picture = drawn_profile(rows, name=one.place.name, is_official=is_official)
    return Block(one.place.name, [picture], table, note=_how() if told else too_few())


def _of_others(scope: Scope, which: str) -> str:
    """Whose scores of the others count: who does not assess is told only what is published."""
    return which if scope.audience.assesses else OFFICIAL


def others_of(scope: Scope, one: Standing, group: str) -> list:
    """The other agencies with the same form in the chosen group."""
    same = {
        "kind": lambda other: other.place.kind == one.place.kind,
        "ministry": lambda other: other.place.ministry_code == one.place.ministry_code,
    }
    fits = same.get(group, lambda other: True)
    return [other for other in scope.all_lines if other.place.pk != one.place.pk and fits(other)]


def profile_rows(
    figures: Mapping[tuple[str, str], Figure],
    columns: Iterable[tuple[str, str]],
    others: list[Standing],
    which: str,
) -> list[tuple]:
    """(name, the agency's figure, n, spread of the others) of the total and every part at the top; with fewer than
    FEWEST_OTHERS others that have a figure there is no spread."""
    rows, group = [], figures_by_key(others, which)
    for key in (TOTAL, *columns):
        one = figures[key]
        name = _("Total") if key == TOTAL else f"{one.code} {in_language(one.thai, one.english)}"
        values = group.get(key, ())
        rows.append((name, one, spread_of(values) if len(values) >= FEWEST_OTHERS else None))
    return rows


def _how() -> str:
    return _(
        "The black line is the median of the others, the pale strip reaches from their lower to their upper quartile. "
        "A full square is the official score, an open circle the self score."
    )


def profile_table(rows: Iterable[tuple], is_official: bool) -> Table:
    """The same in figures."""
    heads = [
        *texts(_("Component")),
        *numbers(_("official") if is_official else _("self")),
        *numbers(_("Others"), _("Lower quartile"), _("Median"), _("Upper quartile")),
    ]
    lines = []
    for name, one, told in rows:
        others = [str(told.n), fixed(told.lower), fixed(told.median), fixed(told.upper)] if told else None
        lines.append([name, one.shown or "–", *(others or [_("fewer than 5"), "", "", ""])])
    return Table(_("Profile of the agency"), heads, lines)


def drawn_profile(rows: list[tuple], *, name: str, is_official: bool) -> SafeString:
    """One row for each component on the scale: the others' strip and median, the agency's mark with its figure."""
    scale = rows[0][1]
    parts = [
        Part(label, **{"official" if is_official else "self_score": one.shown}, others=told)
        for label, one, told in rows
    ]
    summary = "; ".join(
        _("%(part)s %(score)s, median %(median)s")
        % {"part": label, "score": one.shown or "–", "median": fixed(told.median) if told else "–"}
        for label, one, told in rows
    )
    return Picture(parts, scale.minimum, scale.maximum, name, summary).drawn()
