"""A payment after something was done with it."""

from msgspec import Struct

from router.ledger.orders import LineQuantities as LineQuantities
from router.ledger.payments import Payment


class PaymentChanged(Struct, frozen=True, kw_only=True, gc=False):
    """A payment as it is now."""

    payment: Payment
    ledger_position: int
