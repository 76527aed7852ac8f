"""A payment or a gift account after something was done with it."""

from msgspec import Struct

from router.ledger.gifts import GiftAccount
from router.ledger.orders import LineQuantities as LineQuantities
from router.ledger.payments import Payment


class PaymentChanged(Struct, frozen=True, kw_only=True, gc=False):
    """A payment as it is now."""

    payment: Payment
    ledger_position: int


class GiftBalanceIssued(Struct, frozen=True, kw_only=True, gc=False):
    """A gift account as it is now."""

    account: GiftAccount
    ledger_position: int
