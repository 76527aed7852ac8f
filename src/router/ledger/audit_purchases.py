"""The part of the audit that sets what is on order in the journal against the purchase orders that say so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import Account, Balance, Bucket
from router.ledger.purchases import PurchaseOrder


def compare_purchases(balances: Mapping[Account, Balance], orders: Iterable[PurchaseOrder]) -> Iterator[str]:
    """I16: a sentence for every node and SKU of which other units are on order than its open orders are to bring."""
    expected: Counter[tuple[NodeId, Sku]] = Counter()
    for order in orders:
        left = sum(line.left for line in order.lines)
        if order.is_open != bool(left):
            yield f"purchase order `{order.id}` is {order.state.name}, and {left} of its units are to come"
        for line in order.lines:
            expected[order.node_id, line.sku] += line.left
    found: Counter[tuple[NodeId, Sku]] = Counter()
    for account, balance in balances.items():
        if account.bucket is Bucket.ON_ORDER:
            found[account.node_id, account.sku] += balance.units
    for place in sorted(expected.keys() | found.keys()):
        if expected[place] != found[place]:
            yield (
                f"{found[place]} units of `{place[1]}` are on order for `{place[0]}`,"
                f" open purchase orders are to bring {expected[place]}"
            )
