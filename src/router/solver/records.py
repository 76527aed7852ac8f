"""The numbers of a batch as compiled code reads them: one record per order, line, option and cell.

A record is a place in memory: reading its fields costs nothing, while every array handed to a compiled function
costs a count of its references. Tariff rows stay as they are, they belong to the whole network.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from router.domain.plan import METRICS, ShipmentMetric
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


UNREACHED = 1 << 61
"""More than any plan costs."""

LINES_METRIC = METRICS.index(ShipmentMetric.LINES)
"""The metric that a line adds to once, however many of its units are shipped."""


def _record(*names: str, vectors: tuple[str, ...] = ()) -> np.dtype[Any]:
    """Integers of these names, then the `vectors` of one integer per metric."""
    numbers = [(name, np.int64) for name in names]
    return np.dtype(numbers + [(name, np.int64, (len(METRICS),)) for name in vectors], align=True)


ORDER = _record(
    "line_start", "line_count", "node_start", "node_count", "option_start", "option_count", "usable_start",
    "cell_start", "term_start", "term_count", "has_groups", "split_milli", "shipments_max", "value_min_minor",
    "ship_complete",
)  # fmt: skip
LINE = _record(
    "quantity", "unit_weight", "unit_volume", "unit_value_minor", "backorder_milli", "divisible", "has_credit",
    "leader", vectors=("metric",),
)  # fmt: skip
"""`has_credit`: a divisible line with a negative cost per line in some option that can ship it. `leader`: the first
line of its group, counted within the order, if that has two lines or more, else -1. No line of a group is divisible."""

OPTION = _record(
    "node", "bracket_first", "bracket_last", "term_first", "term_end", "money_weight", "fixed_milli", "parcel_milli",
    "weight_max", "volume_max", "dim_divisor", "dim_volume_min",
)  # fmt: skip
"""Its terms are those from `term_first` on and before `term_end`."""

CELL = _record("room", "line_milli", "unit_milli")
"""`room`: units of the line that the option can take; 0 too where it takes not all of an indivisible line or group."""

TERM = _record("milli", "forbids", "floor_milli", vectors=("low", "high"))
"""`floor_milli`: the least that it adds to any shipment of its option; zero until an open-set search knows."""


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
    terms: Array
    tariffs: Tariffs


def line_records(problem: OrderProblem | OrderProblems) -> Array:
    """The lines of one order or of a batch, no group having a leader yet. A line of one unit counts as indivisible."""
    lines = np.zeros(len(problem.quantity), LINE)
    for name in ("quantity", "unit_weight", "unit_volume", "unit_value_minor", "backorder_milli"):
        lines[name] = getattr(problem, name)
    lines["divisible"] = problem.divisible & (problem.quantity > 1) & (problem.together < 0)
    lines["leader"] = -1
    if len(problem.term_option):
        lines["metric"] = problem.metric
    return lines


def option_records(problem: OrderProblem | OrderProblems) -> Array:
    """The options of one order or of a batch."""
    options = np.zeros(len(problem.row), OPTION)
    options["node"] = problem.option_node
    options["bracket_first"] = problem.brackets.row_start[problem.row]
    options["bracket_last"] = problem.brackets.row_start[problem.row + 1] - 1
    for name in OPTION.names[6:]:  # type: ignore[index]
        options[name] = getattr(problem, name)
    starts, term_starts = np.array([0, len(options)]), np.array([0, len(problem.term_option)])
    if isinstance(problem, OrderProblems):
        starts, term_starts = problem.option_start, problem.term_start
    options["money_weight"] = np.repeat(problem.money_weight, np.diff(starts))
    if len(problem.term_option):
        of_batch = problem.term_option + np.repeat(starts[:-1], np.diff(term_starts))
        number = np.arange(len(options))
        options["term_first"] = np.searchsorted(of_batch, number, side="left")
        options["term_end"] = np.searchsorted(of_batch, number, side="right")
    return options


def term_records(problem: OrderProblem | OrderProblems) -> Array:
    """The terms of one order or of a batch."""
    terms = np.zeros(len(problem.term_option), TERM)
    if len(terms):
        for name in ("milli", "forbids", "low", "high"):
            terms[name] = getattr(problem, f"term_{name}")
    return terms


def tariffs_of(brackets: Brackets) -> Tariffs:
    """The brackets of a network."""
    return Tariffs(plain(brackets.weight_max), plain(brackets.base_milli), plain(brackets.rate_micro))


def plain(array: Array) -> Array:
    """The array itself if it is contiguous and writable, else a copy: so one compiled form serves every caller."""
    return array if array.flags.c_contiguous and array.flags.writeable else np.array(array, order="C")
