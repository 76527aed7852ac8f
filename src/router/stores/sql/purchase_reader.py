"""Questions about suppliers and purchase orders, as statements that all SQL stores understand."""

from collections.abc import Iterator, Mapping, Sequence

from router.app.ports.purchase_reader import PurchaseFilter
from router.domain.identifiers import Sku
from router.domain.supplier import Supplier
from router.ledger.purchases import OPEN, PurchaseOrder
from router.stores import trade_tables
from router.stores.rows.purchases import backorder_limit_of, purchase_order_of, supplier_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import select

_ORDER = select(trade_tables.PURCHASE_ORDER)


class SqlPurchaseReader(SqlQuestions):
    """The part of a reader that tells what was bought of whom."""

    def list_backorder_limits(self) -> Mapping[Sku, int | None]:
        return dict(map(backorder_limit_of, self._rows(select(trade_tables.BACKORDER_LIMIT))))

    def list_suppliers(self) -> Mapping[str, Supplier]:
        return {one.id: one for one in map(supplier_of, self._rows(select(trade_tables.SUPPLIER)))}

    def find_purchase_order(self, id: str) -> PurchaseOrder | None:
        row = self._row(f"{_ORDER} WHERE id = ?", id)
        return None if row is None else purchase_order_of(row)

    def list_purchase_orders(
        self, after: int | None, limit: int, where: PurchaseFilter
    ) -> Sequence[PurchaseOrder]:
        conditions = (
            ("number > ?", after or 0),
            ("state = ?", None if where.state is None else int(where.state)),
            ("supplier_id = ?", where.supplier_id or None),
            ("node_id = ?", where.node_id or None),
            ("state <= ?", int(max(OPEN)) if where.open_only else None),
        )
        return tuple(map(purchase_order_of, self._page(_ORDER, conditions, "number", limit)))

    def read_purchase_orders(self) -> Iterator[PurchaseOrder]:
        return map(purchase_order_of, self._rows(f"{_ORDER} ORDER BY number"))
