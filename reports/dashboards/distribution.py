"""How the scores of each indicator spread: histograms on the framework's scale, with median and quartiles."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from indicators.explaining import shortened
from indicators.models import in_language
from indicators.scoring import format_fixed
from reports.dashboards.audience import Audience
from reports.dashboards.drawing import (
    ACCENT,
    INK,
    PALE,
    SOFT,
    Axis,
    element,
    figure,
    line,
    mark_words,
    rounded,
    text,
)
from reports.dashboards.figures import TOTAL, Figure
from reports.dashboards.filters import Scope, choose_which, scope_of
from reports.dashboards.groups import columns_of, group_of
from reports.dashboards.heat import no_scores
from reports.dashboards.pages import Block, Dashboard, nothing_here, too_few
from reports.dashboards.spread import Spread, classes_of, edges_of, spread_of
from reports.dashboards.standings import OFFICIAL, read_figures
from reports.dashboards.tables import Table, numbers, texts
from scorecards.kept import Kept

_kept = Kept(50)
WIDTH, HEIGHT, TOP, SIDE = 400, 190, 44, 14
FLOOR = HEIGHT - 52  # where the bars stand; below it the marks of the scale and the strip of the quartiles


def distribution_page(user: User, audience: Audience, asked: QueryDict) -> Dashboard:
    """A histogram for the total and each indicator, or for the one that is chosen with the table of its classes."""
    scope = scope_of(audience, asked)
    which = choose_which(scope) if audience.assesses else OFFICIAL
    if empty := nothing_here(scope):
        return Dashboard(scope, empty=empty)
    read_figures(scope.lines)
    columns = columns_of(scope.lines, which)
    found = _found(scope, columns, which)
    options = [("", _("all")), *((code, name) for code, name, *_rest in found if code)]
    chosen = scope.selection.choose("indicator", _("Indicator"), options)
    if not columns:
        return Dashboard(scope, empty=no_scores())
    shown = [one for one in found if one[0] == chosen] if chosen else found
    if not any(values for *_rest, values in shown):
        return Dashboard(scope, empty=too_few() if not audience.assesses else no_scores())
    blocks = _kept.once(lambda: _drawn(shown, chosen), tuple(scope.lines), which, chosen, audience.assesses)
    return Dashboard(scope, blocks, file=lambda: blocks[0].table)


def _drawn(shown: list[tuple], chosen: str) -> list[Block]:
    table = spreads_table(shown)
    pictures = [
        drawn_histogram(f"spread-{number}", name, figure_, values)
        for number, (_code, name, figure_, values) in enumerate(shown)
        if values
    ]
    blocks = [Block(_("Distribution"), pictures, table, note=_how())]
    if chosen:
        blocks.append(Block(_("Classes"), [], classes_table(*shown[0][2:]), is_open=True))
    return blocks


def _found(scope: Scope, columns: Mapping[tuple[str, str], Figure], which: str) -> list[tuple]:
    """(code, name, a figure that tells the scale, the group's figures) of the total and every indicator."""
    whole = next((one.record(which)[0][TOTAL] for one in scope.lines if one.record(which)[0]), None)  # type: ignore[index]
    group = group_of(scope, which)
    rows = [("", _("Total"), whole, group.values(TOTAL))] if whole else []
    for key, one in columns.items():
        name = f"{one.code} {in_language(one.thai, one.english)}"
        rows.append((one.code, name, one, group.values(key)))
    return rows


def _how() -> str:
    return _(
        "Below each scale the strip reaches from the lower to the upper quartile, its dark mark is the median. Figures "
        "as published; quartiles as spreadsheets count them (QUARTILE.INC)."
    )


def spreads_table(found: Iterable[tuple]) -> Table:
    """n and five figures of each."""
    heads = texts(_("Indicator")) + numbers(
        "n", _("Lowest"), _("Lower quartile"), _("Median"), _("Upper quartile"), _("Highest")
    )
    rows = []
    for _code, name, _figure, values in found:
        told = spread_of(values or ())
        five = [told.least, told.lower, told.median, told.upper, told.most] if told else [None] * 5
        rows.append([name, _many(values), *(fixed(one) for one in five)])
    return Table(_("Spread of the scores"), heads, rows)


def _many(values: tuple[Decimal, ...] | None) -> str:
    return _("fewer than 5 others") if values is None else str(len(values))


def fixed(value: Decimal | None) -> str:
    """A figure with the four decimals of a score; "" for none."""
    return "" if value is None else format_fixed(Fraction(value), 4)


def classes_table(one: Figure | SimpleNamespace, values: tuple[Decimal, ...] | None) -> Table:
    """How many agencies stand in each class."""
    edges = edges_of(one.minimum, one.maximum)
    counts = classes_of(values or (), edges)
    rows = [
        [mark_words(low), mark_words(high), str(many)]
        for low, high, many in zip(edges, edges[1:], counts, strict=False)
    ]
    return Table(_("Classes"), numbers(_("From"), _("Below"), _("Agencies")), rows)


def drawn_histogram(
    key: str, name: str, one: Figure | SimpleNamespace, values: tuple[Decimal, ...]
) -> SafeString:
    """The classes as bars with their numbers, below the scale the quartiles as a strip with the median."""
    axis = Axis(Fraction(one.minimum), Fraction(one.maximum), SIDE, WIDTH - SIDE)
    edges = edges_of(one.minimum, one.maximum)
    counts = classes_of(values, edges)
    told = spread_of(values)
    assert told is not None, "a histogram is drawn of figures"
    facts = {
        "n": told.n,
        "median": fixed(told.median),
        "lower": fixed(told.lower),
        "upper": fixed(told.upper),
    }
    words = _("n %(n)s · median %(median)s · quartiles %(lower)s–%(upper)s") % facts
    parts = [
        text(SIDE, 16, shortened(name, most=46), bold=True),
        text(SIDE, 36, words, fill=SOFT),
        *_bars(axis, edges, counts),
        *_scale(axis),
        *_strip(axis, told),
    ]
    return figure(key, parts, size=(WIDTH, HEIGHT), title=name, told=words)


def _bars(axis: Axis, edges: Sequence[Fraction], counts: Sequence[int]) -> Iterator[SafeString]:
    most = max([*counts, 1])
    for low, high, many in zip(edges, edges[1:], counts, strict=False):
        if not many:
            continue
        left, right = axis.at(low), axis.at(high)
        height = max(Decimal(2), rounded(Fraction((FLOOR - TOP - 18) * many, most)))
        yield element(
            "rect",
            x=left + 1,
            y=FLOOR - height,
            width=right - left - 2,
            height=height,
            fill=PALE,
            stroke=ACCENT,
        )
        yield text((left + right) / 2, FLOOR - height - 4, many, anchor="middle")


def _scale(axis: Axis) -> Iterator[SafeString]:
    yield line((axis.start, FLOOR), (axis.end, FLOOR), stroke=INK)
    for mark in axis.marks:
        x = axis.at(mark)
        anchor = {axis.low: "start", axis.high: "end"}.get(mark, "middle")
        yield line((x, FLOOR), (x, FLOOR + 4), stroke=INK)
        yield text(x, FLOOR + 18, mark_words(mark), anchor=anchor, fill=SOFT)


def _strip(axis: Axis, told: Spread) -> Iterator[SafeString]:
    lower, median, upper = (axis.at(one) for one in (told.lower, told.median, told.upper))
    y = FLOOR + 34
    yield line((axis.at(told.least), y), (axis.at(told.most), y), stroke=SOFT)
    yield element("rect", x=lower, y=y - 6, width=max(2, upper - lower), height=12, fill=PALE, stroke=ACCENT)
    yield line((median, y - 10), (median, y + 10), stroke=INK, width=3)
