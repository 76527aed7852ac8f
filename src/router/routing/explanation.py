"""Why a decision is what it is: every node that could have shipped, the next best plan, and what each rule did."""

from dataclasses import dataclass
from enum import StrEnum

from router.domain.identifiers import LineId, NodeId, ServiceLevelId, Sku
from router.domain.plan import CostPart, SolutionStatus
from router.rules.verdicts import RuleRef


class Obstacle(StrEnum):
    """What keeps a node that holds some of the order from shipping any of it; the first that holds is given."""

    NODE_CLOSED = "NODE_CLOSED"
    NO_SHIP_DAY = "NO_SHIP_DAY"
    """It is closed for long, or full."""
    NOT_SERVED = "NOT_SERVED"
    """No service level goes from there to the destination."""
    NOT_CARRIED = "NOT_CARRIED"
    """No service level that does takes the goods it holds."""
    REMOVED_BY_RULES = "REMOVED_BY_RULES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What one rule takes from a node: the service levels and goods of all that could travel but for rules."""

    rule: RuleRef
    service_level_ids: tuple[ServiceLevelId, ...]
    skus: tuple[Sku, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another plan: its nodes, units left out, cost parts (summed by kind and rule), and cost above the chosen plan."""

    node_ids: tuple[NodeId, ...]
    service_level_ids: tuple[ServiceLevelId, ...]
    unshipped_count: int
    costs: tuple[CostPart, ...]
    status: SolutionStatus
    objective_milli: int
    bound_milli: int
    difference_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAccount:
    """One node that holds some of the order: why it cannot ship, or what the order costs from there alone.

    `rank` counts from 1, the cheapest; equal costs rank by node id.
    """

    node_id: NodeId
    obstacle: Obstacle | None
    removed: tuple[Removed, ...]
    alone: Alternative | None
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrice:
    """What a rule added to the cost of the chosen plan (below zero: took off)."""

    rule: RuleRef
    amount_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The account of one decision. `nodes`: those that can ship by rank, then the others by id."""

    nodes: tuple[NodeAccount, ...]
    other_node_count: int
    """Nodes of the network that hold nothing of the order."""
    runner_up: Alternative | None
    """The best plan that ships something and opens none of the chosen nodes."""
    rule_prices: tuple[RulePrice, ...]
    split_rule: RuleRef
    backorder_rules: tuple[tuple[LineId, RuleRef], ...]
