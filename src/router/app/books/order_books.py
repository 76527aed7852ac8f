"""The order half of the books: orders of late with all that is booked on them, who gave them, and nodes' shipments."""

from collections.abc import Iterable, Mapping
from itertools import islice

from router.app.books.changes import Changes, FiledOrder
from router.app.books.history import read_history
from router.app.ports.store import Reader
from router.app.records.commit import Commit
from router.app.records.events import EVENTS_OF_AN_ORDER_MAX, FAILED_ATTEMPTS
from router.app.records.filters import OrderFilter, ShipmentFilter
from router.domain.identifiers import Instant, NodeId, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.shipments import ShipmentAccount

ORDERS_KEPT_MAX = 2_000
"""Orders held ready for their cancellation or dispatch; others are read from the store."""

UNKNOWN_KEPT_MAX = 10_000
"""Ids of orders that nobody has routed yet, so that the store is asked once for each while it waits for its turn."""


class OrderBooks:
    """What the store has, and what this batch changed of it. One thread uses it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._orders: dict[OrderId, FiledOrder] = {}
        """Those of late, the one that changed last at the end."""
        self._booked: dict[NodeId, dict[int, int]] = {}
        self._unknown: set[OrderId] = set()
        """Looked for and not there; whoever books one of them takes it out."""
        # Of this batch: what is committed the store knows.
        self._filed_customers: set[str] = set()
        self._erased_customers: dict[str, Instant] = {}
        self._rejected: dict[str, set[str]] = {}
        for (node_id, day), count in reader.list_capacity().items():
            self._booked.setdefault(node_id, {})[day] = count

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        """Shipments planned or dispatched by local day."""
        return self._booked.get(node_id, {})

    def known_orders(self, order_ids: Iterable[OrderId]) -> set[OrderId]:
        """Which of these are routed already."""
        known, asked = set(), []
        for order_id in order_ids:
            if order_id in self._orders:
                known.add(order_id)
            elif order_id not in self._unknown:
                asked.append(order_id)
        if asked:
            found = self._reader.find_orders(asked)
            known.update(found)
            self._unknown.update(order_id for order_id in asked if order_id not in found)
        return known

    def get_order(self, order_id: OrderId) -> FiledOrder:
        """The order with all that is booked on it. Refuses with ORDER_NOT_FOUND."""
        if (filed := self._orders.get(order_id)) is not None:
            return filed
        account = self._reader.find_orders([order_id]).get(order_id)
        if account is None:
            raise RouterError(
                Reason.ORDER_NOT_FOUND, f"order `{order_id}` was never routed here", order_id=order_id
            )
        history = read_history(self._reader, account)
        return FiledOrder(
            order=history.order,
            planned=history.plan,
            account=account,
            reservations=tuple(self._reader.list_reservations(order_id)),
            shipments=tuple(self._reader.list_shipments_of(order_id)),
            withdrawn=history.withdrawn,
            release=history.release,
        )

    def list_shipments(self, where: ShipmentFilter, limit: int) -> list[ShipmentAccount]:
        """In the order of planning, at most `limit`; what this batch changed too."""
        found = {one.id: one for one in self._reader.list_shipments(None, limit, where)}
        found.update((one.id, one) for filed in self._orders.values() for one in filed.shipments)
        return sorted(filter(where.takes, found.values()), key=lambda one: one.number)[:limit]

    def count_rejections(self, shipment: ShipmentAccount) -> int:
        """How many shipments of its order nodes rejected or found too little for, this one too, in this batch too."""
        told = self._reader.list_events(0, EVENTS_OF_AN_ORDER_MAX, shipment.order_id)
        failed = {event.subject for event in told if event.kind in FAILED_ATTEMPTS}
        return len(failed | self._rejected.get(shipment.order_id, set()) | {shipment.id})

    def knows_customer(self, customer_id: str) -> bool:
        """Whether an order named the customer."""
        if any(filed.order.customer_id == customer_id for filed in self._orders.values()):
            return True
        return bool(self._reader.list_orders(None, 1, OrderFilter(customer_id=customer_id)))

    def find_erasure(self, customer_id: str) -> Instant | None:
        """When the customer was erased; None when there is something to erase or nothing ever was."""
        if customer_id in self._filed_customers:
            return None
        if (erased := self._erased_customers.get(customer_id)) is not None:
            return erased
        key = self._reader.find_customer_keys([customer_id]).get(customer_id)
        return key.time if key is not None and not any(key.key) else None

    def check_shipments(self, capacity: Mapping[tuple[NodeId, int], int]) -> None:
        """INVARIANT: only a booked shipment is released."""
        for (node_id, day), count in capacity.items():
            booked = self.shipments_booked(node_id).get(day, 0)
            assert booked + count >= 0, "only a booked shipment is released"

    def file(self, changes: Changes) -> None:
        """Orders, their shipments and customers as checked `changes` leave them."""
        for (node_id, day), count in changes.capacity.items():
            booked = self._booked.setdefault(node_id, {})
            booked[day] = booked.get(day, 0) + count
        filed = {one.account.order_id: one for one in changes.orders}
        for order_id in filed.keys() & self._orders.keys():
            del self._orders[order_id]
        self._orders.update(filed)
        self._unknown.difference_update(filed)
        for event in changes.events:
            if event.kind in FAILED_ATTEMPTS:
                self._rejected.setdefault(event.order_id, set()).add(event.subject)
        for order, _ in changes.recipients:
            self._filed_customers.add(order.customer_id)
            self._erased_customers.pop(order.customer_id, None)
        for customer_id in changes.erased_customers:
            self._filed_customers.discard(customer_id)
            self._erased_customers[customer_id] = changes.time

    def file_others(self, commit: Commit) -> None:
        """What another engine changed of an order is read from the store when it is asked for."""
        for (node_id, day), count in commit.capacity.items():
            self._booked.setdefault(node_id, {})[day] = count
        changed = (commit.orders, commit.reservations, commit.shipments)
        for order_id in {one.order_id for some in changed for one in some}:
            self._orders.pop(order_id, None)
            self._unknown.discard(order_id)

    def settle_orders(self) -> None:
        """Keep memory bounded; only to be called when all changes are committed."""
        # All that go are looked for at once: a dictionary passes places that are free again one by one.
        for order_id in list(islice(self._orders, max(0, len(self._orders) - ORDERS_KEPT_MAX))):
            del self._orders[order_id]
        if len(self._unknown) > UNKNOWN_KEPT_MAX:
            self._unknown.clear()
        self._rejected.clear()
        self._filed_customers.clear()
        self._erased_customers.clear()
