"""What a decision may look at: the world it is made in, the stock and the capacity left, the orders to decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from msgspec import Struct
from msgspec.structs import replace

from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.order import Order
from router.domain.plan import Substitution
from router.domain.product import Product
from router.routing.decision import NO_PRICES, Allotment, Cap, Paid, Prices, Replacing
from router.routing.network.prepared import PreparedNetwork
from router.rules.ruleset import CompiledRules
from router.solver.problem import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that stays the same while a batch is decided."""

    network: PreparedNetwork
    products: Mapping[Sku, Product]
    rules: CompiledRules
    prices: Prices = NO_PRICES


class OrderToRoute(Struct, frozen=True, kw_only=True, gc=False):
    """An order and the instant that counts as now when it is decided.

    A joint decision may confine it: `only_node` to one node, `allotment` to what was set aside for it. One that is
    decided again knows what it is `replacing`. No more may wait for stock than `caps` leave. `paid` are its payments,
    None: it has none here. Nobody waits for it after its `deadline` (monotonic seconds): a search that would take
    longer is shorter.
    """

    order: Order
    decision_time: Instant
    only_node: NodeId | None = None
    allotment: Allotment | None = None
    replacing: Replacing | None = None
    caps: tuple[Cap, ...] = ()
    paid: Paid | None = None
    substitutions: tuple[Substitution, ...] | None = None
    """The units for which other products stand in; None: as rules offer and as is best."""
    deadline: float | None = None

    def confined_to(self, node_id: NodeId) -> "OrderToRoute":
        """The same, to be shipped from one node only."""
        return replace(self, only_node=node_id)


class StockView(Protocol):
    """Units that may be promised, by SKU and node; a node that is missing or at zero holds none."""

    def available(self, sku: Sku) -> Mapping[NodeId, int]: ...


class CapacityView(Protocol):
    """Shipments already planned at a node, by local day."""

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]: ...


class View(StockView, CapacityView, Protocol):
    """Stock and capacity together."""


UnitsOf = Callable[[Sequence[Sku], Mapping[NodeId, int]], Ints | None]
"""Of SKUs, which differ, the units at all nodes of a network by their numbers [skus, nodes], none negative; None: they
are to be asked for one by one.
"""


def units_of(stock: StockView) -> UnitsOf:
    """The `units_of` of a view that has such a table, `one_by_one` for others."""
    # `isinstance` of a protocol takes 15 microseconds, more than solving an order.
    found: UnitsOf = getattr(stock, "units_of", one_by_one)
    return found


def one_by_one(skus: Sequence[Sku], nodes: Mapping[NodeId, int]) -> None:
    """`units_of` of a view that has no table."""


class Views(NamedTuple):
    """A stock view and a capacity view as one. Decisions look at little else so often, so nothing stands between."""

    available: Callable[[Sku], Mapping[NodeId, int]]
    shipments_booked: Callable[[NodeId], Mapping[int, int]]
    units_of: UnitsOf = one_by_one

    @classmethod
    def of(cls, stock: StockView, capacity: CapacityView) -> "Views":
        return cls(stock.available, capacity.shipments_booked, units_of(stock))
