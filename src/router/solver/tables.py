"""Problems from tables: which lanes may carry which lines and what that costs, of a batch in two compiled passes.

A *table* says one thing of every order O (or line L), node N and service level S; where it has length one on an axis,
that is the same for all. The problems have only what an order can choose from: a *stop* is a node of an order with at
least one option, an *option* a service level there that may carry at least one of its lines.
"""

from typing import Any, NamedTuple

import numpy as np

from router.solver.problem import Bools, Ints
from router.solver.records import Array, compiled, inlined

NO_ROW = -1
"""No rate row: the service level does not go there."""


class Lanes(NamedTuple):
    """What decides where the lines of each order may go. Order o owns the lines line_start[o] : line_start[o + 1]."""

    line_start: Ints  # [O + 1]
    is_open: Bools  # [O, N] whether anything may leave there
    row: Ints  # [O, N, S] rate row, NO_ROW = not served
    closed: Bools  # table of orders
    closed_to_lines: Bools  # table of lines
    accepted: Bools  # [L, S] whether the service level takes such goods
    held: Ints  # [L, N] units that a node has
    unit_weight: Ints  # [L]
    unit_volume: Ints  # [L]
    weight_max: Ints  # by rate row
    volume_max: Ints  # by rate row


class Choices(NamedTuple):
    """What each order can choose from. Stops K and options P rise by order, node and service level.

    Order o owns the stops stop_start[o] : stop_start[o + 1] and the options option_start[o] : option_start[o + 1].
    """

    allowed: Bools  # [L, N, S]
    stop_start: Ints  # [O + 1]
    stop_order: Ints  # [K]
    stop_node: Ints  # [K]
    option_start: Ints  # [O + 1]
    option_stop: Ints  # [P]
    option_service: Ints  # [P]


@compiled
def find_choices(lanes: Lanes) -> Choices:
    """The choices of every order.

    A line may go where its node has any of it, the service level goes there and takes it, one unit fits a parcel, and
    nothing is closed.
    """
    line_count, orders = len(lanes.held), len(lanes.is_open)
    _, nodes, services = lanes.row.shape
    allowed = np.zeros((line_count, nodes, services), np.bool_)
    is_option = np.zeros((orders, nodes, services), np.bool_)
    stop_start, option_start = np.zeros(orders + 1, np.int64), np.zeros(orders + 1, np.int64)
    for order in range(orders):
        stops = options = 0
        for node in range(nodes):
            if lanes.is_open[order, node]:
                found = _open_lanes(lanes, order, node, allowed, is_option)
                options += found
                stops += found > 0
        stop_start[order + 1] = stop_start[order] + stops
        option_start[order + 1] = option_start[order] + options
    stop_order, stop_node = np.empty(stop_start[-1], np.int64), np.empty(stop_start[-1], np.int64)
    option_stop, option_service = np.empty(option_start[-1], np.int64), np.empty(option_start[-1], np.int64)
    stop = option = 0
    for order in range(orders):
        for node in range(nodes):
            first = option
            for service in range(services):
                if is_option[order, node, service]:
                    option_stop[option], option_service[option] = stop, service
                    option += 1
            if option > first:
                stop_order[stop], stop_node[stop] = order, node
                stop += 1
    return Choices(allowed, stop_start, stop_order, stop_node, option_start, option_stop, option_service)


@inlined
def _open_lanes(lanes: Lanes, order: int, node: int, allowed: Bools, is_option: Bools) -> int:
    """Mark what the lines of an order may use at a node; returns the service levels that may carry any of them."""
    services = lanes.row.shape[2]
    for line in range(lanes.line_start[order], lanes.line_start[order + 1]):
        if lanes.held[line, node] <= 0:
            continue
        for service in range(services):
            row = lanes.row[order, node, service]
            if (
                row != NO_ROW
                and lanes.accepted[line, service]
                and lanes.unit_weight[line] <= lanes.weight_max[row]
                and lanes.unit_volume[line] <= lanes.volume_max[row]
                and not at(lanes.closed, order, node, service)
                and not at(lanes.closed_to_lines, line, node, service)
            ):
                allowed[line, node, service] = True
                is_option[order, node, service] = True
    count = 0
    for service in range(services):
        count += is_option[order, node, service]
    return count


class Amounts(NamedTuple):
    """What the problems say of stops, options and cells besides, in thousandths of a minor unit where it is money.

    A line may stand for several, such as a kit for its own: what a stop adds by line and by unit counts so often.
    """

    usable: Ints  # [L, N] units, no more than the line's quantity
    quantity: Ints  # [L]
    lines_in: Ints  # [L]
    units_in: Ints  # [L]
    stop_fixed: Ints  # [K]
    stop_parcel: Ints  # [K]
    stop_line: Ints  # [K]
    stop_unit: Ints  # [K]
    fixed: Ints  # table of orders
    parcel: Ints  # table of orders
    line: Ints  # table of lines
    unit: Ints  # table of lines
    awaits: Ints  # [N] what a shipment from the node waits for, as bits
    brings: Ints  # table of lines: what of that comes with a line
    dim_divisor: Ints  # [S]
    dim_volume_min: Ints  # [S]


class Columns(NamedTuple):
    """Fields of `OrderProblems`; `is_whole`: some node that awaits nothing and may ship the line holds all of it."""

    usable_start: Ints
    cell_start: Ints
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
    is_whole: Bools


@compiled
def state_columns(lanes: Lanes, choices: Choices, amounts: Amounts) -> Columns:
    """The columns of stops, options and cells of every order."""
    orders, options = len(lanes.is_open), len(choices.option_stop)
    usable_start, cell_start = np.zeros(orders + 1, np.int64), np.zeros(orders + 1, np.int64)
    for order in range(orders):
        lines = lanes.line_start[order + 1] - lanes.line_start[order]
        stops = choices.stop_start[order + 1] - choices.stop_start[order]
        usable_start[order + 1] = usable_start[order] + lines * stops
        own = choices.option_start[order + 1] - choices.option_start[order]
        cell_start[order + 1] = cell_start[order] + lines * own
    of_options = np.empty((9, options), np.int64)
    cells = cell_start[-1]
    columns = Columns(
        usable_start=usable_start,
        cell_start=cell_start,
        usable=np.empty(usable_start[-1], np.int64),
        option_node=of_options[0],
        awaits=of_options[1],
        row=of_options[2],
        fixed_milli=of_options[3],
        parcel_milli=of_options[4],
        weight_max=of_options[5],
        volume_max=of_options[6],
        dim_divisor=of_options[7],
        dim_volume_min=of_options[8],
        allowed=np.empty(cells, np.bool_),
        line_milli=np.empty(cells, np.int64),
        unit_milli=np.empty(cells, np.int64),
        brings=np.empty(cells, np.int64),
        is_whole=np.zeros(len(lanes.held), np.bool_),
    )
    _state_options(lanes, choices, amounts, columns)
    _state_cells(lanes, choices, amounts, columns)
    return columns


@inlined
def _state_options(lanes: Lanes, choices: Choices, amounts: Amounts, columns: Columns) -> None:
    row_order, row_node, row_service = _steps(lanes.row)
    fixed_order, fixed_node, fixed_service = _steps(amounts.fixed)
    parcel_order, parcel_node, parcel_service = _steps(amounts.parcel)
    rows, fixed, parcel = lanes.row.reshape(-1), amounts.fixed.reshape(-1), amounts.parcel.reshape(-1)
    for order in range(np.uintp(len(lanes.is_open))):
        first_stop = choices.stop_start[order]
        own = choices.option_start[order : order + np.uintp(2)]
        for option in range(np.uintp(own[0]), np.uintp(own[1])):
            stop, service = np.uintp(choices.option_stop[option]), np.uintp(choices.option_service[option])
            node = np.uintp(choices.stop_node[stop])
            row = rows[order * row_order + node * row_node + service * row_service]
            of_shipment = fixed[order * fixed_order + node * fixed_node + service * fixed_service]
            of_parcel = parcel[order * parcel_order + node * parcel_node + service * parcel_service]
            columns.option_node[option] = choices.option_stop[option] - first_stop
            columns.awaits[option] = amounts.awaits[node]
            columns.row[option] = row
            columns.fixed_milli[option] = amounts.stop_fixed[stop] + of_shipment
            columns.parcel_milli[option] = amounts.stop_parcel[stop] + of_parcel
            columns.weight_max[option] = lanes.weight_max[np.uintp(row)]
            columns.volume_max[option] = lanes.volume_max[np.uintp(row)]
            columns.dim_divisor[option] = amounts.dim_divisor[service]
            columns.dim_volume_min[option] = amounts.dim_volume_min[service]


@inlined
def _state_cells(lanes: Lanes, choices: Choices, amounts: Amounts, columns: Columns) -> None:
    """What each line is at each stop and in each option of its order."""
    line_first, line_node, line_service = _steps(amounts.line)
    unit_first, unit_node, unit_service = _steps(amounts.unit)
    brings_first, brings_node, brings_service = _steps(amounts.brings)
    of_line, of_unit, brings = amounts.line.reshape(-1), amounts.unit.reshape(-1), amounts.brings.reshape(-1)
    allowed, usable = choices.allowed.reshape(-1), amounts.usable.reshape(-1)
    nodes, services = np.uintp(choices.allowed.shape[1]), np.uintp(choices.allowed.shape[2])
    entry = cell = np.uintp(0)
    for order in range(len(lanes.is_open)):
        first, last = np.uintp(choices.option_start[order]), np.uintp(choices.option_start[order + 1])
        stops = range(np.uintp(choices.stop_start[order]), np.uintp(choices.stop_start[order + 1]))
        for line in range(np.uintp(lanes.line_start[order]), np.uintp(lanes.line_start[order + 1])):
            option = first
            for stop in stops:
                node = np.uintp(choices.stop_node[stop])
                there = line * nodes + node
                columns.usable[entry] = usable[there]
                own_line = amounts.stop_line[stop] * amounts.lines_in[line]
                own_unit = amounts.stop_unit[stop] * amounts.units_in[line]
                holds_all = amounts.awaits[node] == 0 and usable[there] >= amounts.quantity[line]
                line_at = line * line_first + node * line_node
                unit_at = line * unit_first + node * unit_node
                brings_at = line * brings_first + node * brings_node
                while option < last and np.uintp(choices.option_stop[option]) == stop:
                    service = np.uintp(choices.option_service[option])
                    is_allowed = allowed[there * services + service]
                    columns.allowed[cell] = is_allowed
                    columns.line_milli[cell] = own_line + of_line[line_at + service * line_service]
                    columns.unit_milli[cell] = own_unit + of_unit[unit_at + service * unit_service]
                    columns.brings[cell] = brings[brings_at + service * brings_service]
                    columns.is_whole[line] |= is_allowed and holds_all
                    option += np.uintp(1)
                    cell += np.uintp(1)
                entry += np.uintp(1)


@inlined
def _steps(table: Array) -> tuple[Any, Any, Any]:
    """How far apart two orders or lines, nodes and services of a table lie, whose values stand in one row; 0 where all
    are the same. Without a sign: of a signed place numba asks whether it counts from the end.
    """
    firsts, nodes, services = table.shape
    return (
        np.uintp(nodes * services if firsts > 1 else 0),
        np.uintp(services if nodes > 1 else 0),
        np.uintp(1 if services > 1 else 0),
    )


@inlined
def at(table: Array, first: int, node: int, service: int) -> int:
    """What a table says of an order or a line."""
    firsts, nodes, services = table.shape
    return table[first if firsts > 1 else 0, node if nodes > 1 else 0, service if services > 1 else 0]  # type: ignore[no-any-return]


@compiled
def add_to(total: Ints, table: Ints) -> None:
    """Add the amounts of a table to those of one as wide or wider."""
    for first in range(total.shape[0]):
        for node in range(total.shape[1]):
            for service in range(total.shape[2]):
                total[first, node, service] += at(table, first, node, service)


@compiled
def join_to(total: Bools, table: Bools) -> None:
    """Mark what a table marks in one as wide or wider."""
    for first in range(total.shape[0]):
        for node in range(total.shape[1]):
            for service in range(total.shape[2]):
                total[first, node, service] |= at(table, first, node, service)
