"""Suppliers and open purchase orders in memory: what is to come for where."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from router.app.ports.purchase_reader import PurchaseFilter, PurchaseReader
from router.domain.identifiers import NodeId, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.purchases import PurchaseOrder

_PAGE = 10_000


class ToCome(NamedTuple):
    """Units of a SKU that a purchase order is to bring to a node."""

    node_id: NodeId
    units: int
    order: PurchaseOrder


class PurchaseBook:
    """Belongs to the books. Of an order that is over only its end is remembered, until the store has it."""

    def __init__(self, reader: PurchaseReader) -> None:
        self._reader = reader
        self.suppliers = dict(reader.list_suppliers())
        self.limits = dict(reader.list_backorder_limits())
        """Units of each SKU that may wait for stock; None: any number."""
        self._open: dict[str, PurchaseOrder] = {}
        self._by_sku: dict[Sku, dict[str, PurchaseOrder]] = {}
        self._over: dict[str, PurchaseOrder] = {}
        self.apply(_read_open(reader))

    def find(self, id: str) -> PurchaseOrder | None:
        return self._open.get(id) or self._over.get(id) or self._reader.find_purchase_order(id)

    def get(self, id: str) -> PurchaseOrder:
        """The order as it stands. Refuses with PURCHASE_ORDER_NOT_FOUND."""
        found = self.find(id)
        if found is None:
            raise no_purchase_order(id)
        return found

    def to_come(self, sku: Sku) -> Iterator[ToCome]:
        """All units of a SKU that are to come, by order."""
        for order in self._by_sku.get(sku, {}).values():
            if left := order.left_of(sku):
                yield ToCome(order.node_id, left, order)

    def apply(self, orders: Iterable[PurchaseOrder]) -> None:
        """Take the values over."""
        for order in orders:
            if order.is_open:
                self._open[order.id] = order
            else:
                self._open.pop(order.id, None)
                self._over[order.id] = order
            for line in order.lines:
                to_come = self._by_sku.setdefault(line.sku, {})
                if order.is_open:
                    to_come[order.id] = order
                else:
                    to_come.pop(order.id, None)
                    if not to_come:
                        del self._by_sku[line.sku]

    def forget_over(self) -> None:
        """Only to be called when all changes are committed."""
        self._over.clear()


def no_purchase_order(id: str) -> RouterError:
    return RouterError(
        Reason.PURCHASE_ORDER_NOT_FOUND, f"no purchase order has the id `{id}`", purchase_order_id=id
    )


def no_supplier(id: str) -> RouterError:
    return RouterError(Reason.SUPPLIER_NOT_FOUND, f"supplier `{id}` was never put", supplier_id=id)


def _read_open(reader: PurchaseReader) -> Iterator[PurchaseOrder]:
    after: int | None = None
    while page := reader.list_purchase_orders(after, _PAGE, PurchaseFilter(open_only=True)):
        yield from page
        after = page[-1].number
