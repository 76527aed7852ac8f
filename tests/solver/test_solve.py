"""Which method solves which order, and that a batch is solved as its orders one by one."""

import os
import subprocess
import sys

import numpy as np

from router.domain.plan import SolutionMethod, SolutionStatus
from router.solver import open_sets, partition
from router.solver.problem import Effort, Opened, concatenate
from router.solver.solve import solve_order, solve_orders, warm_up
from router.solver.verify import verify
from tests.solver.builders import a_problem, brackets_of, random_brackets, random_problem

KERNELS_ALONE = Effort(model_deterministic_seconds=0)


def test_whole_lines_are_solved_by_partition():
    problem = a_problem(
        quantity=(2, 1),
        option_node=(0, 1),
        usable=[[2, 2], [0, 1]],
        fixed_milli=[1_000, 3_000],
        split_milli=1_000,
    )

    solution = solve_order(problem)

    assert solution.method is SolutionMethod.PARTITION
    assert solution.status is SolutionStatus.OPTIMAL
    assert solution.objective_milli == solution.bound_milli == 8_000
    assert solution.opened == (Opened(option=1, units=((0, 2), (1, 1))),)


def test_a_divisible_line_of_one_unit_is_whole():
    assert solve_order(a_problem(divisible=True)).method is SolutionMethod.PARTITION


def test_divisible_lines_and_long_orders_are_solved_by_open_sets():
    divisible = a_problem(quantity=(2,), divisible=True)
    long = a_problem(quantity=(1,) * 40)

    assert solve_order(divisible).method is SolutionMethod.OPEN_SETS
    assert solve_order(long).method is SolutionMethod.OPEN_SETS
    assert solve_order(long).status is SolutionStatus.OPTIMAL


def test_what_the_kernels_leave_open_goes_to_the_model():
    problem = a_problem(
        quantity=(4, 3), unit_weight=[700, 400], divisible=True, option_node=(0, 1), usable=[[3, 3], [2, 2]],
        fixed_milli=[1_000, 1_500], unit_milli=[[10, 13], [17, 11]], split_milli=300, backorder_milli=20_000,
        brackets=brackets_of(((1_000, 2_000, 0), (3_000, 3_100, 0), (30_000, 9_000, 0))),
    )  # fmt: skip
    hasty = Effort(set_nodes_max=0, model_deterministic_seconds=2.0)

    solution = solve_order(problem, hasty)

    assert solution.method is SolutionMethod.CP_SAT
    assert solution.objective_milli == solve_order(problem, KERNELS_ALONE).objective_milli
    assert verify(problem, solution) == ()


def test_a_batch_is_solved_as_its_orders_one_by_one():
    brackets = random_brackets(3)
    problems = [
        random_problem(seed, line_count=1 + seed % 5, node_count=2 + seed % 3, brackets=brackets)
        for seed in range(60)
    ]

    batch = solve_orders(concatenate(problems), KERNELS_ALONE)

    assert batch == tuple(solve_order(problem, KERNELS_ALONE) for problem in problems)
    assert {solution.method for solution in batch} == {SolutionMethod.PARTITION, SolutionMethod.OPEN_SETS}


def test_arrays_that_may_not_be_written_are_solved_alike():
    problem = random_problem(8, line_count=4)
    frozen = random_problem(8, line_count=4)
    for array in (frozen.usable, frozen.capacity, frozen.allowed, frozen.brackets.weight_max):
        array.flags.writeable = False

    assert solve_order(frozen, KERNELS_ALONE) == solve_order(problem, KERNELS_ALONE)


def test_solving_changes_nothing_in_the_problem():
    problem, untouched = random_problem(9, line_count=5), random_problem(9, line_count=5)

    solve_order(problem, KERNELS_ALONE)

    assert np.array_equal(problem.usable, untouched.usable)
    assert np.array_equal(problem.unit_milli, untouched.unit_milli)
    assert np.array_equal(problem.capacity, untouched.capacity)


def test_warming_up_compiles_the_one_form_that_every_problem_uses():
    warm_up()

    solve_order(random_problem(10, line_count=5), KERNELS_ALONE)
    solve_order(random_problem(10, line_count=12, quantity_max=1), KERNELS_ALONE)

    assert len(partition._solve_batch.signatures) == 1
    assert len(open_sets.search_sets.signatures) == 1


def test_the_kernels_do_not_load_or_tools():
    code = "import sys, router.solver.solve; print('ortools' in sys.modules)"

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip

    assert answer.stdout == "False\n"


def test_enormous_sums_are_proven_as_exactly_as_floating_point_allows_for():
    problem = a_problem(quantity=[3], backorder_milli=[10**15], divisible=[True])

    solution = solve_order(problem, KERNELS_ALONE)

    assert verify(problem, solution) == ()
    assert (solution.objective_milli, solution.status) == (5_000, SolutionStatus.OPTIMAL)
