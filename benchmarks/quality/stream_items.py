"""The linear program over items and boxes that the published policies draw from, and its value: their yardstick.

    minimize   sum over classes c of expected[c] * ( sum_k box[k] * open[c,k] + sum_k,i unit[k] * use[c,k,i] )
    subject to sum_k use[c,k,i] = 1;   use[c,k,i] <= open[c,k];   sum_c expected[c] * use[c,k,i] <= stock[k,i]

No policy costs less in the mean of all streams. SOURCE: Jasin and Sinha 2015; Ma 2023, section 2.
"""

import itertools

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from benchmarks.quality.stream_world import MILLI_PER_USD, Floats, Stream
from router.solver.problem import Ints

NEGLIGIBLE = 1e-7
"""What the solver's tolerances may leave where nothing is meant."""


def solve_items(stream: Stream) -> tuple[list[Floats], int]:
    """`use` [K + 1, items] of each class, and the value in thousandths of a cent."""
    expected = stream.chance * stream.periods
    nodes = stream.nothing + 1
    sizes = np.array([len(items) for items in stream.items_of])
    item = np.array([one for items in stream.items_of for one in items], np.int64)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    uses = len(item) * nodes  # use of line l at node k is column l * nodes + k; open of class c follows
    node = np.tile(np.arange(nodes), len(item))
    region = stream.region
    cost = np.concatenate(
        (
            (stream.unit_milli[:, region[owner]].T * expected[owner][:, None]).ravel(),
            (stream.box_milli[:, region].T * expected[:, None]).ravel(),
        )
    )
    use = np.arange(uses)
    opened = uses + np.repeat(owner, nodes) * nodes + node
    first_open, first_stock = len(item), len(item) + uses
    is_real = node != stream.nothing
    stock_row = first_stock + node * stream.stock.shape[1] + np.repeat(item, nodes)
    row = np.concatenate(
        (np.repeat(np.arange(len(item)), nodes), first_open + use, first_open + use, stock_row[is_real])
    )
    column = np.concatenate((use, use, opened, use[is_real]))
    value = np.concatenate(
        (np.ones(uses), np.ones(uses), -np.ones(uses), np.repeat(expected[owner], nodes)[is_real])
    )
    upper = np.concatenate((np.ones(len(item)), np.zeros(uses), stream.stock.ravel()))
    lower = np.concatenate((np.ones(len(item)), np.full(uses + stream.stock.size, -np.inf)))
    values, worth = _solve(cost / MILLI_PER_USD, lower, upper, row, column, value)
    by_line = np.where(values[:uses] > NEGLIGIBLE, values[:uses], 0.0).reshape(-1, nodes)
    by_line /= by_line.sum(axis=1)[:, None]
    starts = np.concatenate(([0], np.cumsum(sizes)))
    return [by_line[a:b].T for a, b in itertools.pairwise(starts)], round(worth * MILLI_PER_USD)


def _solve(
    cost: Floats, lower: Floats, upper: Floats, row: Ints, column: Ints, value: Floats
) -> tuple[Floats, float]:
    in_order = np.lexsort((column, row))
    count = len(cost)
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend(np.zeros(count))
    proto.variables.upper_bounds.extend(np.full(count, np.inf))
    proto.variables.integers.extend(np.zeros(count, np.bool_))
    proto.objective.linear_coefficients.ids.extend(range(count))
    proto.objective.linear_coefficients.values.extend(cost)
    proto.linear_constraints.ids.extend(range(len(lower)))
    proto.linear_constraints.lower_bounds.extend(lower)
    proto.linear_constraints.upper_bounds.extend(upper)
    proto.linear_constraint_matrix.row_ids.extend(row[in_order])
    proto.linear_constraint_matrix.column_ids.extend(column[in_order])
    proto.linear_constraint_matrix.coefficients.extend(value[in_order])
    model = mathopt.Model.from_model_proto(proto)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS)
    values = result.variable_values()
    return np.array([values[one] for one in model.variables()]), result.objective_value()
