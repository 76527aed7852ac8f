"""What the ledger's own orders let expect: read once, then only what is new."""

from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from router.app.ports.store import Store
from router.domain.identifiers import Instant, OrderId
from router.domain.order import Order
from router.routing.look_ahead.forecast import Forecast
from router.routing.look_ahead.seasonal import DAY, SEASON_DAYS, SEASONS_MAX, expect
from router.routing.look_ahead.sell_through import WEEKS_MAX, repeat

ORDERS_MAX = 100_000
"""LIMIT: the last so many decisions are history; what came before counts for nothing."""

PAGE = 2_000


@dataclass(frozen=True, slots=True)
class _Asked:
    order: Order


@dataclass(frozen=True, slots=True)
class _Named:
    """What was asked, without reading the rest of a decision's bytes."""

    inputs: _Asked


_NAMES = msgspec.msgpack.Decoder(_Named)


class PastOrders:
    """A `ForecastSource` of the orders that were decided here, repeated `whole` or by the season's week.

    One thread uses it.
    """

    def __init__(self, store: Store, days: int, *, whole: bool = False) -> None:
        self._store = store
        self._days = days
        self._expect = repeat if whole else expect
        self._weeks = WEEKS_MAX if whole else SEASONS_MAX
        self._seen = 0
        self._orders: dict[OrderId, Order] = {}

    def expect(self, now: Instant) -> Forecast:
        """The orders of the coming days. Raises StoreError when the store cannot be read."""
        self._read_on()
        since = now - self._weeks * SEASON_DAYS * DAY
        self._orders = {key: order for key, order in self._orders.items() if order.place_time >= since}
        return self._expect(tuple(self._orders.values()), now, self._days)

    def _read_on(self) -> None:
        with self._store.reader() as reader:
            self._seen = max(self._seen, reader.find_start_of_last(ORDERS_MAX))
            while page := reader.list_decisions(self._seen, PAGE):
                for one in page:
                    order = _NAMES.decode(one.decision.body).inputs.order
                    # Who ordered is nobody's business here. What is decided again was asked for once.
                    self._orders.setdefault(order.id, replace(order, customer_id=""))
                self._seen = page[-1].decision.number
