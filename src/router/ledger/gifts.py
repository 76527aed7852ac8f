"""Gift accounts: money that we owe whoever may pay with it. Only entries move it, and never below nothing."""

from msgspec import Struct

from router.ledger.accounts import EMPTY, Account, Balance, Bucket


class GiftAccount(Struct, frozen=True, kw_only=True, gc=False):
    """Amounts in minor units of `currency`: `balance` can be paid with, `held` is held for payments besides."""

    id: str
    currency: str
    balance: int
    held: int


def gift_account_of(account: Account, balance: Balance | None, held: Balance | None) -> GiftAccount:
    """The gift account that `account` is the balance of."""
    assert account.bucket is Bucket.GIFT, "held amounts are told beside their balance"
    return GiftAccount(
        id=account.node_id,
        currency=account.sku,
        balance=(balance or EMPTY).units,
        held=(held or EMPTY).units,
    )
