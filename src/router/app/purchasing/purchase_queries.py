"""Questions about suppliers and purchase orders."""

from router.app.books.purchase_book import no_purchase_order, no_supplier
from router.app.ports.purchase_reader import PurchaseFilter
from router.app.ports.store import Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.domain.identifiers import Sku
from router.domain.supplier import Supplier
from router.ledger.purchases import PurchaseOrder


class PurchaseQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list_backorder_limits(self) -> tuple[tuple[Sku, int], ...]:
        """Of all products that have one, by SKU."""
        with self._store.reader() as reader:
            limits = reader.list_backorder_limits()
        return tuple(sorted((sku, units) for sku, units in limits.items() if units is not None))

    def list_suppliers(self) -> tuple[Supplier, ...]:
        """All of them, by id."""
        with self._store.reader() as reader:
            return tuple(sorted(reader.list_suppliers().values(), key=lambda one: one.id))

    def get_supplier(self, supplier_id: str) -> Supplier:
        """Refuses with SUPPLIER_NOT_FOUND."""
        with self._store.reader() as reader:
            found = reader.list_suppliers().get(supplier_id)
        if found is None:
            raise no_supplier(supplier_id)
        return found

    def get_purchase_order(self, id: str) -> PurchaseOrder:
        """Refuses with PURCHASE_ORDER_NOT_FOUND."""
        with self._store.reader() as reader:
            found = reader.find_purchase_order(id)
        if found is None:
            raise no_purchase_order(id)
        return found

    def list_purchase_orders(
        self, page_size: int, page_token: str, where: PurchaseFilter
    ) -> Page[PurchaseOrder]:
        """In the order of placing."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            return page_of(
                reader.list_purchase_orders(after, size + 1, where), size, lambda order: order.number
            )
