"""What purchasing asks a store; a part of `app.ports.Reader`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from router.domain.identifiers import Sku
from router.domain.supplier import Supplier
from router.ledger.purchases import PurchaseOrder, PurchaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseFilter:
    """Which purchase orders to list; an empty field takes all. `open_only`: those of which something is to come."""

    state: PurchaseState | None = None
    supplier_id: str = ""
    node_id: str = ""
    open_only: bool = False

    def takes(self, one: PurchaseOrder) -> bool:
        """Whether a purchase order is one of them."""
        return (
            (self.state is None or one.state is self.state)
            and (not self.supplier_id or one.supplier_id == self.supplier_id)
            and (not self.node_id or one.node_id == self.node_id)
            and (not self.open_only or one.is_open)
        )


class PurchaseReader(Protocol):
    """Of everything committed."""

    def list_backorder_limits(self) -> Mapping[Sku, int | None]:
        """Of all products that ever had one; None: it has none any more."""
        ...

    def list_suppliers(self) -> Mapping[str, Supplier]: ...

    def find_purchase_order(self, id: str) -> PurchaseOrder | None: ...

    def list_purchase_orders(
        self, after: int | None, limit: int, where: PurchaseFilter
    ) -> Sequence[PurchaseOrder]:
        """By number."""
        ...

    def read_purchase_orders(self) -> Iterator[PurchaseOrder]: ...
