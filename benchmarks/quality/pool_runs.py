"""Orders lived through twice: once each keeps what it got first, once it is decided again until its node's cut-off.

Both lives are those of a real engine. Goods come on Mondays: what fell below half of its first stock is filled up to
it. One order in 25 is canceled on the evening of its day. Every day at 14:30 UTC, before any cut-off, all orders are
decided again that still can be. In the first life a change costs so much that only units which waited are served.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby

from router.app.answers.decided import OrdersRerouted, RerouteOutcome, RoutedOrders
from router.app.answers.orders import OrderRecord
from router.app.commands.command import Command
from router.app.commands.deciding import Because, RerouteOrders, RouteOrders
from router.app.commands.documents import PutNetwork, PutProducts
from router.app.commands.feeds import RecordSnapshot
from router.app.commands.orders import CancelOrder
from router.app.commands.questions import GetAvailability
from router.app.commands.stock import AdjustStock
from router.app.engine.engine import Engine
from router.app.queries import Queries
from router.domain.identifiers import Instant, NodeId, OrderId, Sku
from router.domain.network import Network
from router.domain.order import Order
from router.domain.plan import CostKind
from router.domain.product import Product
from router.ledger.feeds import Mark
from router.ledger.lifecycle import ShipmentState
from router.stores.memory.store import MemoryStore

DAY = 86_400_000_000
AGAIN_AT, CANCELED_AT, RECEIVED_AT = (Instant(round(hours * 3_600_000_000)) for hours in (14.5, 20, 5))
NEVER_MILLI = 100_000_000_000
CANCELED_ONE_IN = 25
MONDAY = 4
"""The weekday of day 0, January 1, 1970, was a Thursday: Monday is the fourth day after."""
OPEN_DAYS = 14
"""Orders older than this that are not waiting are left alone: nothing of them can move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A retailer and what is ordered of it, by time."""

    network: Network
    products: tuple[Product, ...]
    stock: Mapping[NodeId, Mapping[Sku, int]]
    orders: Sequence[Order]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What came of the orders that were not canceled; costs without what moving is charged in the search."""

    shipments: int
    extra_shipments: int
    cost_milli: int
    waiting_units: int
    withdrawn: int
    faults: int


class Clock:
    """Stands at what it is set to."""

    def __init__(self) -> None:
        self.instant = Instant(0)

    def now(self) -> Instant:
        return self.instant

    def monotonic(self) -> float:
        return self.instant / 1e6


@dataclass(slots=True)
class Shop:
    """An engine that lives through the stream."""

    engine: Engine
    clock: Clock
    count: int = 0
    withdrawn: int = 0
    open_orders: dict[OrderId, int] = field(default_factory=dict)

    def ask(self, kind: type[Command], **fields: object) -> object:
        self.count += 1
        command = kind(request_id=f"key-{self.count}", body_digest=b"", **fields)  # type: ignore[call-arg]
        return self.engine.submit(command).result().answer


def live(stream: Stream, move_milli: int) -> Life:
    """One life; `move_milli` is what each shipment that changes must save."""
    store, clock = MemoryStore(), Clock()
    clock.instant = Instant(stream.orders[0].place_time // DAY * DAY)
    engine = Engine(store, clock, clock_jump_seconds_max=7 * 86_400)
    shop = Shop(engine, clock)
    engine.start()
    try:
        shop.ask(PutNetwork, network=stream.network)
        shop.ask(PutProducts, products=stream.products)
        shop.ask(RecordSnapshot, feed_id="opening", mark=Mark(0, 1), is_full=False, on_hand=stream.stock)
        for day, orders in groupby(stream.orders, key=lambda order: order.place_time // DAY):
            live_day(shop, stream, day, list(orders), move_milli)
    finally:
        engine.stop()
    return sum_up(Queries(store), store, [order.id for order in stream.orders], shop.withdrawn)


def live_day(shop: Shop, stream: Stream, day: int, orders: Sequence[Order], move_milli: int) -> None:
    begin = Instant(day * DAY)
    if (day - MONDAY) % 7 == 0:
        shop.clock.instant = Instant(begin + RECEIVED_AT)
        receive(shop, stream)
    route(shop, day, (order for order in orders if order.place_time < begin + AGAIN_AT))
    shop.clock.instant = Instant(max(begin + AGAIN_AT, shop.clock.instant))
    reroute(shop, day, move_milli)
    route(shop, day, (order for order in orders if order.place_time >= begin + AGAIN_AT))
    shop.clock.instant = Instant(max(begin + CANCELED_AT, shop.clock.instant))
    for order in orders:
        if is_canceled(order.id):
            shop.ask(CancelOrder, order_id=order.id, lines={})
            shop.open_orders.pop(order.id, None)


def route(shop: Shop, day: int, orders: Iterable[Order]) -> None:
    for order in orders:
        shop.clock.instant = Instant(max(order.place_time, shop.clock.instant))
        answer = shop.ask(RouteOrders, orders=(order,))
        assert isinstance(answer, RoutedOrders)
        shop.open_orders[order.id] = day


def reroute(shop: Shop, day: int, move_milli: int) -> None:
    """Who came first is decided first."""
    answer = shop.ask(
        RerouteOrders,
        order_ids=tuple(shop.open_orders),
        because=Because.SCHEDULE,
        move_milli=move_milli,
    )
    assert isinstance(answer, OrdersRerouted)
    for one in answer.results:
        shop.withdrawn += one.withdrawn_count
        if one.outcome is RerouteOutcome.FROZEN or shop.open_orders[one.order_id] < day - OPEN_DAYS:
            del shop.open_orders[one.order_id]


def receive(shop: Shop, stream: Stream) -> None:
    wanted = {(node_id, sku): units for node_id, row in stream.stock.items() for sku, units in row.items()}
    skus = tuple(sorted({sku for _, sku in wanted}))
    found = available(shop, skus)
    for place, units in wanted.items():
        there = found.get(place, 0)
        if 2 * there < units:
            node_id, sku = place
            shop.ask(AdjustStock, node_id=node_id, sku=sku, delta=units - there, reason_code="RECEIPT")


def available(shop: Shop, skus: tuple[Sku, ...]) -> dict[tuple[NodeId, Sku], int]:
    answer = shop.engine.submit(GetAvailability(skus=skus)).result().answer
    return {(row.node_id, row.sku): row.available for row in answer.rows}  # type: ignore[union-attr]


def is_canceled(order_id: OrderId) -> bool:
    return sha256(order_id.encode()).digest()[0] % CANCELED_ONE_IN == 0


def sum_up(queries: Queries, store: MemoryStore, order_ids: Sequence[OrderId], withdrawn: int) -> Life:
    shipments = extra = cost = waiting = 0
    for record, count in kept(queries, store, order_ids):
        shipments += count
        extra += max(0, count - 1)
        waiting += sum(line.backordered for line in record.lines)
        cost += sum(part.amount_milli for part in record.plan.costs if part.kind is not CostKind.MOVE)
    return Life(
        shipments=shipments,
        extra_shipments=extra,
        cost_milli=cost,
        waiting_units=waiting,
        withdrawn=withdrawn,
        faults=len(queries.ledger.audit().faults),
    )


def kept(
    queries: Queries, store: MemoryStore, order_ids: Sequence[OrderId]
) -> Iterator[tuple[OrderRecord, int]]:
    """Orders that were not canceled, and how many shipments each has in the end."""
    for order_id in order_ids:
        if not is_canceled(order_id):
            states = [one.state for one in store.list_shipments_of(order_id)]
            yield queries.get_order(order_id), sum(state is not ShipmentState.CANCELED for state in states)
