"""Whether what an order's goods cost is paid for before they leave."""

from collections.abc import Iterable, Mapping

from router.app.engine.books import Books
from router.app.engine.changes import FiledOrder
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
    prices = prices_of(filed.order)
    gone = sum(line.dispatched * prices[line.line_id] for line in filed.account.lines)
    wanted = gone + sum(one.left * prices[one.line_id] for one in leaving)
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
    """What the goods of a shipment cost, those that left and those that will."""
    prices = prices_of(order)
    return sum(
        (one.left + one.posted) * prices[one.line_id] for one in reservations if one.shipment == number
    )


def value_of_order(order: Order) -> int:
    """What all its goods cost."""
    return sum(line.quantity * line.unit_price_minor for line in order.lines)


def prices_of(order: Order) -> Mapping[LineId, int]:
    return {line.id: line.unit_price_minor for line in order.lines}
