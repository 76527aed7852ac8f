"""Which rows bind at all, and which orders depend on each other: parts of a wave that are solved apart."""

from dataclasses import replace

import numpy as np

from router.solver.problem import Ints
from router.solver.wave.problem import NO_ROW, JointProblem


def only_scarce(problem: JointProblem) -> JointProblem:
    """The same problem without the draws on rows that suffice for all that could ever be taken from them."""
    is_scarce = most_taken(problem) > problem.limit
    cell = np.repeat(np.arange(len(problem.draw_start) - 1), np.diff(problem.draw_start))
    keep = is_scarce[problem.draw_row] & (problem.orders.usable[cell] > 0)
    counts = np.bincount(cell[keep], minlength=len(problem.draw_start) - 1)
    is_slot = (shipments_of_nodes(problem) > 0) & np.append(is_scarce, False)[problem.slot_row]
    return replace(
        problem,
        draw_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        draw_row=problem.draw_row[keep],
        draw_units=problem.draw_units[keep],
        slot_row=np.where(is_slot, problem.slot_row, NO_ROW),
    )


def most_taken(problem: JointProblem) -> Ints:
    """What all orders could together take from each row, each as if it were alone."""
    orders = problem.orders
    most = np.zeros(len(problem.limit), np.int64)
    cell = np.repeat(np.arange(len(problem.draw_start) - 1), np.diff(problem.draw_start))
    np.add.at(most, problem.draw_row, orders.usable[cell] * problem.draw_units)
    shipments = shipments_of_nodes(problem)
    has_slot = problem.slot_row != NO_ROW
    np.add.at(most, problem.slot_row[has_slot], shipments[has_slot])
    return most


def shipments_of_nodes(problem: JointProblem) -> Ints:
    """How many shipments of its order each node could dispatch, were it alone."""
    orders = problem.orders
    options = np.bincount(
        orders.option_node + np.repeat(orders.node_start[:-1], np.diff(orders.option_start)),
        minlength=len(orders.capacity),
    )
    shipments_max = np.repeat(orders.shipments_max, np.diff(orders.node_start))
    shipments: Ints = np.minimum(np.minimum(options, shipments_max), orders.capacity)
    return shipments


def find_parts(problem: JointProblem) -> list[Ints]:
    """Groups of orders, each rising; orders of different groups draw on no common row. The first order counts."""
    orders = problem.orders
    count = len(orders)
    order_of_cell = np.repeat(np.arange(count), np.diff(orders.usable_start))
    order_of_draw = np.repeat(order_of_cell, np.diff(problem.draw_start))
    order_of_node = np.repeat(np.arange(count), np.diff(orders.node_start))
    has_slot = problem.slot_row != NO_ROW
    order = np.concatenate((order_of_draw, order_of_node[has_slot]))
    row = np.concatenate((problem.draw_row, problem.slot_row[has_slot]))
    label = least_labels(order, row, count, len(problem.limit))
    by_label = np.argsort(label, kind="stable")
    cuts = np.flatnonzero(np.diff(label[by_label])) + 1
    return np.split(by_label, cuts) if count else []


def least_labels(one: Ints, other: Ints, count: int, other_count: int) -> Ints:
    """For things 0 .. count - 1 tied to others by pairs: the least thing [count] that each is connected with."""
    label = np.arange(count)
    while True:
        # Every other takes the least label of its things, every thing the least of its others, until nothing moves.
        of_other = np.full(other_count, count, np.int64)
        np.minimum.at(of_other, other, label[one])
        lower = label.copy()
        np.minimum.at(lower, one, of_other[other])
        lower = lower[lower]
        if np.array_equal(lower, label):
            return label
        label = lower
