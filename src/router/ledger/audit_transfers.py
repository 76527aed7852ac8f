"""The part of the audit that sets what is under way in the journal against the transfers that say so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import Account, Balance, Bucket
from router.ledger.transfers import Transfer


def compare_transfers(balances: Mapping[Account, Balance], transfers: Iterable[Transfer]) -> Iterator[str]:
    """A sentence for every node and SKU of which other units are under way than its open transfers bring."""
    expected: Counter[tuple[NodeId, Sku]] = Counter()
    for transfer in transfers:
        if transfer.is_open:
            for line in transfer.lines:
                expected[transfer.to_node_id, line.sku] += line.left
    found: Counter[tuple[NodeId, Sku]] = Counter()
    for account, balance in balances.items():
        if account.bucket is Bucket.IN_TRANSIT:
            found[account.node_id, account.sku] += balance.units
    for place in sorted(expected.keys() | found.keys()):
        if expected[place] != found[place]:
            yield (
                f"{found[place]} units of `{place[1]}` are under way to `{place[0]}`,"
                f" open transfers bring {expected[place]}"
            )
