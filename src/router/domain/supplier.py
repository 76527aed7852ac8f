"""Suppliers: what they sell, at which price, in which amounts, and how long they take."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.domain.identifiers import NodeId, Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a supplier sells of one SKU: whole packs of `pack_units`, at least `units_min` at a time."""

    unit_price_minor: int
    pack_units: int = 1
    units_min: int = 1

    def rounded_up(self, units: int) -> int:
        """The least number of units that can be ordered and is no less than `units`."""
        wanted = max(units, self.units_min)
        return -(-wanted // self.pack_units) * self.pack_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Whom purchase orders go to. Amounts are in minor units of the network's currency.

    `lead_hours` from the order to the goods on the shelf, on average, and by how much that varies (standard deviation).
    `order_cost_minor` is what each purchase order costs besides its goods. An order below `order_value_min_minor` is
    not taken. `node_id` is where it delivers unless an order says otherwise.
    """

    id: str
    name: str = ""
    is_closed: bool = False
    lead_hours: int
    lead_deviation_hours: int = 0
    order_cost_minor: int = 0
    order_value_min_minor: int = 0
    node_id: NodeId
    offers: Mapping[Sku, Offer] = field(default_factory=dict)
