"""Random one-order problems, and the same problem as the plain OR-Tools model that one would write for it.

Every load fits one parcel, so the model needs no packing: a shipment opens one bracket of one option. That makes it as
small, and so as fast, as a model of this objective can be.
"""

from collections.abc import Sequence
from random import Random

import numpy as np

from router.solver.problem import Brackets, OrderProblem, no_terms

LINES, NODES, SERVICES = 3, 10, 3
SHIPMENTS_MAX = 4
WEIGHT_MAX = 60_000
BANDS = (1_000, 2_000, 4_000, 7_000, 10_000, 15_000, 20_000, WEIGHT_MAX)


def random_tariffs(random: Random, *, with_bands: bool) -> Brackets:
    """A row for each node and service level: eight weight bands, or a base with a rate per gram."""
    base: list[int] = []
    rate: list[int] = []
    tops: Sequence[int] = BANDS if with_bands else (WEIGHT_MAX,)
    for _ in range(NODES * SERVICES):
        price = random.randint(300, 900)
        for _ in tops:
            base.append(1_000 * price)
            rate.append(0 if with_bands else random.randint(20_000, 120_000))
            price += random.randint(20, 250)
    rows = NODES * SERVICES
    return Brackets(
        row_start=np.arange(0, rows * len(tops) + 1, len(tops)),
        weight_max=np.array(list(tops) * rows, np.int64),
        base_milli=np.array(base, np.int64),
        rate_micro=np.array(rate, np.int64),
    )


def random_order(random: Random, brackets: Brackets, *, divisible: bool) -> OrderProblem:
    """One to three units of each line, at most 5 kg each; a node holds a line in six of ten cases."""
    options = NODES * SERVICES
    quantity = np.array([random.randint(1, 3) for _ in range(LINES)])
    held = [
        [random.randint(1, 3) if random.random() < 0.6 else 0 for _ in range(NODES)] for _ in range(LINES)
    ]
    handling = np.repeat([1_000 * random.randint(20, 120) for _ in range(NODES)], SERVICES)
    pick = np.repeat(
        [[random.randint(5_000, 40_000) for _ in range(NODES)] for _ in range(LINES)], SERVICES, axis=1
    )
    return OrderProblem(
        quantity=quantity,
        unit_weight=np.array([random.randint(100, 5_000) for _ in range(LINES)]),
        unit_volume=np.ones(LINES, np.int64),
        unit_value_minor=np.full(LINES, 2_000),
        backorder_milli=np.array([1_000 * random.randint(800, 2_000) for _ in range(LINES)]),
        divisible=np.full(LINES, divisible),
        capacity=np.full(NODES, SHIPMENTS_MAX),
        dock=np.arange(NODES),
        usable=np.minimum(np.array(held), quantity[:, None]),
        option_node=np.repeat(np.arange(NODES), SERVICES),
        awaits=np.zeros(options, np.int64),
        brings=np.zeros((LINES, options), np.int64),
        row=np.arange(options),
        fixed_milli=handling,
        parcel_milli=np.zeros(options, np.int64),
        weight_max=np.full(options, WEIGHT_MAX),
        volume_max=np.full(options, 1_000_000),
        dim_divisor=np.zeros(options, np.int64),
        dim_volume_min=np.zeros(options, np.int64),
        allowed=np.ones((LINES, options), np.bool_),
        line_milli=np.zeros((LINES, options), np.int64),
        unit_milli=pick,
        split_milli=100_000,
        shipments_max=SHIPMENTS_MAX,
        value_min_minor=0,
        ship_complete=False,
        brackets=brackets,
        **no_terms(LINES),
    )


def solve_by_cp_sat(problem: OrderProblem) -> int:
    """The least cost in thousandths of a minor unit, built and solved from nothing; proven, or AssertionError."""
    from ortools.sat.python.cp_model import OPTIMAL, CpModel, CpSolver

    model = CpModel()
    lines, options = range(problem.line_count), range(problem.option_count)
    quantity, weight = problem.quantity.tolist(), problem.unit_weight.tolist()
    unit, backorder = problem.unit_milli.tolist(), problem.backorder_milli.tolist()
    usable, node = problem.usable.tolist(), problem.option_node.tolist()
    table = problem.brackets
    first, tops = table.row_start.tolist(), table.weight_max.tolist()
    base, rate = table.base_milli.tolist(), table.rate_micro.tolist()
    is_whole = not problem.divisible.any()
    units: dict[tuple[int, int], object] = {}
    cost, opened = [], []
    for p in options:
        row = int(problem.row[p])
        bands = range(first[row], first[row + 1])
        chosen = [model.new_bool_var("") for _ in bands]
        load = []
        for line in lines:
            most = usable[line][node[p]]
            if most == 0 or (is_whole and most < quantity[line]):
                continue
            if is_whole:
                units[line, p] = quantity[line] * model.new_bool_var("")
            else:
                units[line, p] = model.new_int_var(0, most, "")
            load.append(weight[line] * units[line, p])
            model.add(units[line, p] <= most * sum(chosen))
            cost.append((unit[line][p] - backorder[line]) * units[line, p])
        model.add_at_most_one(chosen)
        model.add(sum(load) <= sum(tops[band] * one for band, one in zip(bands, chosen)))
        if rate[bands[0]]:
            minor = model.new_int_var(0, rate[bands[0]] * tops[bands[0]] // 1_000_000 + 1, "")
            model.add(1_000_000 * minor >= rate[bands[0]] * sum(load))
            cost.append(1_000 * minor)
        cost += [(int(problem.fixed_milli[p]) + base[band]) * one for band, one in zip(bands, chosen)]
        opened += chosen
    for line in lines:
        model.add(sum(units[line, p] for p in options if (line, p) in units) <= quantity[line])
        for k in range(len(problem.capacity)):
            here = [units[line, p] for p in options if node[p] == k and (line, p) in units]
            if len(here) > 1:
                model.add(sum(here) <= usable[line][k])
    count = sum(opened)
    ships = model.new_bool_var("")
    model.add(count <= problem.shipments_max * ships)
    model.minimize(sum(cost) + problem.split_milli * (count - ships))
    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    assert solver.solve(model) == OPTIMAL
    return round(solver.objective_value) + sum(n * price for n, price in zip(quantity, backorder))
