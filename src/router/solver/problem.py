"""The one-order problem in numbers, for a batch of orders: what every solving method reads and what it answers.

An *option* is a (node, service level) pair that could dispatch a shipment of the order. A plan opens options
and puts units of lines into them. With x[l,p] units of line l in option p and u[l] = quantity[l] - sum_p x[l,p]:

    minimize   sum over opened options p of
                   fixed[p] + sum over parcels ( money_weight * charge(row[p], billable weight) + parcel[p] )
                   + sum_l ( line[l,p] if x[l,p] > 0 ) + sum_l unit[l,p] * x[l,p]
                   + sum of term[t] over the terms t of p whose box holds the shipment
               + split * max(0, shipments - 1) + sum_l backorder[l] * u[l]

    subject to x[l,p] = 0 unless allowed[l,p];  sum over options p of node k of x[l,p] <= usable[l,k];
               an indivisible line goes whole into one option or is not shipped at all;
               the lines of a group go whole into one option together, or none of them is shipped;
               no shipment lies in the box of a term of its option that forbids;
               at most `shipments_max` opened options, at most capacity[k] of them at the nodes of k's dock, none empty;
               an option that awaits something carries all units of a line or none of it, and lines that between them
               bring all that it awaits: the union of brings[l,p] over its lines is awaits[p];
               with two or more shipments each is worth at least `value_min_minor`;
               ship-complete orders ship everything or nothing.

A shipment measures, for each m of METRICS, metric[p,m] = sum_l metric[l,m] * x[l,p]; LINES alone counts lines:
sum_l ( metric[l,LINES] if x[l,p] > 0 ). The box of term t of option p holds it if low[t,m] <= metric[p,m] <=
high[t,m] for every m. A group is all lines of one number >= 0 in `together`; a group of one line is indivisible.

A node may open several of its options (two service levels); each is a shipment of its own. Nodes of one number in
`dock` are one place on one day, each with stock of its own: they have the same capacity and share it, and all options
but those of one of them await something.

Parcels follow one packing rule, next-fit decreasing: lines by falling unit weight, then falling unit volume, then
rising index; units go into the current parcel while its weight and volume limits allow, else a new parcel begins.
The optimum is exact with respect to that rule.

All money is int64 thousandths of a minor unit (`_milli`); costs may be negative, backorder prices may not. Other
levels of a plan may be packed into the same integers: `money_weight` then tells what a thousandth of tariff counts,
and every other `_milli` comes already weighed. `magnitudes.py` states how large they may become.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from router.domain.plan import METRICS, SolutionMethod, SolutionStatus

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

UNLIMITED = 1 << 60
"""A limit that binds nothing. No metric of a whole order may exceed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brackets:
    """All tariff rows of a network. Row r owns brackets row_start[r] : row_start[r+1], rising in `weight_max`.

    The charge of a parcel of billable weight w is, in the first bracket with weight_max >= w,
    base_milli + 1000 * ceil(rate_micro * w / 1_000_000): whole minor units, minimum and surcharge included in the base.
    """

    row_start: Ints
    weight_max: Ints
    base_milli: Ints
    rate_micro: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProblem:
    """One order: L lines (of distinct SKUs), P options at K nodes, T terms; M = len(METRICS)."""

    quantity: Ints  # [L] > 0
    unit_weight: Ints  # [L] grams
    unit_volume: Ints  # [L] cubic millimetres
    unit_value_minor: Ints  # [L]
    backorder_milli: Ints  # [L] >= 0, per unit not shipped
    divisible: Bools  # [L] units may go into several shipments, or only some of them
    capacity: Ints  # [K] shipments the node can still dispatch
    dock: Ints  # [K] number of what the capacity belongs to: the first node of it
    usable: Ints  # [L, K] units, 0 .. quantity
    option_node: Ints  # [P] 0 .. K-1
    awaits: Ints  # [P] what must come before the option can ship, as bits; 0 = nothing
    row: Ints  # [P] row of `brackets`
    fixed_milli: Ints  # [P] per shipment
    parcel_milli: Ints  # [P] per parcel
    weight_max: Ints  # [P] grams per parcel; never above the row's last bracket
    volume_max: Ints  # [P] per parcel; such that no billable weight exceeds the row's last bracket
    dim_divisor: Ints  # [P] cubic millimetres per gram, 0 = weight alone
    dim_volume_min: Ints  # [P] dimensional weight counts from this volume on
    allowed: Bools  # [L, P] also False where one unit exceeds the parcel limits
    line_milli: Ints  # [L, P]
    unit_milli: Ints  # [L, P] per unit, prices of stock included
    brings: Ints  # [L, P] what of that comes with the line, as bits
    together: Ints  # [L] number of the line's group, or -1
    metric: Ints  # [L, M] >= 0, per unit; LINES is 1
    term_option: Ints  # [T] rising
    term_low: Ints  # [T, M]
    term_high: Ints  # [T, M] UNLIMITED where nothing is too much
    term_milli: Ints  # [T] per shipment in the box
    term_forbids: Bools  # [T] no shipment may be in the box; its amount means nothing
    money_weight: int  # >= 1
    split_milli: int
    shipments_max: int
    value_min_minor: int
    ship_complete: bool
    brackets: Brackets

    @property
    def line_count(self) -> int:
        return len(self.quantity)

    @property
    def option_count(self) -> int:
        return len(self.option_node)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProblems:
    """A batch in the ragged form that compiled code reads: order o owns the slices between its offsets.

    Lines [line_start], nodes [node_start], options [option_start], terms [term_start]; L x K cells [usable_start] and
    L x P cells [cell_start], both row-major by line. `term_option` and `dock` count within the order.
    """

    line_start: Ints
    node_start: Ints
    option_start: Ints
    usable_start: Ints
    cell_start: Ints
    term_start: Ints
    quantity: Ints
    unit_weight: Ints
    unit_volume: Ints
    unit_value_minor: Ints
    backorder_milli: Ints
    divisible: Bools
    capacity: Ints
    dock: Ints
    usable: Ints
    option_node: Ints
    awaits: Ints
    row: Ints
    fixed_milli: Ints
    parcel_milli: Ints
    weight_max: Ints
    volume_max: Ints
    dim_divisor: Ints
    dim_volume_min: Ints
    allowed: Bools
    line_milli: Ints
    unit_milli: Ints
    brings: Ints
    together: Ints
    metric: Ints
    term_option: Ints
    term_low: Ints
    term_high: Ints
    term_milli: Ints
    term_forbids: Bools
    money_weight: Ints
    split_milli: Ints
    shipments_max: Ints
    value_min_minor: Ints
    ship_complete: Bools
    brackets: Brackets

    def __len__(self) -> int:
        return len(self.line_start) - 1

    def __getitem__(self, order: int) -> OrderProblem:
        """Order number `order` alone (views, not copies)."""
        lines = slice(self.line_start[order], self.line_start[order + 1])
        nodes = slice(self.node_start[order], self.node_start[order + 1])
        options = slice(self.option_start[order], self.option_start[order + 1])
        usable = slice(self.usable_start[order], self.usable_start[order + 1])
        cells = slice(self.cell_start[order], self.cell_start[order + 1])
        terms = slice(self.term_start[order], self.term_start[order + 1])
        line_count = lines.stop - lines.start
        return OrderProblem(
            **{name: getattr(self, name)[lines] for name in _PER_LINE},
            capacity=self.capacity[nodes],
            dock=self.dock[nodes],
            usable=self.usable[usable].reshape(line_count, -1),
            **{name: getattr(self, name)[options] for name in _PER_OPTION},
            **{name: getattr(self, name)[cells].reshape(line_count, -1) for name in _PER_CELL},
            **{name: getattr(self, name)[terms] for name in _PER_TERM},
            money_weight=int(self.money_weight[order]),
            split_milli=int(self.split_milli[order]),
            shipments_max=int(self.shipments_max[order]),
            value_min_minor=int(self.value_min_minor[order]),
            ship_complete=bool(self.ship_complete[order]),
            brackets=self.brackets,
        )


_PER_LINE = (
    "quantity", "unit_weight", "unit_volume", "unit_value_minor", "backorder_milli", "divisible", "together", "metric",
)  # fmt: skip
_PER_OPTION = (
    "option_node", "awaits", "row", "fixed_milli", "parcel_milli", "weight_max", "volume_max", "dim_divisor",
    "dim_volume_min",
)  # fmt: skip
_PER_CELL = ("allowed", "line_milli", "unit_milli", "brings")
_PER_TERM = ("term_option", "term_low", "term_high", "term_milli", "term_forbids")
_PER_ORDER = ("money_weight", "split_milli", "shipments_max", "value_min_minor", "ship_complete")
_WITH_METRICS = ("metric", "term_low", "term_high")


def no_terms(line_count: int) -> dict[str, Any]:
    """The fields of an `OrderProblem` of so many lines that has no groups, no terms and plain money."""
    boxes = np.zeros((0, len(METRICS)), np.int64)
    return {
        "together": np.full(line_count, -1, np.int64),
        "metric": np.zeros((line_count, len(METRICS)), np.int64),
        "term_option": np.zeros(0, np.int64),
        "term_low": boxes,
        "term_high": boxes,
        "term_milli": np.zeros(0, np.int64),
        "term_forbids": np.zeros(0, np.bool_),
        "money_weight": 1,
    }


def with_options(problem: OrderProblem, options: Ints) -> OrderProblem:
    """The order with these options alone, in this order; a number that stands twice stands for two options."""
    rows = [np.flatnonzero(problem.term_option == option) for option in options]
    terms = np.concatenate([np.zeros(0, np.int64), *rows])
    return replace(
        problem,
        **{name: getattr(problem, name)[options] for name in _PER_OPTION},
        **{name: getattr(problem, name)[:, options] for name in _PER_CELL},
        **{name: getattr(problem, name)[terms] for name in _PER_TERM if name != "term_option"},
        term_option=np.repeat(np.arange(len(rows)), [len(row) for row in rows]),
    )


_ARRAYS = tuple(field.name for field in fields(OrderProblem) if field.name not in (*_PER_ORDER, "brackets"))


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """The arrays one behind the other, flat; always a copy."""
    if len(arrays) == 1:
        # A single order is common enough to spare it what joining costs.
        return arrays[0].flatten()
    return np.concatenate([np.ravel(array) for array in arrays])


def concatenate(problems: Sequence[OrderProblem]) -> OrderProblems:
    """Join single problems that share one bracket table into a batch."""
    assert problems, "a batch holds at least one order"
    assert all(problem.brackets is problems[0].brackets for problem in problems)

    def starts(sizes: list[int]) -> Ints:
        return np.array([0, *accumulate(sizes)], np.int64)

    joined = {name: _joined([getattr(problem, name) for problem in problems]) for name in _ARRAYS}
    joined |= {name: joined[name].reshape(-1, len(METRICS)) for name in _WITH_METRICS}
    return OrderProblems(
        line_start=starts([p.line_count for p in problems]),
        node_start=starts([len(p.capacity) for p in problems]),
        option_start=starts([p.option_count for p in problems]),
        usable_start=starts([p.usable.size for p in problems]),
        cell_start=starts([p.allowed.size for p in problems]),
        term_start=starts([len(p.term_option) for p in problems]),
        **joined,
        money_weight=np.array([p.money_weight for p in problems], np.int64),
        split_milli=np.array([p.split_milli for p in problems], np.int64),
        shipments_max=np.array([p.shipments_max for p in problems], np.int64),
        value_min_minor=np.array([p.value_min_minor for p in problems], np.int64),
        ship_complete=np.array([p.ship_complete for p in problems], np.bool_),
        brackets=problems[0].brackets,
    )


class Opened(Struct, frozen=True, gc=False):
    """One shipment of a solution: the option and its (line, units), units > 0, lines rising."""

    option: int
    units: tuple[tuple[int, int], ...]


class Solution(Struct, frozen=True, gc=False):
    """Bound <= objective; OPTIMAL exactly when they are equal. `opened` rises by option. `work` is counted effort."""

    status: SolutionStatus
    method: SolutionMethod
    objective_milli: int
    bound_milli: int
    work: int
    opened: tuple[Opened, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much counted work one order may take; never wall time, so that equal inputs give equal answers."""

    set_nodes_max: int = 200_000
    """Branches of the open-set search."""
    model_deterministic_seconds: float = 0.05
    """CP-SAT's deterministic time; 0 leaves the OR-Tools model out."""


DEFAULT_EFFORT = Effort()
