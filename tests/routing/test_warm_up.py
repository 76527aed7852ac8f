"""Nobody waits for a compiler but who starts the router: every decision finds the kernels in the form warmed up."""

from random import Random

import numpy as np

from router.routing import settle_columns
from router.routing.batch import slices
from router.routing.network import distances, lanes
from router.routing.route import route
from router.routing.warm_up import warm_up
from router.solver import partition, rooms, tables
from tests.routing.random_worlds import random_requests, random_shelf, random_world

KERNELS = (
    distances.measure, distances.unit_vectors,
    lanes.rate_rows, lanes.lane_days, tables.find_choices, tables.state_columns, tables.add_to, tables.join_to,
    rooms._fill, partition._solve_batch, settle_columns._go_through, slices.laid_out,
)  # fmt: skip


def test_warming_up_compiles_the_one_form_that_every_decision_uses() -> None:
    warm_up()

    for seed in range(30):
        random = Random(seed)
        world = random_world(random)
        shelf = random_shelf(random, world)
        route(random_requests(random, 5), world, shelf, shelf)

    assert [len(kernel.signatures) for kernel in KERNELS] == [1] * len(KERNELS)  # type: ignore[attr-defined]


def test_a_lane_that_is_not_served_has_no_day() -> None:
    row = np.array([[[0, tables.NO_ROW], [1, 1]]])
    transit_days, offset = np.array([1, 2]), np.arange(2 * 7 * 3).reshape(2, 7, 3)

    delivery, late = lanes.lane_days(row, np.array([[1, 8]]), np.array([11]), transit_days, offset)

    # Both ship days are Mondays.
    assert delivery.tolist() == [[[1 + 1, lanes.NO_DAY], [8 + 2, 8 + 21 + 2]]]
    assert late.tolist() == [[[0, 0], [0, 20]]]
