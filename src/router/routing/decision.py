"""A decision: the plan of one order together with all it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.domain.identifiers import Digest, Instant, NodeId, Sku
from router.domain.order import Order
from router.domain.plan import Plan
from router.domain.product import Product
from router.solver.problem import DEFAULT_EFFORT, Effort


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Opportunity prices in thousandths of a minor unit: of a unit of stock, and of a shipment of capacity.

    `version` is the digest of the whole table that they were taken from; empty where nobody looks ahead.
    """

    stock_milli: Mapping[Sku, Mapping[NodeId, int]] = field(default_factory=dict)
    capacity_milli: Mapping[NodeId, int] = field(default_factory=dict)
    version: str = ""


NO_PRICES = Prices()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """What a joint decision set aside for one order: the units that it may take, and the shipments of each node."""

    units: Mapping[Sku, Mapping[NodeId, int]]
    shipments: Mapping[NodeId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a decision read, complete: with the two documents named by digest it can be decided again.

    `stock` holds the available units per SKU and node, `shipments_booked` the shipments already planned per node
    and local day, each only where the decision could look.
    """

    order: Order
    decision_time: Instant
    products: tuple[Product, ...]
    stock: Mapping[Sku, Mapping[NodeId, int]]
    shipments_booked: Mapping[NodeId, Mapping[int, int]]
    rules_digest: Digest
    network_digest: Digest
    prices: Prices = NO_PRICES
    effort: Effort = DEFAULT_EFFORT
    only_node: NodeId | None = None
    """The node that a joint decision chose; None where every node was free to be chosen."""
    allotment: Allotment | None = None
    """What a joint decision set aside; None where all that `stock` holds was free to be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One order decided: inputs and plan."""

    inputs: Inputs
    plan: Plan
