"""Whole orders to nodes at least total cost, jointly: a minimum-cost flow with its own proof.

Each order goes whole to one node or is left out. Nodes take a limited number of orders; a *row* limits how many of the
orders for one SKU a node can serve from its stock. Both are capacities of arcs, so the linear program has integral
vertices and the flow is the optimum (the assignment case of OR-Tools' SimpleMinCostFlow, a cost-scaling push-relabel).

The proof does not trust the solver: prices of nodes and rows are shortest distances in the residual network, and the
Lagrangian value of any non-negative prices is a lower bound, evaluated here in integers.
"""

from dataclasses import dataclass

import numpy as np

from router.solver.problem import UNLIMITED, Bools, Ints

LEFT_OUT = -1
"""The node of an order that no node serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveProblem:
    """O orders, K nodes, R scarce rows.

    `cost_milli[o, k]` is the cost of serving order o whole from node k, where `is_possible`; `row[o, k]` the scarce row
    that this uses up by one, or -1; `leave_milli[o]` the cost of leaving it out. UNLIMITED capacities bind nothing.
    """

    cost_milli: Ints  # [O, K]
    is_possible: Bools  # [O, K]
    row: Ints  # [O, K]
    leave_milli: Ints  # [O]
    node_capacity: Ints  # [K] orders
    row_capacity: Ints  # [R] orders
    row_node: Ints  # [R] the node that each row belongs to


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveAssignment:
    """`node[o]` serves order o, or LEFT_OUT. The prices prove `bound_milli` <= cost of every assignment."""

    node: Ints
    objective_milli: int
    bound_milli: int
    node_price_milli: Ints
    row_price_milli: Ints


def assign_orders(problem: WaveProblem) -> WaveAssignment:
    """The cheapest assignment, deterministic; leaving every order out is always possible."""
    node = _solve_flow(problem)
    served = np.flatnonzero(node != LEFT_OUT)
    chosen = problem.leave_milli.copy()
    chosen[served] = problem.cost_milli[served, node[served]]
    node_price, row_price = _prices(problem, node)
    return WaveAssignment(
        node=node,
        objective_milli=int(chosen.sum()),
        bound_milli=lagrangian_bound(problem, node_price, row_price),
        node_price_milli=node_price,
        row_price_milli=row_price,
    )


def lagrangian_bound(problem: WaveProblem, node_price_milli: Ints, row_price_milli: Ints) -> int:
    """Lower bound that non-negative prices prove: cheapest priced choice of each order, less the capacities' worth."""
    priced = problem.cost_milli + node_price_milli[None, :]
    if len(row_price_milli):
        priced = priced + np.where(problem.row >= 0, row_price_milli[np.maximum(problem.row, 0)], 0)
    cheapest = np.where(problem.is_possible, priced, UNLIMITED).min(axis=1, initial=UNLIMITED)
    worth = int(np.dot(node_price_milli, np.where(node_price_milli > 0, problem.node_capacity, 0)))
    worth += int(np.dot(row_price_milli, problem.row_capacity))
    return int(np.minimum(cheapest, problem.leave_milli).sum()) - worth


def _solve_flow(problem: WaveProblem) -> Ints:
    from ortools.graph.python import min_cost_flow

    order_count, node_count = problem.cost_milli.shape
    first_node, first_row = order_count, order_count + node_count
    sink = first_row + len(problem.row_capacity)
    orders, nodes = np.nonzero(problem.is_possible)
    row = problem.row[orders, nodes]
    serve = (
        orders,
        np.where(row >= 0, first_row + row, first_node + nodes),
        problem.cost_milli[orders, nodes],
    )
    leave = (np.arange(order_count), np.full(order_count, sink), problem.leave_milli)
    draw = (
        first_row + np.arange(len(problem.row_node)),
        first_node + problem.row_node,
        np.zeros(len(problem.row_node), np.int64),
    )
    ship = (first_node + np.arange(node_count), np.full(node_count, sink), np.zeros(node_count, np.int64))
    tails, heads, costs = (
        np.concatenate(part).astype(np.int64) for part in zip(serve, leave, draw, ship, strict=True)
    )
    capacities = np.concatenate(
        (np.ones(len(orders) + order_count, np.int64), np.minimum(problem.row_capacity, order_count),
         np.minimum(problem.node_capacity, order_count))
    ).astype(np.int64)  # fmt: skip
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    supply = np.ones(order_count, np.int64)
    flow.set_nodes_supplies(np.append(np.arange(order_count), sink), np.append(supply, -order_count))
    status = flow.solve()
    assert status == flow.OPTIMAL, f"leaving all orders out is feasible, yet the flow ended with {status}"
    node = np.full(order_count, LEFT_OUT, np.int64)
    used = flow.flows(arcs[: len(orders)]) > 0
    node[orders[used]] = nodes[used]
    return node


def _prices(problem: WaveProblem, node: Ints) -> tuple[Ints, Ints]:
    """Shortest residual distances to the sink, by Bellman and Ford: what one more unit of capacity would save."""
    node_count = problem.cost_milli.shape[1]
    row_count = len(problem.row_capacity)
    target = np.where(problem.row >= 0, node_count + problem.row, np.arange(node_count)[None, :])
    served = np.flatnonzero(node != LEFT_OUT)
    at = target[served, node[served]]
    paid = problem.cost_milli[served, node[served]]
    choice, to_node = np.nonzero(problem.is_possible[served])
    sink = node_count + row_count
    row_load = np.bincount(at[at >= node_count] - node_count, minlength=row_count)
    node_load = np.bincount(node[served], minlength=node_count)
    open_rows = np.flatnonzero(row_load < problem.row_capacity)
    used_rows = np.flatnonzero(row_load > 0)
    open_nodes = np.flatnonzero(node_load < problem.node_capacity)
    moves = (at[choice], target[served[choice], to_node],
             problem.cost_milli[served[choice], to_node] - paid[choice])  # fmt: skip
    leaves = (at, np.full(len(at), sink), problem.leave_milli[served] - paid)
    draws = (node_count + open_rows, problem.row_node[open_rows], np.zeros(len(open_rows), np.int64))
    returns = (problem.row_node[used_rows], node_count + used_rows, np.zeros(len(used_rows), np.int64))
    ships = (open_nodes, np.full(len(open_nodes), sink), np.zeros(len(open_nodes), np.int64))
    tails, heads, costs = (
        np.concatenate(part).astype(np.int64)
        for part in zip(moves, leaves, draws, returns, ships, strict=True)
    )
    distance = np.full(sink + 1, UNLIMITED, np.int64)
    distance[sink] = 0
    for _ in range(sink + 1):
        reach = np.where(distance[heads] < UNLIMITED, distance[heads] + costs, UNLIMITED)
        shorter = distance.copy()
        np.minimum.at(shorter, tails, reach)
        if np.array_equal(shorter, distance):
            break
        distance = shorter
    # What nothing reaches has no capacity at all: any price that deters every order is right, and is worth nothing.
    deterring = int(problem.leave_milli.max(initial=0)) - int(problem.cost_milli.min(initial=0))
    distance = np.where(distance < UNLIMITED, np.maximum(distance, 0), max(deterring, 0))
    node_price = distance[:node_count]
    return node_price, np.maximum(distance[node_count:sink] - node_price[problem.row_node], 0)
