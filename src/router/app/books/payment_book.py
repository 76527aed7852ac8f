"""Payments in memory: those of late, and when each that is released by time runs out."""

from collections.abc import Iterable

from router.app.books.expiring import Expiring
from router.app.ports.store import Reader
from router.app.records.payment_filter import ANY_PAYMENT, PaymentFilter
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.payments import Payment

OF_AN_ORDER_MAX = 1_000
"""LIMIT: an order is paid in so many parts."""


def no_payment(payment_id: str) -> RouterError:
    return RouterError(
        Reason.PAYMENT_NOT_FOUND, f"no payment has the id `{payment_id}`", payment_id=payment_id
    )


class PaymentBook(Expiring[Payment]):
    """A payment runs out while an amount of it is open."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.read_payment_limits(), reader.find_payment, limit_of)
        self._reader = reader
        # Most companies that route without payments never ask the store for any.
        self._has_any = bool(reader.list_payments(None, 1, ANY_PAYMENT))

    def get(self, payment_id: str) -> Payment:
        """The payment as it stands. Refuses with PAYMENT_NOT_FOUND."""
        found = self.find(payment_id)
        if found is None:
            raise no_payment(payment_id)
        return found

    def of_order(self, order_id: OrderId) -> list[Payment]:
        """All payments of an order, in the order of asking."""
        if not self._has_any:
            return []
        found = {
            one.id: one
            for one in self._reader.list_payments(None, OF_AN_ORDER_MAX, PaymentFilter(order_id=order_id))
        }
        found |= {one.id: one for one in self.recent() if one.order_id == order_id}
        return sorted(found.values(), key=lambda one: one.number)

    def apply(self, values: Iterable[Payment]) -> None:
        """Take the values over."""
        payments = list(values)
        self._has_any |= bool(payments)
        super().apply(payments)


def limit_of(payment: Payment) -> Instant | None:
    return payment.expire_time if payment.is_expiring else None
