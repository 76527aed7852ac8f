"""Why a decision is what it is: every node that could have shipped, the next best plan, and what each rule did."""

from dataclasses import dataclass
from enum import StrEnum

from router.domain.identifiers import LineId, NodeId, ServiceLevelId, Sku
from router.domain.plan import CostPart, Level, LevelValue, SolutionStatus
from router.rules.verdicts import RuleRef


class Obstacle(StrEnum):
    """What keeps a node that holds some of the order from shipping any of it; the first that holds is given."""

    ORDER_HELD = "ORDER_HELD"
    """A rule holds the whole order back."""
    NODE_CLOSED = "NODE_CLOSED"
    NO_SHIP_DAY = "NO_SHIP_DAY"
    """It is closed for long, or full."""
    KEPT_BACK = "KEPT_BACK"
    """Safety stock or a cap leaves nothing of what it holds to the order."""
    NOT_SERVED = "NOT_SERVED"
    """No service level goes from there to the destination."""
    NOT_CARRIED = "NOT_CARRIED"
    """No service level that does takes the goods it holds."""
    REMOVED_BY_RULES = "REMOVED_BY_RULES"
    INCOMPLETE_KIT = "INCOMPLETE_KIT"
    """What it could ship belongs to a kit of which it cannot ship the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What one rule takes from a node: the service levels and goods of all that could travel but for rules.

    With `only_some` it forbids them in shipments of one kind alone, by what else is in them.
    """

    rule: RuleRef
    service_level_ids: tuple[ServiceLevelId, ...]
    skus: tuple[Sku, ...]
    only_some: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """What safety stock or a cap leaves of a SKU at a node: `units_max` of the `available` units."""

    rule: RuleRef
    is_cap: bool
    sku: Sku
    available: int
    units_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another plan: its nodes, units left out, cost parts (summed by kind and rule), and cost above the chosen plan.

    `packed_milli` holds all levels and the cost in one integer, by which plans of the order compare.
    """

    node_ids: tuple[NodeId, ...]
    service_level_ids: tuple[ServiceLevelId, ...]
    unshipped_count: int
    costs: tuple[CostPart, ...]
    status: SolutionStatus
    objective_milli: int
    bound_milli: int
    difference_milli: int
    levels: tuple[LevelValue, ...]
    packed_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAccount:
    """One node that holds some of the order: why it cannot ship, or what the order costs from there alone.

    `rank` counts from 1, the best; equal plans rank by node id.
    """

    node_id: NodeId
    obstacle: Obstacle | None
    removed: tuple[Removed, ...]
    limited: tuple[Limited, ...] = ()
    alone: Alternative | None
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrice:
    """What a rule added to the cost of the chosen plan (below zero: took off); `softened`: a ban made a price."""

    rule: RuleRef
    amount_milli: int
    softened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLoss:
    """What the chosen plan reaches at a tier, or in cost (`level` None, in thousandths), and the best for it alone.

    The loss is `value` less `best`. `is_proven` is False where `best` is only the best that was found.
    """

    level: Level | None
    value: int
    best: int
    is_proven: bool


class ChangeKind(StrEnum):
    """What would have had to be different."""

    PRICE = "PRICE"
    """`amount` minor units less for each shipment from the node by the service level."""
    STOCK = "STOCK"
    """`amount` units of the SKU more (below zero: fewer) at the node."""
    PROMISE = "PROMISE"
    """A promise `amount` days later (below zero: earlier)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """The smallest change of its kind with which another plan wins: with one step less the chosen plan still does.

    Both sides were solved again. `winner` are the nodes of the other plan; empty where nothing ships then.
    """

    kind: ChangeKind
    amount: int
    node_id: NodeId | None
    service_level_id: ServiceLevelId | None
    sku: Sku | None
    winner: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`units` of a SKU that the order would have taken from the node but for their price, of so many there.

    `sku` None: a shipment of the node's capacity; `available` is then not known. The price is of one unit.
    """

    node_id: NodeId
    sku: Sku | None
    units: int
    available: int
    price_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The account of one decision. `nodes`: those that can ship by rank, then the others by id."""

    nodes: tuple[NodeAccount, ...]
    other_node_count: int
    """Nodes of the network that hold nothing of the order."""
    runner_up: Alternative | None
    """The best plan that ships something and opens none of the chosen nodes."""
    unmoved: Alternative | None
    """Of a plan that moves units between nodes, the best one that moves none."""
    rule_prices: tuple[RulePrice, ...]
    split_rule: RuleRef
    backorder_rules: tuple[tuple[LineId, RuleRef], ...]
    limit_rules: tuple[RuleRef, ...]
    """Rules whose limits let units not wait that are canceled."""
    unknown_offer_rules: tuple[RuleRef, ...]
    """Rules that offer its lines nothing but products that nobody registered."""
    hold_rule: RuleRef | None
    on_account_rule: RuleRef | None
    """The rule by which its goods may leave unpaid."""
    together_rules: tuple[tuple[RuleRef, tuple[LineId, ...]], ...]
    """The rules that keep lines of the order together, with these lines."""
    objective_rule: RuleRef | None
    """The rule set that states tiers or ties."""
    losses: tuple[LevelLoss, ...]
    """One for each tier, then the cost; empty without tiers."""
    counterfactuals: tuple[Counterfactual, ...]
    """At most one of each kind; none of a wave's decision that the order alone would not have got."""
    kept: tuple[Kept, ...] = ()
    """What prices of stock and capacity kept for later orders; none of such a decision either."""
