"""Every method against every other on seeded random orders, and what must hold when an order is altered."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from router.domain.plan import SolutionStatus
from router.solver.model import solve_model
from router.solver.problem import Effort, OrderProblem, Solution, concatenate, with_options
from router.solver.reference import solve_by_enumeration
from router.solver.solve import solve_order, solve_orders
from router.solver.verify import verify
from tests.proving import seeds
from tests.solver.builders import FEATURES, random_brackets, random_problem

KERNEL_ALONE = Effort(model_deterministic_seconds=0.0)
PLAIN = ("short_stock", "bans", "parcels")


def small_orders(seeds: Sequence[int], features: Sequence[str]) -> list[OrderProblem]:
    brackets = random_brackets(seeds[0], with_rates="rates" in features)
    return [
        random_problem(
            seed,
            line_count=1 + seed % 3,
            node_count=2 + seed % 2,
            service_count=1 + seed // 2 % 2,
            quantity_max=2 + seed % 2,
            features=features,
            brackets=brackets,
        )
        for seed in seeds
    ]


def large_orders(seeds: Sequence[int], features: Sequence[str]) -> list[OrderProblem]:
    brackets = random_brackets(seeds[0], with_rates="rates" in features)
    sizes = {"line_count": 5, "node_count": 6, "service_count": 2}
    return [random_problem(seed, **sizes, features=features, brackets=brackets) for seed in seeds]


def disagreements(
    seeds: Sequence[int], problems: Sequence[OrderProblem], judge: Callable[[OrderProblem], Solution]
) -> Iterator[str]:
    """Where the kernel's answer, without the model behind it, is not the judge's, or `verify` refuses either."""
    solutions = solve_orders(concatenate(problems), KERNEL_ALONE)
    for seed, problem, solution in zip(seeds, problems, solutions, strict=True):
        judged = judge(problem)
        for fault in (*verify(problem, solution), *verify(problem, judged)):
            yield f"seed {seed}: {fault}"
        if (solution.objective_milli, solution.status) != (judged.objective_milli, judged.status):
            yield (
                f"seed {seed}: {solution.method} says {solution.objective_milli} {solution.status}, "
                f"the judge {judged.objective_milli} {judged.status}"
            )


by_model = partial(solve_model, hint=None, effort=Effort())


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_alone_costs_what_brute_force_finds(feature):
    seeds = range(100, 115)

    assert list(disagreements(seeds, small_orders(seeds, (feature,)), solve_by_enumeration)) == []


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_alone_costs_what_the_model_proves(feature):
    seeds = range(200, 205)

    assert list(disagreements(seeds, small_orders(seeds, (feature,)), by_model)) == []


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_beside_each_other_costs_what_brute_force_finds(feature):
    found = []
    for number, other in enumerate(FEATURES[: FEATURES.index(feature)]):
        of_pair = seeds(10_000 * number + 100, 3)
        found += disagreements(of_pair, small_orders(of_pair, (other, feature)), solve_by_enumeration)

    assert found == []


@pytest.mark.parametrize("first_seed", range(1_000, 1_200, 20))
def test_all_features_together_cost_what_brute_force_finds(first_seed):
    seeds = range(first_seed, first_seed + 20)

    assert list(disagreements(seeds, small_orders(seeds, FEATURES), solve_by_enumeration)) == []


@pytest.mark.parametrize("first_seed", range(2_000, 2_040, 10))
def test_all_features_together_cost_what_the_model_proves(first_seed):
    seeds = range(first_seed, first_seed + 10)

    assert list(disagreements(seeds, small_orders(seeds, FEATURES), by_model)) == []


@pytest.mark.parametrize("first_seed", range(3_000, 3_030, 10))
def test_five_lines_at_six_nodes_cost_what_the_model_proves(first_seed):
    seeds = range(first_seed, first_seed + 10)

    assert list(disagreements(seeds, large_orders(seeds, ("rates", "short_stock", "bans")), by_model)) == []


def optimum(problem: OrderProblem) -> int:
    solution = solve_order(problem, Effort())
    assert solution.status is SolutionStatus.OPTIMAL
    assert verify(problem, solution) == ()
    return solution.objective_milli


@pytest.mark.parametrize("seed", seeds(4_000, 20))
def test_more_stock_never_costs_more(seed):
    problem = random_problem(seed, line_count=3, node_count=4)
    richer = replace(problem, usable=np.minimum(problem.usable + 1, problem.quantity[:, None]))

    assert optimum(richer) <= optimum(problem)


@pytest.mark.parametrize("seed", seeds(4_100, 20))
def test_a_tighter_shipment_limit_never_costs_less(seed):
    problem = random_problem(seed, line_count=3, node_count=4)

    assert optimum(replace(problem, shipments_max=1)) >= optimum(replace(problem, shipments_max=2))


@pytest.mark.parametrize("seed", seeds(4_200, 20))
def test_costs_times_seven_make_the_optimum_times_seven(seed):
    # Without rates: their rounding up to whole minor units does not scale.
    problem = random_problem(seed, line_count=3, node_count=4, features=PLAIN)
    prices = ("backorder_milli", "fixed_milli", "parcel_milli", "line_milli", "unit_milli", "split_milli")
    scaled = replace(
        problem,
        **{name: 7 * getattr(problem, name) for name in prices},
        brackets=replace(problem.brackets, base_milli=7 * problem.brackets.base_milli),
    )

    assert optimum(scaled) == 7 * optimum(problem)


def with_lines(problem: OrderProblem, lines: Sequence[int]) -> OrderProblem:
    by_line = (
        "quantity", "unit_weight", "unit_volume", "unit_value_minor", "backorder_milli", "divisible", "usable",
        "allowed", "line_milli", "unit_milli", "together", "metric",
    )  # fmt: skip
    return replace(problem, **{name: getattr(problem, name)[lines] for name in by_line})


@pytest.mark.parametrize("seed", seeds(4_300, 20))
def test_the_order_of_options_does_not_matter(seed):
    problem = random_problem(seed, line_count=3, node_count=4)
    shuffled = np.random.default_rng(seed).permutation(problem.option_count)

    assert optimum(with_options(problem, shuffled)) == optimum(problem)


@pytest.mark.parametrize("seed", seeds(4_400, 20))
def test_the_order_of_lines_does_not_matter(seed):
    problem = random_problem(seed, line_count=4, node_count=3)
    shuffled = np.random.default_rng(seed).permutation(problem.line_count)

    assert optimum(with_lines(problem, shuffled)) == optimum(problem)


@pytest.mark.parametrize("seed", seeds(4_500, 20))
def test_an_option_dearer_than_shipping_nothing_changes_nothing(seed):
    problem = random_problem(seed, line_count=3, node_count=4)
    options = [*range(problem.option_count), seed % problem.option_count]
    fixed_milli = np.append(problem.fixed_milli, 10**9)

    assert optimum(replace(with_options(problem, options), fixed_milli=fixed_milli)) == optimum(problem)


@pytest.mark.parametrize("seed", seeds(4_700, 20))
def test_a_node_that_holds_what_another_holds_and_costs_more_changes_nothing(seed):
    # In one shipment: a second one from the dearer node could be worth its price.
    problem = replace(random_problem(seed, line_count=3, node_count=4), shipments_max=1)
    longer = with_options(problem, [*range(problem.option_count), 0])
    fixed_milli = longer.fixed_milli + (np.arange(longer.option_count) == problem.option_count)
    dearer = replace(
        longer,
        fixed_milli=fixed_milli,
        option_node=np.append(problem.option_node, len(problem.capacity)),
        usable=np.column_stack([problem.usable, problem.usable[:, problem.option_node[0]]]),
        capacity=np.append(problem.capacity, problem.capacity[problem.option_node[0]]),
    )

    assert optimum(dearer) == optimum(problem)


@pytest.mark.parametrize("seed", seeds(4_600, 20))
def test_one_more_option_never_costs_more(seed):
    problem = random_problem(seed, line_count=3, node_count=4)
    options = [*range(problem.option_count), 0]
    longer = with_options(problem, options)
    elsewhere = replace(longer, option_node=np.append(problem.option_node, 3))

    assert optimum(elsewhere) <= optimum(problem)


@pytest.mark.parametrize("seed", seeds(5_000, 6))
def test_large_orders_get_valid_plans_and_bounds_that_no_plan_undercuts(seed):
    problem = random_problem(seed, line_count=20, node_count=6, service_count=2, quantity_max=8)
    effort = Effort(set_nodes_max=5_000, model_deterministic_seconds=0.1)

    solution, modeled = solve_order(problem, effort), solve_model(problem, None, effort)

    assert verify(problem, solution) == ()
    assert verify(problem, modeled) == ()
    highest_bound = max(solution.bound_milli, modeled.bound_milli)
    assert highest_bound <= min(solution.objective_milli, modeled.objective_milli)
