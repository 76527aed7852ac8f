"""An order as accounting sees it: what each entry of it sold, and what the carriers of its shipments charge."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from router.app.books.history import History
from router.domain.charges import is_even, line_charge, says_tax, share_between
from router.domain.identifiers import LineId
from router.domain.order import OrderLine
from router.domain.plan import CostKind, Shipment
from router.ledger.accounting.chart import Chart
from router.ledger.accounting.vouchers import Leaving, Sale
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode
from router.ledger.reservations import Reservation
from router.ledger.shipments import shipment_id_of


@dataclass(frozen=True)
class SoldOrder:
    """An order as accounting sees it: prices, currency, what was reserved for which shipment."""

    history: History
    currency: str
    reservations: Mapping[int, Reservation]
    charges: Mapping[int, int]
    """By number of a shipment: what its carrier charges by the booking that it left with."""

    @cached_property
    def lines(self) -> Mapping[LineId, OrderLine]:
        return {line.id: line for line in self.history.order.lines}

    @cached_property
    def is_told_in_parts(self) -> bool:
        """Whether what an entry sold depends on what the order's entries sold before."""
        order = self.history.order
        return bool(order.shipping_minor) or not all(map(is_even, order.lines))

    @cached_property
    def first_of_shipment(self) -> Mapping[int, int]:
        """Of each shipment that left, the position of the reservation that its charge is told with."""
        first: dict[int, int] = {}
        for position, one in sorted(self.reservations.items()):
            if one.posted:
                first.setdefault(one.shipment, position)
        return first

    def sale(self, entry: Entry, chart: Chart, before: Mapping[LineId, int]) -> Sale:
        """What was sold by `entry`; `before` are the units by line that were sold until then."""
        order, line = self.history.order, self.lines[LineId(entry.line_id)]
        after = before.get(line.id, 0)
        upto = after + entry.quantity
        gross = share_between(line_charge(line), after, upto, line.quantity)
        shipping = 0 if any(before.values()) else order.shipping_minor or 0
        country = order.destination.country
        if says_tax(order):
            tax = share_between(line.tax_minor or 0, after, upto, line.quantity)
            shipping_tax = (order.shipping_tax_minor or 0) if shipping else 0
        else:
            tax, shipping_tax = chart.tax_in(gross, country), chart.tax_in(shipping, country)
        return Sale(
            order_id=order.id,
            currency=self.currency,
            gross_minor=gross,
            tax_minor=tax,
            shipping_minor=shipping,
            shipping_tax_minor=shipping_tax,
        )

    def leaving(self, reservation: Reservation) -> Leaving | None:
        """The carrier's charge, if it is told with this reservation."""
        number = reservation.shipment
        if self.first_of_shipment.get(number) != reservation.position:
            return None
        return Leaving(
            order_id=self.history.order.id,
            shipment_id=shipment_id_of(self.history.order.id, number),
            currency=self.currency,
            freight_minor=self.charges.get(number, freight_of(self.history.plan.shipments[number - 1])),
        )


def freight_of(shipment: Shipment) -> int:
    """The carrier's charge as planned, in minor units, rounded half up."""
    milli = sum(part.amount_milli for part in shipment.costs if part.kind is CostKind.FREIGHT)
    return (milli + 500) // 1_000


def is_sale(order: SoldOrder, before: Entry | None, entry: Entry, chart: Chart) -> bool:
    """Whether units of the order are sold by `entry`, and not those of a reservation of the same name."""
    if entry.code is not chart.sale:
        return False
    if entry.code is EntryCode.DELIVER:
        return True
    return (
        before is not None and before.code is EntryCode.POST and before.pending_position in order.reservations
    )


def leaving_with(order: SoldOrder | None, entry: Entry) -> Leaving | None:
    if order is None or entry.code is not EntryCode.POST:
        return None
    reservation = order.reservations.get(entry.pending_position)
    return None if reservation is None else order.leaving(reservation)
