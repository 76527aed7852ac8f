"""Transfers under way: what is bound for where, for those who ask what is coming."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from router.domain.identifiers import NodeId, Sku
from router.ledger.transfers import Transfer, TransferState


class UnderWay(NamedTuple):
    """Units of a SKU that a transfer brings to a node."""

    node_id: NodeId
    units: int
    transfer: Transfer


class OpenTransfers:
    """Belongs to the books. Of a transfer that is over only its end is remembered, until the store has it."""

    def __init__(self, transfers: Iterable[Transfer]) -> None:
        self._open: dict[str, Transfer] = {}
        self._by_sku: dict[Sku, dict[str, Transfer]] = {}
        self._over: dict[str, Transfer] = {}
        self.apply(transfers)

    def find(self, id: str) -> Transfer | None:
        """One that is open, or that ended in this batch."""
        return self._open.get(id) or self._over.get(id)

    def bound(self, sku: Sku) -> Iterator[UnderWay]:
        """All units of a SKU that are under way, by transfer."""
        for transfer in self._by_sku.get(sku, {}).values():
            if left := transfer.left_of(sku):
                yield UnderWay(transfer.to_node_id, left, transfer)

    def apply(self, transfers: Iterable[Transfer]) -> None:
        for transfer in transfers:
            is_open = transfer.state is TransferState.OPEN
            if is_open:
                self._open[transfer.id] = transfer
            else:
                self._open.pop(transfer.id, None)
                self._over[transfer.id] = transfer
            for sku in dict.fromkeys(line.sku for line in transfer.lines):
                under_way = self._by_sku.setdefault(sku, {})
                if is_open:
                    under_way[transfer.id] = transfer
                else:
                    under_way.pop(transfer.id, None)
                    if not under_way:
                        del self._by_sku[sku]

    def forget_over(self) -> None:
        """Only to be called when all changes are committed."""
        self._over.clear()
