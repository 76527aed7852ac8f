"""What is on order, and what can be promised of it."""

from dataclasses import dataclass

from router.domain.identifiers import (
    Day,
    Instant,
    Sku,
)
from router.ledger.orders import LineQuantities as LineQuantities
from router.ledger.purchases import PurchaseOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisableRow:
    """Units of a SKU over all nodes. `days`: what comes, by day; `undated`: what comes nobody knows when."""

    sku: Sku
    free: int
    free_at_suppliers: int
    waiting: int
    days: tuple[tuple[Day, int], ...]
    undated: int
    backorder_limit: int | None = None

    @property
    def inbound(self) -> int:
        """All that is to come."""
        return sum(units for _, units in self.days) + self.undated

    @property
    def position(self) -> int:
        """What will be there when all has come and nobody waits any more, of our own."""
        return self.free - self.free_at_suppliers + self.inbound - self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisableFound:
    rows: tuple[PromisableRow, ...]
    ledger_position: int
    time: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class BackorderLimitsPut:
    limit_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliersPut:
    supplier_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderChanged:
    """A purchase order as it is now; `already_counted`: snapshots had all its good units."""

    order: PurchaseOrder
    ledger_position: int
    already_counted: bool = False
