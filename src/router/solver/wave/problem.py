"""The joint problem in numbers: one-order problems that draw on shared rows, and the answer to all of them.

A *row* is something that several orders want and that does not suffice for all: the units of a SKU at a node, the
shipments (or the units) that a node can dispatch. Every plan of an order takes some of some rows; jointly

    minimize   sum over orders of the cost of its plan
    subject to each order's plan obeys its own `OrderProblem`;
               for each row the plans together take at most its limit.

Nothing shipped is always a plan, so there is always an answer.
"""

from dataclasses import dataclass

import numpy as np

from router.solver.problem import Ints, Opened, OrderProblems

NO_ROW = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class JointProblem:
    """O orders and R rows.

    Cell u of `orders.usable` (a line at a node) has the draws draw_start[u] : draw_start[u + 1]: each unit of the line
    that leaves the node takes draw_units[d] of row draw_row[d]. A shipment from node k of the batch (the axis of
    `orders.capacity`) takes one of row slot_row[k], of none where that is NO_ROW. Costs are plain money.
    """

    orders: OrderProblems
    draw_start: Ints  # [U + 1]
    draw_row: Ints  # [D] 0 .. R - 1
    draw_units: Ints  # [D] > 0
    slot_row: Ints  # [K of all orders]
    limit: Ints  # [R] >= 0

    def __post_init__(self) -> None:
        assert len(self.draw_start) == len(self.orders.usable) + 1, "every usable cell has its draws"
        assert len(self.slot_row) == len(self.orders.capacity), "every node of every order has its slot row"
        assert (self.limit >= 0).all(), "no row has less than nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveEffort:
    """How much counted work a wave may take; never wall time, so that equal inputs give equal answers."""

    price_rounds_max: int = 80
    """Rounds of column generation for each part of the wave."""
    cut_rounds: int = 8
    """Linear programs with cuts for each part of the wave."""
    ruin_steps: int = 24
    """Steps of ruin and recreate for each order of a part; large parts get a third of them."""
    block_rounds: int = 4
    """How often every order is in a block that an integer program re-plans."""
    block_nodes_max: int = 60
    """Branch-and-bound nodes of one block."""
    search_work_max: int = 2_000
    """Work of the open-set search for one order, in each of its many turns."""


DEFAULT_WAVE_EFFORT = WaveEffort()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Where the search stands when a phase ends: over all parts so far, and those not looked at yet at their start."""

    name: str
    objective_milli: int
    bound_milli: int
    column_count: int
    work: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSolution:
    """The best plan found for every order, and the prices that prove `bound_milli` <= the cost of any joint plan.

    `is_cut`: the caller's patience ended before the effort was spent; the same question may then get another answer.
    """

    plans: tuple[tuple[Opened, ...], ...]
    objective_milli: int
    bound_milli: int
    price_milli: Ints  # [R] >= 0
    part_count: int
    column_count: int
    work: int
    phases: tuple[Phase, ...]
    is_cut: bool


def no_draws(cells: int) -> tuple[Ints, Ints, Ints]:
    """`draw_start`, `draw_row` and `draw_units` of so many cells that draw on nothing."""
    empty = np.zeros(0, np.int64)
    return np.zeros(cells + 1, np.int64), empty, empty
