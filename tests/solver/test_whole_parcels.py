"""Long orders of several parcels: bounds in whole parcels, and the OR-Tools model over what they leave."""

from random import Random

import pytest

from router.domain.plan import SolutionStatus
from router.solver.problem import Effort, OrderProblem
from router.solver.reference import solve_by_enumeration
from router.solver.solve import solve_order
from router.solver.verify import verify
from tests.proving import seeds
from tests.solver.builders import a_problem, brackets_of, random_problem

ALONE = Effort(model_deterministic_seconds=0)
STEPS = ((1_000, 300_000, 0), (2_000, 350_000, 0), (5_000, 480_000, 0), (10_000, 700_000, 0))


def a_long_order(seed: int, line_count: int = 40) -> OrderProblem:
    """Lines of some hundred grams; the dearest of three nodes holds all of them, the others two thirds each."""
    random = Random(seed)
    held = [[int(random.random() < 0.66) for _ in range(2)] + [1] for _ in range(line_count)]
    return a_problem(
        quantity=(1,) * line_count,
        unit_weight=tuple(random.randint(100, 1_500) for _ in range(line_count)),
        backorder_milli=300_000,
        option_node=(0, 1, 2),
        usable=held,
        fixed_milli=(60_000, 70_000, 80_000),
        unit_milli=[[13_000, 13_000, 34_000]] * line_count,
        split_milli=200_000,
        shipments_max=3,
        weight_max=10_000,
        brackets=brackets_of(STEPS),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_an_order_of_several_parcels_is_proven_without_dividing_its_lines(seed):
    solution = solve_order(a_long_order(seed), ALONE)

    assert verify(a_long_order(seed), solution) == ()
    assert solution.status is SolutionStatus.OPTIMAL, f"{solution.bound_milli} of {solution.objective_milli}"
    assert solution.work < 1_000


@pytest.mark.parametrize("seed", seeds(100, 10))
def test_what_ships_in_whole_parcels_costs_what_brute_force_finds(seed):
    problem = random_problem(
        seed, line_count=3, node_count=3, quantity_max=3, features=("parcels", "divisible", "rates", "bans")
    )

    found, known = solve_order(problem, ALONE), solve_by_enumeration(problem)

    assert verify(problem, found) == ()
    assert found.bound_milli <= known.objective_milli <= found.objective_milli, f"seed {seed}"


@pytest.mark.parametrize("set_nodes_max", [1, 10, 50])
@pytest.mark.parametrize("seed", seeds(200, 4))
def test_what_the_search_leaves_is_decided_by_the_model_in_the_numbers_of_the_order(seed, set_nodes_max):
    problem = random_problem(seed, line_count=3, node_count=3, features=("divisible", "short_stock", "bans"))
    effort = Effort(set_nodes_max=set_nodes_max, model_deterministic_seconds=2.0)

    found, known = solve_order(problem, effort), solve_by_enumeration(problem)

    assert verify(problem, found) == ()
    assert (found.objective_milli, found.status) == (known.objective_milli, SolutionStatus.OPTIMAL), (
        f"seed {seed}"
    )
