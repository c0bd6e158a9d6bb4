"""Plans with months (seed 004: 2.2, 4.4, 5.1): planned and done, and how far the work is, by weight. Exact.

A form prints a plan as a table of activities and columns (months, quarters, kinds of media). The agency writes what is
planned and what is done in each column and what each activity weighs. An activity is done by Σ done ÷ Σ planned, never
by more than all of it; the plan by Σ (weight × that) ÷ Σ weights.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from indicators.explaining import words
from indicators.models import Indicator
from indicators.scoring import NumberError, exact, format_fixed, parse_number, progress
from scorecards.models import Entry

MONTHS = 12
ZERO = Fraction(0)


@dataclass(frozen=True)
class Activity:
    """A row of the plan: its place, number and title, weight, and by column key what is planned and done."""

    place: str
    number: str
    title: str
    weight: str = ""
    planned: dict[str, str] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)

    @property
    def share(self) -> Fraction | None:
        """How much of the activity is done, 0 to 1; None without a plan."""
        planned = _total(self.planned)
        return min(Fraction(1), _total(self.done) / planned) if planned > 0 else None

    def share_due(self, columns: list[str]) -> Fraction | None:
        """How much of it should be done when these columns are over."""
        planned = _total(self.planned)
        return _total({key: self.planned.get(key, "") for key in columns}) / planned if planned > 0 else None

    @property
    def shown(self) -> str:
        return percent(self.share)


@dataclass(frozen=True)
class Plan:
    """The plan of an indicator: its columns (key, label), activities, and the columns that are over in this round."""

    title: str
    columns: list[tuple[str, str]]
    activities: list[Activity]
    over: list[str]
    note: str = ""

    @property
    def done(self) -> Fraction | None:
        """How much of the whole is done, by weight, 0 to 1; None while nothing is planned."""
        return self._by_weight([one.share for one in self.activities])

    @property
    def due(self) -> Fraction | None:
        """How much of the whole should be done by the end of this round."""
        return self._by_weight([one.share_due(self.over) for one in self.activities])

    @property
    def pace(self) -> Fraction | None:
        """Done against due, at most all of it; None where nothing is due yet."""
        done, due = self.done, self.due
        return progress(done, due, Fraction(1)) if done is not None and due else None

    @property
    def figures(self) -> dict[str, str]:
        return {"done": percent(self.done), "due": percent(self.due), "pace": percent(self.pace)}

    def _by_weight(self, shares: Iterable[Fraction | None]) -> Fraction | None:
        known = [
            (_weight(one), share)
            for one, share in zip(self.activities, shares, strict=True)
            if share is not None
        ]
        whole = sum((weight for weight, _share in known), ZERO)
        return sum((weight * share for weight, share in known), ZERO) / whole if whole else None


def percent(share: Fraction | None) -> str:
    """82.50; "" for none."""
    return format_fixed(share * 100, 2) if share is not None else ""


def plan_of(entry: Entry) -> Plan | None:
    """The plan that the form prints for this indicator, with what the agency wrote into it; None where it has none."""
    printed = printed_plan(entry.indicator)
    if printed is None or not printed.get("columns"):
        return None
    columns = [(one["key"], words(one["label"])) for one in printed["columns"]]
    written = (entry.plan or {}).get("activities", {})
    activities = [
        _activity(str(place), row, written.get(str(place), {}), [key for key, _label in columns])
        for place, row in enumerate(printed["rows"], 1)
        if not _is_heading(place, printed["rows"])
    ]
    return Plan(
        title=words(printed.get("title")),
        columns=columns,
        activities=activities,
        over=_over([key for key, _label in columns], entry.scorecard.round.months),
        note=words(printed.get("note")),
    )


def printed_plan(indicator: Indicator) -> dict | None:
    """The plan table of an indicator's card, or of its rubric."""
    plan: dict | None = indicator.card.get("plan") or (indicator.rubric or {}).get("plan")
    return plan


def _is_heading(place: int, rows: list[dict]) -> bool:
    """Whether the row only heads those numbered below it (1 above 1.1, 1.2)."""
    number = str(rows[place - 1].get("number", ""))
    return bool(number) and any(str(row.get("number", "")).startswith(f"{number}.") for row in rows)


def _activity(place: str, row: dict[str, Any], written: dict[str, Any], keys: list[str]) -> Activity:
    printed = {key: _number(words(value)) for key, value in (row.get("values") or {}).items()}
    return Activity(
        place=place,
        number=str(row.get("number", "")),
        title=words(row["title"]),
        weight=written.get("weight", ""),
        planned={key: written.get("planned", {}).get(key) or printed.get(key, "") for key in keys},
        done={key: written.get("done", {}).get(key, "") for key in keys},
    )


def _over(keys: list[str], months: int) -> list[str]:
    """The columns that are over at the end of a round: months and quarters run through the year, others do not."""
    if len(keys) not in (MONTHS, 4):
        return keys
    return keys[: len(keys) * months // MONTHS]


def _number(text: str) -> str:
    try:
        return parse_number(text)
    except NumberError:
        return ""


def _total(cells: dict[str, str]) -> Fraction:
    return sum((exact(text) for text in cells.values() if text), ZERO)


def _weight(activity: Activity) -> Fraction:
    return exact(activity.weight) if activity.weight else Fraction(1)


def planned_score(entry: Entry) -> str:
    """The score planned for an interim round by the agency; "" where none is."""
    return str((entry.plan or {}).get("level", "")) if entry.scorecard.round.months != MONTHS else ""


def pace_of(entry: Entry, node: dict[str, Any]) -> str:
    """Progress in an interim round: score ÷ planned score × full, at most full; "" where nothing is planned."""
    planned = planned_score(entry)
    if not planned or exact(planned) <= 0 or node["score"] is None:
        return ""
    return format_fixed(
        progress(exact(node["score"]), exact(planned), exact(node["maximum"])), node["places"]
    )


def plan_on_record(entry: Entry, node: dict[str, Any]) -> dict:
    """What a submission keeps of the plan: as written, with its figures, so that nothing is computed again later."""
    plan = plan_of(entry)
    figures = (plan.figures if plan else {}) | {
        "planned": planned_score(entry),
        "progress": pace_of(entry, node),
    }
    return entry.plan | {"figures": {name: text for name, text in figures.items() if text}}


def looks_like_running_totals(activity: Activity, columns: list[str]) -> bool:
    """Whether months seem to hold year-to-date figures: they never fall, and together come to more than is planned,
    while the last one alone does not."""
    told = [exact(activity.done[key]) for key in columns if activity.done.get(key)]
    planned = _total(activity.planned)
    rising = len(told) >= 3 and told == sorted(told) and told[0] < told[-1]
    return rising and planned > 0 and sum(told, ZERO) > planned >= told[-1]
