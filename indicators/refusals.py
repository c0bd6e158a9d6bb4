"""How a refusal speaks: the sentence that the user reads, with the item's name and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

REFUSED = 409  # the status of a page that shows why something was refused


@dataclass(frozen=True)
class Blocker:
    """One thing that stands in the way: the sentence, the place it is about, and a link to that place."""

    sentence: str
    place: str = ""
    url: str = ""

    def __str__(self) -> str:
        return str(self.sentence)


class Refused(Exception):
    """An action that is refused, with all reasons (sentences or Blockers), not just the first."""

    def __init__(self, reasons: Iterable[object]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(str(reason) for reason in self.reasons))


class Stale(Refused):
    """Somebody changed the same thing meanwhile: `mine` and `theirs` are {field: value}, for the person to choose."""

    def __init__(self, reasons: Iterable[object], *, mine: dict, theirs: dict) -> None:
        super().__init__(reasons)
        self.mine = mine
        self.theirs = theirs
