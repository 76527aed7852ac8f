"""What the limits of a wave cost: the same wave searched again with one of them lifted, or with one unit more of a row.

Both ends of either search are proven: the optimum lies between bound and best plan. So what a limit costs lies between
the bound with it less the best plan without it, and the best plan with it less the bound without it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from router.solver.problem import UNLIMITED, Ints
from router.solver.wave.joint import solve_joint
from router.solver.wave.patience import until
from router.solver.wave.problem import JointProblem, WaveEffort
from router.solver.wave.scan import SCAN_EFFORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What the wave's best plan found costs less without a limit, and between which amounts the truth lies."""

    found_milli: int
    least_milli: int
    most_milli: int

    @property
    def is_proven(self) -> bool:
        return self.least_milli == self.most_milli


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPrice:
    """One unit more of a row: its price in the linear program, and what searching again with it saves."""

    row: int
    price_milli: int
    saving: Saving


@dataclass(frozen=True, slots=True)
class Known:
    """What the wave costs with all its limits."""

    cost_milli: int
    bound_milli: int


def price_limits(
    problem: JointProblem,
    stock_rows: int,
    known: Known,
    *,
    effort: WaveEffort = SCAN_EFFORT,
    keep_going: Callable[[], bool] = lambda: True,
) -> Iterator[tuple[str, Saving]]:
    """Each limit that is there, lifted alone. The first `stock_rows` rows are of stock, the others of nodes."""
    for limit, lifted in without_limits(problem, stock_rows):
        if not keep_going():
            return
        yield limit, saving_of(lifted, known, effort, keep_going)


def price_rows(
    problem: JointProblem,
    price_milli: Ints,
    known: Known,
    *,
    rows_max: int,
    effort: WaveEffort = SCAN_EFFORT,
    keep_going: Callable[[], bool] = lambda: True,
) -> Iterator[RowPrice]:
    """One unit more of each of the dearest rows, by falling price. No order may take more of it than before."""
    dearest: Sequence[int] = np.argsort(-price_milli, kind="stable")[:rows_max].tolist()
    for row in dearest:
        if not price_milli[row] or not keep_going():
            return
        limit = problem.limit.copy()
        limit[row] += 1
        saving = saving_of(replace(problem, limit=limit), known, effort, keep_going)
        yield RowPrice(row=row, price_milli=int(price_milli[row]), saving=saving)


def saving_of(
    lifted: JointProblem, known: Known, effort: WaveEffort, keep_going: Callable[[], bool]
) -> Saving:
    found = solve_joint(lifted, effort, time_used=until(keep_going))
    # Every plan obeys fewer limits, too.
    cost = min(found.objective_milli, known.cost_milli)
    return Saving(
        found_milli=known.cost_milli - cost,
        least_milli=max(0, known.bound_milli - cost),
        most_milli=max(0, known.cost_milli - min(found.bound_milli, cost)),
    )


def without_limits(problem: JointProblem, stock_rows: int) -> Iterator[tuple[str, JointProblem]]:
    """The problem without each limit that it has."""
    orders = problem.orders
    free = problem.limit.copy()
    free[:stock_rows] = UNLIMITED
    whole = np.repeat(orders.quantity, np.diff(orders.node_start)[order_of_line(problem)])
    usable = np.where(orders.usable > 0, whole, 0)
    if (usable > orders.usable).any() or stock_rows:
        yield "stock", replace(problem, limit=free, orders=replace(orders, usable=usable))
    options = np.diff(orders.option_start)
    if (orders.shipments_max < options).any():
        more = np.maximum(orders.shipments_max, options)
        yield "shipments", replace(problem, orders=replace(orders, shipments_max=more))
    if stock_rows < len(problem.limit):
        free = problem.limit.copy()
        free[stock_rows:] = UNLIMITED
        capacity = np.full_like(orders.capacity, UNLIMITED)
        yield "node_shipments", replace(problem, limit=free, orders=replace(orders, capacity=capacity))
    if orders.value_min_minor.any():
        least = np.zeros_like(orders.value_min_minor)
        yield "shipment_value", replace(problem, orders=replace(orders, value_min_minor=least))
    if orders.ship_complete.any():
        partly = np.zeros_like(orders.ship_complete)
        yield "ship_complete", replace(problem, orders=replace(orders, ship_complete=partly))
    if (orders.together >= 0).any():
        apart = np.full_like(orders.together, -1)
        yield "together", replace(problem, orders=replace(orders, together=apart))


def order_of_line(problem: JointProblem) -> Ints:
    orders = problem.orders
    return np.repeat(np.arange(len(orders)), np.diff(orders.line_start))
