"""The numbers of a batch as compiled code reads them: one record per order, line, option and cell.

A record is a place in memory: reading its fields costs nothing, while every array handed to a compiled function
costs a count of its references. Tariff rows stay as they are, they belong to the whole network.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from router.solver.kernel_cache import keep_kernels_apart
from router.solver.problem import Brackets, Ints, OrderProblem, OrderProblems

keep_kernels_apart()

Function = TypeVar("Function", bound=Callable[..., Any])
Array = NDArray[Any]


def compiled(function: Function) -> Function:
    """Compile to machine code that is cached on disk and runs without the interpreter lock."""
    return cast(Function, njit(cache=True, nogil=True)(function))


def inlined(function: Function) -> Function:
    """Like `compiled`, and melted into its callers: for small functions on the hottest paths."""
    return cast(Function, njit(cache=True, nogil=True, forceinline=True)(function))


def _record(*names: str) -> np.dtype[Any]:
    return np.dtype([(name, np.int64) for name in names], align=True)


ORDER = _record(
    "line_start", "line_count", "node_start", "node_count", "option_start", "option_count", "usable_start",
    "cell_start", "split_milli", "shipments_max", "value_min_minor", "ship_complete",
)  # fmt: skip
LINE = _record(
    "quantity", "unit_weight", "unit_volume", "unit_value_minor", "backorder_milli", "divisible", "has_credit",
)  # fmt: skip
"""`has_credit`: a divisible line with a negative cost per line in some option that can ship it."""

OPTION = _record(
    "node", "bracket_first", "bracket_last", "fixed_milli", "parcel_milli", "weight_max", "volume_max",
    "dim_divisor", "dim_volume_min",
)  # fmt: skip
CELL = _record("room", "line_milli", "unit_milli")
"""`room`: units of the line that the option can take; 0 too where it takes not all of an indivisible line."""


class Tariffs(NamedTuple):
    """The brackets of all rows; an option's own lie between its `bracket_first` and `bracket_last`."""

    weight_max: Ints
    base_milli: Ints
    rate_micro: Ints


class Records(NamedTuple):
    """A batch. An order owns the records from its starts on; `cells` and `usable` are row-major by line."""

    orders: Array
    lines: Array
    options: Array
    cells: Array
    usable: Ints
    capacity: Ints
    tariffs: Tariffs


def records_of(problems: OrderProblems) -> Records:
    """The records of a batch. A line of one unit counts as indivisible, which it is."""
    orders = np.empty(len(problems), ORDER)
    for name in ("line", "node", "option"):
        starts = getattr(problems, f"{name}_start")
        orders[f"{name}_start"], orders[f"{name}_count"] = starts[:-1], np.diff(starts)
    orders["usable_start"], orders["cell_start"] = problems.usable_start[:-1], problems.cell_start[:-1]
    for name in ("split_milli", "shipments_max", "value_min_minor", "ship_complete"):
        orders[name] = getattr(problems, name)
    lines, options = line_records(problems), option_records(problems)
    cells = np.empty(len(problems.allowed), CELL)
    cells["line_milli"], cells["unit_milli"] = problems.line_milli, problems.unit_milli
    usable, capacity = _plain(problems.usable), _plain(problems.capacity)
    _fill_room(orders, lines, options, usable, capacity, _plain(problems.allowed), cells)
    return Records(orders, lines, options, cells, usable, capacity, tariffs_of(problems.brackets))


def line_records(problem: OrderProblem | OrderProblems) -> Array:
    """The lines of one order or of a batch."""
    lines = np.empty(len(problem.quantity), LINE)
    for name in ("quantity", "unit_weight", "unit_volume", "unit_value_minor", "backorder_milli"):
        lines[name] = getattr(problem, name)
    lines["divisible"] = problem.divisible & (problem.quantity > 1)
    lines["has_credit"] = 0
    return lines


def option_records(problem: OrderProblem | OrderProblems) -> Array:
    """The options of one order or of a batch."""
    options = np.empty(len(problem.row), OPTION)
    options["node"] = problem.option_node
    options["bracket_first"] = problem.brackets.row_start[problem.row]
    options["bracket_last"] = problem.brackets.row_start[problem.row + 1] - 1
    for name in OPTION.names[3:]:  # type: ignore[index]
        options[name] = getattr(problem, name)
    return options


def tariffs_of(brackets: Brackets) -> Tariffs:
    """The brackets of a network."""
    return Tariffs(_plain(brackets.weight_max), _plain(brackets.base_milli), _plain(brackets.rate_micro))


def _plain(array: Array) -> Array:
    """The array itself if it is contiguous and writable, else a copy: so one compiled form serves every caller."""
    return array if array.flags.c_contiguous and array.flags.writeable else np.array(array, order="C")


@compiled
def _fill_room(
    orders: Array, lines: Array, options: Array, usable: Ints, capacity: Ints, allowed: Array, cells: Array
) -> None:
    for order in orders:
        for row in range(order.line_count):
            line = lines[order.line_start + row]
            for column in range(order.option_count):
                node = options[order.option_start + column].node
                cell = order.cell_start + row * order.option_count + column
                room = usable[order.usable_start + row * order.node_count + node]
                if not allowed[cell] or capacity[order.node_start + node] <= 0:
                    room = 0
                if not line.divisible and room < line.quantity:
                    room = 0
                cells[cell].room = min(room, line.quantity)
                if line.divisible and room > 0 and cells[cell].line_milli < 0:
                    line.has_credit = 1
