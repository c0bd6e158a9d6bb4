"""An agency's results and scores of one indicator over the years, also where its number changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from indicators.models import in_language
from indicators.scoring.numbers import grouped
from reports.dashboards.audience import Audience
from reports.dashboards.drawing import INK, SOFT, Axis, circle, figure, line, mark_words, square, text
from reports.dashboards.figures import Figure
from reports.dashboards.filters import Scope, choose_agency, scope_of
from reports.dashboards.groups import columns_of
from reports.dashboards.pages import Block, Dashboard, nothing_here
from reports.dashboards.standings import Standing, read_figures
from reports.dashboards.tables import Table, numbers, texts
from reports.dashboards.years import Year, years_of
from scorecards.answering.plausibility import number_in

WIDTH, HEIGHT, TOP, LEFT, RIGHT, FLOOR = 640, 240, 40, 56, 48, 200


def trend_page(user: User, audience: Audience, asked: QueryDict) -> Dashboard:
    """Two pictures with one table: scores on the framework's scale, and results where they are numbers."""
    scope = scope_of(audience, asked)
    one = choose_agency(scope)
    if empty := nothing_here(scope):
        return Dashboard(scope, empty=empty)
    if one is None:
        return Dashboard(scope, empty=nothing_here(scope) or _no_agency())
    code, name = choose_indicator(scope, one)
    years = years_of(one, code, audience=audience)
    if not years:
        return Dashboard(scope, empty=_no_years())
    table = years_table(years)
    title = f"{one.place.name} · {name}"
    pictures = [
        picture for picture in (drawn_scores(years, title=_("Scores")), drawn_results(years)) if picture
    ]
    block = Block(title, pictures, table, note=_how(years), is_open=not pictures)
    return Dashboard(scope, [block], file=lambda: table)


def choose_indicator(scope: Scope, one: Standing) -> tuple[str, str]:
    """The indicator of the agency's form in this round; without a choice the whole."""
    read_figures([one])
    columns = columns_of([one], "") or columns_of(read_figures(scope.all_lines), "")
    names = {
        code: f"{code} {in_language(each.thai, each.english)}" for (_kind, code), each in columns.items()
    }
    code = scope.selection.choose("indicator", _("Indicator"), [("", _("Total")), *names.items()])
    return code, names.get(code, _("Total"))


def _no_agency() -> str:
    return _("No agency of these filters is yours to look at. Choose another form or another round.")


def _no_years() -> str:
    return _(
        "Nothing is on record of this indicator at this agency: neither a report of a whole year nor earlier results. "
        "Choose another indicator or another agency."
    )


def _how(years: Sequence[Year]) -> str:
    notes = [_("Results of whole years. A full square is the official score, an open circle the self score.")]
    scales = {(one.minimum, one.maximum) for each in years for one in (each.own, each.official) if one}
    codes = {one.code for one in years}
    if len(codes) > 1:
        notes.append(_("The number of the indicator changed; the table says which it was."))
    if len(scales) > 1:
        notes.append(_("The scale changed in these years: compare scores with care."))
    return " ".join(notes)


def years_table(years: Sequence[Year]) -> Table:
    """Every year, with what is not drawn."""
    heads = [*texts(_("Fiscal year"), _("No.")), *numbers(_("Result"), _("Self score"), _("Official score"))]
    rows = [
        [
            str(one.year),
            one.code,
            grouped(one.result),
            *(each.shown if each else "" for each in (one.own, one.official)),
        ]
        for one in years
    ]
    return Table(_("By year"), heads, rows)


def drawn_scores(years: Sequence[Year], *, title: str) -> SafeString | None:
    """Both scores of each year on the widest of the scales; None where there is no score at all."""
    known = [one for one in years if _value(one.own) is not None or _value(one.official) is not None]
    if not known:
        return None
    scales = [each for one in known for each in (one.own, one.official) if each]
    axis = Axis(
        min(Fraction(one.minimum) for one in scales), max(Fraction(one.maximum) for one in scales), FLOOR, TOP
    )
    places = _places(years)
    parts = [*_frame(axis, places, title), *_path(years, places, axis, lambda one: _value(one.official))]
    for one in known:
        own, official, x = _value(one.own), _value(one.official), places[one.year]
        if own is not None:
            parts.append(circle(x, axis.at(own), size=7))
        if official is not None:
            parts.append(square(x, axis.at(official)))
        held = _holding(one)
        parts.append(text(x, axis.at(held.value) - 12, held.shown, anchor="middle"))  # type: ignore[arg-type]
    told = "; ".join(f"{one.year}: {_holding(one).shown}" for one in known)
    return figure("scores", parts, size=(WIDTH, HEIGHT), title=title, told=told)


def drawn_results(years: Sequence[Year]) -> SafeString | None:
    """The results that are numbers, from zero (or the least, below it) to the greatest; None for fewer than two."""
    known = {one.year: value for one in years if (value := number_in(one.result)) is not None}
    if len(known) < 2:
        return None
    axis = Axis(min(Fraction(0), *known.values()), max(Fraction(0), *known.values()), FLOOR, TOP)
    places, title = _places(years), _("Results")
    parts = [
        *_frame(axis, places, title, marks=[axis.low, axis.high]),
        *_path(years, places, axis, lambda one: known.get(one.year)),
    ]
    for one in years:
        if one.year in known:
            x, y = places[one.year], axis.at(known[one.year])
            parts += [square(x, y), text(x, y - 12, grouped(one.result), anchor="middle")]
    told = "; ".join(f"{one.year}: {grouped(one.result)}" for one in years if one.year in known)
    return figure("results", parts, size=(WIDTH, HEIGHT), title=title, told=told)


def _value(one: Figure | None) -> Decimal | None:
    return one.value if one else None


def _holding(one: Year) -> Figure:
    """The figure of a year with a score: the official one, where there is none the agency's own."""
    held = one.official if _value(one.official) is not None else one.own
    assert held is not None
    return held


def _places(years: Sequence[Year]) -> dict[int, int]:
    """Where each year stands: years without a record keep their place."""
    first, last = years[0].year, years[-1].year
    span = max(1, last - first)
    middle = (WIDTH - LEFT - RIGHT) // 2 if first == last else 0
    return {
        year: LEFT + 24 + middle + (WIDTH - LEFT - RIGHT - 48) * (year - first) // span
        for year in range(first, last + 1)
    }


def _frame(
    axis: Axis, places: Mapping[int, int], title: str, marks: Iterable[Fraction] | None = None
) -> Iterator[SafeString]:
    yield text(0, 16, title, bold=True)
    for mark in axis.marks if marks is None else marks:
        yield line((LEFT, axis.at(mark)), (WIDTH - RIGHT + 24, axis.at(mark)))
        yield text(LEFT - 8, axis.at(mark) + 4, grouped(mark_words(mark)), anchor="end", fill=SOFT)
    for year, x in places.items():
        yield text(x, FLOOR + 26, year, anchor="middle", fill=SOFT)


def _path(
    years: Sequence[Year],
    places: Mapping[int, int],
    axis: Axis,
    value: Callable[[Year], Decimal | Fraction | None],
) -> Iterator[SafeString]:
    """Lines between neighbouring years that both have a figure; over a gap the line is broken."""
    for before, after in pairwise(years):
        first, second = value(before), value(after)
        if first is None or second is None:
            continue
        dash = None if after.year == before.year + 1 else "4 4"
        start = (places[before.year], axis.at(first))
        yield line(start, (places[after.year], axis.at(second)), stroke=INK, width=2, dash=dash)
