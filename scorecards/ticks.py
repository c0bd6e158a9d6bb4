"""Ticks in a list that has pages: what is ticked on the others travels in the form, so that turning a page loses
nothing. A page is turned by the form's buttons `turn`, without JavaScript too."""

from dataclasses import dataclass
from itertools import islice

TURN = "turn"  # the page that somebody turns to
MOST = 10_000  # ticks of a form: no list is as long, and databases take no statement with many more values


@dataclass(frozen=True)
class Ticks:
    """The rows that are ticked, on every page of the list, and the pages on which somebody ticked until now."""

    on: frozenset[int] = frozenset()
    seen: frozenset[int] = frozenset()

    @classmethod
    def sent(cls, data, name: str) -> "Ticks":
        """Those of a form: its page (`page`), and from the others what templates/_ticks.html kept."""
        pages = [data.get("page") or "1", *data.get("seen", "").split()]
        return cls(numbers_of([*data.getlist(name), *data.get("kept", "").split()]), numbers_of(pages))

    def holds(self, key: int, page, *, by_default: bool = False) -> bool:
        """Whether a row of this page is ticked; by default where nobody has seen the page yet."""
        return key in self.on or (by_default and page.number not in self.seen)

    def page(self, shown, among) -> dict:
        """What _ticks.html keeps: the ticked rows `among` all of the list that are not `shown` on this page."""
        kept = self.on & set(among) - set(shown) if self.on else ()
        return {"kept": sorted(kept), "seen": sorted(self.seen)}


NOBODY_TICKED = Ticks()


def numbers_of(texts) -> frozenset[int]:
    """Those of these texts that can be the key of a row, MOST at most."""
    return frozenset(int(one) for one in islice(texts, MOST) if one.isdecimal() and len(one) < 19)
