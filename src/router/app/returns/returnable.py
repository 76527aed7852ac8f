"""Which units of an order can still come back or be claimed: those that left, less those of its other returns."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from router.app.books.books import Books
from router.app.books.changes import FiledOrder
from router.domain.charges import is_even, line_charge
from router.domain.identifiers import Day, LineId, NodeId, Sku
from router.domain.order import OrderLine
from router.ledger.lifecycle import ShipmentState
from router.ledger.returns import Return, ReturnLine
from router.ledger.shipments import ShipmentAccount
from router.ledger.tracking import CarrierStatus
from router.routing.network.dates import local_day


class Place(NamedTuple):
    """What sets units of an order apart for the ledger."""

    line_id: LineId
    shipment: int
    node_id: NodeId
    sku: Sku
    lot: str


class Returnable(NamedTuple):
    """Units of a line that left with a shipment and were neither returned nor claimed."""

    place: Place
    units: int
    shipment: ShipmentAccount
    order_line: OrderLine

    def line(self, authorized: int) -> ReturnLine:
        """A line of a return with so many of the units."""
        place = self.place
        return ReturnLine(
            line_id=place.line_id,
            sku=place.sku,
            lot=place.lot,
            shipment=place.shipment,
            from_node_id=place.node_id,
            unit_price_minor=line_charge(self.order_line) // self.order_line.quantity,
            charge=None
            if is_even(self.order_line)
            else (line_charge(self.order_line), self.order_line.quantity),
            authorized=authorized,
            is_carried_back=self.shipment.state is ShipmentState.RETURNING,
        )


def returnable_units(books: Books, filed: FiledOrder, returns: Iterable[Return]) -> Iterator[Returnable]:
    """All that left, in the order of the shipments; what the carrier still has, too, as its shipment's state says."""
    lines = {line.id: line for line in filed.order.lines}
    taken = taken_units(returns)
    posted: Counter[Place] = Counter()
    for one in filed.reservations:
        if one.posted:
            account = one.account
            posted[Place(one.line_id, one.shipment, account.node_id, account.sku, account.lot)] += one.posted
    for place, units in sorted(posted.items(), key=lambda item: item[0].shipment):
        shipment = filed.find_shipment(place.shipment)
        left = units - taken[place]
        if shipment is not None and left:
            yield Returnable(place, left, shipment, lines[place.line_id])


def taken_units(returns: Iterable[Return]) -> Counter[Place]:
    """Units that returns and claims have for themselves."""
    taken: Counter[Place] = Counter()
    for one in returns:
        for line in one.lines:
            if line.line_id:
                place = Place(line.line_id, line.shipment, line.from_node_id, line.sku, line.lot)
                taken[place] += line.taken
    return taken


def delivered_day(books: Books, shipment: ShipmentAccount) -> Day:
    """The local day on which its customer got it, by its node's calendar."""
    journey = shipment.journey
    came = (one.time for one in journey.reports if one.status is CarrierStatus.DELIVERED)
    return local_day(next(came, journey.dispatch_time), time_zone_of(books, shipment.node_id))


def time_zone_of(books: Books, node_id: NodeId) -> str:
    network = books.ready_network()
    node = network.node_index.get(node_id)
    return "UTC" if node is None else network.calendars[network.node_calendar[node]].time_zone
