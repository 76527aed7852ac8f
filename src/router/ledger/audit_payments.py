"""The part of the audit that sets money in the journal against the payments that say so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from router.domain.identifiers import Sku
from router.ledger.accounts import GIFTS, Account, Balance, Bucket, gift, money
from router.ledger.payments import Payment

HELD = GIFTS | {Bucket.AUTHORIZED, Bucket.CAPTURED}


def compare_payments(
    balances: Mapping[Account, Balance], issued: Mapping[Account, int], payments: Iterable[Payment]
) -> Iterator[str]:
    """I15 and I19: a sentence for every account of which the journal says another amount than payments do.

    `issued` is what gift accounts were given.
    """
    expected: Counter[Account] = Counter(issued)
    for payment in payments:
        currency = Sku(payment.currency)
        taken = payment.captured - payment.refunded
        expected[money(Bucket.CAPTURED, currency)] += taken
        if payment.gift_account_id:
            expected[gift(Bucket.GIFT_HELD, payment.gift_account_id, currency)] += payment.open
            expected[gift(Bucket.GIFT, payment.gift_account_id, currency)] -= payment.open + taken
        else:
            expected[money(Bucket.AUTHORIZED, currency)] += payment.open
    found = {account: balance.units for account, balance in balances.items() if account.bucket in HELD}
    for account in sorted(expected.keys() | found.keys()):
        if expected[account] != found.get(account, 0):
            yield (
                f"{found.get(account, 0)} minor units are {account.bucket.name.lower()} in {account.sku}{of(account)},"
                f" payments say {expected[account]}"
            )


def of(account: Account) -> str:
    """Whose it is, where it is not everybody's."""
    return f" of gift account `{account.node_id}`" if account.bucket in GIFTS else ""
