"""A router to test with: a small network, a few goods, a clock that stands still; real stores, real routing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Any

from router.app.answers.answer import Answer, Answered
from router.app.answers.orders import OrderRecord
from router.app.commands.command import Command
from router.app.commands.deciding import Because, RerouteOrders, RouteOrders
from router.app.commands.documents import PutNetwork, PutProducts
from router.app.commands.feeds import RecordSnapshot
from router.app.commands.fulfillment import DispatchShipment
from router.app.commands.orders import CancelOrder
from router.app.commands.questions import GetAvailability
from router.app.commands.reservations import (
    ExtendReservation,
    FirmReservation,
    PostReservation,
    ReserveStock,
    VoidReservation,
)
from router.app.commands.rules import ActivateRules
from router.app.commands.stock import AdjustStock, TrustClock
from router.app.engine.engine import Engine
from router.app.ports.store import Store
from router.app.queries import Queries
from router.app.rules.review import CasesRun, Reviewer
from router.domain.carrier import Carrier
from router.domain.identifiers import CarrierId, Instant, LineId, NodeId, OrderId, Sku
from router.domain.node import Node
from router.domain.order import Order
from router.ledger.feeds import Mark
from router.ledger.stock_reservations import AskedLine, StockReservation
from router.stores.memory.store import MemoryStore
from tests.routing.builders import MONDAY_TEN, a_network, a_product, an_order

PAID_ELSEWHERE = """\
kind: RuleSet/v1
id: paid
priority: -1
currency: EUR
applies: true
on_account:
  - {id: elsewhere, because: what these orders cost was paid before they came here}
"""
"""Rules under which goods leave without any payment; most tests are of something else."""
SKUS = ("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR")
WAIT_SECONDS = 60


class StandingClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: Instant = MONDAY_TEN) -> None:
        self.instant = now
        self.seconds = 1_000.0

    def now(self) -> Instant:
        return self.instant

    def monotonic(self) -> float:
        return self.seconds

    def go_on(self, seconds: int) -> None:
        """Time passes; both clocks say so."""
        self.instant = Instant(self.instant + seconds * 1_000_000)
        self.seconds += seconds


class Shop:
    """An engine on a store, and the shortest ways to ask it. Keys are made up from a count unless given."""

    def __init__(self, store: Store, **settings: Any) -> None:
        self.store = store
        self.clock = settings.pop("clock", None) or StandingClock()
        self.engine = Engine(store, self.clock, **settings)
        self.queries = Queries(store)
        self._count = 0

    def key(self) -> str:
        self._count += 1
        return f"key-{self._count}"

    def ask(self, command: Command) -> Answered:
        return self.engine.submit(command).result(WAIT_SECONDS)

    def answer(self, command: Command) -> Answer:
        return self.ask(command).answer

    def route(self, *orders: Order, key: str | None = None, **changes: Any) -> Any:
        return self.answer(route_orders(*orders, key=key or self.key(), **changes))

    def adjust(self, place: str, sku: str, delta: int, key: str | None = None, **changes: Any) -> Any:
        return self.answer(adjust_stock(place, sku, delta, key=key or self.key(), **changes))

    def count(
        self,
        on_hand: Mapping[str, Mapping[str, int]],
        *,
        sequence: int,
        key: str | None = None,
        **changes: Any,
    ) -> Any:
        return self.answer(a_snapshot(on_hand, sequence=sequence, key=key or self.key(), **changes))

    def cancel(self, order_id: str, lines: Mapping[str, int] | None = None, key: str | None = None) -> Any:
        return self.answer(cancel_order(order_id, lines, key=key or self.key()))

    def reroute(self, *order_ids: str, move_milli: int = 0, key: str | None = None, **changes: Any) -> Any:
        """The outcomes."""
        command = RerouteOrders(
            request_id=key or self.key(),
            body_digest=digest(order_ids, move_milli, changes),
            order_ids=tuple(map(OrderId, order_ids)),
            because=changes.pop("because", Because.REQUEST),
            move_milli=move_milli,
            **changes,
        )
        answer: Any = self.answer(command)
        return answer.results

    def dispatch(self, shipment_id: str, key: str | None = None) -> Any:
        key = key or self.key()
        return self.answer(
            DispatchShipment(request_id=key, body_digest=digest(shipment_id), shipment_id=shipment_id)
        )

    def reserve(
        self, *lines: tuple[str, str, int], seconds: int | None = 900, key: str | None = None, **changes: Any
    ) -> StockReservation:
        """Lines are (place, SKU, quantity), named by their number from 1."""
        return self.changed(reserve_stock(*lines, seconds=seconds, key=key or self.key(), **changes))

    def extend(self, id: str, seconds: int, key: str | None = None) -> StockReservation:
        return self.changed(
            ExtendReservation(
                request_id=key or self.key(),
                body_digest=digest(id, seconds),
                reservation_id=id,
                timeout_seconds=seconds,
            )
        )

    def firm(self, id: str, key: str | None = None) -> StockReservation:
        return self.changed(
            FirmReservation(request_id=key or self.key(), body_digest=digest(id), reservation_id=id)
        )

    def post(
        self, id: str, lines: Mapping[str, int] | None = None, key: str | None = None, **changes: Any
    ) -> StockReservation:
        return self.changed(
            PostReservation(
                request_id=key or self.key(),
                body_digest=digest(id, lines, changes),
                reservation_id=id,
                lines={LineId(line_id): quantity for line_id, quantity in (lines or {}).items()},
                **changes,
            )
        )

    def void(
        self, id: str, lines: Mapping[str, int] | None = None, key: str | None = None
    ) -> StockReservation:
        return self.changed(
            VoidReservation(
                request_id=key or self.key(),
                body_digest=digest(id, lines),
                reservation_id=id,
                lines={LineId(line_id): quantity for line_id, quantity in (lines or {}).items()},
            )
        )

    def trust_clock(self) -> bool:
        answer: Any = self.answer(TrustClock(request_id=self.key(), body_digest=digest()))
        return bool(answer.was_in_doubt)

    def changed(self, command: Command) -> StockReservation:
        answer: Any = self.answer(command)
        reservation: StockReservation = answer.reservation
        return reservation

    def figures(self, sku: str, place: str) -> tuple[int, int, int]:
        """On hand, reserved, available; zeros where the node never held the SKU."""
        return self.all_figures(sku)[place, sku]

    def all_figures(self, *skus: str) -> Mapping[tuple[str, str], tuple[int, int, int]]:
        """The same by place and SKU, asked for in one go."""
        rows = self.availability(*skus)
        found = {(row.node_id, row.sku): (row.on_hand, row.reserved, row.available) for row in rows}
        return defaultdict(lambda: (0, 0, 0), found)

    def availability(self, *skus: str) -> Any:
        """The rows of some SKUs."""
        found: Any = self.answer(GetAvailability(skus=tuple(map(Sku, skus))))
        return found.rows

    def faults(self) -> tuple[str, ...]:
        return self.queries.ledger.audit().faults


def digest(*parts: object) -> bytes:
    return sha256(repr(parts).encode()).digest()


def route_orders(*orders: Order, key: str, **changes: Any) -> RouteOrders:
    return RouteOrders(request_id=key, body_digest=digest(orders), orders=orders, **changes)


def adjust_stock(
    place: str, sku: str, delta: int, *, key: str, reason: str = "COUNT", **changes: Any
) -> AdjustStock:
    return AdjustStock(
        request_id=key,
        body_digest=digest(place, sku, delta, reason, changes),
        node_id=NodeId(place),
        sku=Sku(sku),
        delta=delta,
        reason_code=reason,
        **changes,
    )


def get_availability(*skus: str, places: Sequence[str] = (), with_lots: bool = False) -> GetAvailability:
    return GetAvailability(
        skus=tuple(map(Sku, skus)), node_ids=tuple(map(NodeId, places)), with_lots=with_lots
    )


def a_snapshot(
    on_hand: Mapping[str, Mapping[str, int]],
    *,
    sequence: int,
    key: str,
    is_full: bool = False,
    feed: str = "wms",
    **changes: Any,
) -> RecordSnapshot:
    return RecordSnapshot(
        request_id=key,
        body_digest=digest(on_hand, sequence, is_full, feed, changes),
        feed_id=feed,
        mark=Mark(changes.pop("epoch", 0), sequence),
        is_full=is_full,
        **changes,
        on_hand={NodeId(place): {Sku(sku): n for sku, n in rows.items()} for place, rows in on_hand.items()},
    )


def reserve_stock(
    *lines: tuple[str, str, int], seconds: int | None, key: str, **changes: Any
) -> ReserveStock:
    return ReserveStock(
        request_id=key,
        body_digest=digest(lines, seconds, changes),
        lines=tuple(
            AskedLine(line_id=LineId(str(n)), node_id=NodeId(place), sku=Sku(sku), quantity=quantity)
            for n, (place, sku, quantity) in enumerate(lines, start=1)
        ),
        timeout_seconds=seconds,
        **changes,
    )


def cancel_order(order_id: str, lines: Mapping[str, int] | None, *, key: str) -> CancelOrder:
    wanted = {LineId(line_id): quantity for line_id, quantity in (lines or {}).items()}
    return CancelOrder(
        request_id=key, body_digest=digest(order_id, lines), order_id=OrderId(order_id), lines=wanted
    )


def put_network(*nodes: Node, key: str = "put-network", **changes: Any) -> PutNetwork:
    carriers = (Carrier(id=CarrierId("CHRONO")), Carrier(id=CarrierId("POSTE")))
    network = a_network(*nodes, carriers=carriers, **changes)
    return PutNetwork(request_id=key, body_digest=digest(network), network=network)


def put_products(*skus: str, key: str = "put-products") -> PutProducts:
    products = tuple(a_product(sku) for sku in skus)
    return PutProducts(request_id=key, body_digest=digest(products), products=products)


def activate(shop: Shop, rules: str, key: str = "opening-rules") -> None:
    """Rules of one file in force, not linted."""
    files = {"rules.yaml": rules.encode()}
    command = ActivateRules(request_id=key, body_digest=digest(rules), files=files, author="ada")
    reviewer = Reviewer(
        versions=shop.queries.versions,
        documents=shop.queries.documents,
        lint=lambda *_, **__: (),
        run_cases=lambda _: CasesRun(),
    )
    shop.answer(reviewer.ready(command, shop.clock.now()))


def as_booked(record: OrderRecord) -> OrderRecord:
    """A record that was read back, without what only reading adds."""
    return replace(record, network_digest=None, place=None)


@contextmanager
def a_shop(
    store: Store | None = None,
    stock: Mapping[str, Mapping[str, int]] | None = None,
    rules: str = PAID_ELSEWHERE,
    **settings: Any,
) -> Iterator[Shop]:
    """A running shop with a network, three products and rules, none if empty; `stock` is counted in by snapshot 1."""
    shop = Shop(store or MemoryStore(), **settings)
    shop.engine.start()
    try:
        shop.ask(put_network())
        shop.ask(put_products(*SKUS))
        if stock:
            shop.count(stock, sequence=1, key="opening-stock")
        if rules:
            activate(shop, rules)
        yield shop
    finally:
        shop.engine.stop()


def order_for(sku: str, quantity: int, id: str = "order-1", **changes: Any) -> Order:
    return an_order(id, lines={sku: quantity}, **changes)
