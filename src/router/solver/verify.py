"""The independent judge of a solution: adds everything up again from the problem's raw numbers.

Nothing is shared with the methods that find solutions, so that one mistake cannot hide in both. Plain loops
over plain integers: slow and obvious is the purpose.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from router.domain.plan import METRICS, ShipmentMetric, SolutionStatus
from router.solver.problem import Opened, OrderProblem, Solution


def verify(problem: OrderProblem, solution: Solution) -> tuple[str, ...]:
    """Every fault of `solution` as a sentence; an empty tuple accepts it.

    Plan and costs are judged only when every option and line number exists, and the objective only when every
    shipment can be packed; then the objective must agree to the thousandth of a minor unit.
    """
    malformed = tuple(malformed_shipments(problem, solution))
    if malformed:
        return malformed
    return tuple(fault for check in CHECKS for fault in check(problem, solution))


def malformed_shipments(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    options = [opened.option for opened in solution.opened]
    for option in options:
        if not 0 <= option < problem.option_count:
            yield f"option {option} does not exist"
    for option, count in Counter(options).items():
        if count > 1:
            yield f"option {option} is opened {count} times"
    if options != sorted(options):
        yield "shipments do not rise by option"
    for opened in solution.opened:
        yield from malformed_units(problem, opened)


def malformed_units(problem: OrderProblem, opened: Opened) -> Iterator[str]:
    if not opened.units:
        yield f"option {opened.option} is opened for an empty shipment"
    lines = [line for line, _ in opened.units]
    if any(first >= second for first, second in pairwise(lines)):
        yield f"lines in option {opened.option} do not rise"
    for line, count in opened.units:
        if not 0 <= line < problem.line_count:
            yield f"line {line} in option {opened.option} does not exist"
        if count <= 0:
            yield f"line {line} has {count} units in option {opened.option}"


def no_line_ships_more_than_ordered(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    for line, count in units_by_line(solution).items():
        if count > problem.quantity[line]:
            yield f"line {line} ships {count} units of {problem.quantity[line]} ordered"


def no_banned_option_is_used(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    for opened in solution.opened:
        for line, _ in opened.units:
            if not problem.allowed[line, opened.option]:
                yield f"line {line} may not travel by option {opened.option}"


def no_node_ships_more_than_it_has(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    taken: Counter[tuple[int, int]] = Counter()
    for opened in solution.opened:
        for line, count in opened.units:
            taken[line, int(problem.option_node[opened.option])] += count
    for (line, node), count in taken.items():
        if count > problem.usable[line, node]:
            yield f"node {node} ships {count} units of line {line} and has {problem.usable[line, node]}"


def indivisible_lines_stay_whole(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    for opened in solution.opened:
        for line, count in opened.units:
            if not problem.divisible[line] and count != problem.quantity[line]:
                yield f"line {line} is indivisible, option {opened.option} carries {count} of its units"


def groups_stay_together(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    for number in sorted(set(problem.together.tolist()) - {-1}):
        group = [line for line in range(problem.line_count) if problem.together[line] == number]
        for opened in solution.opened:
            load = dict(opened.units)
            if not any(line in load for line in group):
                continue
            for line in group:
                if load.get(line, 0) != problem.quantity[line]:
                    yield (
                        f"option {opened.option} carries {load.get(line, 0)} of {problem.quantity[line]} units "
                        f"of line {line}, whose group must leave whole"
                    )


def no_shipment_is_of_a_forbidden_kind(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    for opened in solution.opened:
        for term in terms_that_hold(problem, opened):
            if problem.term_forbids[term]:
                yield f"term {term} forbids the shipment of option {opened.option}"


def shipments_stay_within_the_limit(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    if len(solution.opened) > problem.shipments_max:
        yield f"{len(solution.opened)} shipments, at most {problem.shipments_max} are allowed"


def nodes_stay_within_capacity(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    shipments = Counter(int(problem.option_node[opened.option]) for opened in solution.opened)
    for node, count in shipments.items():
        beside = sum(
            others
            for other, others in shipments.items()
            if other != node and problem.dock[other] == problem.dock[node]
        )
        if count + beside > problem.capacity[node]:
            yield f"node {node} dispatches {count + beside} shipments, its capacity is {problem.capacity[node]}"


def what_awaits_divides_no_line(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    for opened in solution.opened:
        for line, count in opened.units:
            if problem.awaits[opened.option] and count < problem.quantity[line]:
                yield f"option {opened.option} carries {count} of {problem.quantity[line]} units of line {line}"


def what_is_awaited_comes(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    for opened in solution.opened:
        missing = int(problem.awaits[opened.option])
        for line, _ in opened.units:
            missing &= ~int(problem.brings[line, opened.option])
        if missing:
            yield f"option {opened.option} awaits {missing:b}, and none of its lines brings that"


def split_shipments_are_worth_their_minimum(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    if len(solution.opened) < 2:
        return
    for opened in solution.opened:
        value_minor = sum(count * int(problem.unit_value_minor[line]) for line, count in opened.units)
        if value_minor < problem.value_min_minor:
            yield f"option {opened.option} ships {value_minor}, a split needs {problem.value_min_minor}"


def ship_complete_ships_all_or_nothing(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    if not problem.ship_complete or not solution.opened:
        return
    shipped = units_by_line(solution)
    for line, quantity in enumerate(problem.quantity):
        if shipped[line] < quantity:
            yield f"ship-complete order ships {shipped[line]} of {quantity} units of line {line}"


def the_objective_is_the_cost(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    faults = [fault for opened in solution.opened for fault in packing_faults(problem, opened)]
    yield from faults
    if not faults:
        cost_milli = plan_cost_milli(problem, solution)
        if cost_milli != solution.objective_milli:
            yield f"the plan costs {cost_milli}, the objective says {solution.objective_milli}"


def the_status_says_what_is_proven(problem: OrderProblem, solution: Solution) -> Iterator[str]:
    if solution.bound_milli > solution.objective_milli:
        yield f"bound {solution.bound_milli} exceeds objective {solution.objective_milli}"
    is_closed = solution.bound_milli == solution.objective_milli
    if (solution.status is SolutionStatus.OPTIMAL) != is_closed:
        yield (
            f"status is {solution.status} with objective {solution.objective_milli} "
            f"and bound {solution.bound_milli}"
        )


def units_by_line(solution: Solution) -> Counter[int]:
    shipped: Counter[int] = Counter()
    for opened in solution.opened:
        for line, count in opened.units:
            shipped[line] += count
    return shipped


def packing_faults(problem: OrderProblem, opened: Opened) -> Iterator[str]:
    """What keeps a shipment from being packed and charged at all."""
    weight_max = int(problem.weight_max[opened.option])
    volume_max = int(problem.volume_max[opened.option])
    for line, _ in opened.units:
        if problem.unit_weight[line] > weight_max or problem.unit_volume[line] > volume_max:
            yield f"one unit of line {line} does not fit into a parcel of option {opened.option}"
            return
    heaviest = max(billable_weight(problem, opened.option, *parcel) for parcel in parcels(problem, opened))
    row = int(problem.row[opened.option])
    last = int(problem.brackets.row_start[row + 1]) - 1
    if heaviest > problem.brackets.weight_max[last]:
        yield f"a parcel of option {opened.option} bills {heaviest} grams, beyond the last bracket"


def plan_cost_milli(problem: OrderProblem, solution: Solution) -> int:
    cost = sum(shipment_cost_milli(problem, opened) for opened in solution.opened)
    cost += problem.split_milli * max(0, len(solution.opened) - 1)
    shipped = units_by_line(solution)
    for line in range(problem.line_count):
        cost += int(problem.backorder_milli[line]) * (int(problem.quantity[line]) - shipped[line])
    return cost


def shipment_cost_milli(problem: OrderProblem, opened: Opened) -> int:
    cost = int(problem.fixed_milli[opened.option])
    for weight, volume in parcels(problem, opened):
        billable = billable_weight(problem, opened.option, weight, volume)
        cost += problem.money_weight * charge_milli(problem, int(problem.row[opened.option]), billable)
        cost += int(problem.parcel_milli[opened.option])
    for line, count in opened.units:
        cost += int(problem.line_milli[line, opened.option])
        cost += int(problem.unit_milli[line, opened.option]) * count
    for term in terms_that_hold(problem, opened):
        if not problem.term_forbids[term]:
            cost += int(problem.term_milli[term])
    return cost


def terms_that_hold(problem: OrderProblem, opened: Opened) -> Iterator[int]:
    """The terms of the shipment's option whose box holds it."""
    measured = {metric: measure(problem, opened, metric) for metric in METRICS}
    for term, option in enumerate(problem.term_option.tolist()):
        if option == opened.option and all(
            problem.term_low[term, column] <= measured[metric] <= problem.term_high[term, column]
            for column, metric in enumerate(METRICS)
        ):
            yield term


def measure(problem: OrderProblem, opened: Opened, metric: ShipmentMetric) -> int:
    column = METRICS.index(metric)
    if metric is ShipmentMetric.LINES:
        return sum(int(problem.metric[line, column]) for line, _ in opened.units)
    return sum(int(problem.metric[line, column]) * count for line, count in opened.units)


def parcels(problem: OrderProblem, opened: Opened) -> Iterator[tuple[int, int]]:
    """(weight, volume) of each parcel by next-fit decreasing. Every unit must fit into an empty parcel."""
    weight_max = int(problem.weight_max[opened.option])
    volume_max = int(problem.volume_max[opened.option])

    def heaviest_first(entry: tuple[int, int]) -> tuple[int, int, int]:
        line = entry[0]
        return -int(problem.unit_weight[line]), -int(problem.unit_volume[line]), line

    weight = volume = 0
    for line, count in sorted(opened.units, key=heaviest_first):
        unit_weight, unit_volume = int(problem.unit_weight[line]), int(problem.unit_volume[line])
        for _ in range(count):
            if weight + unit_weight > weight_max or volume + unit_volume > volume_max:
                yield weight, volume
                weight = volume = 0
            weight += unit_weight
            volume += unit_volume
    yield weight, volume


def billable_weight(problem: OrderProblem, option: int, weight: int, volume: int) -> int:
    divisor = int(problem.dim_divisor[option])
    if divisor == 0 or volume < problem.dim_volume_min[option]:
        return weight
    return max(weight, -(-volume // divisor))


def charge_milli(problem: OrderProblem, row: int, billable: int) -> int:
    brackets = problem.brackets
    for bracket in range(int(brackets.row_start[row]), int(brackets.row_start[row + 1])):
        if billable <= brackets.weight_max[bracket]:
            rate_minor = -(-int(brackets.rate_micro[bracket]) * billable // 1_000_000)
            return int(brackets.base_milli[bracket]) + 1000 * rate_minor
    raise AssertionError("the packing check lets no parcel beyond the last bracket")


Check = Callable[[OrderProblem, Solution], Iterator[str]]

CHECKS: tuple[Check, ...] = (
    no_line_ships_more_than_ordered,
    no_banned_option_is_used,
    no_node_ships_more_than_it_has,
    indivisible_lines_stay_whole,
    what_awaits_divides_no_line,
    what_is_awaited_comes,
    groups_stay_together,
    no_shipment_is_of_a_forbidden_kind,
    shipments_stay_within_the_limit,
    nodes_stay_within_capacity,
    split_shipments_are_worth_their_minimum,
    ship_complete_ships_all_or_nothing,
    the_objective_is_the_cost,
    the_status_says_what_is_proven,
)
