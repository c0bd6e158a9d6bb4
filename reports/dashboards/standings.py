"""Where the scorecards of a round stand, one line each, with the figures of their records."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from indicators.models import in_language
from indicators.thai_order import thai_order
from reports.dashboards.audience import Audience
from reports.dashboards.figures import Figure, figures_by_hash
from scorecards.kept import Kept
from scorecards.models import Round, Scorecard
from scorecards.states import AGENCY_WORKS, ScorecardState

OFFICIAL, OWN = "official", "self"
order_of = lru_cache(maxsize=4096)(thai_order)
_kept = Kept(100)


@dataclass(frozen=True)
class Place:
    """An agency with its ministry, named in the reader's language."""

    pk: int
    code: str
    name: str
    kind: str
    ministry_code: str
    ministry: str


@dataclass(eq=False)
class Standing:
    """One scorecard. `own` and `official` are the figures of the records that this reader may see, None without one.
    What the same row says to readers who may see as much is one object, so what is drawn of it is kept under it."""

    pk: int
    place: Place
    form: str
    form_name: str
    state: str
    is_named: bool
    round: Round
    extended_to: dt.datetime | None = None
    correction_due_at: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    records: tuple = (None, None)  # (hash, primary key) of the last submission and of the last publication
    own: dict | None = field(default=None, repr=False)
    official: dict | None = field(default=None, repr=False)

    @cached_property
    def closes_at(self) -> dt.datetime:
        """Until when the agency may work, by the rule of the scorecard."""
        more = {"extended_to": self.extended_to, "correction_due_at": self.correction_due_at}
        return Scorecard(state=self.state, round=self.round, **more).closes_at

    @property
    def works(self) -> bool:
        """Whether the scorecard lies with its agency."""
        return self.state in AGENCY_WORKS

    def is_late(self, now: dt.datetime) -> bool:
        return self.works and self.closes_at <= now

    def record(self, which: str) -> tuple[dict | None, bool]:
        """The figures that are asked for, and whether they are the official ones: without a wish the official ones
        where they are published, otherwise the agency's own."""
        if which == OWN or (which != OFFICIAL and self.official is None):
            return self.own, False
        return self.official, True

    def record_hash(self, which: str) -> str:
        """The content hash of that record; "" without one."""
        record = self.records[1 if self.record(which)[1] else 0]
        return record[0] if record else ""

    def figure(self, key: tuple[str, str], which: str) -> Figure | None:
        figures, _is_official = self.record(which)
        return figures.get(key) if figures else None


def standings(audience: Audience, round_: Round, *, with_times: bool = False) -> list[Standing]:
    """The scorecards of a round that count for this reader, by the names of their agencies, in one query; with
    `with_times` also when they were sent. What the same rows say is not told anew."""
    rows: Any = (
        audience.counted()
        .filter(round=round_)
        .order_by()
        .values_list(
            "pk",
            "agency",
            "agency__code",
            "agency__name_th",
            "agency__name_en",
            "agency__kind",
            "agency__ministry__code",
            "agency__ministry__name_th",
            "agency__ministry__name_en",
            "framework__code",
            "framework__variant_of__code",
            "framework__name_th",
            "framework__name_en",
            "framework__variant_of__name_th",
            "framework__variant_of__name_en",
            "state",
            "extended_to",
            "correction_due_at",
            "submissions__number",
            "submissions__content_hash",
            "submissions__pk",
            "publications__number",
            "publications__content_hash",
            "publications__pk",
            *(["submissions__submitted_at"] if with_times else []),
        )
    )
    rows = tuple(rows)
    dates = (round_.opens_at, round_.closes_at, round_.review_closes_at)
    return _kept.once(lambda: _told(audience, round_, dates, rows), rows, round_.pk, dates, audience)


def _told(
    audience: Audience, round_: Round, dates: tuple[dt.datetime, ...], rows: Iterable[tuple]
) -> list[Standing]:
    found: dict[int, tuple] = {}
    for row in rows:
        sent, published = found.get(row[0], (None, None, None))[1:]
        sent = max(filter(None, (sent, row[18:21] + row[24:] if row[18] else None)), default=None)
        published = max(filter(None, (published, row[21:24] if row[21] else None)), default=None)
        found[row[0]] = (row, sent, published)
    lines = []
    for row, *records in found.values():
        seen = audience.may_single_out(row[1]), audience.may_open(row[0], row[1])
        lines.append(_standing(row, *records, seen, (round_, *dates), get_language()))
    return sorted(lines, key=lambda one: (order_of(one.place.name), one.place.code, one.form))


@lru_cache(maxsize=4000)
def _standing(
    row: tuple,
    sent: Any,
    published: Any,
    seen: tuple[bool, bool],
    when: tuple,
    _language: str | None,
) -> Standing:
    is_named, may_open = seen
    place = Place(row[1], row[2], in_language(*row[3:5]), row[5], row[6], in_language(*row[7:9]))
    is_sent = bool(sent) and is_named and row[15] != ScorecardState.OPEN  # recalled is not sent
    return Standing(
        pk=row[0],
        place=place,
        form=row[10] or row[9],
        form_name=in_language(*(row[13:15] if row[10] else row[11:13])),
        state=row[15],
        is_named=is_named,
        round=when[0],
        extended_to=row[16],
        correction_due_at=row[17],
        sent_at=sent[3] if is_sent and len(sent) > 3 else None,
        records=(
            sent[1:3] if is_sent and may_open else None,
            published[1:] if published and row[15] == ScorecardState.PUBLISHED else None,
        ),
    )


def read_figures(lines: list[Standing]) -> list[Standing]:
    """The same lines with the figures of their records."""
    ours, theirs = (
        {one.records[which][0]: one.records[which][1] for one in lines if one.records[which]}
        for which in (0, 1)
    )
    found = figures_by_hash(ours, theirs)
    for one in lines:
        own, official = one.records
        one.own = found.get(own[0]) or None if own else None
        one.official = found.get(official[0]) or None if official else None
    return lines


def late_first(lines: list[Standing], now: dt.datetime | None = None) -> list[Standing]:
    """The late ones first, the longest late on top; then those that are due next; then what was sent, by state."""
    late = frozenset(one for one in lines if one.is_late(now or timezone.now()))
    return _kept.once(lambda: _late_first(lines, late), "late first", tuple(lines), late)


def _late_first(lines: list[Standing], late: Collection[Standing]) -> list[Standing]:
    states = list(ScorecardState)

    def place(one: Standing) -> tuple:
        if one.works:
            return (0 if one in late else 1, one.closes_at.timestamp(), order_of(one.place.name))
        return (2, states.index(ScorecardState(one.state)), order_of(one.place.name))

    return sorted(lines, key=place)
