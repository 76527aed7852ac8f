"""Orders whose best plan has a line in parts: two shipments of one node, or some of it left.

Bounds once took what terms leave one option of a node's stock for all that the node could ship, and what must be
paid to ship everything for a bound of every plan. Counting `exact_mismatches` on to 100,000 orders found these four.
"""

import pytest

from router.solver.problem import Effort, concatenate
from router.solver.reference import solve_by_enumeration
from router.solver.solve import solve_orders
from tests.solver.builders import FEATURES, random_brackets, random_problem

BATCH = 25
FOUND = (
    (16975, {"line_count": 1, "node_count": 6, "service_count": 3, "quantity_max": 4}),
    (27549, {"line_count": 3, "node_count": 3, "service_count": 2, "quantity_max": 2}),
    (58367, {"line_count": 3, "node_count": 2, "service_count": 2, "quantity_max": 3}),
    (67418, {"line_count": 2, "node_count": 3, "service_count": 2, "quantity_max": 3}),
)


@pytest.mark.parametrize(("seed", "size"), FOUND)
def test_no_claim_of_the_kernel_is_beaten_by_brute_force(seed: int, size: dict[str, int]) -> None:
    problem = random_problem(seed, **size, features=FEATURES, brackets=random_brackets(seed // BATCH * BATCH))

    (solution,) = solve_orders(concatenate([problem]), Effort(model_deterministic_seconds=0.0))

    assert solution.bound_milli <= solve_by_enumeration(problem).objective_milli
