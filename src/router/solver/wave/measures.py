"""Measures of joint plans: what besides cost is to be little, priced into a problem, and read off a plan.

A measure adds up over a plan: so much for each shipment by an option, so much for each unit of a line in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from router.domain.plan import SolutionMethod, SolutionStatus
from router.solver.problem import Ints, Opened, OrderProblems, Solution
from router.solver.verify import plan_cost_milli
from router.solver.wave.problem import JointProblem

PER_MILLION = 1_000_000
"""A rate of so much is one thousandth of a minor unit for one of the measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something besides cost of which less is better; over all options and all cells of the orders of a wave."""

    name: str
    opening: Ints
    """For a shipment by each option."""
    unit: Ints
    """For each unit of a line in each option, as `unit_milli` lies."""

    @property
    def worst(self) -> int:
        """No unit that travels alone adds more."""
        return int(self.opening.max(initial=0)) + int(self.unit.max(initial=0))


Plans = tuple[tuple[Opened, ...], ...]
"""Of each order of the wave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One joint plan: what it costs, what it comes to at each measure, and what it leaves out.

    `bound_milli`: no plan that leaves out no more units and is no worse at any measure costs less.
    """

    cost_milli: int
    measured: tuple[int, ...]
    unshipped_units: int
    bound_milli: int
    plans: Plans

    @property
    def place(self) -> tuple[int, ...]:
        """All in which less is better."""
        return (self.cost_milli, *self.measured, self.unshipped_units)

    @property
    def is_proven(self) -> bool:
        return self.bound_milli >= self.cost_milli

    def dominates(self, other: "Point") -> bool:
        return self.place != other.place and all(a <= b for a, b in zip(self.place, other.place, strict=True))


def weighted(
    problem: JointProblem, measures: Sequence[Measure], rates: Sequence[int], unshipped_rate: int, units: Ints
) -> JointProblem:
    """The problem with the measures in its costs, rounded down, so that its bound holds for the exact sum."""
    if not any(rates):
        return problem
    orders = problem.orders
    opening, unit = orders.fixed_milli, orders.unit_milli
    for rate, measure in zip(rates, measures, strict=True):
        opening, unit = opening + times(measure.opening, rate), unit + times(measure.unit, rate)
    backorder = orders.backorder_milli + times(units, unshipped_rate)
    priced = replace(orders, fixed_milli=opening, unit_milli=unit, backorder_milli=backorder)
    return replace(problem, orders=priced)


def times(amounts: Ints, rate: int) -> Ints:
    """amount * rate / 1,000,000, rounded down, where the product may be wider than 64 bits."""
    values, place = np.unique(amounts, return_inverse=True)
    scaled = np.array([int(value) * rate // PER_MILLION for value in values.tolist()], np.int64)
    return scaled[place].reshape(amounts.shape)


def locate(orders: OrderProblems, measures: Sequence[Measure], units: Ints, plans: Plans) -> Point:
    """What a joint plan costs and measures; its bound is not known yet."""
    cost, unshipped, measured = 0, int((orders.quantity * units).sum()), [0] * len(measures)
    for number, plan in enumerate(plans):
        own = orders[number]
        cost += plan_cost_milli(own, as_solution(plan))
        first_option, first_cell = int(orders.option_start[number]), int(orders.cell_start[number])
        for opened in plan:
            option = first_option + opened.option
            cells = [
                (first_cell + line * own.option_count + opened.option, count) for line, count in opened.units
            ]
            unshipped -= sum(
                count * int(units[orders.line_start[number] + line]) for line, count in opened.units
            )
            for at, one in enumerate(measures):
                measured[at] += int(one.opening[option]) + sum(
                    count * int(one.unit[cell]) for cell, count in cells
                )
    return Point(
        cost_milli=cost, measured=tuple(measured), unshipped_units=unshipped, bound_milli=0, plans=plans
    )


def as_solution(plan: tuple[Opened, ...]) -> Solution:
    """What adds up costs reads solutions."""
    return Solution(
        status=SolutionStatus.FEASIBLE,
        method=SolutionMethod.WAVE,
        objective_milli=0,
        bound_milli=0,
        work=0,
        opened=plan,
    )
