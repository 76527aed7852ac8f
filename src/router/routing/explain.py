"""Explains a decision from its stored inputs: looks again, and solves the order again without some of its options."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from router.domain.identifiers import NodeId
from router.domain.plan import CostKind, CostPart
from router.routing.costs import order_costs
from router.routing.decision import Decision
from router.routing.explanation import Alternative, Explanation, NodeAccount, Obstacle, Removed, RulePrice
from router.routing.network import NO_DAY, NO_ROW
from router.routing.options import fits
from router.routing.plans import Wanted, shipment_of
from router.routing.replay import solve_recorded
from router.routing.round import Solved
from router.routing.world import World
from router.rules.verdicts import Removal, RuleRef, SplitUnits
from router.solver.problem import Bools, Ints, OrderProblem, Solution, concatenate
from router.solver.solve import solve_orders

PER_OPTION = (
    "option_node", "row", "fixed_milli", "parcel_milli", "weight_max", "volume_max", "dim_divisor", "dim_volume_min",
)  # fmt: skip
"""The fields of a problem that have one place for each option and no other axis."""


def explain(decision: Decision, world: World) -> Explanation:
    """The account of `decision`, made from its inputs and the network and rules of `world`.

    Raises ValueError when these are not the versions that the decision was made from.
    """
    # Of a joint decision too, each node is asked what it could have done: what the wave gave up is part of the answer.
    inputs = replace(decision.inputs, only_node=None)
    solved = solve_recorded(replace(decision, inputs=inputs), world.network, world.rules)
    rules = {rule.name: rule for rule in named_rules(solved)}
    alone, runner_up = solve_alternatives(solved, decision)
    return Explanation(
        nodes=account_for_nodes(solved, decision, alone),
        other_node_count=len(world.network.nodes) - len(holders(decision)),
        runner_up=runner_up,
        rule_prices=tuple(
            RulePrice(rule=rules[part.rule], amount_milli=part.amount_milli)
            for part in summed_up(part for part in decision.plan.costs if part.rule)
        ),
        split_rule=solved.verdicts.split_policies[solved.verdicts.split[0]].rule,
        backorder_rules=tuple(
            (part.id, solved.verdicts.backorder_policies[solved.verdicts.backorder[number]].rule)
            for number, line in enumerate(solved.batch.lines)
            for part in line.parts
        ),
    )


def named_rules(solved: Solved) -> Iterator[RuleRef]:
    """Every rule that can appear in a cost part."""
    verdicts = solved.verdicts
    yield from (charge.rule for charge in verdicts.charges)
    yield from (policy.rule for policy in verdicts.split_policies)
    yield from (policy.rule for policy in verdicts.backorder_policies)


def holders(decision: Decision) -> list[NodeId]:
    """The nodes that hold any of the order, by id."""
    return sorted({node_id for nodes in decision.inputs.stock.values() for node_id in nodes})


def account_for_nodes(
    solved: Solved, decision: Decision, alone: dict[NodeId, Alternative]
) -> tuple[NodeAccount, ...]:
    """Every holder: the ranked ones, then those that cannot ship."""
    batch = solved.batch
    ranking = sorted(alone, key=lambda node_id: (alone[node_id].objective_milli, node_id))
    carried = could_travel(solved)
    accounts = []
    for node_id in ranking + [node_id for node_id in holders(decision) if node_id not in alone]:
        column = batch.column_of.get(node_id)
        accounts.append(
            NodeAccount(
                node_id=node_id,
                obstacle=None if node_id in alone else obstacle_of(solved, column, carried),
                removed=() if column is None else removed_at(solved, column, carried),
                alone=alone.get(node_id),
                rank=ranking.index(node_id) + 1 if node_id in alone else None,
            )
        )
    return tuple(accounts)


def could_travel(solved: Solved) -> Bools:
    """Which line could leave which node by which service level if there were no rules [L, N, S]."""
    batch = solved.batch
    lines = np.arange(len(batch.lines))
    carried: Bools = fits(batch, lines[:, None], batch.row[0]) & (batch.row[0] != NO_ROW)
    return carried & (batch.available > 0)[:, :, None]


def obstacle_of(solved: Solved, column: int | None, carried: Bools) -> Obstacle:
    """Why the node ships nothing; a holder without a column is closed."""
    if column is None:
        return Obstacle.NODE_CLOSED
    if solved.batch.ship_day[0, column] == NO_DAY:
        return Obstacle.NO_SHIP_DAY
    if (solved.batch.row[0, column] == NO_ROW).all():
        return Obstacle.NOT_SERVED
    return Obstacle.REMOVED_BY_RULES if carried[:, column].any() else Obstacle.NOT_CARRIED


def removed_at(solved: Solved, column: int, carried: Bools) -> tuple[Removed, ...]:
    """What each rule takes away of what could travel from the node."""
    batch = solved.batch
    found = []
    for removal in solved.verdicts.removals:
        hit = carried[:, column] & mask_at(removal, column)
        if hit.any():
            found.append(
                Removed(
                    rule=removal.rule,
                    service_level_ids=tuple(
                        batch.network.services[number].id for number in np.flatnonzero(hit.any(axis=0))
                    ),
                    skus=tuple(batch.lines[number].sku for number in np.flatnonzero(hit.any(axis=1))),
                )
            )
    return tuple(found)


def mask_at(removal: Removal, column: int) -> Bools:
    """The removal at one node, over lines (or one row for all) and service levels (or one column for all)."""
    return removal.mask[:, column if removal.mask.shape[1] > 1 else 0]


def solve_alternatives(
    solved: Solved, decision: Decision
) -> tuple[dict[NodeId, Alternative], Alternative | None]:
    """The best plan from each node alone, and the best one without the chosen nodes."""
    batch, problem = solved.batch, solved.problem
    if problem.option_count == 0:
        return {}, None
    columns = np.unique(solved.round.options.node).tolist()
    node_ids = [batch.node_ids[column] for column in columns]
    choices = [np.flatnonzero(solved.round.options.node == column) for column in columns]
    chosen = [batch.column_of[shipment.node_id] for shipment in decision.plan.shipments]
    others = np.flatnonzero(~np.isin(solved.round.options.node, chosen))
    if chosen and len(others):
        choices.append(others)
    found = solve_with(solved, problem, choices, decision.plan.objective_milli)
    runner_up = found[len(columns)] if len(found) > len(columns) else None
    if runner_up is not None and not runner_up.node_ids:
        runner_up = None
    return dict(zip(node_ids, found)), runner_up


def solve_with(
    solved: Solved, problem: OrderProblem, choices: Sequence[Ints], chosen_milli: int
) -> list[Alternative]:
    """The best plan for each choice of options that may be opened."""
    policy = solved.verdicts.split_policies[solved.verdicts.split[0]]
    when_short = policy.split_units is SplitUnits.WHEN_SHORT
    smaller = [keep_options(problem, options, when_short) for options in choices]
    solutions = solve_orders(concatenate(smaller), solved.round.effort)
    return [
        alternative_of(solved, problem, renumbered(solution, options), chosen_milli)
        for solution, options in zip(solutions, choices)
    ]


def keep_options(problem: OrderProblem, options: Ints, when_short: bool) -> OrderProblem:
    """The problem with these options only. Lines that become short may be shared out if the policy says so."""
    allowed = problem.allowed[:, options]
    holds_all = problem.usable[:, problem.option_node[options]] == problem.quantity[:, None]
    is_short = (problem.quantity > 1) & ~(allowed & holds_all).any(axis=1)
    return replace(
        problem,
        **{name: getattr(problem, name)[options] for name in PER_OPTION},
        allowed=allowed,
        line_milli=problem.line_milli[:, options],
        unit_milli=problem.unit_milli[:, options],
        divisible=is_short if when_short else problem.divisible,
    )


def renumbered(solution: Solution, options: Ints) -> Solution:
    """The solution in the option numbers of the whole problem."""
    opened = tuple(replace(part, option=int(options[part.option])) for part in solution.opened)
    return replace(solution, opened=opened)


def alternative_of(
    solved: Solved, problem: OrderProblem, solution: Solution, chosen_milli: int
) -> Alternative:
    """A solution as an alternative to the chosen plan."""
    wanted = Wanted(solved)
    shipments = [shipment_of(solved, problem, opened, wanted) for opened in solution.opened]
    missing = [(line, sum(part.quantity for part in parts)) for line, parts in wanted.rest()]
    parts = [part for shipment in shipments for part in shipment.costs]
    parts += order_costs(solved, len(shipments), missing)
    return Alternative(
        node_ids=tuple(shipment.node_id for shipment in shipments),
        service_level_ids=tuple(shipment.service_level_id for shipment in shipments),
        unshipped_count=sum(count for _, count in missing),
        costs=summed_up(parts),
        status=solution.status,
        objective_milli=solution.objective_milli,
        bound_milli=solution.bound_milli,
        difference_milli=solution.objective_milli - chosen_milli,
    )


def summed_up(parts: Sequence[CostPart] | Iterator[CostPart]) -> tuple[CostPart, ...]:
    """One part for each kind and rule, kinds in their declared order, rules by name."""
    kinds = list(CostKind)
    amounts: dict[tuple[int, str], int] = {}
    for part in parts:
        key = (kinds.index(part.kind), part.rule)
        amounts[key] = amounts.get(key, 0) + part.amount_milli
    return tuple(
        CostPart(kind=kinds[kind], amount_milli=amount, rule=rule)
        for (kind, rule), amount in sorted(amounts.items())
    )
