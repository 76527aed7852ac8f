"""The reference: tries every assignment of units to options and keeps the cheapest. For small orders only.

Slow, obvious and complete: no bound, no pruning, no dominance. Each condition and each cost term of the
problem statement is one function over all assignments at once.
"""

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np

from router.domain.plan import METRICS, ShipmentMetric, SolutionMethod, SolutionStatus
from router.solver.problem import Bools, Ints, Opened, OrderProblem, Solution

ASSIGNMENT_CELLS_MAX = 20_000_000
"""Numbers (assignments x lines x options) that one enumeration may hold: some 160 MB."""


def solve_by_enumeration(problem: OrderProblem) -> Solution:
    """A cheapest plan with its proof; of equal plans the first one enumerated. `work` counts assignments.

    Refuses with ValueError an order with more than `ASSIGNMENT_CELLS_MAX` numbers to look at.
    """
    assignments = assignment_count(problem)
    if assignments * problem.line_count * problem.option_count > ASSIGNMENT_CELLS_MAX:
        raise ValueError(f"the order has {assignments} assignments, too many to enumerate")
    units = list_assignments(problem)
    for condition in CONDITIONS:
        units = units[condition(problem, units)]
    cost = np.sum([term(problem, units) for term in COSTS], axis=0)
    best = int(np.argmin(cost))
    return Solution(
        status=SolutionStatus.OPTIMAL,
        # The method goes over the wire and this one never answers there, so it has no name of its own.
        method=SolutionMethod.OPEN_SETS,
        objective_milli=int(cost[best]),
        bound_milli=int(cost[best]),
        work=assignments,
        opened=opened_of(units[best]),
    )


def assignment_count(problem: OrderProblem) -> int:
    """How many ways there are to put units of each line into options, limited by the quantity alone."""
    options = problem.option_count
    return math.prod(
        math.comb(int(quantity) + options, options) if divisible else options + 1
        for quantity, divisible in zip(problem.quantity, problem.divisible)
    )


def list_assignments(problem: OrderProblem) -> Ints:
    """Every assignment [A, L, P]. The first one ships nothing."""
    placements = [
        np.array(list(placements_of_line(problem, line)), np.int64) for line in range(problem.line_count)
    ]
    picks = np.indices([len(choices) for choices in placements]).reshape(problem.line_count, -1)
    return np.stack([choices[pick] for choices, pick in zip(placements, picks)], axis=1)


def placements_of_line(problem: OrderProblem, line: int) -> Iterator[tuple[int, ...]]:
    quantity = int(problem.quantity[line])
    if problem.divisible[line]:
        yield from compositions(quantity, problem.option_count)
        return
    yield (0,) * problem.option_count
    for option in range(problem.option_count):
        yield tuple(quantity if other == option else 0 for other in range(problem.option_count))


def compositions(total_max: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All tuples of `parts` counts that add up to at most `total_max`."""
    if parts == 0:
        yield ()
        return
    for first in range(total_max + 1):
        for rest in compositions(total_max - first, parts - 1):
            yield (first, *rest)


def uses_allowed_options_only(problem: OrderProblem, units: Ints) -> Bools:
    is_allowed: Bools = ~np.any((units > 0) & ~problem.allowed, axis=(1, 2))
    return is_allowed


def takes_what_nodes_have(problem: OrderProblem, units: Ints) -> Bools:
    fits = np.ones(len(units), np.bool_)
    for node in range(len(problem.capacity)):
        taken = units[:, :, problem.option_node == node].sum(axis=2)
        fits &= np.all(taken <= problem.usable[:, node], axis=1)
    return fits


def keeps_groups_together(problem: OrderProblem, units: Ints) -> Bools:
    keeps = np.ones(len(units), np.bool_)
    for number in set(problem.together.tolist()) - {-1}:
        group = problem.together == number
        load = units[:, group, :]
        all_or_none = np.all(load == problem.quantity[group, None], axis=1) | np.all(load == 0, axis=1)
        keeps &= np.all(all_or_none, axis=1)
    return keeps


def sends_no_forbidden_shipment(problem: OrderProblem, units: Ints) -> Bools:
    forbidden = lies_in_box(problem, units) & problem.term_forbids
    is_free: Bools = ~np.any(forbidden, axis=1)
    return is_free


def stays_within_the_shipment_limit(problem: OrderProblem, units: Ints) -> Bools:
    fits: Bools = is_opened(units).sum(axis=1) <= problem.shipments_max
    return fits


def stays_within_node_capacity(problem: OrderProblem, units: Ints) -> Bools:
    fits = np.ones(len(units), np.bool_)
    dock = problem.dock[problem.option_node]
    for node, capacity in enumerate(problem.capacity):
        fits &= is_opened(units)[:, dock == problem.dock[node]].sum(axis=1) <= capacity
    return fits


def divides_no_line_that_is_awaited(problem: OrderProblem, units: Ints) -> Bools:
    divided = (units > 0) & (units < problem.quantity[:, None])
    keeps: Bools = ~np.any(divided & (problem.awaits != 0), axis=(1, 2))
    return keeps


def awaits_only_what_comes(problem: OrderProblem, units: Ints) -> Bools:
    comes = np.bitwise_or.reduce(np.where(units > 0, problem.brings, 0), axis=1)
    keeps: Bools = np.all(~is_opened(units) | (comes & problem.awaits == problem.awaits), axis=1)
    return keeps


def splits_into_worthy_shipments(problem: OrderProblem, units: Ints) -> Bools:
    value_minor = np.einsum("alp,l->ap", units, problem.unit_value_minor)
    poor = is_opened(units) & (value_minor < problem.value_min_minor)
    is_worthy: Bools = (is_opened(units).sum(axis=1) < 2) | ~poor.any(axis=1)
    return is_worthy


def ships_all_or_nothing_if_told(problem: OrderProblem, units: Ints) -> Bools:
    if not problem.ship_complete:
        return np.ones(len(units), np.bool_)
    ships_all: Bools = np.all(units.sum(axis=2) == problem.quantity, axis=1)
    ships_nothing: Bools = ~np.any(units > 0, axis=(1, 2))
    return ships_all | ships_nothing


def fixed_cost(problem: OrderProblem, units: Ints) -> Ints:
    cost: Ints = is_opened(units) @ problem.fixed_milli
    return cost


def freight_cost(problem: OrderProblem, units: Ints) -> Ints:
    """Charges and costs of parcels. Equal loads of an option, told by a number in mixed base, pack once."""
    base = problem.quantity + 1
    place = np.concatenate(([1], np.cumprod(base[:-1])))
    cost = np.zeros(len(units), np.int64)
    for option in range(problem.option_count):
        loads, which = np.unique(units[:, :, option] @ place, return_inverse=True)
        freight = [
            shipment_freight_milli(problem, option, tuple((int(load) // place % base).tolist()))
            for load in loads
        ]
        cost += np.array(freight, np.int64)[which]
    return cost


def line_cost(problem: OrderProblem, units: Ints) -> Ints:
    cost: Ints = np.einsum("alp,lp->a", (units > 0).astype(np.int64), problem.line_milli)
    return cost


def unit_cost(problem: OrderProblem, units: Ints) -> Ints:
    cost: Ints = np.einsum("alp,lp->a", units, problem.unit_milli)
    return cost


def term_cost(problem: OrderProblem, units: Ints) -> Ints:
    due = lies_in_box(problem, units) & ~problem.term_forbids
    cost: Ints = due @ problem.term_milli
    return cost


def split_cost(problem: OrderProblem, units: Ints) -> Ints:
    cost: Ints = problem.split_milli * np.maximum(0, is_opened(units).sum(axis=1) - 1)
    return cost


def backorder_cost(problem: OrderProblem, units: Ints) -> Ints:
    cost: Ints = (problem.quantity - units.sum(axis=2)) @ problem.backorder_milli
    return cost


def is_opened(units: Ints) -> Bools:
    """[A, P]: the options that carry something."""
    opened: Bools = np.any(units > 0, axis=1)
    return opened


def lies_in_box(problem: OrderProblem, units: Ints) -> Bools:
    """[A, T]: whether the term's option ships something and all its metrics lie within the term's bounds."""
    lines_column = METRICS.index(ShipmentMetric.LINES)
    inside = np.empty((len(units), len(problem.term_option)), np.bool_)
    for term, option in enumerate(problem.term_option):
        load = units[:, :, option]
        measured = load @ problem.metric
        measured[:, lines_column] = (load > 0) @ problem.metric[:, lines_column]
        within = (problem.term_low[term] <= measured) & (measured <= problem.term_high[term])
        inside[:, term] = np.any(load > 0, axis=1) & np.all(within, axis=1)
    return inside


def shipment_freight_milli(problem: OrderProblem, option: int, load: tuple[int, ...]) -> int:
    """Charges and parcel costs of shipping `load` (units by line) in `option`; nothing costs nothing."""
    freight = 0
    for weight, volume in pack(problem, option, load):
        billable = weight
        divisor = int(problem.dim_divisor[option])
        if divisor > 0 and volume >= problem.dim_volume_min[option]:
            billable = max(weight, (volume + divisor - 1) // divisor)
        freight += problem.money_weight * parcel_charge_milli(problem, int(problem.row[option]), billable)
        freight += int(problem.parcel_milli[option])
    return freight


def pack(problem: OrderProblem, option: int, load: tuple[int, ...]) -> list[tuple[int, int]]:
    """(weight, volume) of each parcel: units one by one, heavy and bulky lines first, next fit."""
    lines = list(range(problem.line_count))
    lines.sort(key=lambda line: (-problem.unit_weight[line], -problem.unit_volume[line], line))
    sizes = ((int(problem.unit_weight[line]), int(problem.unit_volume[line])) for line in lines)
    parcels: list[tuple[int, int]] = []
    for line, size in zip(lines, sizes):
        for unit_weight, unit_volume in itertools.repeat(size, load[line]):
            weight, volume = parcels[-1] if parcels else (0, 0)
            grown = (weight + unit_weight, volume + unit_volume)
            if parcels and grown[0] <= problem.weight_max[option] and grown[1] <= problem.volume_max[option]:
                parcels[-1] = grown
            else:
                parcels.append((unit_weight, unit_volume))
    return parcels


def parcel_charge_milli(problem: OrderProblem, row: int, billable: int) -> int:
    brackets = problem.brackets
    first, end = int(brackets.row_start[row]), int(brackets.row_start[row + 1])
    bracket = next(b for b in range(first, end) if brackets.weight_max[b] >= billable)
    whole_minor, rest = divmod(int(brackets.rate_micro[bracket]) * billable, 1_000_000)
    return int(brackets.base_milli[bracket]) + 1000 * (whole_minor + (rest > 0))


def opened_of(units: Ints) -> tuple[Opened, ...]:
    """The shipments of one assignment [L, P]."""
    return tuple(
        Opened(option=option, units=tuple((line, int(count)) for line, count in enumerate(load) if count))
        for option, load in enumerate(units.T)
        if load.any()
    )


CONDITIONS: tuple[Callable[[OrderProblem, Ints], Bools], ...] = (
    uses_allowed_options_only,
    takes_what_nodes_have,
    keeps_groups_together,
    divides_no_line_that_is_awaited,
    awaits_only_what_comes,
    sends_no_forbidden_shipment,
    stays_within_the_shipment_limit,
    stays_within_node_capacity,
    splits_into_worthy_shipments,
    ships_all_or_nothing_if_told,
)

COSTS: tuple[Callable[[OrderProblem, Ints], Ints], ...] = (
    fixed_cost,
    freight_cost,
    line_cost,
    unit_cost,
    term_cost,
    split_cost,
    backorder_cost,
)
