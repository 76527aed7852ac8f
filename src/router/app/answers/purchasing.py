"""What is on order, and what can be promised of it."""

from dataclasses import dataclass

from router.app.answers.restocks import Arrival
from router.domain.identifiers import (
    Day,
    Instant,
    Sku,
)
from router.ledger.orders import LineQuantities as LineQuantities
from router.ledger.purchases import PurchaseOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisableRow:
    """Units of a SKU over all nodes. `arrivals`: what comes with a day, the first first; `undated`: units to come of
    which nobody knows when.
    """

    sku: Sku
    free: int
    free_at_suppliers: int
    waiting: int
    arrivals: tuple[Arrival, ...]
    undated: int
    backorder_limit: int | None = None

    @property
    def days(self) -> tuple[tuple[Day, int], ...]:
        """Units that come by day."""
        units: dict[Day, int] = {}
        for one in self.arrivals:
            assert one.expected_day is not None, "an arrival has a day"
            units[one.expected_day] = units.get(one.expected_day, 0) + one.quantity
        return tuple(units.items())

    @property
    def inbound(self) -> int:
        """All that is to come."""
        return sum(one.quantity for one in self.arrivals) + self.undated

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
