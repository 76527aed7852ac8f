"""What an order's payments owe by now: for goods that left, and what nobody will need any more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from router.app.books.history import read_history
from router.app.books.payment_book import OF_AN_ORDER_MAX
from router.app.ports.store import Reader
from router.app.records.payment_filter import ANY_PAYMENT, PaymentFilter
from router.domain.charges import charged_for
from router.domain.identifiers import OrderId
from router.ledger.payments import Payment, PaymentMethod
from router.ledger.shipments import shipment_id_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An amount to capture of a payment, for a shipment."""

    payment: Payment
    amount: int
    shipment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """Of one order: what is to be captured, and the payments whose rest is to be released.

    `awaited` are open payments of an order that is not here yet.

    `kept` are the payments of which something stays open for goods that have not left. `uncovered` is what left and no
    payment can pay for.
    """

    captures: tuple[Due, ...] = ()
    releases: tuple[Payment, ...] = ()
    kept: tuple[Payment, ...] = ()
    awaited: tuple[Payment, ...] = ()
    uncovered: int = 0


NOTHING_DUE = Dues()


def read_dues(reader: Reader, order_id: OrderId) -> Dues:
    """What is due of an order; nothing of one that was never routed, for it may still be."""
    payments = reader.list_payments(None, OF_AN_ORDER_MAX, PaymentFilter(order_id=order_id))
    account = reader.find_orders([order_id]).get(order_id)
    if account is None:
        return Dues(awaited=tuple(payment for payment in payments if payment.open))
    if not any(payment.open for payment in payments):
        return NOTHING_DUE
    order = read_history(reader, account).order
    left = charged_for(order, {line.line_id: line.dispatched for line in account.lines})
    arrived = charged_for(order, {line.line_id: line.delivered for line in account.lines})
    is_over = not any(line.reserved or line.backordered for line in account.lines)
    last = shipment_id_of(order_id, account.dispatched_shipments[-1]) if account.dispatched_shipments else ""
    return dues_of(payments, left=left, arrived=arrived, is_over=is_over, shipment_id=last)


def dues_of(payments: Sequence[Payment], *, left: int, arrived: int, is_over: bool, shipment_id: str) -> Dues:
    """Of payments in their order: the first pay for what left first. Cash is taken when goods arrive, not before.

    When nothing more will leave, what is open besides is released.
    """
    missing = max(0, left - sum(payment.captured for payment in payments))
    missing_arrived = max(0, arrived - sum(payment.captured for payment in payments))
    captures: list[Due] = []
    releases: list[Payment] = []
    kept: list[Payment] = []
    for payment in payments:
        is_cash = payment.method is PaymentMethod.CASH_ON_DELIVERY
        wanted = min(payment.open, missing)
        taken = min(wanted, missing_arrived) if is_cash else wanted
        if taken:
            captures.append(Due(payment=payment, amount=taken, shipment_id=shipment_id))
        missing -= wanted
        missing_arrived = max(0, missing_arrived - taken)
        if is_over and payment.open > wanted and taken == wanted:
            releases.append(payment)
        elif not is_over and payment.open > wanted:
            kept.append(payment)
    return Dues(captures=tuple(captures), releases=tuple(releases), kept=tuple(kept), uncovered=missing)


def orders_with_open_payments(reader: Reader) -> Iterator[OrderId]:
    """Each once, in the order of asking."""
    seen: set[OrderId] = set()
    after: int | None = None
    while page := reader.list_payments(after, 1_000, ANY_PAYMENT):
        for payment in page:
            if payment.open and payment.order_id not in seen:
                seen.add(payment.order_id)
                yield payment.order_id
        after = page[-1].number
