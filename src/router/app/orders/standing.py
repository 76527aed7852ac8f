"""What stands of an order and can still be decided otherwise, and the books as if none of that were taken."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from router.app.books.books import Books
from router.app.books.changes import FiledOrder
from router.app.reservations.order_reservation import Released
from router.domain.identifiers import Instant, LineId, NodeId, Sku
from router.domain.order import Order
from router.domain.plan import PlannedTransfer, Shipment, Substitution
from router.ledger.accounts import Bucket
from router.ledger.lifecycle import SHIPMENT_TRANSITIONS, ShipmentEvent, ShipmentState
from router.ledger.reservations import Reservation
from router.routing.decision import Standing
from router.routing.network.dates import ready_day
from router.routing.network.prepared import PreparedNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class Movable:
    """Reservations that can be given back, and the shipments that they are of."""

    reservations: tuple[Reservation, ...]
    standing: tuple[Standing, ...]


def find_movable(filed: FiledOrder, network: PreparedNetwork, now: Instant) -> Movable:
    """The shipments that are not released and whose node need not begin yet; at a closed node, those nobody walks for.

    What is under way for a shipment stays with it, and the shipment as it is.
    """
    held: dict[int, list[Reservation]] = defaultdict(list)
    for reservation in filed.reservations:
        if reservation.left:
            held[reservation.shipment].append(reservation)
    numbers = [
        number
        for number in sorted(held)
        if all(one.account.bucket is Bucket.ON_HAND for one in held[number])
        and is_movable(filed.plan.shipments[number - 1], filed.shipments[number - 1].state, network, now)
    ]
    return Movable(
        reservations=tuple(one for number in numbers for one in held[number]),
        standing=tuple(
            stand(number, filed.plan.shipments[number - 1], held[number], substituted_in(filed, held[number]))
            for number in numbers
        ),
    )


def is_movable(shipment: Shipment, state: ShipmentState, network: PreparedNetwork, now: Instant) -> bool:
    """While planned, until the cut-off after which an order could not leave on that day any more, or what it awaits
    could not leave its node on the planned one. At a closed node until somebody picks it: what is picked is packed and
    may be with its carrier already.
    """
    number = network.open_node_index.get(shipment.node_id)
    if number is None:
        return (state, ShipmentEvent.REJECT) in SHIPMENT_TRANSITIONS
    ready = ready_day(network.nodes[number].calendar, now)
    return (
        state is ShipmentState.PLANNED
        and ready is not None
        and ready <= shipment.ship_day
        and all(can_still_leave(one, network, now) for one in shipment.transfers or ())
    )


def can_still_leave(transfer: PlannedTransfer, network: PreparedNetwork, now: Instant) -> bool:
    """Whether an order of now could have the units leave by that day; what lies at a closed node can be moved."""
    number = network.open_node_index.get(transfer.from_node_id)
    if number is None:
        return True
    ready = ready_day(network.nodes[number].calendar, now)
    return ready is not None and ready <= transfer.depart_day


def substituted_in(filed: FiledOrder, held: Sequence[Reservation]) -> tuple[Substitution, ...]:
    """The units held of other products than were asked for, by the offers that were taken."""
    asked = {line.id: line.sku for line in filed.order.lines}
    taken = {(one.line_id, one.sku): one for one in filed.plan.substitutions}
    units: dict[tuple[LineId, Sku], int] = defaultdict(int)
    for one in held:
        if one.account.sku != asked[one.line_id]:
            units[one.line_id, one.account.sku] += one.left
    return tuple(
        Substitution(
            line_id=line_id,
            sku=sku,
            quantity=units[line_id, sku],
            # A shipment that no later decision could move any more, until its node closed, has no price any more.
            rule=taken[line_id, sku].rule if (line_id, sku) in taken else "",
            unit_milli=taken[line_id, sku].unit_milli if (line_id, sku) in taken else 0,
        )
        for line_id, sku in sorted(units)
    )


def stand(
    number: int, shipment: Shipment, held: Sequence[Reservation], substitutes: tuple[Substitution, ...]
) -> Standing:
    units: dict[LineId, int] = defaultdict(int)
    for reservation in held:
        units[reservation.line_id] += reservation.left
    return Standing(
        number=number,
        node_id=shipment.node_id,
        service_level_id=shipment.service_level_id,
        ship_day=shipment.ship_day,
        units=tuple(sorted(units.items())),
        substitutes=substitutes,
    )


def remainder_of(filed: FiledOrder, movable: Movable) -> Order | None:
    """The order with only the units that can still be decided: movable and waiting ones. None: there are none."""
    left: dict[LineId, int] = defaultdict(int)
    for reservation in movable.reservations:
        left[reservation.line_id] += reservation.left
    for line in filed.account.lines:
        left[line.line_id] += line.backordered
    lines = tuple(replace(line, quantity=left[line.id]) for line in filed.order.lines if left[line.id])
    return replace(filed.order, lines=lines) if lines else None


class GivenBack:
    """The books' stock and capacity, with what is movable of one order given back."""

    def __init__(self, books: Books, movable: Movable) -> None:
        self._books = books
        self._stock = Released(books, [(one, one.left) for one in movable.reservations])
        self._booked: dict[NodeId, dict[int, int]] = {}
        for one in movable.standing:
            if one.node_id not in self._booked:
                self._booked[one.node_id] = dict(books.shipments_booked(one.node_id))
            self._booked[one.node_id][one.ship_day] -= 1

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self._stock.available(sku)

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        own = self._booked.get(node_id)
        return self._books.shipments_booked(node_id) if own is None else own
