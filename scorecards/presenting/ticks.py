"""Ticks in a list that has pages, filters or an order: what is ticked on the rows that are not shown travels in the
form, so that turning a page or narrowing the list loses nothing. Both are buttons of the form (`turn`, `narrow`), which
decide nothing and work without JavaScript."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.http import HttpRequest, QueryDict

TURN = "turn"  # the page that somebody turns to
NARROW = "narrow"  # other filters, or another order: those of the button's address, or TYPED into the form's fields
TYPED = "typed"
UNTICK = "untick"  # give up what is ticked on the rows that are not shown
MOST = 10_000  # ticks of a form: no list is as long, and databases take no statement with many more values


@dataclass(frozen=True)
class Ticks:
    """The rows that are ticked, those ticked in a list apart from this one, and the rows that were shown until now."""

    on: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()
    seen: frozenset[int] = frozenset()

    @classmethod
    def sent(cls, data: QueryDict, name: str) -> "Ticks":
        """Those of a form: what is ticked on its page, and of the other rows what templates/_ticks.html kept."""
        kept = {one: "" if UNTICK in data else data.get(one, "") for one in ("kept", "apart")}
        return cls(
            numbers_of([*data.getlist(name), *kept["kept"].split()]),
            numbers_of(kept["apart"].split()),
            numbers_of(data.get("seen", "").split()),
        )

    def holds(self, key: int, *, by_default: bool = False) -> bool:
        """Whether a row is ticked; by default where nobody has seen it yet."""
        return key in self.on | self.apart or (by_default and key not in self.seen)

    def page(
        self,
        shown: Iterable[int],
        listed: Iterable[int],
        *,
        hidden: Iterable[int] = (),
        apart: Iterable[int] = (),
    ) -> dict:
        """What _ticks.html keeps of the rows that are not `shown` on this page: the ticked ones `listed` on other pages
        and those that the filters have `hidden`, which the action takes too; and those of lists `apart`, which it
        leaves."""
        ticked = self.on | self.apart
        elsewhere = ticked & frozenset(listed) - frozenset(shown)
        not_listed = (ticked & frozenset(hidden)).difference(listed)
        return {
            "kept": sorted(elsewhere | not_listed),
            "apart": sorted((ticked & frozenset(apart)).difference(listed)),
            "elsewhere": len(elsewhere),
            "hidden": len(not_listed),
            "seen": sorted(self.seen | set(shown)),
        }


NOBODY_TICKED = Ticks()


def only_looks(data: QueryDict) -> bool:
    """Whether a form was sent by a button that shows other rows, and decides nothing."""
    return any(name in data for name in (TURN, NARROW, UNTICK))


def filters_in(request: HttpRequest) -> QueryDict:
    """Where the filters stand: in the fields of the form that narrows the list anew, otherwise in the address."""
    return request.POST if request.POST.get(NARROW) == TYPED else request.GET


def list_in(request: HttpRequest) -> QueryDict:
    """Where a list without fields is named: in the form, but in the address of the button that leads to another."""
    return request.POST if request.method == "POST" and NARROW not in request.POST else request.GET


def page_in(request: HttpRequest) -> str | None:
    """Which page of the list is asked for: the first where it was narrowed anew."""
    if NARROW in request.POST:
        return None
    asked = request.POST if request.method == "POST" else request.GET
    return asked.get(TURN) or asked.get("page")


def numbers_of(texts: Iterable[str]) -> frozenset[int]:
    """Those of these texts that can be the key of a row, MOST at most."""
    return frozenset(int(one) for one in islice(texts, MOST) if one.isdecimal() and len(one) < 19)
