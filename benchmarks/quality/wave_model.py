"""A whole wave as one integer program, given to OR-Tools' CP-SAT or to HiGHS: what deciding jointly is compared with.

    minimize   opening + freight + picking + splits - what the shipped units would have cost left out
    subject to a line ships at most its quantity, a node at most what it has of the line;
               an option that ships is open; an order opens at most so many;
               for each row the units shipped take at most its limit.

Freight is charged in whole minor units, rounded up for each parcel; the program charges what comes before rounding, so
its bound is one of the wave, and the plan it finds is priced again by the packing rule.

LIMIT: waves of `wave_world`: divisible lines, one parcel a shipment, one bracket a row, no slots.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from router.domain.plan import SolutionMethod, SolutionStatus
from router.solver.problem import Ints, Opened, Solution
from router.solver.verify import plan_cost_milli
from router.solver.wave.problem import NO_ROW, JointProblem

SOLVERS = ("CP_SAT", "HIGHS")
"""Names of OR-Tools MathOpt."""

CP_SAT_WORKERS = 2

MILLI_PER_UNIT = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one solver found in its time. Without a plan of its own it is to ship nothing."""

    objective_milli: int
    bound_milli: int
    is_proven: bool
    plans: tuple[tuple[Opened, ...], ...]


def solve_as_one(problem: JointProblem, solver: str, seconds: float) -> Answer:
    """The plan and bound that one of `SOLVERS` has after so many seconds of wall time, with no hint.

    HiGHS uses one processor, CP-SAT as many workers as `CP_SAT_WORKERS`.
    """
    from ortools.math_opt.python import mathopt

    shape = Shape(problem)
    model = mathopt.Model.from_model_proto(build(shape))
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds), random_seed=1, relative_gap_tolerance=1e-6
    )
    if solver == "CP_SAT":
        parameters.threads = CP_SAT_WORKERS
    result = mathopt.solve(model, getattr(mathopt.SolverType, solver), params=parameters)
    values = np.zeros(shape.column_count)
    if result.has_primal_feasible_solution():
        found = result.variable_values()
        values = np.array([found[one] for one in model.variables()])
    plans = shape.plans(np.round(values).astype(np.int64))
    bound = result.termination.objective_bounds.dual_bound
    return Answer(
        objective_milli=cost_of_plans(problem, plans),
        bound_milli=int(np.floor(bound * MILLI_PER_UNIT)) if np.isfinite(bound) else 0,
        is_proven=result.termination.reason == mathopt.TerminationReason.OPTIMAL,
        plans=plans,
    )


def cost_of_plans(problem: JointProblem, plans: tuple[tuple[Opened, ...], ...]) -> int:
    """What the plans cost by the verifier's packing rule; an error if together they overdraw a row."""
    left, cost = problem.limit.astype(np.int64), 0
    orders = problem.orders
    for order, opened in enumerate(plans):
        one = orders[order]
        nodes = len(one.capacity)
        first = int(orders.usable_start[order])
        for shipment in opened:
            for line, units in shipment.units:
                cell = first + line * nodes + int(one.option_node[shipment.option])
                draws = slice(int(problem.draw_start[cell]), int(problem.draw_start[cell + 1]))
                left[problem.draw_row[draws]] -= units * problem.draw_units[draws]
        cost += plan_cost_milli(
            one,
            Solution(
                status=SolutionStatus.FEASIBLE, method=SolutionMethod.CP_SAT, objective_milli=0, bound_milli=0,
                work=0, opened=opened,
            ),
        )  # fmt: skip
    overdrawn = np.flatnonzero(left < 0)
    if len(overdrawn):
        raise ValueError(f"row {overdrawn[0]} is overdrawn by {-left[overdrawn[0]]} units")
    return cost


class Shape:
    """The program's columns: units of (line, option), then openings of (order, option), then whether an order ships."""

    def __init__(self, problem: JointProblem) -> None:
        orders = problem.orders
        assert (problem.slot_row == NO_ROW).all(), "no slots"
        assert len(orders.term_option) == 0, "no terms"
        self.problem = problem
        self.order_count = len(orders)
        self.options = int(orders.option_start[1])
        self.nodes = int(orders.node_start[1])
        self.order_of_line = np.repeat(np.arange(self.order_count), np.diff(orders.line_start))
        base = orders.fixed_milli + orders.brackets.base_milli[orders.row]
        self.opening_milli = base.reshape(self.order_count, self.options)
        rate = orders.brackets.rate_micro[orders.row].reshape(self.order_count, self.options)
        kept = ~dominated(self.opening_milli, rate, orders.option_node.reshape(self.order_count, -1))
        allowed = orders.allowed.reshape(-1, self.options) & kept[self.order_of_line]
        self.line, self.option = np.nonzero(allowed)
        self.order = self.order_of_line[self.line]
        self.node = orders.option_node[self.order * self.options + self.option]
        self.usable = self.line * self.nodes + self.node
        self.at_most = orders.usable[self.usable]
        # A rate is millionths of a minor unit a gram.
        freight = rate[self.order, self.option] * orders.unit_weight[self.line] / 1_000
        picking = orders.unit_milli.reshape(-1, self.options)[self.line, self.option]
        self.unit_milli = freight + picking - orders.backorder_milli[self.line]
        opened, self.opening_of = np.unique(self.order * self.options + self.option, return_inverse=True)
        self.opening_order, self.opening_option = np.divmod(opened, self.options)

    @property
    def column_count(self) -> int:
        return len(self.line) + len(self.opening_order) + self.order_count

    def plans(self, values: Ints) -> tuple[tuple[Opened, ...], ...]:
        """The plans that these values of the columns mean."""
        loads: list[dict[int, list[tuple[int, int]]]] = [{} for _ in range(self.order_count)]
        first_line = self.problem.orders.line_start
        for at in np.flatnonzero(values[: len(self.line)]).tolist():
            order = int(self.order[at])
            load = loads[order].setdefault(int(self.option[at]), [])
            load.append((int(self.line[at] - first_line[order]), int(values[at])))
        return tuple(
            tuple(Opened(option=option, units=tuple(sorted(load[option]))) for option in sorted(load))
            for load in loads
        )


def dominated(opening: Ints, rate: Ints, node: Ints) -> NDArray[np.bool_]:
    """Options [order, option] that open and ship no cheaper than another of their node; of equals all but the first."""
    count = opening.shape[1]
    worse = np.zeros(opening.shape, np.bool_)
    for one in range(count):
        for other in range(count):
            no_better = (opening[:, one] >= opening[:, other]) & (rate[:, one] >= rate[:, other])
            is_equal = (opening[:, one] == opening[:, other]) & (rate[:, one] == rate[:, other])
            if one != other:
                worse[:, one] |= (node[:, one] == node[:, other]) & no_better & (~is_equal | (other < one))
    return worse


def build(shape: Shape) -> Any:
    """The program as a message of MathOpt, costs in minor units."""
    from ortools.math_opt import model_pb2

    orders, units, openings = shape.problem.orders, len(shape.line), len(shape.opening_order)
    unit, opening = np.arange(units), units + np.arange(openings)
    ships = units + openings + np.arange(shape.order_count)
    rows = Rows()
    rows.add(shape.line, unit, 1, orders.quantity)
    rows.add(shape.usable, unit, 1, orders.usable)
    rows.add(
        np.concatenate((unit, unit)),
        np.concatenate((unit, opening[shape.opening_of])),
        np.concatenate((np.ones(units, np.int64), -shape.at_most)),
        np.zeros(units, np.int64),
    )
    rows.add(shape.opening_order, opening, 1, orders.shipments_max)
    rows.add(
        np.concatenate((np.arange(shape.order_count), shape.opening_order)),
        np.concatenate((ships, opening)),
        np.concatenate((np.ones(shape.order_count, np.int64), -np.ones(openings, np.int64))),
        np.zeros(shape.order_count, np.int64),
    )
    draws = np.diff(shape.problem.draw_start)[shape.usable]
    at = np.arange(draws.sum()) + np.repeat(
        shape.problem.draw_start[shape.usable] - np.cumsum(draws) + draws, draws
    )
    rows.add(
        shape.problem.draw_row[at],
        np.repeat(unit, draws),
        shape.problem.draw_units[at],
        shape.problem.limit,
    )
    split = orders.split_milli
    opening_milli = shape.opening_milli[shape.opening_order, shape.opening_option]
    cost = np.concatenate((shape.unit_milli, opening_milli + split[shape.opening_order], -split))
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(shape.column_count))
    proto.variables.lower_bounds.extend(np.zeros(shape.column_count))
    proto.variables.upper_bounds.extend(
        np.concatenate((shape.at_most, np.ones(openings + shape.order_count))).astype(float)
    )
    proto.variables.integers.extend(np.full(shape.column_count, True))
    proto.objective.offset = float(np.dot(orders.quantity, orders.backorder_milli)) / MILLI_PER_UNIT
    proto.objective.linear_coefficients.ids.extend(range(shape.column_count))
    proto.objective.linear_coefficients.values.extend(cost / MILLI_PER_UNIT)
    rows.write(proto)
    return proto


class Rows:
    """Conditions `sum of coefficient x column <= at most`, collected kind by kind."""

    def __init__(self) -> None:
        self.rows: list[Ints] = []
        self.columns: list[Ints] = []
        self.coefficients: list[Ints] = []
        self.at_most: list[Ints] = []
        self.count = 0

    def add(self, row: Ints, column: Ints, coefficient: int | Ints, at_most: Ints) -> None:
        """One kind: `row` numbers its conditions from 0, and each has its `at_most`."""
        self.rows.append(self.count + row)
        self.columns.append(column)
        self.coefficients.append(np.broadcast_to(coefficient, len(row)))
        self.at_most.append(at_most)
        self.count += len(at_most)

    def write(self, proto: Any) -> None:
        row, column = np.concatenate(self.rows), np.concatenate(self.columns)
        in_order = np.lexsort((column, row))
        constraints, matrix = proto.linear_constraints, proto.linear_constraint_matrix
        constraints.ids.extend(range(self.count))
        constraints.lower_bounds.extend(np.full(self.count, -np.inf))
        constraints.upper_bounds.extend(np.concatenate(self.at_most).astype(float))
        matrix.row_ids.extend(row[in_order])
        matrix.column_ids.extend(column[in_order])
        matrix.coefficients.extend(np.concatenate(self.coefficients)[in_order].astype(float))
