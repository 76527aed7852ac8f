"""Location problems as orders: a customer is a line, a facility a node with one van, whose opening is its fixed cost.

A line goes whole into one van, and a term forbids shipments heavier than the facility's capacity. Leaving a customer
costs more than anything that could make room for it.
"""

from time import process_time

import numpy as np

from benchmarks.real.locations import Location, Reached
from router.domain.plan import METRICS, ShipmentMetric
from router.solver.problem import UNLIMITED, Brackets, Effort, OrderProblem
from router.solver.solve import solve_order
from router.solver.verify import verify

EFFORT = Effort(model_deterministic_seconds=50.0)
"""About as much as ends within a minute."""

MILLI = 1_000
WEIGHT = METRICS.index(ShipmentMetric.WEIGHT)


def order_of(location: Location) -> OrderProblem:
    """The order, its costs in thousandths of the instance's."""
    lines, options = len(location.demand), len(location.capacity)
    demand = np.array([round(one) for one in location.demand])
    cost = np.zeros((lines, options), np.int64)
    for pair, amount in location.cost.items():
        cost[pair] = round(MILLI * amount)
    metric = np.zeros((lines, len(METRICS)), np.int64)
    metric[:, WEIGHT] = demand
    too_much = np.zeros((options, len(METRICS)), np.int64)
    too_much[:, WEIGHT] = [int(one) + 1 for one in location.capacity]
    all_of_it, nothing = int(demand.sum()), np.zeros(options, np.int64)
    return OrderProblem(
        quantity=np.ones(lines, np.int64), unit_weight=demand, unit_volume=np.zeros(lines, np.int64),
        unit_value_minor=np.ones(lines, np.int64), divisible=np.zeros(lines, np.bool_),
        backorder_milli=np.full(lines, 2 * (round(MILLI * max(location.opening)) + int(cost.max()))),
        capacity=np.ones(options, np.int64), dock=np.arange(options), usable=np.ones((lines, options), np.int64),
        option_node=np.arange(options), awaits=nothing, row=nothing, parcel_milli=nothing,
        fixed_milli=np.array([round(MILLI * one) for one in location.opening]),
        weight_max=np.full(options, all_of_it), volume_max=np.ones(options, np.int64),
        dim_divisor=nothing, dim_volume_min=nothing, allowed=np.ones((lines, options), np.bool_),
        line_milli=cost, unit_milli=np.zeros_like(cost), brings=np.zeros_like(cost),
        together=np.full(lines, -1), metric=metric,
        term_option=np.arange(options), term_low=too_much, term_high=np.full_like(too_much, UNLIMITED),
        term_milli=nothing, term_forbids=np.ones(options, np.bool_),
        money_weight=1, split_milli=0, shipments_max=options, value_min_minor=0, ship_complete=False,
        brackets=Brackets(
            row_start=np.array([0, 1]), weight_max=np.array([all_of_it]), base_milli=np.array([0]),
            rate_micro=np.array([0]),
        ),
    )  # fmt: skip


def decide(location: Location) -> Reached:
    """What the router decides with `EFFORT`, checked by its judge."""
    problem, begin = order_of(location), process_time()
    solution = solve_order(problem, EFFORT)
    seconds = process_time() - begin
    assert verify(problem, solution) == (), location.name
    return Reached(
        name=location.name,
        optimum=location.optimum,
        cost=solution.objective_milli / MILLI,
        bound=solution.bound_milli / MILLI,
        seconds=seconds,
    )
