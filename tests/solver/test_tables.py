"""Problems from tables: the compiled passes say what loops over every order, line, node and service level say."""

from itertools import product
from random import Random

import numpy as np
import pytest

from router.solver.problem import Bools, Ints, concatenate
from router.solver.records import line_records, option_records
from router.solver.rooms import records_of
from router.solver.tables import (
    NO_ROW,
    Amounts,
    Choices,
    Lanes,
    add_to,
    find_choices,
    join_to,
    state_columns,
)
from tests.solver.builders import FEATURES, random_brackets, random_problem

NODES, SERVICES, ROWS = 4, 3, 5


def some_ints(random: Random, shape: tuple[int, ...], low: int, high: int) -> Ints:
    count = int(np.prod(shape))
    return np.array([random.randint(low, high) for _ in range(count)], np.int64).reshape(shape)


def a_table(random: Random, rows: int, low: int, high: int) -> Ints:
    """Any axis but the first may have length one."""
    shape = random.choice([1, rows]), random.choice([1, NODES]), random.choice([1, SERVICES])
    return some_ints(random, shape, low, high)


def some_lanes(random: Random, orders: int) -> Lanes:
    line_start = np.cumsum([0] + [random.randint(1, 3) for _ in range(orders)]).astype(np.int64)
    lines = int(line_start[-1])
    return Lanes(
        line_start=line_start,
        is_open=some_ints(random, (orders, NODES), 0, 3) > 0,
        row=some_ints(random, (orders, NODES, SERVICES), NO_ROW, ROWS - 1),
        closed=a_table(random, orders, 0, 3) == 3,
        closed_to_lines=a_table(random, lines, 0, 3) == 3,
        accepted=some_ints(random, (lines, SERVICES), 0, 3) > 0,
        held=some_ints(random, (lines, NODES), 0, 3),
        unit_weight=some_ints(random, (lines,), 1, 10),
        unit_volume=some_ints(random, (lines,), 1, 10),
        weight_max=some_ints(random, (ROWS,), 5, 20),
        volume_max=some_ints(random, (ROWS,), 5, 20),
    )


def some_amounts(random: Random, lanes: Lanes, choices: Choices) -> Amounts:
    orders, lines, stops = len(lanes.is_open), len(lanes.held), len(choices.stop_order)

    def amounts(count: int) -> Ints:
        return some_ints(random, (count,), -50, 50)

    return Amounts(
        usable=some_ints(random, (lines, NODES), 0, 3),
        quantity=some_ints(random, (lines,), 1, 3),
        lines_in=some_ints(random, (lines,), 1, 3),
        units_in=some_ints(random, (lines,), 1, 3),
        stop_fixed=amounts(stops),
        stop_parcel=amounts(stops),
        stop_line=amounts(stops),
        stop_unit=amounts(stops),
        fixed=a_table(random, orders, -50, 50),
        parcel=a_table(random, orders, -50, 50),
        line=a_table(random, lines, -50, 50),
        unit=a_table(random, lines, -50, 50),
        awaits=some_ints(random, (NODES,), 0, 2),
        brings=a_table(random, lines, 0, 3),
        dim_divisor=amounts(SERVICES),
        dim_volume_min=amounts(SERVICES),
    )


def wide(table: Ints, rows: int) -> Ints:
    return np.broadcast_to(table, (rows, NODES, SERVICES))


def allowed_by(lanes: Lanes) -> Bools:
    """What the definition says, all at once."""
    order = np.repeat(np.arange(len(lanes.is_open)), np.diff(lanes.line_start))
    row = lanes.row[order]
    return (
        lanes.is_open[order][:, :, None]
        & (row != NO_ROW)
        & ~wide(lanes.closed, len(lanes.is_open))[order]
        & ~wide(lanes.closed_to_lines, len(order))
        & lanes.accepted[:, None, :]
        & (lanes.held > 0)[:, :, None]
        & (lanes.unit_weight[:, None, None] <= lanes.weight_max[row])
        & (lanes.unit_volume[:, None, None] <= lanes.volume_max[row])
    )


@pytest.mark.parametrize("seed", range(40))
def test_choices_are_the_lanes_that_may_carry_something(seed: int) -> None:
    random = Random(seed)
    lanes = some_lanes(random, orders=random.choice([1, 5]))

    choices = find_choices(lanes)

    allowed = allowed_by(lanes)
    assert (choices.allowed == allowed).all()
    options = [
        (order, node, service)
        for order, node, service in product(range(len(lanes.is_open)), range(NODES), range(SERVICES))
        if allowed[lanes.line_start[order] : lanes.line_start[order + 1], node, service].any()
    ]
    stops = list(dict.fromkeys((order, node) for order, node, _ in options))
    assert list(zip(choices.stop_order.tolist(), choices.stop_node.tolist(), strict=True)) == stops
    found = zip(choices.option_stop.tolist(), choices.option_service.tolist(), strict=True)
    assert [(*stops[stop], service) for stop, service in found] == options
    for order, (first, last) in enumerate(zip(choices.stop_start, choices.stop_start[1:], strict=False)):
        assert [one for one, _ in stops[first:last]] == [one for one, _ in stops if one == order]
    for order, (first, last) in enumerate(zip(choices.option_start, choices.option_start[1:], strict=False)):
        assert [one for one, *_ in options[first:last]] == [one for one, *_ in options if one == order]


@pytest.mark.parametrize("seed", range(40))
def test_columns_say_of_every_option_and_cell_what_the_tables_say(seed: int) -> None:
    random = Random(1_000 + seed)
    lanes = some_lanes(random, orders=random.choice([1, 5]))
    choices = find_choices(lanes)
    amounts = some_amounts(random, lanes, choices)

    columns = state_columns(lanes, choices, amounts)

    orders, lines = len(lanes.is_open), len(lanes.held)
    fixed, parcel = wide(amounts.fixed, orders), wide(amounts.parcel, orders)
    line_milli, unit_milli = wide(amounts.line, lines), wide(amounts.unit, lines)
    brings, is_whole = wide(amounts.brings, lines), [False] * lines
    usable, cells, options = [], [], []
    for order in range(orders):
        stops = range(choices.stop_start[order], choices.stop_start[order + 1])
        own = [
            (option, choices.option_stop[option], choices.option_service[option])
            for option in range(choices.option_start[order], choices.option_start[order + 1])
        ]
        for _, stop, service in own:
            node = choices.stop_node[stop]
            row = lanes.row[order, node, service]
            options.append(
                (
                    stop - stops.start,
                    amounts.awaits[node],
                    row,
                    amounts.stop_fixed[stop] + fixed[order, node, service],
                    amounts.stop_parcel[stop] + parcel[order, node, service],
                    lanes.weight_max[row],
                    lanes.volume_max[row],
                    amounts.dim_divisor[service],
                    amounts.dim_volume_min[service],
                )
            )
        for line in range(lanes.line_start[order], lanes.line_start[order + 1]):
            assert columns.usable_start[order] <= len(usable)
            usable += [amounts.usable[line, choices.stop_node[stop]] for stop in stops]
            for _, stop, service in own:
                node = choices.stop_node[stop]
                allowed = choices.allowed[line, node, service]
                is_whole[line] |= bool(
                    allowed
                    and not amounts.awaits[node]
                    and amounts.usable[line, node] >= amounts.quantity[line]
                )
                cells.append(
                    (
                        allowed,
                        amounts.stop_line[stop] * amounts.lines_in[line] + line_milli[line, node, service],
                        amounts.stop_unit[stop] * amounts.units_in[line] + unit_milli[line, node, service],
                        brings[line, node, service],
                    )
                )
        assert (columns.usable_start[order + 1], columns.cell_start[order + 1]) == (len(usable), len(cells))
    assert columns.usable.tolist() == usable
    assert columns.is_whole.tolist() == is_whole
    found = zip(columns.allowed, columns.line_milli, columns.unit_milli, columns.brings, strict=True)
    assert list(found) == cells
    of_options = (
        columns.option_node, columns.awaits, columns.row, columns.fixed_milli, columns.parcel_milli,
        columns.weight_max, columns.volume_max, columns.dim_divisor, columns.dim_volume_min,
    )  # fmt: skip
    assert list(zip(*of_options, strict=True)) == options


@pytest.mark.parametrize("seed", range(20))
def test_tables_are_joined_as_numpy_joins_arrays(seed: int) -> None:
    random = Random(seed)
    total, table = some_ints(random, (3, NODES, SERVICES), -9, 9), a_table(random, 3, -9, 9)
    marks, others = total > 0, table > 0
    sum_, union = total + table, marks | others

    add_to(total, table)
    join_to(marks, others)

    assert (total == sum_).all()
    assert (marks == union).all()


@pytest.mark.parametrize("seed", range(20))
def test_the_records_of_a_batch_are_those_of_its_lines_and_options(seed: int) -> None:
    brackets = random_brackets(seed, with_rates=True)
    problems = concatenate(
        [
            random_problem(100 * seed + number, line_count=number + 1, features=FEATURES, brackets=brackets)
            for number in range(4)
        ]
    )

    records = records_of(problems)

    lines, options = line_records(problems), option_records(problems)
    for name in (name for name in lines.dtype.names or () if name not in ("leader", "has_credit", "metric")):
        assert (records.lines[name] == lines[name]).all(), name
    if len(problems.term_option):
        assert (records.lines["metric"] == lines["metric"]).all()
    for name in options.dtype.names or ():
        assert (records.options[name] == options[name]).all(), name
