"""How an order is paid for, as rules may look at it."""

from router.app.books.books import Books
from router.domain.charges import order_charge
from router.domain.order import Order
from router.ledger.payments import NEVER, PaymentState
from router.routing.decision import Paid


def paid_of(books: Books, order: Order) -> Paid | None:
    """What the payments of the whole order say now; None where it has none here."""
    payments = books.payments.of_order(order.id)
    if not payments:
        return None
    covered = sum(payment.covers for payment in payments)
    limits = [one.expire_time for one in payments if one.open and one.expire_time != NEVER]
    if covered >= order_charge(order):
        state = "COVERED"
    elif covered:
        state = "PARTLY"
    else:
        is_pending = any(one.state is PaymentState.PENDING for one in payments)
        state = "PENDING" if is_pending else "DECLINED"
    return Paid(state=state, covered_minor=covered, expire_time=min(limits, default=None))
