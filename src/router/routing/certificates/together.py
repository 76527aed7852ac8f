"""The certificate of several decisions: against the best joint plan of the same orders on what was there for them.

Their own problems are posed again from what the decisions recorded, on the most stock and the fewest booked shipments
that any of them saw; column generation finds the prices of what runs short; the plans are those that were decided, one
by one or in a wave.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from router.domain.identifiers import NodeId, Sku
from router.domain.plan import SolutionStatus
from router.domain.reasons import Reason, RouterError
from router.routing.certificates.booked import Booked, names_of, scope_of
from router.routing.certificates.text import NO_ROW, Proven, Row, certificate_lines
from router.routing.decision import Decision, Prices
from router.routing.network.prepared import PreparedNetwork
from router.routing.replay import decide_again, recorded_world, unconfined_request_of
from router.routing.round.round import Asked, Solved, pose_round
from router.routing.wave.joint_problem import find_joint_orders, pose_jointly
from router.routing.world import World
from router.rules.ruleset import CompiledRules
from router.solver.problem import Opened, Solution
from router.solver.verify import plan_cost_milli
from router.solver.verify import verify as find_faults
from router.solver.wave.field import no_plans, open_field
from router.solver.wave.joint import solve_joint
from router.solver.wave.parts import only_scarce
from router.solver.wave.pricing import price_orders
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT, JointProblem

PRICES_ONLY = replace(DEFAULT_WAVE_EFFORT, cut_rounds=0, ruin_steps=0, block_rounds=0)
"""The plans are there already: only prices are sought."""

OUTSIDE = "its rules or lines are outside the joint problem"
SUBSTITUTED = "other products stand in for some of its units, which the joint problem does not have"
OTHER_DAY = "it ships by a lane, on a day or at a cost that the joint problem does not have"


@dataclass(frozen=True, slots=True)
class Seen:
    """Stock and bookings before any of the decisions took something."""

    stock: Mapping[Sku, Mapping[NodeId, int]]
    booked: Mapping[NodeId, Mapping[int, int]]

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self.stock.get(sku, {})

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        return self.booked.get(node_id, {})


def certify_together(
    booked: Sequence[Booked], network: PreparedNetwork, rules: CompiledRules
) -> Iterator[bytes]:
    """The certificate of orders that were decided for one instant (INVALID_REQUEST otherwise), line by line; its scope
    says which of them are left out and why.
    """
    inputs = [one.decision.inputs for one in booked]
    if len({one.decision_time for one in inputs}) > 1:
        raise RouterError(
            Reason.INVALID_REQUEST,
            "the orders were decided for different instants, a certificate is for one;"
            " name the orders of one wave or one batch, or one order alone",
        )
    world = joint_world([one.decision for one in booked], network, rules)
    seen = what_was_there([one.decision for one in booked])
    requests = [unconfined_request_of(one) for one in inputs]
    asked = pose_round(requests, world, [seen] * len(requests), with_levels=False, gathers=False)
    again = decide_again(inputs, world)
    left_out = dict.fromkeys(range(len(booked)), OUTSIDE)
    plans: dict[int, tuple[Opened, ...]] = {}
    for number in find_joint_orders(asked).tolist():
        if booked[number].decision.plan.substitutions:
            left_out[number] = SUBSTITUTED
            continue
        plan = carried_over(asked, number, again[number])
        if plan is None or not fits(asked, number, plan, booked[number].decision):
            left_out[number] = OTHER_DAY
        else:
            plans[number] = plan
            del left_out[number]
    scope = scope_of(booked, [(booked[number], because) for number, because in sorted(left_out.items())])
    if not plans:
        return certificate_lines(scope, [], [])
    kept = np.array(sorted(plans), np.int64)
    problem = pose_jointly(asked, kept).problem
    return certificate_lines(scope, *prove(asked, problem, kept.tolist(), plans, booked))


def prove(
    asked: Asked,
    problem: JointProblem,
    kept: Sequence[int],
    plans: Mapping[int, tuple[Opened, ...]],
    booked: Sequence[Booked],
) -> tuple[list[Proven], list[Row]]:
    """Prices of the rows, and each order's bound at them."""
    price = solve_joint(problem, PRICES_ONLY).price_milli
    field = open_field(only_scarce(problem), PRICES_ONLY.search_work_max)
    bounds, _ = price_orders(field, np.arange(len(kept)), price, no_plans(field))
    row_names: dict[int, str] = {}
    proven = []
    for place, number in enumerate(kept):
        own = problem.orders[place]
        names = names_of(asked, number, own.option_node.tolist())
        draws = draws_of(problem, place)
        slot_row = problem.slot_row[
            problem.orders.node_start[place] : problem.orders.node_start[place + 1]
        ].tolist()
        for line, by_node in enumerate(draws):
            skus = skus_of(asked, number, line)
            for node, taken in enumerate(by_node):
                for sku, (row, _) in zip(skus, taken, strict=True):
                    row_names[row] = f"units of {sku} at {names['node_ids'][node]}"
        for node, row in enumerate(slot_row):
            if row != NO_ROW:
                row_names[row] = f"shipments of {names['node_ids'][node]}"
        proven.append(
            Proven(
                order_id=booked[number].decision.inputs.order.id,
                decision_id=booked[number].decision_id,
                problem=own,
                opened=plans[number],
                bound_milli=int(bounds[place]),
                **names,
                draws=draws,
                slot_row=slot_row,
            )
        )
    rows = [
        Row(name=row_names[row], limit=int(problem.limit[row]), price_milli=int(price[row]))
        for row in range(len(problem.limit))
    ]
    refuse_overdrawn(proven, rows)
    return proven, rows


def refuse_overdrawn(orders: Sequence[Proven], rows: Sequence[Row]) -> None:
    taken: dict[int, int] = defaultdict(int)
    for order in orders:
        for opened in order.opened:
            node = int(order.problem.option_node[opened.option])
            taken[order.slot_row[node]] += 1
            for line, units in opened.units:
                for row, each in order.draws[line][node]:
                    taken[row] += each * units
    for number, shared in enumerate(rows):
        if taken[number] > shared.limit:
            raise RouterError(
                Reason.INVALID_REQUEST,
                f"the orders were not decided on the same stock: they take {taken[number]:,} {shared.name}, and none of"
                f" them saw more than {shared.limit:,}; name the orders of one wave or one batch",
            )


def draws_of(problem: JointProblem, place: int) -> list[list[list[tuple[int, int]]]]:
    """(row, units) by line and node of an order of the joint problem."""
    orders = problem.orders
    lines = int(orders.line_start[place + 1] - orders.line_start[place])
    nodes = int(orders.node_start[place + 1] - orders.node_start[place])
    first = int(orders.usable_start[place])

    def of_cell(cell: int) -> list[tuple[int, int]]:
        own = slice(int(problem.draw_start[cell]), int(problem.draw_start[cell + 1]))
        return list(zip(problem.draw_row[own].tolist(), problem.draw_units[own].tolist(), strict=True))

    return [[of_cell(first + line * nodes + node) for node in range(nodes)] for line in range(lines)]


def skus_of(asked: Asked, order: int, line: int) -> list[Sku]:
    bundle = asked.batch.bundles.of_order(order).start + line
    return [asked.batch.lines[number].sku for number, _ in asked.batch.bundles.parts_of(bundle)]


def carried_over(asked: Asked, order: int, solved: Solved) -> tuple[Opened, ...] | None:
    """The plan of a decision in the joint problem's options; None where one of its shipments is not among them."""
    options, batch = asked.posed.options, asked.batch
    start, end = int(options.start[order]), int(options.start[order + 1])
    lanes = zip(options.node[start:end].tolist(), options.service[start:end].tolist(), strict=True)
    number_of = {(batch.node_ids[column], service): number for number, (column, service) in enumerate(lanes)}
    opened = []
    for one in solved.solution.opened:
        column, service = solved.lane_of(one.option)
        node_id = solved.batch.node_ids[column]
        number = number_of.get((node_id, service))
        ship_day = int(solved.batch.ship_day[solved.order, column])
        if number is None or ship_day != int(batch.ship_day[order, batch.column_of[node_id]]):
            return None
        opened.append(Opened(option=number, units=one.units))
    return tuple(sorted(opened, key=lambda one: one.option))


def fits(asked: Asked, order: int, plan: tuple[Opened, ...], decision: Decision) -> bool:
    """Whether the plan obeys the order's joint problem and costs there what was decided."""
    problem, cost = asked.problems[order], decision.plan.objective_milli
    solution = decision_as_solution(plan, cost, decision)
    return not find_faults(problem, solution) and plan_cost_milli(problem, solution) == cost


def decision_as_solution(plan: tuple[Opened, ...], cost: int, decision: Decision) -> Solution:
    """What the judge of the solver can read; how near it is to the optimum is not its matter here."""
    return Solution(
        status=SolutionStatus.OPTIMAL,
        method=decision.plan.method,
        objective_milli=cost,
        bound_milli=cost,
        work=0,
        opened=plan,
    )


def joint_world(decisions: Sequence[Decision], network: PreparedNetwork, rules: CompiledRules) -> World:
    """The world of all of them: their products and their look-ahead prices."""
    worlds = [recorded_world(decision.inputs, network, rules) for decision in decisions]
    products = {sku: product for world in worlds for sku, product in world.products.items()}
    stock: dict[Sku, dict[NodeId, int]] = defaultdict(dict)
    capacity: dict[NodeId, int] = {}
    for world in worlds:
        for sku, by_node in world.prices.stock_milli.items():
            stock[sku].update(by_node)
        capacity.update(world.prices.capacity_milli)
    prices = Prices(stock_milli=dict(stock), capacity_milli=capacity)
    return World(network=network, products=products, rules=rules, prices=prices)


def what_was_there(decisions: Sequence[Decision]) -> Seen:
    """The most units of each SKU at each node, and the fewest shipments of each node and day, that any of them saw."""
    stock: dict[Sku, dict[NodeId, int]] = defaultdict(dict)
    booked: dict[NodeId, dict[int, int]] = {}
    for decision in decisions:
        inputs = decision.inputs
        for sku, by_node in inputs.stock.items():
            for node_id, units in by_node.items():
                stock[sku][node_id] = max(units, stock[sku].get(node_id, 0))
        for node_id in {node_id for by_node in inputs.stock.values() for node_id in by_node}:
            by_day = inputs.shipments_booked.get(node_id, {})
            known = booked.setdefault(node_id, dict(by_day))
            booked[node_id] = {day: min(count, by_day.get(day, 0)) for day, count in known.items()}
    return Seen(stock=dict(stock), booked=booked)
