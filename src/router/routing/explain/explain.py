"""Explains a decision from its stored inputs: looks again, and solves the order again with something changed."""

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from router.domain.identifiers import LineId
from router.domain.plan import Plan
from router.routing.decision import Decision
from router.routing.explain.accounts import account_for_nodes, holders
from router.routing.explain.alternatives import solve_alternatives, summed_up
from router.routing.explain.counterfactual import find_counterfactuals
from router.routing.explain.explanation import Explanation, RulePrice
from router.routing.explain.kept import find_kept
from router.routing.explain.losses import find_losses
from router.routing.offers import may_be_replaced, rules_offering
from router.routing.plan.capped import BACKORDER_LIMIT
from router.routing.plan.shortfalls import hold_of
from router.routing.plan.terms_of_payment import trusted_by
from router.routing.replay import solve_chosen, solve_recorded
from router.routing.round.round import Solved
from router.routing.world import World
from router.rules.verdicts import RuleRef


def explain(decision: Decision, world: World) -> Explanation:
    """The account of `decision`, made from its inputs and the network and rules of `world`.

    Raises ValueError when these are not the versions that the decision was made from.
    """
    # Of a joint decision too, each node is asked what it could have done: what the wave gave up is part of the answer.
    inputs = replace(decision.inputs, only_node=None, allotment=None)
    free = replace(decision, inputs=inputs)
    solve = solve_chosen if decision.plan.substitutions else solve_recorded
    solved = solve(free, world.network, world.rules)
    alone, runner_up, unmoved = solve_alternatives(solved, decision)
    hold = hold_of(solved)
    is_own = is_chosen(solved, decision)
    return Explanation(
        nodes=account_for_nodes(solved, decision, alone),
        other_node_count=len(world.network.nodes) - len(holders(decision)),
        runner_up=runner_up,
        unmoved=unmoved,
        rule_prices=tuple(price_rules(solved, decision)),
        split_rule=solved.verdicts.split_policies[solved.verdicts.split[0]].rule,
        backorder_rules=backorder_rules(solved),
        limit_rules=limit_rules(solved, decision.plan),
        unknown_offer_rules=tuple(unknown_offers(solved, decision)),
        hold_rule=None if hold is None else hold.rule,
        on_account_rule=trusted_by(solved),
        together_rules=tuple(keep_together(solved)),
        objective_rule=objective_rule(solved),
        losses=find_losses(free, world),
        counterfactuals=find_counterfactuals(solved, inputs, world, runner_up) if is_own else (),
        kept=find_kept(solved, inputs) if is_own else (),
    )


def is_chosen(solved: Solved, decision: Decision) -> bool:
    """Whether the order alone gets the plan of its decision; one of a wave may have got another."""
    nodes = sorted((one.node_id, one.service_level_id) for one in decision.plan.shipments)
    batch = solved.batch
    lanes = [solved.lane_of(one.option) for one in solved.solution.opened]
    return nodes == sorted((batch.node_ids[n], batch.network.services[s].id) for n, s in lanes)


def price_rules(solved: Solved, decision: Decision) -> Iterator[RulePrice]:
    """What each rule added to the chosen plan."""
    softened = {charge.rule.name for charge in solved.verdicts.charges if charge.softened}
    rules = {rule.name: rule for rule in named_rules(solved)}
    for part in summed_up(part for part in decision.plan.costs if part.rule):
        yield RulePrice(rule=rules[part.rule], amount_milli=part.amount_milli, softened=part.rule in softened)


def named_rules(solved: Solved) -> Iterator[RuleRef]:
    """Every rule that can appear in a cost part."""
    verdicts = solved.verdicts
    yield from (charge.rule for charge in verdicts.charges)
    yield from (policy.rule for policy in verdicts.split_policies)
    yield from (policy.rule for policy in verdicts.backorder_policies)


def keep_together(solved: Solved) -> Iterator[tuple[RuleRef, tuple[LineId, ...]]]:
    for together in solved.verdicts.together:
        lines = [solved.batch.lines[number] for number in np.flatnonzero(together.mask).tolist()]
        yield together.rule, tuple(part.id for line in lines for part in line.parts)


def objective_rule(solved: Solved) -> RuleRef | None:
    verdicts = solved.verdicts
    if verdicts.objective is None:
        return None
    policy = verdicts.objective_policies[verdicts.objective[0]]
    return policy.rule if policy.tiers or policy.ties else None


def backorder_rules(solved: Solved) -> tuple[tuple[LineId, RuleRef], ...]:
    """Which rule says what becomes of units of each line that no shipment carries."""
    return tuple(
        (part.id, solved.verdicts.backorder_policies[solved.verdicts.backorder[number]].rule)
        for number, line in enumerate(solved.batch.lines)
        for part in line.parts
    )


def unknown_offers(solved: Solved, decision: Decision) -> Iterator[RuleRef]:
    """The rules that offer lines nothing but products that were not registered when the order was decided.

    What is offered and registered is among the products of a decision, but for kits, where it may be in the way.
    """
    inputs = decision.inputs
    if inputs.only_node is not None or inputs.allotment is not None or not may_be_replaced(solved):
        return
    known = {product.sku for product in inputs.products}
    for number in solved.lines:
        line = solved.batch.lines[number]
        if not line.in_kit:
            for one in rules_offering(solved.round, number, takes_any=inputs.order.accepts_substitutes):
                others = set(one.skus) - {line.sku}
                if others and known.isdisjoint(others):
                    yield one.rule


def limit_rules(solved: Solved, plan: Plan) -> tuple[RuleRef, ...]:
    """The rules whose limits of waiting units cut the plan, each once."""
    cut = {one.rule for one in plan.unshipped if one.reason == BACKORDER_LIMIT}
    found = {rule.name: rule for _, rule in backorder_rules(solved) if rule.name in cut}
    return tuple(found.values())
