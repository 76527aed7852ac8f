"""Stock reservations in memory: those of late, ready to be changed, and when each that has a limit runs out."""

from collections import OrderedDict
from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from router.app.ports import Reader
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.stock_reservations import ReservationState, StockReservation

KEPT_MAX = 10_000
"""Reservations held ready; others are read from the store."""


def no_reservation(reservation_id: str) -> RouterError:
    return RouterError(
        Reason.RESERVATION_NOT_FOUND,
        f"no reservation has the id `{reservation_id}`",
        reservation_id=reservation_id,
    )


class ReservationBook:
    """What a store holds and what was changed since. One thread uses it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._recent: OrderedDict[str, StockReservation] = OrderedDict()
        self._limits: list[tuple[Instant, str]] = list(reader.read_limits())
        heapify(self._limits)

    def get(self, reservation_id: str) -> StockReservation:
        """The reservation as it stands. Refuses with RESERVATION_NOT_FOUND."""
        found = self.find(reservation_id)
        if found is None:
            raise no_reservation(reservation_id)
        return found

    def find(self, reservation_id: str) -> StockReservation | None:
        return self._recent.get(reservation_id) or self._reader.find_stock_reservation(reservation_id)

    def recent(self) -> Iterable[StockReservation]:
        """Those in memory: all that are not committed yet are among them."""
        return self._recent.values()

    def apply(self, reservations: Iterable[StockReservation]) -> None:
        """Take the values over."""
        for one in reservations:
            self._recent[one.id] = one
            self._recent.move_to_end(one.id)
            if one.state is ReservationState.HELD and one.expire_time is not None:
                heappush(self._limits, (one.expire_time, one.id))

    def forget_old(self) -> None:
        """Keep memory bounded; only to be called when all changes are committed."""
        while len(self._recent) > KEPT_MAX:
            self._recent.popitem(last=False)

    def next_limit(self) -> Instant | None:
        """When the next one runs out."""
        while self._limits and self._expiring(*self._limits[0]) is None:
            heappop(self._limits)
        return self._limits[0][0] if self._limits else None

    def due(self, now: Instant, count_max: int) -> list[StockReservation]:
        """At most so many of those whose limit has come, the earliest first."""
        due: dict[tuple[Instant, str], StockReservation] = {}
        while len(due) < count_max and (limit := self.next_limit()) is not None and limit <= now:
            # A reservation that was posted in part is noted twice with the same limit.
            noted = heappop(self._limits)
            found = self._expiring(*noted)
            assert found is not None, "looked at just now"
            due[noted] = found
        # What is only looked at stays due, until it is applied as expired.
        for noted in due:
            heappush(self._limits, noted)
        return list(due.values())

    def _expiring(self, limit: Instant, id: str) -> StockReservation | None:
        """The reservation if it still is to expire then: others were resolved, extended or made firm since."""
        found = self.find(id)
        is_open = found is not None and found.state is ReservationState.HELD and found.expire_time == limit
        return found if is_open else None
