"""Waves against brute force, against known examples, and against themselves told otherwise."""

from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from router.domain.plan import SolutionMethod, SolutionStatus
from router.solver.problem import Solution
from router.solver.verify import plan_cost_milli, verify
from router.solver.wave import warm_up
from router.solver.wave.field import no_plans, open_field
from router.solver.wave.joint import solve_joint
from router.solver.wave.parts import find_parts, only_scarce
from router.solver.wave.patience import TimeUsed
from router.solver.wave.pricing import lagrangian_bound, price_orders
from router.solver.wave.problem import JointProblem, JointSolution
from tests.proving import seeds
from tests.solver.builders import a_problem, brackets_of
from tests.solver.wave.waves import a_joint_problem, optimum_by_enumeration, overdrawn_rows, random_wave


def solutions_of(problem: JointProblem, joint: JointSolution) -> list[Solution]:
    found = []
    for order, opened in enumerate(joint.plans):
        plan = Solution(
            status=SolutionStatus.OPTIMAL, method=SolutionMethod.OPEN_SETS, objective_milli=0, bound_milli=0, work=0,
            opened=opened,
        )  # fmt: skip
        cost = plan_cost_milli(problem.orders[order], plan)
        found.append(structs.replace(plan, objective_milli=cost, bound_milli=cost))
    return found


def faults_of(problem: JointProblem, joint: JointSolution) -> list[str]:
    """What the independent judge says of every order, and the rows that are overdrawn."""
    solutions = solutions_of(problem, joint)
    faults = [
        fault for order, solution in enumerate(solutions) for fault in verify(problem.orders[order], solution)
    ]
    if sum(solution.objective_milli for solution in solutions) != joint.objective_milli:
        faults.append("the plans do not cost what the wave says")
    return faults + [f"row {row} is overdrawn" for row in overdrawn_rows(problem, solutions)]


def the_published_example() -> JointProblem:
    # SOURCE: Grid Dynamics' order-pool example: 39 one by one, 28 by enumeration.
    brackets = brackets_of(((30_000, 0, 0),))
    orders = [
        a_problem(
            quantity=(1,),
            option_node=(0, 1, 2),
            unit_milli=(costs,),
            backorder_milli=1_000,
            brackets=brackets,
        )
        for costs in ((2, 5, 6), (7, 19, 20), (8, 15, 18))
    ]
    return a_joint_problem(orders, np.ones((1, 3), np.int64))


def test_three_orders_for_three_single_units_cost_28_jointly_where_one_by_one_pays_39() -> None:
    joint = solve_joint(the_published_example())

    assert joint.phases[0].objective_milli == 39
    assert (joint.objective_milli, joint.bound_milli) == (28, 28)


@pytest.mark.parametrize("seed", seeds(0, 40))
def test_a_small_wave_is_solved_and_never_proven_beyond_its_optimum(seed: int) -> None:
    problem = random_wave(seed)

    joint = solve_joint(problem)

    optimum = optimum_by_enumeration(problem)
    assert faults_of(problem, joint) == []
    assert joint.bound_milli <= optimum
    assert joint.objective_milli == optimum


@pytest.mark.parametrize("seed", seeds(100, 20))
def test_no_prices_prove_more_than_the_optimum(seed: int) -> None:
    problem = random_wave(seed)
    field = open_field(problem, 100_000)
    price = np.random.default_rng(seed).integers(0, 3_000, len(problem.limit))
    price[problem.limit > 1_000] = 0

    bounds, _ = price_orders(field, np.arange(len(problem.orders)), price, no_plans(field))

    assert lagrangian_bound(price, problem.limit, bounds) <= optimum_by_enumeration(problem)


@pytest.mark.parametrize("seed", seeds(200, 10))
def test_the_same_wave_gets_the_same_answer(seed: int) -> None:
    problem = random_wave(seed, order_count=6)

    assert solve_joint(problem).plans == solve_joint(problem).plans


@pytest.mark.parametrize("seed", [248, 305])
def test_solving_a_wave_leaves_its_problem_as_it_was(seed: int) -> None:
    problem, untouched = random_wave(seed, order_count=6), random_wave(seed, order_count=6)

    joint = solve_joint(problem)

    assert np.array_equal(problem.orders.usable, untouched.orders.usable)
    assert np.array_equal(problem.orders.capacity, untouched.orders.capacity)
    assert faults_of(problem, joint) == []


@pytest.mark.parametrize("seed", seeds(300, 10))
def test_more_of_a_row_never_raises_the_bound(seed: int) -> None:
    problem = random_wave(seed)

    more = replace(problem, limit=problem.limit + 1)

    assert solve_joint(more).bound_milli <= optimum_by_enumeration(problem)
    assert optimum_by_enumeration(more) <= optimum_by_enumeration(problem)


@pytest.mark.parametrize("seed", seeds(400, 10))
def test_a_wave_is_never_dearer_than_its_orders_one_after_another(seed: int) -> None:
    joint = solve_joint(random_wave(seed, order_count=8, node_count=3))

    objectives = [phase.objective_milli for phase in joint.phases]
    assert objectives == sorted(objectives, reverse=True)
    assert joint.bound_milli <= joint.objective_milli


def test_orders_that_share_no_scarce_row_are_parts_of_their_own() -> None:
    brackets = brackets_of(((30_000, 0, 0),))
    one = a_problem(quantity=(1,), usable=((1, 0),), option_node=(0, 1), brackets=brackets)
    other = a_problem(quantity=(1,), usable=((0, 1),), option_node=(0, 1), brackets=brackets)
    problem = a_joint_problem([one, other, one, other], np.array([[1, 1]]))

    assert [part.tolist() for part in find_parts(only_scarce(problem))] == [[0, 2], [1, 3]]


def test_rows_that_suffice_for_everything_tie_nothing_together() -> None:
    problem = the_published_example()

    plenty = only_scarce(replace(problem, limit=np.full(3, 3)))

    assert [part.tolist() for part in find_parts(plenty)] == [[0], [1], [2]]
    assert solve_joint(plenty).objective_milli == 2 + 7 + 8


def test_impatience_ends_the_search_with_what_there_is() -> None:
    joint = solve_joint(the_published_example(), time_used=TimeUsed(lambda: 1.0))

    assert joint.is_cut
    assert joint.objective_milli == 39
    assert joint.bound_milli <= 28


@pytest.mark.parametrize("seed", seeds(760, 8))
@pytest.mark.parametrize("patience", range(1, 8))
def test_a_search_may_end_at_any_time_with_plans_that_can_be_had_and_a_bound(
    seed: int, patience: int
) -> None:
    problem, asked = random_wave(seed), iter([0.0] * patience)

    joint = solve_joint(problem, time_used=TimeUsed(lambda: next(asked, 1.0)))

    assert faults_of(problem, joint) == []
    assert joint.bound_milli <= optimum_by_enumeration(problem) <= joint.objective_milli
    assert joint.is_cut or joint.plans == solve_joint(problem).plans


def test_warming_up_goes_through_every_phase_of_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()

    def solve(*arguments: object, **options: object) -> JointSolution:
        found = solve_joint(*arguments, **options)  # type: ignore[arg-type]
        seen.update(phase.name for phase in found.phases)
        return found

    monkeypatch.setattr(warm_up, "solve_joint", solve)
    warm_up.warm_up_waves()

    assert seen == {"GREEDY", "PRICES", "PRICED_GREEDY", "DIVE", "CUTS", "RECREATE", "BLOCKS", "DONE"}
