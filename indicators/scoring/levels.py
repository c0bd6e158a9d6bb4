"""Levels turn a raw value into a score: points on a rising or falling scale, steps or straight lines between them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from indicators.scoring.numbers import Exact


@dataclass(frozen=True, slots=True)
class LevelPoint:
    """`score` holds from the raw value `at` (or, with `past`, from beyond it) up to the next point; with `linear`
    the score moves in a straight line to the next point's."""

    at: Fraction
    score: Fraction
    linear: bool = False
    past: bool = False


class Reached(NamedTuple):
    """Where a value fell: the score, the point reached (None: before the first) and, on a line, the next point."""

    score: Fraction
    point: LevelPoint | None
    following: LevelPoint | None


@dataclass(frozen=True, slots=True)
class Levels:
    """The points of a scale in their order, raw values rising or falling, and the score before the first of them."""

    points: tuple[LevelPoint, ...]
    floor: Fraction

    @property
    def falling(self) -> bool:
        """Less is better: the raw values of the points fall."""
        return len(self.points) > 1 and self.points[0].at > self.points[-1].at

    @property
    def lowest(self) -> Fraction:
        """The least score that it gives."""
        return min(self.floor, self.points[0].score)

    @property
    def highest(self) -> Fraction:
        """The greatest: the last point's, since scores rise."""
        return self.points[-1].score

    def reach(self, value: Exact) -> Reached:
        """The score of a raw value. Before the first point: the floor. After the last: its score, never more."""
        last = -1
        for index, point in enumerate(self.points):
            if not self._is_reached(point, value):
                break
            last = index
        if last < 0:
            return Reached(self.floor, None, None)
        point = self.points[last]
        if not point.linear or last + 1 == len(self.points) or value == point.at:
            return Reached(point.score, point, None)
        following = self.points[last + 1]
        if following.at == point.at:  # "100 → 4, more than 100 → 5": nothing lies between the two
            return Reached(point.score, point, None)
        share = (value - point.at) / (following.at - point.at)
        return Reached(point.score + share * (following.score - point.score), point, following)

    def _is_reached(self, point: LevelPoint, value: Exact) -> bool:
        if value == point.at:
            return not point.past
        return value < point.at if self.falling else value > point.at


def target_levels(
    target: Fraction, step: Fraction, *, level: int = 3, levels: int = 5, linear: bool = True
) -> tuple[LevelPoint, ...]:
    """The shorthand "target at level k, ± n per level" (ช่วงปรับเกณฑ์ +/−) written out as points; a negative step
    makes a falling scale. The target is not always level 3."""
    return tuple(
        LevelPoint(at=target + (number - level) * step, score=Fraction(number), linear=linear)
        for number in range(1, levels + 1)
    )
