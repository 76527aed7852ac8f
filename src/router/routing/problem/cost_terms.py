"""The cost terms: what a shipment, parcel, line or unit costs by node, whatever tariffs, rules and prices say.

One list, read by the problems that the solver gets (`amounts.py`) and by the accounts of a plan (`dispatches.py`), so
that what is added up is what was minimized. How to add one: docs/internals/how-to-change.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from router.domain.plan import CostKind
from router.routing.batch.batch import Batch
from router.rules.verdicts import Per
from router.solver.problem import Ints
from router.solver.records import plain

Amounts = Callable[[Batch, Ints, Ints], Ints | None]
"""Thousandths of a minor unit for orders and columns of the batch's nodes, two arrays of one shape; never below 0. None
where it costs nothing in this batch.
"""


@dataclass(frozen=True, slots=True)
class CostTerm:
    """An amount of `kind` for each SHIPMENT, PARCEL, LINE or UNIT of it. `LATE_DAY` is for rules alone."""

    kind: CostKind
    per: Per
    amounts_milli: Amounts


def handling(batch: Batch, order: Ints, node: Ints) -> Ints:
    return batch.network.handling_milli.take(batch.node).take(node)


def picking_a_line(batch: Batch, order: Ints, node: Ints) -> Ints:
    return batch.network.pick_line_milli.take(batch.node).take(node)


def picking_a_unit(batch: Batch, order: Ints, node: Ints) -> Ints:
    return batch.network.pick_unit_milli.take(batch.node).take(node)


def packaging(batch: Batch, order: Ints, node: Ints) -> Ints:
    return batch.network.packaging_milli.take(batch.node).take(node)


def moving(batch: Batch, order: Ints, node: Ints) -> Ints | None:
    """Of an order decided again: a shipment from a node that no shipment of it left so far."""
    again = [number for number, request in enumerate(batch.requests) if request.replacing is not None]
    if not again:
        return None
    amounts = np.zeros((len(batch.requests), len(batch.node_ids)), np.int64)
    for number in again:
        if (replacing := batch.requests[number].replacing) is not None:
            known = {standing.node_id for standing in replacing.standing}
            amounts[number] = [0 if node_id in known else replacing.move_milli for node_id in batch.node_ids]
    return amounts[order, node]


def sending_transfers(batch: Batch, order: Ints, node: Ints) -> Ints | None:
    """What the transfers to a gathering cost by themselves; what is in them costs by line (`bringing.py`)."""
    if batch.gatherings is None:
        return None
    return batch.gatherings.cost_milli[node]


COST_TERMS: tuple[CostTerm, ...] = (
    CostTerm(CostKind.HANDLING, Per.SHIPMENT, handling),
    CostTerm(CostKind.PICK, Per.LINE, picking_a_line),
    CostTerm(CostKind.PICK, Per.UNIT, picking_a_unit),
    CostTerm(CostKind.PACKAGING, Per.PARCEL, packaging),
    CostTerm(CostKind.MOVE, Per.SHIPMENT, moving),
    CostTerm(CostKind.TRANSFER, Per.SHIPMENT, sending_transfers),
)


def amounts_per(batch: Batch, per: Per, order: Ints, node: Ints) -> Ints:
    """All terms of one base together."""
    every = [term.amounts_milli(batch, order, node) for term in COST_TERMS if term.per is per]
    some = [one for one in every if one is not None]
    return sum(some[1:], plain(some[0])) if some else np.zeros(len(order), np.int64)


def amounts_by_kind(
    batch: Batch, order: Ints, node: Ints, counts: Callable[[Per], Ints | int]
) -> dict[CostKind, Ints]:
    """What shipments of these orders from these columns cost by kind, in the order of the list.

    `counts` says how many shipments, parcels, lines or units each has.
    """
    amounts: dict[CostKind, Ints] = {}
    for term in COST_TERMS:
        if (each := term.amounts_milli(batch, order, node)) is None:
            continue
        amount = each * counts(term.per)
        amounts[term.kind] = amounts[term.kind] + amount if term.kind in amounts else amount
    return amounts
