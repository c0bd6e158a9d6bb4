"""Who has sent and who is late: each round of a year by state, and the agencies of one round, the late ones on top."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.dashboards.audience import Audience
from reports.dashboards.drawing import ACCENT, INK, LINE, Axis, element, figure, line, text
from reports.dashboards.filters import Scope, scope_of
from reports.dashboards.pages import Block, Dashboard, nothing_of_yours
from reports.dashboards.standings import Standing, late_first
from reports.dashboards.tables import Column, Link, Table, texts
from scorecards.kept import Kept
from scorecards.models import Round, Scorecard
from scorecards.presenting.dates import day, day_and_time, due
from scorecards.presenting.paging import page_of
from scorecards.states import AGENCY_WORKS, ScorecardState

_kept = Kept(100)
LATE = "late"
WIDTH, ROW, LABELS, FIGURES = 440, 26, 208, 40


def status_page(user: User, audience: Audience, asked: QueryDict) -> Dashboard:
    """A picture for each round of the year; the table of the chosen round with links to the cards this person opens."""
    scope = scope_of(audience, asked, every_form=True)
    if empty := nothing_of_yours(scope):
        return Dashboard(scope, empty=empty)
    lines = late_first(scope.named)
    part = page_of(lines, asked.get("page"))
    visible = Scorecard.objects.visible_to(user).filter(pk__in=[one.pk for one in part])
    links = set(visible.order_by().values_list("pk", flat=True))
    table = shown_table(tuple(part), frozenset(links))
    counts = counts_by_round(scope)
    told = tuple((one.pk, _round_title(one), tuple(sorted(counts[one.pk].items()))) for one in scope.rounds)
    blocks = [
        _kept.once(lambda: rounds_block(scope, counts), "rounds", told, scope.year_id),
        Block(table.caption, [], table, is_open=True),
    ]
    return Dashboard(scope, blocks, file=lambda: agencies_table(lines), part=part)


def rounds_block(scope: Scope, counts: Mapping[int, dict[str, int]]) -> Block:
    """A picture for each round of the chosen year."""
    pictures = [
        drawn_states(f"round-{one.pk}", counts[one.pk], title=_round_title(one))
        for one in scope.rounds
        if one.year_id == scope.year_id and counts[one.pk]
    ]
    return Block(_("Rounds of the year"), pictures, states_table(scope, counts))


def shown_table(lines: tuple[Standing, ...], links: frozenset[int]) -> Table:
    """The table of one page. What it says of time turns with the day and with the moment at which a line is late."""
    now = timezone.now()
    late = frozenset(one for one in lines if one.is_late(now))
    return _kept.once(lambda: agencies_table(lines, links), lines, links, late, timezone.localdate(now))


def agencies_table(lines: Sequence[Standing], links: frozenset[int] = frozenset()) -> Table:
    """These scorecards; those among `links` lead to their card."""
    several = len({one.form for one in lines}) > 1
    names = [_("Agency"), _("Ministry"), *([_("Form")] if several else [])]
    heads = [Column(one, is_whole=True) for one in names] + [
        Column(_("State")),
        Column(_("Due"), is_whole=True, is_named=True),
        Column(_("Sent"), is_named=True),
    ]
    rows = [_row(one, links, several=several) for one in lines]
    return Table(_("Agencies, the late ones first"), heads, rows)


def _row(one: Standing, links: frozenset[int], *, several: bool) -> list:
    name = Link(one.place.name, reverse("scorecard", args=[one.pk])) if one.pk in links else one.place.name
    state = str(ScorecardState(one.state).label)
    if one.is_late(timezone.now()):
        state = _("Late · %(state)s") % {"state": state}
    when = f"{day(one.closes_at)} · {due(one.closes_at)}" if one.works else day(one.closes_at)
    form = [one.form_name] if several else []
    return [name, one.place.ministry, *form, state, when, day_and_time(one.sent_at)]


def counts_by_round(scope: Scope) -> dict[int, dict[str, int]]:
    """{round: {state or "late": how many}} of the chosen year, as narrowed; what is late counts in no other state."""
    chosen, now = scope.selection, timezone.now()
    cards = scope.audience.cards().filter(round__year=scope.year_id)
    if chosen.said("form"):
        cards = cards.of_form(chosen.said("form"))
    narrow = {"ministry": "agency__ministry__code", "kind": "agency__kind"}
    cards = cards.filter(
        **{column: chosen.said(name) for name, column in narrow.items() if chosen.said(name)}
    )
    open_ = Scorecard.objects.open_at(now).order_by().values("pk")
    late = Q(state__in=AGENCY_WORKS, round__opens_at__lte=now) & ~Q(pk__in=open_)
    rows = cards.order_by().values_list("round", "state").annotate(Count("pk"), late=Count("pk", filter=late))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for round_, state, many, late_ones in rows:
        found[round_][LATE] = found[round_].get(LATE, 0) + late_ones
        found[round_][state] = many - late_ones
    return found


def _labels() -> list[tuple[str, str]]:
    return [(LATE, _("Late")), *((one.value, str(one.label)) for one in ScorecardState)]


def _round_title(round_: Round) -> str:
    facts = {"round": round_.get_months_display(), "day": day(round_.closes_at)}
    return _("%(round)s · due %(day)s") % facts


def states_table(scope: Scope, counts: Mapping[int, dict[str, int]]) -> Table:
    """States by rounds."""
    rounds = [one for one in scope.rounds if counts.get(one.pk)]
    heads = texts(_("Round"), _("Due")) + [*texts(*(label for _key, label in _labels())), *texts(_("All"))]
    rows = [
        [
            one.get_months_display(),
            day(one.closes_at),
            *(str(counts[one.pk].get(key, 0)) for key, _label in _labels()),
            str(sum(counts[one.pk].values())),
        ]
        for one in rounds
    ]
    return Table(_("Scorecards by state"), heads, rows)


def drawn_states(key: str, counts: dict[str, int], *, title: str) -> SafeString:
    """Bars of one round, one for each state; what is late is hatched and in bold."""
    told = [(one, label, counts.get(one, 0)) for one, label in _labels()]
    most = max(many for *_rest, many in told) or 1
    axis = Axis(Fraction(0), Fraction(most), LABELS, WIDTH - FIGURES)
    height = ROW * (len(told) + 1)
    parts = [_hatching(f"{key}-late"), text(0, 16, title, bold=True)]
    for place, (one, label, many) in enumerate(told, start=1):
        y, is_late = ROW * place, one == LATE and many > 0
        fill = f"url(#{key}-late)" if is_late else ACCENT
        width = axis.at(many) - LABELS
        parts.append(text(LABELS - 8, y + 17, label, anchor="end", bold=is_late))
        parts.append(
            element(
                "rect",
                x=LABELS,
                y=y + 4,
                width=width,
                height=ROW - 8,
                fill=fill,
                stroke=INK if is_late else None,
            )
        )
        parts.append(text(axis.at(many) + 6, y + 17, many, bold=is_late))
    parts.append(line((LABELS, ROW), (LABELS, height), stroke=LINE))
    summary = ", ".join(f"{label} {many}" for _one, label, many in told if many)
    return figure(key, parts, size=(WIDTH, height), title=title, told=summary)


def _hatching(key: str) -> SafeString:
    stripe = element("path", d="M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6", stroke=INK, stroke_width=2)
    pattern = element("pattern", stripe, id=key, width=8, height=8, patternUnits="userSpaceOnUse")
    return element("defs", pattern)
