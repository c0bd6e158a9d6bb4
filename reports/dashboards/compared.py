"""What agencies say of themselves beside what holds officially: a scatter of agencies, a dumbbell by indicator."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from indicators.explaining import shortened
from indicators.models import in_language
from indicators.scoring import format_fixed
from reports.dashboards.audience import Audience
from reports.dashboards.distribution import fixed
from reports.dashboards.drawing import (
    INK,
    SOFT,
    Axis,
    circle,
    element,
    figure,
    line,
    mark_words,
    square,
    text,
)
from reports.dashboards.figures import TOTAL, Figure
from reports.dashboards.filters import choose_agency, scope_of
from reports.dashboards.groups import columns_of
from reports.dashboards.pages import Block, Dashboard, nothing_here
from reports.dashboards.spread import median_of
from reports.dashboards.standings import OFFICIAL, Standing, read_figures
from reports.dashboards.tables import Table, numbers, texts
from scorecards.kept import Kept

_kept = Kept(50)
WIDTH, ROW, TOP, LABELS, SIDE = 720, 32, 34, 250, 90
SQUARE, EDGE = 420, 44


def compared_page(user: User, audience: Audience, asked: QueryDict) -> Dashboard:
    """By indicator (medians of all agencies, or one agency's own) and, for who assesses, by agency."""
    scope = scope_of(audience, asked)
    one = choose_agency(scope, optional=True)
    if empty := nothing_here(scope):
        return Dashboard(scope, empty=empty)
    lines = [each for each in read_figures(scope.named) if each.own and each.official]
    columns = columns_of(lines, OFFICIAL)
    names = {TOTAL: _("Total")} | {
        key: f"{each.code} {in_language(each.thai, each.english)}" for key, each in columns.items()
    }
    options = [("", names[TOTAL]), *((code, names[("indicator", code)]) for _kind, code in columns)]
    code = scope.selection.choose("indicator", _("Indicator"), options) if audience.assesses else ""
    of = tuple(each for each in lines if one is None or each.pk == one.pk)
    if not of:
        return Dashboard(scope, empty=nothing_to_compare())
    key = ("indicator", code) if code else TOTAL
    by_agency = key if one is None and audience.assesses else None
    blocks = _kept.once(lambda: _drawn(of, names, by_agency, one), of, tuple(names), by_agency, one)
    return Dashboard(scope, blocks, file=lambda: blocks[0].table)


def _drawn(
    of: Sequence[Standing],
    names: Mapping[tuple[str, str], str],
    by_agency: tuple[str, str] | None,
    one: Standing | None,
) -> list[Block]:
    """The pictures of these lines, that by agency first where one is asked for (`by_agency`, a key of figures)."""
    scale = of[0].official[TOTAL]  # type: ignore[index]
    rows = [row for key, name in names.items() if (row := _pair(name, of, key))]
    parts = Table(_("By indicator"), _heads(_("Indicator")), [_told(*row) for row in rows])
    title = one.place.name if one else _("Medians of all agencies, by indicator")
    blocks = [Block(title, [drawn_dumbbells(rows, scale=scale, title=title)], parts, note=_marks())]
    if by_agency:
        pairs = [row for each in of if (row := _pair(each.place.name, [each], by_agency))]
        pairs.sort(key=lambda row: row[2] - row[1])
        table = Table(names[by_agency], _heads(_("Agency")), [_told(*row) for row in pairs])
        scatter = drawn_scatter(pairs, scale=scale, title=names[by_agency])
        blocks.insert(0, Block(names[by_agency], [scatter], table, note=_how()))
    return blocks


def nothing_to_compare() -> str:
    """What an empty page says."""
    return _(
        "Nothing to compare yet: this needs reports that were sent and whose official result is published. Choose "
        "another round or look at who has sent."
    )


def _pair(name: str, lines: Iterable[Standing], key: tuple[str, str]) -> tuple[str, Decimal, Decimal] | None:
    """(name, self, official) as medians over the agencies that have both; None where nobody has."""
    both: list[Any] = [(one.own.get(key), one.official.get(key)) for one in lines]  # type: ignore[union-attr]
    both = [
        (own.value, official.value)
        for own, official in both
        if own and official and own.value is not None and official.value is not None
    ]
    if not both:
        return None
    own, official = (median_of(tuple(pair[which] for pair in both)) for which in (0, 1))
    return (name, own, official) if own is not None and official is not None else None


def _heads(first: str) -> list:
    return [*texts(first), *numbers(_("Self score"), _("Official score"), _("Difference"))]


def _told(name: str, own: Decimal, official: Decimal) -> list:
    return [name, fixed(own), fixed(official), signed(official - own)]


def signed(difference: Decimal) -> str:
    """A difference with its sign: +0.2500, −0.2500, 0.0000."""
    shown = format_fixed(Fraction(abs(difference)), 4)
    return shown if not difference else f"{'+' if difference > 0 else '−'}{shown}"


def _marks() -> str:
    return _(
        "An open circle is the self score, a full square the official score; where they agree the square covers it."
    )


def _how() -> str:
    return _("Each mark is an agency. On the line both scores agree; below it the official score is lower.")


def drawn_dumbbells(rows: Sequence[tuple[str, Decimal, Decimal]], *, scale: Figure, title: str) -> SafeString:
    """One row for each indicator: both scores on the scale, joined, with the difference in figures."""
    axis = Axis(Fraction(scale.minimum), Fraction(scale.maximum), LABELS, WIDTH - SIDE)
    bottom = TOP + ROW * len(rows)
    parts = []
    for mark in axis.marks:
        x = axis.at(mark)
        parts += [line((x, TOP - 8), (x, bottom)), text(x, 16, mark_words(mark), anchor="middle", fill=SOFT)]
    for number, (name, own, official) in enumerate(rows):
        y = TOP + ROW * number + ROW // 2
        parts += [
            text(LABELS - 16, y + 5, shortened(name, most=30), anchor="end"),
            line((axis.at(own), y), (axis.at(official), y), stroke=INK, width=2),
            circle(axis.at(own), y, size=7),
            square(axis.at(official), y),
            text(WIDTH, y + 5, signed(official - own), anchor="end"),
        ]
    told = "; ".join(
        _("%(name)s: self %(own)s, official %(official)s")
        % {"name": name, "own": fixed(own), "official": fixed(official)}
        for name, own, official in rows
    )
    return figure("by-indicator", parts, size=(WIDTH, bottom + 8), title=title, told=told)


def drawn_scatter(pairs: Sequence[tuple[str, Decimal, Decimal]], *, scale: Figure, title: str) -> SafeString:
    """Self score to the right, official score upwards, a line where both agree."""
    low, high = Fraction(scale.minimum), Fraction(scale.maximum)
    across, up = Axis(low, high, EDGE, SQUARE - 12), Axis(low, high, SQUARE - 26, 34)
    parts = [line((across.start, up.start), (across.end, up.end), stroke=INK, dash="4 4")]
    for mark in across.marks:
        x, y = across.at(mark), up.at(mark)
        parts += [
            line((x, up.start), (x, up.end)),
            line((across.start, y), (across.end, y)),
            text(x, up.start + 18, mark_words(mark), anchor="middle", fill=SOFT),
            text(EDGE - 8, y + 4, mark_words(mark), anchor="end", fill=SOFT),
        ]
    parts.append(text(across.end, SQUARE + 14, _("Self score"), anchor="end"))
    parts.append(text(0, 16, _("Official score")))
    for name, own, official in pairs:
        told = f"{name}: {fixed(own)} → {fixed(official)}"
        parts.append(
            element(
                "circle",
                element("title", told),
                cx=across.at(own),
                cy=up.at(official),
                r=5,
                fill="none",
                stroke="#0b5f66",
                stroke_width=2,
            )
        )
    lower = sum(official < own for _name, own, official in pairs)
    higher = sum(official > own for _name, own, official in pairs)
    facts = {"n": len(pairs), "lower": lower, "higher": higher, "same": len(pairs) - lower - higher}
    summary = _("%(n)s agencies: official lower %(lower)s, the same %(same)s, higher %(higher)s") % facts
    return figure("by-agency", parts, size=(SQUARE, SQUARE + 22), title=title, told=summary)
