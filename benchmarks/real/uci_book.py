"""What became of each order, as the benchmark remembers it: which shipment holds which units, what has left."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from router.api.v1 import order_pb2
from router.domain.identifiers import LineId, NodeId, OrderId, Sku
from router.domain.order import Order
from router.domain.plan import Plan, Shipment
from router.ledger.shipments import shipment_id_of


@dataclass(slots=True)
class Part:
    """Units of a line in one shipment."""

    line_id: str
    sku: Sku
    units: int


@dataclass(slots=True)
class Sent:
    """One shipment of the plan."""

    shipment_id: str
    node_id: NodeId
    ship_date: str
    parts: list[Part]
    has_left: bool = False
    delivery_date: str = ""


@dataclass(slots=True)
class Booked:
    """One order: its shipments and the units of each line that wait for stock."""

    order_id: OrderId
    shipments: list[Sent]
    waiting: dict[str, int]


@dataclass(frozen=True, slots=True)
class Left:
    """Units of a line that a cancellation wants and a shipment has taken away."""

    shipment_id: str
    line_id: LineId
    sku: Sku
    units: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What a cancellation comes to: units to cancel per line, freed and returned units per node."""

    cancel: dict[str, int]
    freed: list[tuple[NodeId, Sku, int]]
    returned: list[tuple[NodeId, Sku, int]]
    left: list[Left] = field(default_factory=list)
    """The returned ones by the shipment that had them."""


@dataclass(slots=True)
class Book:
    """All orders, and for each customer and SKU the lines bought, the latest last."""

    orders: dict[OrderId, Booked] = field(default_factory=dict)
    bought: dict[tuple[str, Sku], list[tuple[OrderId, str]]] = field(default_factory=dict)
    open_shipments: list[Sent] = field(default_factory=list)

    def record(self, order: Order, plan: order_pb2.Plan) -> Booked:
        """Remembers a decided order."""
        shipments = [_sent(shipment) for shipment in plan.shipments]
        return self._keep(order, shipments, ((one.line_id, one.quantity) for one in plan.unshipped))

    def record_plan(self, order: Order, plan: Plan, numbers: Sequence[int]) -> list[Sent]:
        """The same of a plan that did not come over the wire; gives its shipments."""
        shipments = [
            _sent_of(order, number, one) for number, one in zip(numbers, plan.shipments, strict=True)
        ]
        waiting = ((one.line_id, one.quantity) for one in plan.unshipped)
        return self._keep(order, shipments, waiting).shipments

    def _keep(self, order: Order, shipments: list[Sent], unshipped: Iterable[tuple[str, int]]) -> Booked:
        waiting: dict[str, int] = {}
        for line_id, quantity in unshipped:
            waiting[line_id] = waiting.get(line_id, 0) + quantity
        booked = Booked(order.id, shipments, waiting)
        self.orders[order.id] = booked
        self.open_shipments += shipments
        for line in order.lines:
            self.bought.setdefault((order.customer_id, line.sku), []).append((order.id, line.id))
        return booked

    def due(self, today: str) -> list[Sent]:
        """Shipments whose ship date has passed and that still hold units; they have left from now on."""
        due = [sent for sent in self.open_shipments if sent.ship_date < today]
        self.open_shipments = [sent for sent in self.open_shipments if sent.ship_date >= today]
        for sent in due:
            sent.has_left = True
        return [sent for sent in due if any(part.units for part in sent.parts)]

    def undo(self, customer_id: str, sku: Sku, units: int) -> Iterator[tuple[Booked, Undone]]:
        """Matches canceled units to the customer's latest purchases of the SKU; units without one match nothing."""
        for order_id, line_id in reversed(self.bought.get((customer_id, sku), ())):
            if not units:
                return
            booked = self.orders[order_id]
            undone, taken = _undo_line(booked, line_id, sku, units)
            units -= taken
            if taken:
                yield booked, undone


def _undo_line(booked: Booked, line_id: str, sku: Sku, units: int) -> tuple[Undone, int]:
    """Takes waiting units first, then those of the youngest shipment, as the router does; what has left comes back."""
    wanted = units
    undone = Undone({}, [], [])
    canceled = waiting = min(units, booked.waiting.get(line_id, 0))
    if waiting:
        booked.waiting[line_id] -= waiting
        units -= waiting
    youngest_first = booked.shipments[::-1]
    for sent in sorted(youngest_first, key=lambda sent: sent.has_left):
        for part in sent.parts:
            if part.line_id == line_id and (taken := min(units, part.units)):
                part.units -= taken
                units -= taken
                (undone.returned if sent.has_left else undone.freed).append((sent.node_id, sku, taken))
                canceled += 0 if sent.has_left else taken
                if sent.has_left:
                    undone.left.append(Left(sent.shipment_id, LineId(line_id), sku, taken))
    if canceled:
        undone.cancel[line_id] = canceled
    return undone, wanted - units


def _sent(shipment: order_pb2.Shipment) -> Sent:
    units: dict[tuple[str, str], int] = {}
    for parcel in shipment.parcels:
        for each in parcel.allocations:
            units[each.line_id, each.sku] = units.get((each.line_id, each.sku), 0) + each.quantity
    return Sent(
        shipment.shipment_id,
        NodeId(shipment.node_id),
        shipment.ship_date,
        [Part(line_id, Sku(sku), count) for (line_id, sku), count in units.items()],
    )


def _sent_of(order: Order, number: int, shipment: Shipment) -> Sent:
    units: dict[tuple[str, Sku], int] = {}
    for parcel in shipment.parcels:
        for each in parcel.allocations:
            units[each.line_id, each.sku] = units.get((each.line_id, each.sku), 0) + each.quantity
    return Sent(
        shipment_id_of(order.id, number),
        shipment.node_id,
        date.fromordinal(shipment.ship_day).isoformat(),
        [Part(line_id, sku, count) for (line_id, sku), count in units.items()],
        delivery_date=date.fromordinal(shipment.delivery_day).isoformat(),
    )


def units_of(shipments: Sequence[Sent]) -> Iterator[tuple[NodeId, Sku, int]]:
    """Every reservation of the shipments."""
    for sent in shipments:
        for part in sent.parts:
            yield sent.node_id, part.sku, part.units
