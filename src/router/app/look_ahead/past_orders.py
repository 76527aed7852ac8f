"""What the ledger's own orders let expect, and what a season's took: read once, then only what is new."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from router.app.ports.store import Store
from router.domain.identifiers import Instant, NodeId, OrderId, Sku
from router.domain.order import Order
from router.domain.plan import Plan
from router.routing.look_ahead.forecast import Forecast
from router.routing.look_ahead.season import Season
from router.routing.look_ahead.seasonal import DAY, SEASON_DAYS, SEASONS_MAX, expect
from router.routing.look_ahead.sell_through import WEEKS_MAX, repeat

ORDERS_MAX = 100_000
"""LIMIT: when reading begins, the last so many decisions are history; what came before counts for nothing, neither as
ordered nor as taken of what a season laid in.
"""

PAGE = 2_000


@dataclass(frozen=True, slots=True)
class _Asked:
    order: Order


@dataclass(frozen=True, slots=True)
class _Named:
    """What was asked, without reading the rest of a decision's bytes."""

    inputs: _Asked


@dataclass(frozen=True, slots=True)
class _Planned:
    """And from where it is sent."""

    inputs: _Asked
    plan: Plan


_NAMES = msgspec.msgpack.Decoder(_Named)
_PLANS = msgspec.msgpack.Decoder(_Planned)


class PastOrders:
    """A `ForecastSource` of the orders that were decided here, repeated `whole` or by the season's week.

    `since`: goods are laid in from then on, and orders that were placed then and later belong to their season.

    LIMIT: of an order that was decided again what its last plan takes counts, and of a canceled one what its plan took;
    it counts as wanted, too. One thread uses it.
    """

    def __init__(self, store: Store, days: int, *, whole: bool = False, since: Instant | None = None) -> None:
        self._store = store
        self._days = days
        self._expect = repeat if whole else expect
        self._weeks = WEEKS_MAX if whole else SEASONS_MAX
        self._since = since
        self._seen = 0
        self._orders: dict[OrderId, Order] = {}
        self._taken: dict[OrderId, tuple[tuple[Sku, NodeId, int], ...]] = {}

    def expect(self, now: Instant) -> Forecast:
        """The orders of the coming days. Raises StoreError when the store cannot be read."""
        self._read_on()
        since = now - self._weeks * SEASON_DAYS * DAY
        if self._since is not None:
            since = min(since, self._since)
        self._orders = {key: order for key, order in self._orders.items() if order.place_time >= since}
        return self._expect(tuple(self._orders.values()), now, self._days)

    def season(self, available: Mapping[Sku, Mapping[NodeId, int]]) -> Season | None:
        """What was laid in (`available` or taken) and ordered, as of the last forecast; None where none began."""
        if self._since is None:
            return None
        laid_in = {sku: dict(nodes) for sku, nodes in available.items()}
        for taken in self._taken.values():
            for sku, node_id, units in taken:
                if sku in laid_in:
                    laid_in[sku][node_id] = laid_in[sku].get(node_id, 0) + units
        orders = tuple(order for order in self._orders.values() if order.place_time >= self._since)
        return Season(laid_in=laid_in, orders=orders)

    def _read_on(self) -> None:
        with self._store.reader() as reader:
            self._seen = max(self._seen, reader.find_start_of_last(ORDERS_MAX))
            while page := reader.list_decisions(self._seen, PAGE):
                for one in page:
                    order = self._read(one.decision.body)
                    # Who ordered is nobody's business here. What is decided again was asked for once.
                    self._orders.setdefault(order.id, replace(order, customer_id=""))
                self._seen = page[-1].decision.number

    def _read(self, body: bytes) -> Order:
        if self._since is None:
            return _NAMES.decode(body).inputs.order
        decision = _PLANS.decode(body)
        order = decision.inputs.order
        if order.place_time >= self._since:
            self._taken[order.id] = tuple(
                (allocation.sku, shipment.node_id, allocation.quantity)
                for shipment in decision.plan.shipments
                for parcel in shipment.parcels
                for allocation in parcel.allocations
            )
        return order
