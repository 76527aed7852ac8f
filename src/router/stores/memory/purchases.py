"""The part of the store in memory that keeps suppliers and purchase orders."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from router.app.ports.purchase_reader import PurchaseFilter
from router.app.records.commit import Commit
from router.domain.identifiers import Sku
from router.domain.supplier import Supplier
from router.ledger.purchases import PurchaseOrder


class MemoryPurchases:
    """See `app.purchasing.purchase_reader`."""

    def __init__(self) -> None:
        super().__init__()
        self._suppliers: dict[str, Supplier] = {}
        self._backorder_limits: dict[Sku, int | None] = {}
        self._purchase_orders: dict[str, PurchaseOrder] = {}

    def _keep_purchases(self, commit: Commit) -> None:
        self._suppliers.update(commit.suppliers)
        self._backorder_limits.update(commit.backorder_limits)
        self._purchase_orders.update((order.id, order) for order in commit.purchases)

    def list_backorder_limits(self) -> Mapping[Sku, int | None]:
        return dict(self._backorder_limits)

    def list_suppliers(self) -> Mapping[str, Supplier]:
        return dict(self._suppliers)

    def find_purchase_order(self, id: str) -> PurchaseOrder | None:
        return self._purchase_orders.get(id)

    def list_purchase_orders(
        self, after: int | None, limit: int, where: PurchaseFilter
    ) -> Sequence[PurchaseOrder]:
        found = (
            order
            for order in self._purchase_orders.values()
            if (after is None or order.number > after) and where.takes(order)
        )
        return tuple(islice(found, limit))

    def read_purchase_orders(self) -> Iterator[PurchaseOrder]:
        return iter(self._purchase_orders.values())
