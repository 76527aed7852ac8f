"""Delays in memory: those of late, which orders have an open one, and when time alone moves each on."""

from collections.abc import Iterable

from router.app.books.expiring import Expiring
from router.app.ports.store import Reader
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.delays import NEVER, OPEN, Delay


def no_delay(order_id: str) -> RouterError:
    return RouterError(
        Reason.DELAY_NOT_FOUND,
        f"order `{order_id}` has no delay; `ListDelays` shows those that there are, `ReportDelay` reports one",
        order_id=order_id,
    )


class DelayBook(Expiring[Delay]):
    """A delay is due while it is open and not waiting for nothing but goods."""

    def __init__(self, reader: Reader) -> None:
        stored = list(reader.read_open_delays())
        limits = [(one.due_time, one.id) for one in stored if one.due_time != NEVER]
        super().__init__(limits, reader.find_delay, due_of)
        self._open = {one.id for one in stored}

    def get(self, order_id: OrderId) -> Delay:
        """The delay of an order. Refuses with DELAY_NOT_FOUND."""
        found = self.find(order_id)
        if found is None:
            raise no_delay(order_id)
        return found

    def find_open(self, order_id: OrderId) -> Delay | None:
        """The delay of an order of which something still waits to leave; asks the store only where there is one."""
        return self.find(order_id) if order_id in self._open else None

    def apply(self, values: Iterable[Delay]) -> None:
        """Take the values over."""
        delays = list(values)
        for one in delays:
            if one.state in OPEN:
                self._open.add(one.id)
            else:
                self._open.discard(one.id)
        super().apply(delays)


def due_of(delay: Delay) -> Instant | None:
    return delay.due_time if delay.state in OPEN and delay.due_time != NEVER else None
