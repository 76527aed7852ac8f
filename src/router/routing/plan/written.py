"""The plans of a round's plain orders, written as bytes in one compiled pass.

An order is plain that ships all it wants, from nodes that hold it, in the lines that the client wrote: no kits, no two
lines taken together, nothing that stands in for another product, and nothing compared but cost.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from msgspec import Raw

from router.routing.batch.slices import sizes
from router.routing.network.reaching import DISTANCE_UNKNOWN_KM
from router.routing.plan.emissions import unit_co2e
from router.routing.plan.plans import method_of
from router.routing.plan.words import HEAD_OF, NOBODY, Words, pack, words_of
from router.routing.plan.write_columns import (
    ARRIVES,
    BOUND_MILLI,
    EFFORT,
    EMITS,
    HEAD,
    LATE,
    LINES,
    NODE,
    NOT_KNOWN,
    OBJECTIVE_MILLI,
    ROWS_OF_ORDERS,
    ROWS_OF_SHIPMENTS,
    SERVICE,
    SHIPS,
    SPLIT_BEGIN,
    SPLIT_END,
    SPLIT_MILLI,
    TRUSTED_BY,
    PlanColumns,
    Texts,
    write_each,
)
from router.routing.round.dispatches import days_of
from router.routing.round.round import Round
from router.routing.written_plan import ROW_WIDTH, WrittenPlan, of_rows
from router.solver.problem import Ints
from router.solver.records import plain

NOT_PLAIN = -1
"""The number of lines of an order whose plan is not written."""


def write_plans(found: Round) -> list[WrittenPlan | None]:
    """By order of the round its plan, as `plan_of` makes it and `replay.pack_plan` packs it; None of those that are not
    plain, whose plan `plan_of` makes.

    It knows nothing of rivals: the plan of an order that has some (`Solved.rivals`) is none of these.
    Worked out anew with each call, for all orders at once.
    """
    batch, shipments = found.batch, found.shipments
    if found.posed.weights is not None or not len(shipments.order):
        return [None] * len(batch.requests)
    line_ids = [line.parts[0].id for line in batch.lines]
    skus = batch.goods.skus
    costed, policies = found.costed, found.verdicts.split_policies
    words = words_of(
        batch.network.packed_ids,
        tuple([one.id for one in batch.network.services]),
        tuple([one.kind for one in costed.columns]),
        tuple([one.rule for one in costed.columns]),
        tuple([one.rule.name for one in policies]),
        tuple([one.rule.name for one in found.verdicts.on_account]),
    )
    shipment_start = shipments.order.searchsorted(np.arange(len(batch.requests) + 1))
    loads = shipments.loads
    columns = PlanColumns(
        orders=_orders_of(found, words),
        line_start=plain(batch.line_start),
        bundle_start=plain(batch.bundles.start),
        quantity=plain(batch.bundles.quantity),
        shipment_start=shipment_start,
        shipments=_shipments_of(found, words),
        amounts_milli=costed.amounts,
        is_at_node=shipments.node < batch.plain_count,
        load_start=loads.start,
        load_units=loads.units,
        kinds=costed.packed.kinds,
        entries=costed.packed.entries,
        parcel_counts=costed.packed.totals[0],
        number=batch.goods.number,
    )
    texts = Texts(
        words=words.all,
        word_start=words.start,
        cost_begin=words.costs,
        listed=np.frombuffer(pack([*skus, *line_ids]), np.uint8),
        products=len(skus),
        lines=len(line_ids),
    )
    packed, ends, line, quantity, missed = write_each(columns, texts)
    assert missed < 0, "cost parts miss the objective"
    units = loads.start.take(shipment_start)
    units_sent = of_rows(
        list(map(line_ids.__getitem__, line.tolist())),
        list(map(skus.__getitem__, batch.goods.number.take(line).tolist())),
        quantity.tolist(),
    )
    return _cut(packed[: int(ends[-1])].tobytes(), _shipped(found), units_sent, (ends, shipment_start, units))


def _shipped(found: Round) -> tuple[Any, ...]:
    """Of each shipment its node, day and how many units are listed of it."""
    batch, shipments = found.batch, found.shipments
    return of_rows(
        list(map(batch.node_ids.__getitem__, shipments.node.tolist())),
        batch.ship_day[shipments.order, shipments.node].tolist(),
        sizes(shipments.loads.start).tolist(),
    )


def _cut(
    packed: bytes, shipped: tuple[Any, ...], units: tuple[Any, ...], bounds: tuple[Ints, Ints, Ints]
) -> list[WrittenPlan | None]:
    """The plans one by one. `bounds` are of each order, of bytes, shipments and units [O + 1]."""
    of_bytes, of_shipments, of_units = bounds
    places = of_bytes, of_shipments * ROW_WIDTH, of_units * ROW_WIDTH
    return [
        None if begin == end else WrittenPlan(Raw(packed[begin:end]), shipped[first:last], units[since:until])
        for (begin, end), (first, last), (since, until) in zip(*[pairwise(one.tolist()) for one in places])
    ]


def _orders_of(found: Round, words: Words) -> Ints:
    """What is said of each order [9, O]."""
    requests, verdicts = found.batch.requests, found.verdicts
    trusted_by = np.full(len(requests), NOBODY, np.int64)
    for number in reversed(range(len(verdicts.on_account))):
        trusted_by[verdicts.on_account[number].mask] = words.trusted_by + number
    extra = np.array([one.extra_shipment_milli for one in verdicts.split_policies], np.int64)
    said = np.empty((ROWS_OF_ORDERS, len(requests)), np.int64)
    said[HEAD] = [
        HEAD_OF[one.status, method_of(request, one)] for request, one in zip(requests, found.solutions)
    ]
    said[OBJECTIVE_MILLI] = [one.objective_milli for one in found.solutions]
    said[BOUND_MILLI] = [one.bound_milli for one in found.solutions]
    said[EFFORT] = [one.work for one in found.solutions]
    said[TRUSTED_BY] = trusted_by
    said[SPLIT_MILLI] = extra.take(verdicts.split)
    said[SPLIT_BEGIN] = words.split
    said[SPLIT_END] = words.split + 1 + verdicts.split
    said[LINES] = [NOT_PLAIN if one.substitutions else len(one.order.lines) for one in requests]
    return said


def _shipments_of(found: Round, words: Words) -> Ints:
    """What is said of each shipment [6, K]."""
    batch, shipments = found.batch, found.shipments
    said = np.empty((ROWS_OF_SHIPMENTS, len(shipments.order)), np.int64)
    said[NODE] = words.nodes + batch.node.take(shipments.node)
    said[SERVICE] = words.services + shipments.service
    said[SHIPS], said[ARRIVES], said[LATE] = days_of(batch, shipments)
    said[EMITS] = _emissions_of(found)
    return said


def _emissions_of(found: Round) -> Ints | int:
    """Milligrams of each shipment [K], `NOT_KNOWN` where they are not."""
    batch, shipments = found.batch, found.shipments
    emits = batch.network.co2e_grams_per_tonne_km[shipments.service] > 0
    if not np.count_nonzero(emits):
        return NOT_KNOWN
    carrier = shipments.shipment_of_line
    each = unit_co2e(batch, shipments.line, shipments.node[carrier], shipments.service[carrier])
    known = batch.distance_km[shipments.order, shipments.node] < DISTANCE_UNKNOWN_KM
    total = np.add.reduceat(each * shipments.count, shipments.line_start)
    return np.where(emits & known, total, NOT_KNOWN)
