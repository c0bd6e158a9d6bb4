"""Agencies × indicators as a table of scores in the colours of their bands, the figure in every cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from django.contrib.auth.models import User
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from indicators.explaining import words
from indicators.models import Framework, in_language
from indicators.scoring import band_of, format_fixed
from reports.dashboards.audience import Audience
from reports.dashboards.figures import TOTAL, Figure
from reports.dashboards.filters import Scope, choose_which, scope_of
from reports.dashboards.groups import Group, columns_of, group_of
from reports.dashboards.pages import Dashboard, nothing_here, too_few
from reports.dashboards.spread import median_of
from reports.dashboards.standings import Standing, order_of, read_figures
from reports.dashboards.tables import Table, numbers, texts
from scorecards.kept import Kept
from scorecards.presenting.paging import page_of
from scorecards.states import ScorecardState

_kept = Kept(200)
NAME, MINISTRY, WHOLE = "", "ministry", "total"
GROUP_ROW = '<tr class="group"><th scope="rowgroup" class="stick-1">%s</th><td colspan="%s"></td></tr>\n'
ROW = '<tr><th scope="row" class="stick-1"><a href="%s%s">%s</a></th>%s</tr>\n'


def heat_page(user: User, audience: Audience, asked: QueryDict) -> Dashboard:
    """The lines of one page in the order of the address: by name, by ministry, or by the score of a column (with a
    minus: the lowest first)."""
    scope = scope_of(audience, asked)
    which = choose_which(scope)
    if empty := nothing_here(scope):
        return Dashboard(scope, empty=empty)
    read_figures(scope.lines)
    columns = columns_of(scope.lines, which)
    if not any(one.record(which)[0] for one in scope.named):
        return Dashboard(scope, empty=no_scores())
    order = chosen_order(scope, columns)
    lines = _kept.once(lambda: in_order(scope.named, order, which=which), tuple(scope.named), order, which)
    part = page_of(lines, asked.get("page"))
    bands, group = bands_of(scope.selection.said("form")), group_of(scope, which)
    heat = {
        "heads": heads_of(scope, columns, order),
        "rows": rows_of(scope, tuple(part.object_list), (TOTAL, *columns), which=which, bands=bands),
        "medians": _kept.once(
            lambda: medians_of(group, [TOTAL, *columns]), "medians", tuple(scope.lines), which
        ),
        "median_note": too_few() if group.values(TOTAL) is None else "",
        "bands": [(one.get("color", 3), words(one["name"]), one["from"]) for one in bands],
        "orders": [
            (one, label, scope.selection.query(order=one), one == order)
            for one, label in (
                (NAME, _("By name")),
                (MINISTRY, _("By ministry")),
                (WHOLE, _("Highest total first")),
                (f"-{WHOLE}", _("Lowest total first")),
            )
        ],
    }
    return Dashboard(scope, file=lambda: table_of(lines, columns, which), part=part, heat=heat)


def no_scores() -> str:
    """What an empty page says."""
    return _(
        "No score is there yet in this round. Self scores appear when agencies send their reports, official ones when "
        "they are published. Choose another round or look at who has sent."
    )


def bands_of(form: str) -> list[dict]:
    """The bands of a form's scale, from low to high."""
    forms = Framework.objects.filter(code=form, variant_of=None).order_by("-version")
    bands = (forms.values_list("head", flat=True).first() or {}).get("bands", [])
    return sorted(bands, key=lambda one: Fraction(str(one["from"])))


def chosen_order(scope: Scope, columns: Mapping[tuple[str, str], Figure]) -> str:
    """The order that the address asks for, kept in its filters."""
    codes = [code for _kind, code in columns]
    known = [NAME, MINISTRY, WHOLE, *codes]
    asked = scope.selection.asked.get("order", NAME)
    order = asked if asked.removeprefix("-") in known else NAME
    scope.selection.hidden["order"] = order
    return order


def in_order(lines: list[Standing], order: str, *, which: str) -> list[Standing]:
    """The lines sorted; what has no score comes last either way."""
    if order == NAME:
        return lines
    if order == MINISTRY:
        return sorted(lines, key=lambda one: order_of(one.place.ministry))  # names stay in order inside
    code = order.removeprefix("-")
    key = TOTAL if code == WHOLE else ("indicator", code)
    sign = 1 if order.startswith("-") else -1

    def place(one: Standing) -> tuple[int, Decimal | int]:
        figure = one.figure(key, which)
        return (1, 0) if figure is None or figure.value is None else (0, sign * figure.value)

    return sorted(lines, key=place)


def heads_of(scope: Scope, columns: Mapping[tuple[str, str], Figure], order: str) -> list[dict]:
    """Each column's head: its code, its name, the address that sorts by it (again: the other way round)."""
    heads = [(WHOLE, _("Total"), _("Total"))]
    heads += [(code, code, in_language(one.thai, one.english)) for (_kind, code), one in columns.items()]
    return [
        {
            "label": label,
            "name": name,
            "query": scope.selection.query(order=f"-{code}" if order == code else code),
            "sorted": {code: "descending", f"-{code}": "ascending"}.get(order, ""),
        }
        for code, label, name in heads
    ]


def rows_of(
    scope: Scope,
    lines: tuple[Standing, ...],
    keys: tuple[tuple[str, str], ...],
    *,
    which: str,
    bands: Iterable[dict],
) -> SafeString:
    """The rows of the table as ready text (a thousand cells are too many for a template): each agency with the address
    of its profile. By ministry, the first of each has the ministry's name above it."""
    named = tuple((str(band["from"]), band.get("color", 3)) for band in bands)
    address = f"{reverse('dashboard', args=['profile'])}?{scope.selection.shared}&agency="
    groups = scope.selection.hidden["order"] == MINISTRY

    def drawn() -> SafeString:
        return mark_safe("".join(_rows(lines, keys, which, named, escape(address), groups)))

    return _kept.once(drawn, lines, keys, which, named, address, groups)


def _rows(
    lines: Iterable[Standing],
    keys: Sequence[tuple[str, str]],
    which: str,
    bands: tuple,
    address: str,
    groups: bool,
) -> Iterator[str]:
    before = None
    for one in lines:
        figures, is_official = one.record(which)
        if groups and one.place.ministry != before:
            yield GROUP_ROW % (escape(one.place.ministry), len(keys))
            before = one.place.ministry
        cells = "".join([_cell(figures.get(key) if figures else None, bands, is_official) for key in keys])
        yield ROW % (address, escape(one.place.code), escape(one.place.name), cells)


def _cell(figure: Figure | None, bands: tuple, is_official: bool) -> str:
    if figure is None:
        return '<td class="num soft">–</td>'
    return drawn_cell(figure.state, figure.score, figure.shown, bands, is_official)


@lru_cache(maxsize=20000)
def drawn_cell(state: str, score: str, shown: str, bands: tuple, is_official: bool) -> SafeString:
    """A cell: the figure on the tint of its band; a self score that is not official yet carries a star."""
    if not score:
        return mark_safe(f'<td class="num soft">{"N/A" if state == "na" else "–"}</td>')
    band = band_of(Fraction(score), [{"from": low, "color": color} for low, color in bands])
    tint = f" tint-{band['color']}" if band else ""
    star = "" if is_official else '<span class="star">*</span>'
    return mark_safe(f'<td class="num{escape(tint)}">{escape(shown)}{star}</td>')


def medians_of(group: Group, keys: Iterable[tuple[str, str]]) -> list[str]:
    """The median of each column over all agencies of the scope, "" where there is none or it may not be told."""
    found = (median_of(group.values(key) or ()) for key in keys)
    return ["" if one is None else format_fixed(Fraction(one), 4) for one in found]


def table_of(lines: Iterable[Standing], columns: Mapping[tuple[str, str], Figure], which: str) -> Table:
    """The same as a file: every line, not only those of the page."""
    heads = texts(_("Code of the agency"), _("Agency"), _("Ministry"), _("State"), _("Scores"))
    heads += numbers(
        _("Total"), *(f"{code} {in_language(one.thai, one.english)}" for (_k, code), one in columns.items())
    )
    rows = []
    for one in lines:
        figures, is_official = one.record(which)
        source = "" if figures is None else _("official") if is_official else _("self")
        cells = [_told(one.figure(key, which)) for key in (TOTAL, *columns)]
        state = str(ScorecardState(one.state).label)
        rows.append([one.place.code, one.place.name, one.place.ministry, state, source, *cells])
    return Table(_("Scores of agencies and indicators"), heads, rows)


def _told(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return figure.shown or ("N/A" if figure.state == "na" else "")
