"""What runs out by itself, in memory: values of late, ready to be changed, and when each that has a limit runs out."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from typing import Generic, Protocol, TypeVar

from router.domain.identifiers import Instant

KEPT_MAX = 10_000
"""Values held ready; others are read from the store."""


class Named(Protocol):
    """Something with an id that nothing else of its kind has."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Named)


class Expiring(Generic[T]):
    """What a store holds and what was changed since. One thread uses it.

    `limits` are those of the store by id, `find_stored` reads one of it, `limit_of` says when a value runs out as it
    stands now; None where it does not.
    """

    def __init__(
        self,
        limits: Iterable[tuple[Instant, str]],
        find_stored: Callable[[str], T | None],
        limit_of: Callable[[T], Instant | None],
    ) -> None:
        self._find_stored = find_stored
        self._limit_of = limit_of
        self._recent: OrderedDict[str, T] = OrderedDict()
        self._limits = list(limits)
        heapify(self._limits)

    def find(self, id: str) -> T | None:
        return self._recent.get(id) or self._find_stored(id)

    def recent(self) -> Iterable[T]:
        """Those in memory: all that are not committed yet are among them."""
        return self._recent.values()

    def apply(self, values: Iterable[T]) -> None:
        """Take the values over."""
        for one in values:
            self._recent[one.id] = one
            self._recent.move_to_end(one.id)
            if (limit := self._limit_of(one)) is not None:
                heappush(self._limits, (limit, one.id))

    def forget_old(self) -> None:
        """Keep memory bounded; only to be called when all changes are committed."""
        while len(self._recent) > KEPT_MAX:
            self._recent.popitem(last=False)

    def next_limit(self) -> Instant | None:
        """When the next one runs out."""
        while self._limits and self._expiring(*self._limits[0]) is None:
            heappop(self._limits)
        return self._limits[0][0] if self._limits else None

    def due(self, now: Instant, count_max: int) -> list[T]:
        """At most so many of those whose limit has come, the earliest first. They stay due until they are applied."""
        due: dict[tuple[Instant, str], T] = {}
        while len(due) < count_max and (limit := self.next_limit()) is not None and limit <= now:
            # What was resolved in part is noted twice with the same limit.
            noted = heappop(self._limits)
            found = self._expiring(*noted)
            assert found is not None, "looked at just now"
            due[noted] = found
        for noted in due:
            heappush(self._limits, noted)
        return list(due.values())

    def _expiring(self, limit: Instant, id: str) -> T | None:
        """The value if it still is to run out then: others were resolved, extended or made firm since."""
        found = self.find(id)
        return found if found is not None and self._limit_of(found) == limit else None
