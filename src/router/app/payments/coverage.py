"""Whether what an order's goods cost is paid for before they leave."""

from collections import Counter
from collections.abc import Iterable

from router.app.engine.books import Books
from router.app.engine.changes import FiledOrder
from router.domain.charges import charged_for
from router.domain.currency import money_text
from router.domain.identifiers import LineId
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.ledger.reservations import Reservation


def check_paid(books: Books, filed: FiledOrder, leaving: Iterable[Reservation], shipment_id: str) -> None:
    """Refuse with PAYMENT_MISSING units that the order's payments do not cover, together with those that left.

    An order without any payment here is paid elsewhere, and not held up, unless its channel needs payment here.
    """
    payments = books.payments.of_order(filed.account.order_id)
    channel = books.channels.get(filed.order.channel)
    if not payments and not (channel and channel.needs_payment):
        return
    units = Counter({line.line_id: line.dispatched for line in filed.account.lines})
    for one in leaving:
        units[one.line_id] += one.left
    wanted = charged_for(filed.order, units)
    covered = sum(payment.covers for payment in payments)
    if wanted > covered:
        currency = books.ready_network().network.currency
        raise RouterError(
            Reason.PAYMENT_MISSING,
            f"with shipment `{shipment_id}` goods for {money_text(wanted, currency)} of order"
            f" `{filed.account.order_id}` will have left, its payments cover {money_text(covered, currency)};"
            " authorize the rest first",
            order_id=filed.account.order_id,
            shipment_id=shipment_id,
            wanted=wanted,
            covered=covered,
        )


def value_of_shipment(order: Order, reservations: Iterable[Reservation], number: int) -> int:
    """What the goods of a shipment are charged, those that left and those that will; shipping is of the first one."""
    before, with_it = Counter[LineId](), Counter[LineId]()
    for one in reservations:
        if one.shipment <= number:
            with_it[one.line_id] += one.left + one.posted
        if one.shipment < number:
            before[one.line_id] += one.left + one.posted
    return charged_for(order, with_it) - charged_for(order, before)
