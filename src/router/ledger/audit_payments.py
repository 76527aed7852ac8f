"""The part of the audit that sets money in the journal against the payments that say so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from router.domain.identifiers import Sku
from router.ledger.accounts import Account, Balance, Bucket, money
from router.ledger.payments import Payment


def compare_payments(balances: Mapping[Account, Balance], payments: Iterable[Payment]) -> Iterator[str]:
    """I15: a sentence for every currency of which other amounts are authorized or captured than its payments say."""
    expected: Counter[Account] = Counter()
    for payment in payments:
        currency = Sku(payment.currency)
        expected[money(Bucket.AUTHORIZED, currency)] += payment.open
        expected[money(Bucket.CAPTURED, currency)] += payment.captured - payment.refunded
    held = (Bucket.AUTHORIZED, Bucket.CAPTURED)
    found = {account: balance.units for account, balance in balances.items() if account.bucket in held}
    for account in sorted(expected.keys() | found.keys()):
        if expected[account] != found.get(account, 0):
            yield (
                f"{found.get(account, 0)} minor units are {account.bucket.name.lower()} in {account.sku},"
                f" payments say {expected[account]}"
            )
