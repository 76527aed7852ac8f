"""The front of a made-up wave over cost, days, shipments and CO2e."""

import numpy as np

from benchmarks.quality.wave_world import MODERATE, SERVICES, a_wave
from router.solver.problem import Ints, OrderProblems
from router.solver.wave.measures import Measure
from router.solver.wave.problem import JointProblem
from router.solver.wave.scan import Front, find_front

DAYS = np.array([1, 2, 4])
"""By the fast, the normal and the slow service."""
GRAMS_PER_TONNE_KM = np.array([800, 300, 110])
"""Made up, in the proportions of air, vans and trucks."""
KM_PER_ZONE = 200


def a_front(order_count: int, tries_max: int) -> tuple[JointProblem, Front]:
    """Of a wave at moderate scarcity."""
    problem = a_wave(order_count, MODERATE)
    units = np.ones(len(problem.orders.quantity), np.int64)
    return problem, find_front(problem, measures_of(problem.orders), units, tries_max=tries_max)


def measures_of(orders: OrderProblems) -> tuple[Measure, Measure, Measure]:
    """Days by unit, shipments, grams of CO2e by unit."""
    service = np.tile(np.arange(SERVICES), len(orders.option_node) // SERVICES)
    km = KM_PER_ZONE * (1 + orders.row // SERVICES)
    none = np.zeros(len(service), np.int64)
    one_each = np.ones(len(orders.quantity), np.int64)
    days = by_cell(orders, DAYS[service], one_each)
    grams = by_cell(orders, km * GRAMS_PER_TONNE_KM[service], orders.unit_weight) // 1_000_000
    return (
        Measure(name="days", opening=none, unit=days),
        Measure(name="shipments", opening=none + 1, unit=np.zeros_like(days)),
        Measure(name="co2e", opening=none, unit=grams),
    )


def by_cell(orders: OrderProblems, per_option: Ints, per_line: Ints) -> Ints:
    """The product of both, as the cells of all orders lie."""
    return np.concatenate(
        [
            np.outer(
                per_line[orders.line_start[number] : orders.line_start[number + 1]],
                per_option[orders.option_start[number] : orders.option_start[number + 1]],
            ).ravel()
            for number in range(len(orders))
        ]
    )
