"""Explanations: every node's account, the runner-up, the rules, and the sentence that sums them up."""

from collections.abc import Mapping, Sequence

from router.api.v1 import order_pb2, routing_pb2
from router.domain.identifiers import NodeId, Sku
from router.domain.plan import CostKind, CostPart
from router.routing.decision import Decision
from router.routing.explanation import Alternative, Explanation, NodeAccount, Obstacle, Removed
from router.rules.verdicts import RuleRef
from router.service.money import round_half_even
from router.service.to_proto.plans import STATUSES, cost_messages, gap_ppm

REASONS: Mapping[Obstacle, str] = {
    Obstacle.NODE_CLOSED: "NODE_CLOSED",
    Obstacle.NO_SHIP_DAY: "NO_CAPACITY",
    Obstacle.NOT_SERVED: "NO_SERVICE",
    Obstacle.NOT_CARRIED: "NO_SERVICE",
    Obstacle.REMOVED_BY_RULES: "BANNED_BY_RULE",
}


def candidate_messages(explanation: Explanation, decision: Decision) -> list[routing_pb2.Candidate]:
    chosen = {shipment.node_id for shipment in decision.plan.shipments}
    total_minor = round_half_even(decision.plan.objective_milli)
    return [
        candidate_message(account, decision, total_minor, is_chosen=account.node_id in chosen)
        for account in explanation.nodes
    ]


def candidate_message(
    account: NodeAccount, decision: Decision, chosen_minor: int, *, is_chosen: bool
) -> routing_pb2.Candidate:
    message = routing_pb2.Candidate(
        node_id=account.node_id,
        eligible=account.alone is not None,
        units_available=units_available(decision, account.node_id),
        chosen=is_chosen,
    )
    if account.obstacle is not None:
        message.reason = REASONS[account.obstacle]
    if account.obstacle is Obstacle.REMOVED_BY_RULES and account.removed:
        rule = widest(account.removed).rule
        message.rule, message.rule_position, message.because = rule.name, rule.position, rule.because
    if account.alone is not None and account.rank is not None:
        message.rank = account.rank
        message.total_minor = round_half_even(account.alone.objective_milli)
        message.difference_minor = message.total_minor - chosen_minor
        message.costs.extend(cost_messages(account.alone.costs))
    return message


def units_available(decision: Decision, node_id: NodeId) -> int:
    """Units of the order that the node holds, each SKU counted up to what the order wants."""
    wanted: dict[Sku, int] = {}
    for line in decision.inputs.order.lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    stock = decision.inputs.stock
    return sum(min(units, stock[sku].get(node_id, 0)) for sku, units in wanted.items() if sku in stock)


def widest(removed: Sequence[Removed]) -> Removed:
    """The rule that took most away; the first of equals."""
    return max(removed, key=lambda one: len(one.service_level_ids) * len(one.skus))


def runner_up_message(runner_up: Alternative) -> order_pb2.Plan:
    """A plan nobody will ship: where from, by what and for how much, without parcels and days."""
    return order_pb2.Plan(
        status=STATUSES[runner_up.status],
        total_minor=round_half_even(runner_up.objective_milli),
        objective_milli=runner_up.objective_milli,
        bound_milli=runner_up.bound_milli,
        gap_ppm=gap_ppm(runner_up.objective_milli, runner_up.bound_milli),
        shipments=[
            order_pb2.Shipment(node_id=node_id, service_level_id=service_level_id)
            for node_id, service_level_id in zip(runner_up.node_ids, runner_up.service_level_ids, strict=True)
        ],
        costs=cost_messages(runner_up.costs),
    )


def rule_messages(explanation: Explanation, costs: Sequence[CostPart]) -> list[routing_pb2.RuleEffect]:
    """Rules that removed a node, charged something or set a policy; a rule may appear once for each effect."""
    effects: dict[tuple[str, str], tuple[RuleRef, int]] = {}
    for account in explanation.nodes:
        for removed in account.removed:
            effects.setdefault(("REMOVED", removed.rule.name), (removed.rule, 0))
    for price in explanation.rule_prices:
        effects[("CHARGED", price.rule.name)] = (price.rule, round_half_even(price.amount_milli))
    effects.setdefault(("SPLIT_POLICY", explanation.split_rule.name), (explanation.split_rule, 0))
    if any(part.kind is CostKind.BACKORDER for part in costs):
        for _, rule in explanation.backorder_rules:
            effects.setdefault(("BACKORDER_POLICY", rule.name), (rule, 0))
    return [
        routing_pb2.RuleEffect(
            rule=rule.name,
            position=rule.position,
            effect=effect,
            amount_minor=amount_minor,
            because=rule.because,
        )
        for (effect, _), (rule, amount_minor) in effects.items()
    ]
