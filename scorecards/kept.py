"""What was made of the same figures is not made again: kept in the process by all that it depends on.

The facts under which something is kept are content hashes of frozen records and the words that are shown beside them,
so what is found is what would be made again. Nothing is ever stale; what is not asked for falls out.
"""

from collections.abc import Callable, Hashable
from typing import Any

from django.utils.translation import get_language


class Kept:
    """At most `most` things, the oldest falls out first."""

    def __init__(self, most: int):
        self.most = most
        self._things: dict[Hashable, Any] = {}

    def once(self, make: Callable[[], Any], *facts: Hashable) -> Any:
        """What `make` gives, made once for these facts in this language. The facts are all that it depends on."""
        name = (get_language(), *facts)
        found = self._things.get(name)
        if found is None:
            found = make()
            for old in list(self._things)[: max(0, len(self._things) + 1 - self.most)]:
                self._things.pop(old, None)  # another thread may have been quicker
            self._things[name] = found
        return found

    def clear(self) -> None:
        self._things.clear()
