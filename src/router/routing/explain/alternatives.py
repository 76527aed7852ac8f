"""Other plans of a decided order: solved again with some of its options only."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from msgspec import structs

from router.domain.identifiers import NodeId
from router.domain.plan import CostKind, CostPart
from router.routing.decision import Decision
from router.routing.explain.explanation import Alternative
from router.routing.plan.plans import Wanted, shipment_of
from router.routing.round.costs import order_costs
from router.routing.round.objective import objective_of
from router.routing.round.round import Solved
from router.rules.verdicts import SplitUnits
from router.solver.problem import Ints, OrderProblem, Solution, concatenate
from router.solver.solve import solve_orders

PER_OPTION = (
    "option_node", "awaits", "row", "fixed_milli", "parcel_milli", "weight_max", "volume_max", "dim_divisor",
    "dim_volume_min",
)  # fmt: skip
"""The fields of a problem that have one place for each option and no other axis."""

PER_TERM = ("term_low", "term_high", "term_milli", "term_forbids")


def solve_alternatives(
    solved: Solved, decision: Decision
) -> tuple[dict[NodeId, Alternative], Alternative | None, Alternative | None]:
    """The best plan from each node alone, the best without the chosen nodes, and, of a plan that moves units, the best
    that moves none.
    """
    batch, problem = solved.batch, solved.problem
    if problem.option_count == 0:
        return {}, None, None
    nodes = solved.round.posed.options.node
    columns = [column for column in np.unique(nodes).tolist() if column < batch.plain_count]
    node_ids = [batch.node_ids[column] for column in columns]
    choices = [np.flatnonzero(nodes == column) for column in columns]
    chosen = {shipment.node_id for shipment in decision.plan.shipments}
    others = np.flatnonzero([batch.node_ids[column] not in chosen for column in nodes.tolist()])
    has_others = bool(chosen) and len(others) > 0
    if has_others:
        choices.append(others)
    moves = any(shipment.transfers for shipment in decision.plan.shipments)
    if moves:
        choices.append(np.flatnonzero(nodes < batch.plain_count))
    found = solve_with(solved, problem, choices, decision.plan.objective_milli)
    runner_up = found[len(columns)] if has_others else None
    if runner_up is not None and not runner_up.node_ids:
        runner_up = None
    return dict(zip(node_ids, found)), runner_up, found[-1] if moves else None


def solve_with(
    solved: Solved, problem: OrderProblem, choices: Sequence[Ints], chosen_milli: int
) -> list[Alternative]:
    """The best plan for each choice of options that may be opened."""
    policy = solved.verdicts.split_policies[solved.verdicts.split[0]]
    when_short = policy.split_units is SplitUnits.WHEN_SHORT
    smaller = [keep_options(problem, options, when_short) for options in choices]
    solutions = solve_orders(concatenate(smaller), solved.effort)
    return [
        alternative_of(solved, renumbered(solution, options), chosen_milli)
        for solution, options in zip(solutions, choices)
    ]


def keep_options(problem: OrderProblem, options: Ints, when_short: bool) -> OrderProblem:
    """The problem with these options only. Lines that become short may be shared out if the policy says so."""
    allowed = problem.allowed[:, options]
    holds_all = problem.usable[:, problem.option_node[options]] == problem.quantity[:, None]
    is_short = (problem.quantity > 1) & ~(allowed & holds_all).any(axis=1) & (problem.together < 0)
    terms = np.isin(problem.term_option, options)
    return replace(
        problem,
        **{name: getattr(problem, name)[options] for name in PER_OPTION},
        **{name: getattr(problem, name)[terms] for name in PER_TERM},
        term_option=np.searchsorted(options, problem.term_option[terms]),
        allowed=allowed,
        line_milli=problem.line_milli[:, options],
        unit_milli=problem.unit_milli[:, options],
        brings=problem.brings[:, options],
        divisible=is_short if when_short else problem.divisible,
    )


def renumbered(solution: Solution, options: Ints) -> Solution:
    """The solution in the option numbers of the whole problem."""
    opened = tuple(structs.replace(part, option=int(options[part.option])) for part in solution.opened)
    return structs.replace(solution, opened=opened)


def alternative_of(solved: Solved, solution: Solution, chosen_milli: int) -> Alternative:
    """A solution as an alternative to the chosen plan."""
    wanted = Wanted(solved)
    dispatches = solved.round.dispatch([(solved.order, opened) for opened in solution.opened])
    shipments = [shipment_of(solved, dispatch, wanted) for dispatch in dispatches]
    missing = [(line, sum(part.quantity for part in parts)) for line, parts in wanted.rest()]
    parts = [part for shipment in shipments for part in shipment.costs]
    parts += order_costs(solved, len(shipments), missing)
    objective = objective_of(solved, solution)
    return Alternative(
        node_ids=tuple(shipment.node_id for shipment in shipments),
        service_level_ids=tuple(shipment.service_level_id for shipment in shipments),
        unshipped_count=sum(count for _, count in missing),
        costs=summed_up(parts),
        status=objective.status,
        objective_milli=objective.cost_milli,
        bound_milli=objective.bound_milli,
        difference_milli=objective.cost_milli - chosen_milli,
        levels=objective.levels,
        packed_milli=solution.objective_milli,
    )


def summed_up(parts: Iterable[CostPart]) -> tuple[CostPart, ...]:
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
