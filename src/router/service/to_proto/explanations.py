"""Explanations: every node's account, the runner-up, the rules, and the sentence that sums them up."""

from collections.abc import Iterator, Mapping, Sequence

from router.api.v1 import order_pb2, routing_pb2
from router.domain.currency import money_text
from router.domain.identifiers import Sku
from router.domain.plan import CostKind, CostPart
from router.routing.decision import Decision
from router.routing.explain.explanation import (
    Alternative,
    ChangeKind,
    Counterfactual,
    Explanation,
    Kept,
    LevelLoss,
    Limited,
    NodeAccount,
    Obstacle,
    Removed,
)
from router.rules.verdicts import RuleRef
from router.service.money import round_half_even
from router.service.to_proto.plans import LEVELS, STATUSES, cost_messages, gap_ppm, level_messages

CHANGES = {one: routing_pb2.ChangeKind.Value(f"CHANGE_KIND_{one}") for one in ChangeKind}

REASONS: Mapping[Obstacle, str] = {
    Obstacle.ORDER_HELD: "HELD_BY_RULE",
    Obstacle.NODE_CLOSED: "NODE_CLOSED",
    Obstacle.NO_SHIP_DAY: "NO_CAPACITY",
    Obstacle.NOT_SERVED: "NO_SERVICE",
    Obstacle.NOT_CARRIED: "NO_SERVICE",
    Obstacle.REMOVED_BY_RULES: "BANNED_BY_RULE",
    Obstacle.INCOMPLETE_KIT: "INCOMPLETE_KIT",
}
"""Of KEPT_BACK the rule that keeps most back tells: SAFETY_STOCK or STOCK_CAP."""


def candidate_messages(explanation: Explanation, decision: Decision) -> list[routing_pb2.Candidate]:
    chosen = {shipment.node_id for shipment in decision.plan.shipments}
    total_minor = round_half_even(decision.plan.objective_milli)
    return [
        candidate_message(account, explanation, decision, total_minor, is_chosen=account.node_id in chosen)
        for account in explanation.nodes
    ]


def candidate_message(
    account: NodeAccount, explanation: Explanation, decision: Decision, chosen_minor: int, *, is_chosen: bool
) -> routing_pb2.Candidate:
    message = routing_pb2.Candidate(
        node_id=account.node_id,
        eligible=account.alone is not None,
        units_available=units_available(decision, account),
        chosen=is_chosen,
        limits=[limit_message(one) for one in account.limited],
    )
    if account.obstacle is not None:
        message.reason, rule = obstacle_words(account, explanation)
        if rule is not None:
            message.rule, message.rule_position, message.because = rule.name, rule.position, rule.because
    if account.alone is not None and account.rank is not None:
        message.rank = account.rank
        message.total_minor = round_half_even(account.alone.objective_milli)
        message.difference_minor = message.total_minor - chosen_minor
        message.costs.extend(cost_messages(account.alone.costs))
        message.levels.extend(level_messages(account.alone.levels))
    return message


def obstacle_words(account: NodeAccount, explanation: Explanation) -> tuple[str, RuleRef | None]:
    """The reason why a node ships nothing, and the rule behind it, if one is."""
    obstacle = account.obstacle
    assert obstacle is not None, "asked of nodes that cannot ship"
    if obstacle is Obstacle.KEPT_BACK:
        limit = max(account.limited, key=lambda one: one.available - one.units_max)
        return ("STOCK_CAP" if limit.is_cap else "SAFETY_STOCK"), limit.rule
    if obstacle is Obstacle.ORDER_HELD:
        return REASONS[obstacle], explanation.hold_rule
    if obstacle is Obstacle.REMOVED_BY_RULES and account.removed:
        return REASONS[obstacle], widest(account.removed).rule
    return REASONS[obstacle], None


def limit_message(limited: Limited) -> routing_pb2.StockLimit:
    return routing_pb2.StockLimit(
        rule=limited.rule.name,
        position=limited.rule.position,
        because=limited.rule.because,
        sku=limited.sku,
        available=limited.available,
        units_max=limited.units_max,
    )


def units_available(decision: Decision, account: NodeAccount) -> int:
    """Units of the order that may leave the node, each SKU counted up to what the order wants."""
    most: dict[Sku, int] = {}
    for limited in account.limited:
        most[limited.sku] = min(limited.units_max, most.get(limited.sku, limited.units_max))
    wanted: dict[Sku, int] = {}
    for line in decision.inputs.order.lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    stock = decision.inputs.stock
    return sum(
        min(units, stock[sku].get(account.node_id, 0), most.get(sku, units))
        for sku, units in wanted.items()
        if sku in stock
    )


def widest(removed: Sequence[Removed]) -> Removed:
    """The rule that took most away, the first of equals; one that forbids only some shipments keeps no node out."""
    of_any = [one for one in removed if not one.only_some]
    return max(of_any, key=lambda one: len(one.service_level_ids) * len(one.skus))


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
        levels=level_messages(runner_up.levels),
    )


def rule_messages(explanation: Explanation, costs: Sequence[CostPart]) -> list[routing_pb2.RuleEffect]:
    """Rules that did something to the decision; a rule may appear once for each effect."""
    effects: dict[tuple[str, str], tuple[RuleRef, int]] = {}
    for effect, rule, amount_milli in list_effects(explanation, costs):
        effects.setdefault((effect, rule.name), (rule, round_half_even(amount_milli)))
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


def list_effects(explanation: Explanation, costs: Sequence[CostPart]) -> Iterator[tuple[str, RuleRef, int]]:
    """What was done, by which rule, and what it charged."""
    if explanation.hold_rule is not None:
        yield "HELD", explanation.hold_rule, 0
    if explanation.on_account_rule is not None:
        yield "ON_ACCOUNT", explanation.on_account_rule, 0
    for account in explanation.nodes:
        yield from (("REMOVED", removed.rule, 0) for removed in account.removed)
    for account in explanation.nodes:
        yield from (("LIMITED_STOCK", limited.rule, 0) for limited in account.limited)
    yield from (("KEPT_TOGETHER", rule, 0) for rule, _ in explanation.together_rules)
    for price in explanation.rule_prices:
        yield "SOFTENED" if price.softened else "CHARGED", price.rule, price.amount_milli
    yield "SPLIT_POLICY", explanation.split_rule, 0
    if any(part.kind is CostKind.BACKORDER for part in costs):
        yield from (("BACKORDER_POLICY", rule, 0) for _, rule in explanation.backorder_rules)
    yield from (("LIMITED_BACKORDER", rule, 0) for rule in explanation.limit_rules)
    yield from (("UNKNOWN_OFFER", rule, 0) for rule in explanation.unknown_offer_rules)
    if explanation.objective_rule is not None:
        yield "OBJECTIVE", explanation.objective_rule, 0


def loss_message(loss: LevelLoss) -> routing_pb2.LevelLoss:
    return routing_pb2.LevelLoss(
        level=order_pb2.LEVEL_UNSPECIFIED if loss.level is None else LEVELS[loss.level],
        value=loss.value,
        best=loss.best,
        loss=loss.value - loss.best,
        proven=loss.is_proven,
    )


def counterfactual_message(change: Counterfactual, currency: str) -> routing_pb2.Counterfactual:
    return routing_pb2.Counterfactual(
        kind=CHANGES[change.kind],
        amount=change.amount,
        node_id=change.node_id or "",
        service_level_id=change.service_level_id or "",
        sku=change.sku or "",
        winner_node_ids=change.winner,
        sentence=change_sentence(change, currency),
    )


def kept_message(kept: Kept, currency: str) -> routing_pb2.KeptForLater:
    return routing_pb2.KeptForLater(
        node_id=kept.node_id,
        sku=kept.sku or "",
        units=kept.units,
        available=kept.available,
        price_milli=kept.price_milli,
        sentence=kept_sentence(kept, currency),
    )


def kept_sentence(kept: Kept, currency: str) -> str:
    """`Without looking ahead WEST would have sent the last unit of A; to later orders it is worth $3.20.`"""
    count = f"{kept.units} unit{'' if kept.units == 1 else 's'}"
    if kept.sku is None:
        goods = f"{kept.units} shipment{'' if kept.units == 1 else 's'} more"
    elif kept.units == kept.available:
        goods = f"the last {'unit' if kept.units == 1 else count} of {kept.sku}"
    else:
        goods = f"{count} of the {kept.available} of {kept.sku}"
    worth = money_text(round_half_even(kept.price_milli), currency)
    it_is = "it is worth" if kept.units == 1 else "each is worth"
    return f"Without looking ahead {kept.node_id} would have sent {goods}; to later orders {it_is} {worth}."


def change_sentence(change: Counterfactual, currency: str) -> str:
    """`Had UPS/GROUND from DC-WEST cost $1.20 less, DC-WEST would have shipped.`"""
    count = abs(change.amount)
    units = f"{count} unit{'' if count == 1 else 's'}"
    if change.kind is ChangeKind.PRICE:
        amount = money_text(change.amount, currency)
        cause = f"Had {change.service_level_id} from {change.node_id} cost {amount} less"
    elif change.kind is ChangeKind.STOCK:
        cause = (
            f"Had {change.node_id} held {units} {'more' if change.amount > 0 else 'fewer'} of {change.sku}"
        )
    else:
        days = f"{count} day{'' if count == 1 else 's'}"
        cause = f"Had the promise been {days} {'later' if change.amount > 0 else 'earlier'}"
    if not change.winner:
        return f"{cause}, nothing would have shipped."
    return f"{cause}, the order would have shipped otherwise, from {' and '.join(change.winner)}."
