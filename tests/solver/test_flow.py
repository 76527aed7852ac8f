"""Orders assigned jointly: known example, brute force, and the proof by prices."""

from itertools import product

import numpy as np
import pytest

from router.solver.problem import UNLIMITED
from router.solver.wave.flow import LEFT_OUT, WaveProblem, assign_orders, lagrangian_bound
from tests.proving import seeds

NO_ROWS = np.zeros(0, np.int64)


def test_three_orders_for_three_single_units_cost_28_jointly_where_one_by_one_pays_39() -> None:
    # SOURCE: Grid Dynamics' order-pool example; 28 by enumeration.
    costs = np.array([[2, 5, 6], [7, 19, 20], [8, 15, 18]], np.int64)
    problem = WaveProblem(
        cost_milli=costs,
        is_possible=np.ones((3, 3), np.bool_),
        row=np.tile(np.arange(3), (3, 1)),
        leave_milli=np.full(3, 1_000),
        node_capacity=np.full(3, UNLIMITED),
        row_capacity=np.ones(3, np.int64),
        row_node=np.arange(3),
    )

    assignment = assign_orders(problem)

    assert (assignment.objective_milli, assignment.bound_milli) == (28, 28)
    assert sorted(assignment.node.tolist()) == [0, 1, 2]


def test_an_order_that_no_node_can_serve_is_left_out() -> None:
    problem = WaveProblem(
        cost_milli=np.zeros((1, 1), np.int64),
        is_possible=np.zeros((1, 1), np.bool_),
        row=np.full((1, 1), -1),
        leave_milli=np.array([700]),
        node_capacity=np.array([1]),
        row_capacity=NO_ROWS,
        row_node=NO_ROWS,
    )

    assignment = assign_orders(problem)

    assert assignment.node.tolist() == [LEFT_OUT]
    assert (assignment.objective_milli, assignment.bound_milli) == (700, 700)


def test_where_no_node_holds_anything_every_order_is_left_out() -> None:
    problem = WaveProblem(
        cost_milli=np.zeros((2, 0), np.int64),
        is_possible=np.zeros((2, 0), np.bool_),
        row=np.zeros((2, 0), np.int64),
        leave_milli=np.array([700, 300]),
        node_capacity=NO_ROWS,
        row_capacity=NO_ROWS,
        row_node=NO_ROWS,
    )

    assignment = assign_orders(problem)

    assert assignment.node.tolist() == [LEFT_OUT, LEFT_OUT]
    assert (assignment.objective_milli, assignment.bound_milli) == (1_000, 1_000)


def a_random_problem(seed: int) -> WaveProblem:
    random = np.random.default_rng(seed)
    orders, nodes = int(random.integers(1, 6)), int(random.integers(1, 4))
    sku = random.integers(0, 2, orders)
    scarce = random.random((2, nodes)) < 0.5
    numbers = np.where(scarce, np.cumsum(scarce.ravel()).reshape(scarce.shape) - 1, -1)
    return WaveProblem(
        cost_milli=random.integers(-20, 100, (orders, nodes)),
        is_possible=random.random((orders, nodes)) < 0.8,
        row=numbers[sku],
        leave_milli=random.integers(0, 150, orders),
        node_capacity=random.integers(0, 3, nodes),
        row_capacity=random.integers(0, 3, int(scarce.sum())),
        row_node=np.nonzero(scarce)[1],
    )


def cheapest_by_enumeration(problem: WaveProblem) -> int:
    orders, nodes = problem.cost_milli.shape
    best = UNLIMITED
    for choice in product(range(-1, nodes), repeat=orders):
        picked = [(order, node) for order, node in enumerate(choice) if node >= 0]
        if any(not problem.is_possible[pair] for pair in picked):
            continue
        rows = np.bincount(
            [problem.row[pair] for pair in picked if problem.row[pair] >= 0], minlength=len(problem.row_node)
        )
        loads = np.bincount([node for _, node in picked], minlength=nodes)
        if (rows > problem.row_capacity).any() or (loads > problem.node_capacity).any():
            continue
        left = sum(int(problem.leave_milli[order]) for order, node in enumerate(choice) if node < 0)
        best = min(best, left + sum(int(problem.cost_milli[pair]) for pair in picked))
    return best


@pytest.mark.parametrize("seed", seeds(0, 150))
def test_the_flow_is_the_optimum_and_its_prices_prove_it(seed: int) -> None:
    problem = a_random_problem(seed)

    assignment = assign_orders(problem)

    assert assignment.objective_milli == cheapest_by_enumeration(problem)
    assert assignment.bound_milli == assignment.objective_milli


@pytest.mark.parametrize("seed", seeds(0, 20))
def test_no_prices_prove_more_than_the_optimum(seed: int) -> None:
    problem = a_random_problem(seed)
    random = np.random.default_rng(seed)

    bound = lagrangian_bound(
        problem,
        random.integers(0, 60, len(problem.node_capacity)),
        random.integers(0, 60, len(problem.row_node)),
    )

    assert bound <= assign_orders(problem).objective_milli
