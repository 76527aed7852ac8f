"""The restricted master over some columns: its linear program for prices, and the integer program for plans.

    minimize   sum over columns of cost x chosen
    subject to each order has one of its columns; each row suffices for what the chosen columns take

Built from arrays as one message, for OR-Tools MathOpt. HiGHS solves both: the linear program by its interior point
method without crossover, whose prices lie in the middle of all optimal ones and so do not jump from round to round.
Where a program differs little from the last one and four digits do, PDLP goes on from the last answer.
What it answers is taken as a proposal: prices are re-evaluated and plans re-checked in integers.
"""

from collections.abc import Callable
from datetime import timedelta
from math import isinf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.solver.problem import UNLIMITED, Ints
from router.solver.wave.patience import for_ever
from router.solver.wave.pool import Columns, column_worth

MILLI_PER_UNIT = 1_000.0
"""Costs go to the solver in minor units, so that its tolerances mean something."""


class Start(NamedTuple):
    """Where a first-order method begins: how much of each column is taken [C], and prices of the rows [R]."""

    taken: NDArray[np.float64]
    price: Ints


class Relaxed(NamedTuple):
    """The linear program's answer: prices of the rows [R], its value, and how much of each column it takes [C]."""

    price: Ints
    worth_milli: int
    taken: NDArray[np.float64]


def relax_master(
    columns: Columns,
    orders: Ints,
    limit: Ints,
    *,
    wanted: NDArray[np.float64] | None = None,
    is_taken_asked: bool = False,
    is_rough: bool = False,
    start: Start | None = None,
    seconds_left: Callable[[], float] = for_ever,
) -> Relaxed:
    """Solve the linear program over `orders`, which rise; `taken` is all nothing unless asked for.

    Each order is wanted once, or as often as `wanted` says by its place in `orders`. From a `start` a first-order
    method looks for an answer nearby, of four digits. A program that is not solved in the `seconds_left` has no prices,
    and takes nothing.
    """
    from ortools.math_opt.python import mathopt

    times = np.ones(len(orders)) if wanted is None else wanted
    columns = without_ample_rows(columns, times[np.searchsorted(orders, columns.order)], limit)
    used, of_take = np.unique(columns.row, return_inverse=True)
    model = _model(columns, orders, times, limit[used], of_take, is_integer=False)
    nothing = mathopt.SparseVectorFilter(filtered_items=())
    answers = mathopt.ModelSolveParameters(
        variable_values_filter=mathopt.SparseVectorFilter() if is_taken_asked else nothing,
        reduced_costs_filter=nothing,
    )
    price, taken = np.zeros(len(limit), np.int64), np.zeros(len(columns))
    if start is not None:
        answers.solution_hints = [_hint(model, columns, orders, start, used)]
    found = None
    for method in METHODS if start is None else ("pdlp", *METHODS):
        seconds = seconds_left()
        if found is not None or seconds <= 0:
            break
        found = _solve(model, answers, method, seconds, is_rough=is_rough)
    if found is None:
        return Relaxed(price, 0, taken)
    by_row = found.by_row
    price[used] = np.maximum(0, np.round(-by_row[len(orders) :] * MILLI_PER_UNIT)).astype(np.int64)
    worth = int(np.dot(by_row[: len(orders)], times) * MILLI_PER_UNIT) - int(np.dot(price[used], limit[used]))
    return Relaxed(price, worth, found.taken if is_taken_asked else taken)


class Values(NamedTuple):
    """A dual value of every row of a model, and the value of every variable that was asked for."""

    by_row: NDArray[np.float64]
    taken: NDArray[np.float64]


METHODS = ("ipm", "simplex", "glop")
"""In this sequence, until one ends with numbers."""

ROUGH_ITERATIONS = 13
"""After so many the interior point method mostly knows the first digits of all prices."""

NEARBY, NEARBY_ITERATIONS = 1e-4, 5_000
"""The relative error at which the first-order method ends; where it needs more steps the next method is asked."""

NUMBER_MAX = 1e12
"""Prices above this many minor units are none: now and then a method that breaks off calls 1e55 one."""


def _solve(model: Any, answers: Any, method: str, seconds: float, *, is_rough: bool) -> Values | None:
    """What one method finds; None where it finds nothing in its time, or numbers that cannot be.

    LIMIT: where HiGHS ends without a status MathOpt stumbles over its own error. With cuts among the rows the interior
    point method mostly ends without one after a presolve, so it gets none.
    """
    from ortools.math_opt.python import mathopt

    parameters, solver = mathopt.SolveParameters(), mathopt.SolverType.GLOP
    parameters.time_limit = _time_limit(seconds)
    if method == "pdlp":
        solver, parameters.threads, ends = mathopt.SolverType.PDLP, 1, parameters.pdlp.termination_criteria
        ends.iteration_limit = NEARBY_ITERATIONS
        ends.simple_optimality_criteria.eps_optimal_relative = NEARBY
        ends.simple_optimality_criteria.eps_optimal_absolute = NEARBY
    elif method != "glop":
        solver = mathopt.SolverType.HIGHS
        parameters.highs.string_options.update({"solver": method, "run_crossover": "off", "parallel": "off"})
    if method == "ipm":
        parameters.highs.string_options["presolve"] = "off"
        if is_rough:
            parameters.highs.int_options["ipm_iteration_limit"] = ROUGH_ITERATIONS
    try:
        result = mathopt.solve(model, solver, params=parameters, model_params=answers)
    except (AttributeError, RuntimeError):
        return None
    solution = result.solutions[0] if result.solutions else None
    if solution is None or solution.dual_solution is None or solution.primal_solution is None:
        return None
    if result.termination.limit == mathopt.Limit.TIME or (
        method == "pdlp" and result.termination.reason != mathopt.TerminationReason.OPTIMAL
    ):
        return None
    # Both come in the model's sequence.
    by_row = np.fromiter(solution.dual_solution.dual_values.values(), np.float64)
    taken = np.fromiter(solution.primal_solution.variable_values.values(), np.float64)
    can_be = all((np.abs(numbers) <= NUMBER_MAX).all() for numbers in (by_row, taken))
    return Values(by_row, taken) if can_be else None


def _hint(model: Any, columns: Columns, orders: Ints, start: Start, used: Ints) -> Any:
    """The start as MathOpt reads it; an order's dual value is the least that one of its columns costs at the prices."""
    from ortools.math_opt.python import mathopt

    least = np.full(len(orders), UNLIMITED)
    np.minimum.at(
        least,
        np.searchsorted(orders, columns.order),
        columns.cost_milli + column_worth(columns, start.price),
    )
    by_row = np.concatenate((least, -start.price[used])) / MILLI_PER_UNIT
    return mathopt.SolutionHint(
        variable_values=dict(zip(model.variables(), start.taken.tolist(), strict=True)),
        dual_values=dict(zip(model.linear_constraints(), by_row.tolist(), strict=True)),
    )


def _time_limit(seconds: float) -> timedelta | None:
    return None if isinf(seconds) else timedelta(seconds=seconds)


def without_ample_rows(columns: Columns, times: NDArray[np.float64], limit: Ints) -> Columns:
    """The columns without takings of rows that suffice whichever columns are taken, each order's `times` [C] often."""
    column = np.repeat(np.arange(len(columns)), np.diff(columns.take_start))
    amount = columns.amount * times[column]
    sequence = np.lexsort((columns.order[column], columns.row))
    row, order = columns.row[sequence], columns.order[column][sequence]
    is_first = np.ones(len(row), np.bool_)
    is_first[1:] = (row[1:] != row[:-1]) | (order[1:] != order[:-1])
    first = np.flatnonzero(is_first)
    most = np.maximum.reduceat(amount[sequence], first) if len(first) else amount
    keep = (np.bincount(row[first], weights=most, minlength=len(limit)) > limit)[columns.row]
    counts = np.bincount(column[keep], minlength=len(columns))
    return Columns(
        columns.order, columns.cost_milli, columns.entry_start, columns.cell, columns.units,
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64), columns.row[keep], columns.amount[keep],
    )  # fmt: skip


def choose_columns(
    columns: Columns,
    orders: Ints,
    limit: Ints,
    hint: Ints,
    nodes_max: int,
    seconds_left: Callable[[], float] = for_ever,
) -> Ints | None:
    """The best choice found, a column for each of `orders`; None where the solver found none."""
    from ortools.math_opt.python import mathopt

    used, of_take = np.unique(columns.row, return_inverse=True)
    model = _model(columns, orders, np.ones(len(orders)), limit[used], of_take, is_integer=True)
    variables = list(model.variables())
    parameters = mathopt.SolveParameters(random_seed=1, node_limit=nodes_max)
    parameters.time_limit = _time_limit(seconds_left())
    parameters.highs.string_options.update({"parallel": "off"})
    chosen = np.zeros(len(columns))
    chosen[hint] = 1.0
    hints = mathopt.SolutionHint(variable_values=dict(zip(variables, chosen.tolist(), strict=True)))
    asked = mathopt.ModelSolveParameters(solution_hints=[hints])
    try:
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters, model_params=asked)
    except (AttributeError, RuntimeError):
        return None
    if not result.has_primal_feasible_solution():
        return None
    values = result.variable_values()
    picked = np.flatnonzero(np.array([values[one] for one in variables]) > 0.5)
    choice = np.full(len(orders), -1, np.int64)
    choice[np.searchsorted(orders, columns.order[picked])] = picked
    return choice if (choice >= 0).all() and len(picked) == len(orders) else None


def _model(
    columns: Columns,
    orders: Ints,
    wanted: NDArray[np.float64],
    limit: Ints,
    of_take: Ints,
    *,
    is_integer: bool,
) -> Any:
    """`of_take` numbers the rows of the columns' takings; orders come first among the model's rows."""
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt

    count, order_count = len(columns), len(orders)
    rows = order_count + len(limit)
    column = np.repeat(np.arange(count), np.diff(columns.take_start))
    entry_row = np.concatenate((np.searchsorted(orders, columns.order), order_count + of_take))
    entry_column = np.concatenate((np.arange(count), column))
    entry_value = np.concatenate((np.ones(count), columns.amount.astype(np.float64)))
    in_order = np.lexsort((entry_column, entry_row))
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend(np.zeros(count))
    proto.variables.upper_bounds.extend(np.full(count, 1.0 if is_integer else np.inf))
    proto.variables.integers.extend(np.full(count, is_integer))
    proto.objective.linear_coefficients.ids.extend(range(count))
    proto.objective.linear_coefficients.values.extend(columns.cost_milli / MILLI_PER_UNIT)
    proto.linear_constraints.ids.extend(range(rows))
    proto.linear_constraints.lower_bounds.extend(np.concatenate((wanted, np.full(len(limit), -np.inf))))
    proto.linear_constraints.upper_bounds.extend(np.concatenate((wanted, limit.astype(np.float64))))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(entry_row[in_order])
    matrix.column_ids.extend(entry_column[in_order])
    matrix.coefficients.extend(entry_value[in_order])
    return mathopt.Model.from_model_proto(proto)
