"""Whether what an order's goods cost is paid for before they leave."""

from collections import Counter
from collections.abc import Iterable

from msgspec import UnsetType

from router.app.books.books import Books
from router.app.books.changes import FiledOrder
from router.domain.charges import charged_for
from router.domain.currency import money_text
from router.domain.identifiers import LineId
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.ledger.reservations import Reservation


def check_paid(books: Books, filed: FiledOrder, leaving: Iterable[Reservation], shipment_id: str) -> None:
    """Refuse with PAYMENT_MISSING units that the order's payments do not cover, together with those that left.

    Asked of every order but those that may leave unpaid.
    """
    if may_leave_unpaid(books, filed):
        return
    units = Counter({line.line_id: line.dispatched for line in filed.account.lines})
    for one in leaving:
        units[one.line_id] += one.left
    wanted = charged_for(filed.order, units)
    covered = covered_of(books, filed)
    if wanted > covered:
        currency = books.ready_network().network.currency
        channel = filed.order.channel if needs_payment(books, filed) else ""
        raise RouterError(
            Reason.PAYMENT_MISSING,
            f"with shipment `{shipment_id}` goods for {money_text(wanted, currency)} of order"
            f" `{filed.account.order_id}` will have left, its payments cover {money_text(covered, currency)};"
            f" authorize the {money_text(wanted - covered, currency)} that are missing first{or_else(channel)}",
            order_id=filed.account.order_id,
            shipment_id=shipment_id,
            wanted=wanted,
            covered=covered,
        )


def may_leave_unpaid(books: Books, filed: FiledOrder) -> bool:
    """Whether a rule let its goods leave unpaid when it was decided, and its channel does not forbid it."""
    if needs_payment(books, filed):
        return False
    rule = filed.plan.on_account
    if isinstance(rule, UnsetType):
        # Decided before rules were asked: an order without any payment here was taken to be paid elsewhere.
        return not books.payments.of_order(filed.account.order_id)
    return rule != ""


def needs_payment(books: Books, filed: FiledOrder) -> bool:
    """Whether its channel lets no rule speak for it."""
    channel = books.channels.get(filed.order.channel)
    return channel is not None and channel.needs_payment


def covered_of(books: Books, filed: FiledOrder) -> int:
    """Up to what its goods may leave for its payments, in minor units."""
    return sum(payment.covers for payment in books.payments.of_order(filed.account.order_id))


def or_else(channel: str) -> str:
    """What else helps; nothing does where the channel, named then, wants its money first."""
    if channel:
        return f"; channel `{channel}` needs payment, whatever rules say"
    return ", or let an `on_account` rule name such orders, then hold and release this one"


def value_of_shipment(order: Order, reservations: Iterable[Reservation], number: int) -> int:
    """What the goods of a shipment are charged, those that left and those that will; shipping is of the first one."""
    before, with_it = Counter[LineId](), Counter[LineId]()
    for one in reservations:
        if one.shipment <= number:
            with_it[one.line_id] += one.left + one.posted
        if one.shipment < number:
            before[one.line_id] += one.left + one.posted
    return charged_for(order, with_it) - charged_for(order, before)
