"""The tree that is scored: criteria inside a rubric, groups (components, indicators) above it. Frozen data only."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from indicators.scoring.formula import Expression
from indicators.scoring.levels import Levels
from indicators.scoring.numbers import Exact, cut_off, ratio, rounded

Text = dict[str, str]
LEAVES = ("check", "measure", "rating")
COMPOSITES = ("milestone", "checklist", "weighted")
KINDS = LEAVES + COMPOSITES
ROUNDS = (6, 9, 12)
# What a checklist may take instead of the sum.
EXTREME: dict[str, Callable[..., Any]] = {
    "lowest": partial(min, default=None), "highest": partial(max, default=None),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deduction:
    """What comes off a node's score: `amount` per occurrence or day (or once), at most `cap`; reviewers count."""

    key: str
    amount: Fraction
    per: str
    cap: Fraction | None
    label: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rounding:
    """Inside rounding, only where an official rule has one: of the raw value, before levels."""

    places: int
    mode: str

    def of(self, value: Exact) -> Exact:
        """The value, rounded half up or cut off."""
        scaled = (cut_off if self.mode == "cut_off" else rounded)(value, self.places)
        return ratio(scaled, 10**self.places)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a node exists and what it weighs: `rounds` (empty: all), a weight, other weights for some rounds."""

    rounds: tuple[int, ...] = ()
    weight: Fraction | None = None
    round_weights: tuple[tuple[int, Fraction], ...] = ()

    def holds(self, months: int) -> bool:
        """Whether the node exists in the round of this many months (6, 9 or 12)."""
        return not self.rounds or months in self.rounds

    def weight_in(self, months: int) -> Fraction | None:
        """Its weight in that round, in the units of its form; None where it has none of its own."""
        return dict(self.round_weights).get(months, self.weight) if self.round_weights else self.weight


@dataclass(frozen=True, slots=True)
class Criterion:
    """A node of a rubric. `document` is the node's own part of the document it was read from (prose included). A
    checklist sums its children, or `takes` the "lowest" or "highest" of them."""

    key: str
    kind: str
    title: Text
    document: dict[str, Any]
    children: tuple["Criterion", ...] = ()
    points: Fraction = Fraction(1)
    formula: Expression | None = None
    inputs: tuple[str, ...] = ()
    options: tuple[tuple[str, Fraction], ...] = ()
    levels: Levels | None = None
    floor: Fraction = Fraction(0)
    requires: tuple[str, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    rounding: Rounding | None = None
    redistribute: bool = True
    takes: str = ""
    schedule: Schedule = Schedule()

    __hash__ = object.__hash__  # what was found out about a node is kept under the node itself

    def leaves(self, months: int | None = None) -> "list[Criterion]":
        """The criteria that people answer, in order; only those of a round where `months` is given."""
        if months is not None and not self.schedule.holds(months):
            return []
        if not self.children:
            return [self]
        return [leaf for child in self.children for leaf in child.leaves(months)]

    def walk(self) -> "list[Criterion]":
        """This node and all below it, in order."""
        return [self, *(node for child in self.children for node in child.walk())]


@dataclass(frozen=True, slots=True)
class Group:
    """A scorecard, component or indicator above the rubrics. `base` is what the weights of a scorecard add up to
    (100 for an extract of a form); `scale` is the indicator's own where it has one."""

    kind: str
    code: str
    title: Text
    children: tuple["Group", ...] = ()
    rubric: Criterion | None = None
    scale: tuple[Fraction, Fraction] | None = None
    redistribute: bool = True
    schedule: Schedule = Schedule()
    base: Fraction | None = None
    places: int = 4
