"""The OR-Tools model's constraints, one named function each, and its objective.

Every plan of the order satisfies all of it at no higher price than its own, and at exactly its own when each
shipment is one parcel or one of few loads. `model` is OR-Tools' `CpModel`, which `model.py` alone imports.
"""

from collections.abc import Callable
from typing import Any

from router.domain.plan import ShipmentMetric
from router.solver.model_boxes import Box, measure
from router.solver.model_options import can_divide, group_of
from router.solver.model_parcels import (
    a_listed_shipment_is_one_of_its_loads,
    a_load_that_fits_is_one_parcel,
    bulky_units_need_parcels,
    freight,
    one_parcel_is_billed_exactly,
    parcels_close_only_when_the_next_unit_does_not_fit,
    parcels_cover_their_load,
    rates_round_up,
)
from router.solver.model_variables import ShipmentVariables, Variables
from router.solver.problem import OrderProblem


def a_shipment_carries_something(model: Any, problem: OrderProblem, variables: Variables) -> None:
    for shipment in variables.shipments:
        model.add_bool_or(*shipment.used.values(), ~shipment.opened)
        for used in shipment.used.values():
            model.add_implication(used, shipment.opened)


def a_used_line_has_units(model: Any, problem: OrderProblem, variables: Variables) -> None:
    for shipment in variables.shipments:
        for line, counted in shipment.counted.items():
            model.add(counted >= shipment.used[line])
            model.add(counted <= shipment.option.units_max[line] * shipment.used[line])


def no_line_ships_more_than_ordered(model: Any, problem: OrderProblem, variables: Variables) -> None:
    for line in range(problem.line_count):
        if can_divide(problem, line):
            model.add(units_of_line(variables, line) <= int(problem.quantity[line]))
        else:
            model.add_at_most_one(s.used[line] for s in variables.shipments if line in s.used)


def a_node_ships_no_more_than_it_has(model: Any, problem: OrderProblem, variables: Variables) -> None:
    for node in range(len(problem.capacity)):
        local = [shipment for shipment in variables.shipments if shipment.option.node == node]
        for line in range(problem.line_count):
            if can_divide(problem, line):
                taken = sum(shipment.counted[line] for shipment in local if line in shipment.counted)
                model.add(taken <= int(problem.usable[line, node]))


def groups_stay_together(model: Any, problem: OrderProblem, variables: Variables) -> None:
    """An option that cannot carry all of a group carries none of it: its lines are no lines of the option."""
    for shipment in variables.shipments:
        for line, used in shipment.used.items():
            leader = group_of(problem, line)[0]
            if leader != line:
                model.add(used == shipment.used[leader])


def shipments_know_their_boxes(model: Any, problem: OrderProblem, variables: Variables) -> None:
    for shipment in variables.shipments:
        for box, boxed in zip(shipment.option.boxes, shipment.boxed):
            if is_ceiling(box):
                continue
            bounds = [
                *(is_at_least(model, problem, shipment, metric, low) for metric, low in box.at_least.items()),
                *(~is_at_least(model, problem, shipment, m, high + 1) for m, high in box.at_most.items()),
            ]
            for condition in (shipment.opened, *bounds):
                model.add_implication(boxed, condition)
            model.add_bool_or(boxed, ~shipment.opened, *(~bound for bound in bounds))
            if box.forbids:
                model.add(boxed == 0)


def shipments_stay_below_their_ceilings(model: Any, problem: OrderProblem, variables: Variables) -> None:
    """In one row with `opened`, so that the linear program opens at least as much of a shipment as it loads."""
    for shipment in variables.shipments:
        for box, boxed in zip(shipment.option.boxes, shipment.boxed):
            if is_ceiling(box):
                ((metric, low),) = box.at_least.items()
                measured = measure(problem, metric, shipment.units, shipment.used)
                model.add(measured <= (low - 1) * shipment.opened)
                model.add(boxed == 0)


def is_ceiling(box: Box) -> bool:
    """Whether it only forbids to have so much of one metric."""
    return box.forbids and len(box.at_least) == 1 and not box.at_most


def is_at_least(
    model: Any, problem: OrderProblem, shipment: ShipmentVariables, metric: ShipmentMetric, low: int
) -> Any:
    """A literal that says whether the metric of a shipment reaches `low`."""
    measured = measure(problem, metric, shipment.units, shipment.used)
    reaches = model.new_bool_var("")
    model.add(measured >= low).only_enforce_if(reaches)
    model.add(measured <= low - 1).only_enforce_if(~reaches)
    return reaches


def shipments_stay_within_the_limit(model: Any, problem: OrderProblem, variables: Variables) -> None:
    limit = min(problem.shipments_max, len(variables.shipments))
    model.add(shipment_count(variables) <= limit)


def nodes_stay_within_capacity(model: Any, problem: OrderProblem, variables: Variables) -> None:
    dock = problem.dock.tolist()
    for node, capacity in enumerate(problem.capacity.tolist()):
        here = [shipment for shipment in variables.shipments if dock[shipment.option.node] == dock[node]]
        if len(here) > capacity:
            model.add(sum(shipment.opened for shipment in here) <= capacity)


def what_is_awaited_comes_whole(model: Any, problem: OrderProblem, variables: Variables) -> None:
    for shipment in variables.shipments:
        option = shipment.option.number
        missing = int(problem.awaits[option])
        if missing:
            for line, used in shipment.used.items():
                model.add(shipment.units[line] == int(problem.quantity[line]) * used)
        while missing:
            bit = missing & -missing
            bringing = [used for line, used in shipment.used.items() if problem.brings[line, option] & bit]
            model.add(sum(bringing) >= shipment.opened)
            missing -= bit


def shipments_are_counted(model: Any, problem: OrderProblem, variables: Variables) -> None:
    count = shipment_count(variables)
    extra_max = max(0, len(variables.shipments) - 1)
    model.add(count >= variables.ships + variables.splits)
    model.add(count <= variables.ships + extra_max * variables.splits)
    model.add_implication(variables.splits, variables.ships)


def split_shipments_are_worth_their_minimum(model: Any, problem: OrderProblem, variables: Variables) -> None:
    total_minor = sum(int(n) * int(value) for n, value in zip(problem.quantity, problem.unit_value_minor))
    value_min = min(problem.value_min_minor, total_minor + 1)
    if value_min <= 0:
        return
    for shipment in variables.shipments:
        value = sum(int(problem.unit_value_minor[line]) * units for line, units in shipment.units.items())
        model.add(value >= value_min * (shipment.opened + variables.splits - 1))


def ship_complete_ships_all_or_nothing(model: Any, problem: OrderProblem, variables: Variables) -> None:
    if problem.ship_complete:
        for line, quantity in enumerate(problem.quantity.tolist()):
            model.add(quantity * variables.ships == units_of_line(variables, line))


def added_cost(problem: OrderProblem, variables: Variables) -> Any:
    """What a plan costs beyond `cost_of_leaving_all`; less than nothing where shipping is cheaper.

    Apart, because the solver keeps the constant of an objective in floating point.
    """
    cost = problem.split_milli * (shipment_count(variables) - variables.ships)
    for shipment in variables.shipments:
        option = shipment.option.number
        cost += int(problem.fixed_milli[option]) * shipment.opened + freight(problem, shipment)
        cost += sum(box.amount_milli * boxed for box, boxed in zip(shipment.option.boxes, shipment.boxed))
        for line, units in shipment.units.items():
            cost += int(problem.line_milli[line, option]) * shipment.used[line]
            cost += (int(problem.unit_milli[line, option]) - int(problem.backorder_milli[line])) * units
    return cost


def cost_of_leaving_all(problem: OrderProblem) -> int:
    return sum(int(n) * int(price) for n, price in zip(problem.quantity, problem.backorder_milli))


def shipment_count(variables: Variables) -> Any:
    return sum(shipment.opened for shipment in variables.shipments)


def units_of_line(variables: Variables, line: int) -> Any:
    return sum(shipment.units[line] for shipment in variables.shipments if line in shipment.units)


CONSTRAINTS: tuple[Callable[[Any, OrderProblem, Variables], None], ...] = (
    a_shipment_carries_something,
    a_used_line_has_units,
    no_line_ships_more_than_ordered,
    a_node_ships_no_more_than_it_has,
    groups_stay_together,
    shipments_know_their_boxes,
    shipments_stay_below_their_ceilings,
    shipments_stay_within_the_limit,
    nodes_stay_within_capacity,
    what_is_awaited_comes_whole,
    shipments_are_counted,
    split_shipments_are_worth_their_minimum,
    ship_complete_ships_all_or_nothing,
    a_load_that_fits_is_one_parcel,
    parcels_cover_their_load,
    bulky_units_need_parcels,
    parcels_close_only_when_the_next_unit_does_not_fit,
    one_parcel_is_billed_exactly,
    rates_round_up,
    a_listed_shipment_is_one_of_its_loads,
)
