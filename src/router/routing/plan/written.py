"""The plans of a round's plain orders, written as bytes in one compiled pass.

An order is plain that ships all it wants, from nodes that hold it, in the lines that the client wrote: no kits, no two
lines taken together, nothing that stands in for another product, and nothing compared but cost.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from msgspec import Raw
from msgspec.msgpack import Encoder

from router.domain.identifiers import LineId, Sku
from router.domain.plan import CostKind, SolutionMethod, SolutionStatus
from router.routing.batch.slices import sizes
from router.routing.network.reaching import DISTANCE_UNKNOWN_KM
from router.routing.plan.emissions import unit_co2e
from router.routing.plan.plans import method_of
from router.routing.plan.write_columns import NOT_KNOWN, PlanColumns, Texts, write_each
from router.routing.round.dispatches import days_of
from router.routing.round.round import Round
from router.routing.written_plan import WrittenPlan
from router.solver.problem import Ints
from router.solver.records import plain

_pack = Encoder().encode

NOT_PLAIN = -1
"""The number of lines of an order whose plan is not written."""


def _map(fields: int, *names: str) -> bytes:
    """The beginning of a struct of so many fields: `names` are those that stand first, and what the first ones are."""
    return bytes([0x80 | fields]) + b"".join(map(_pack, names))


_NOTHING: tuple[Any, ...] = ()
_FIXED = (
    _pack("bound_milli"),
    _pack("work"),
    _pack("shipments"),
    _pack("unshipped") + _pack(_NOTHING) + _pack("order_costs"),
    _pack("levels") + _pack(_NOTHING) + _pack("on_account"),
    _pack("substitutions") + _pack(_NOTHING),
    _pack("ship_day"),
    _pack("delivery_day"),
    _pack("late_days"),
    _pack("costs"),
    _pack("co2e_milligrams"),
    _map(4, "allocations"),
    _pack("weight_grams"),
    _pack("billable_weight_grams"),
    _pack("charge_milli"),
    _map(3, "line_id"),
    _pack("sku"),
    _pack("quantity"),
)
"""In the order of the numbers of `write_columns`."""
_HEADS = {
    (status, method): _map(11, "status", status, "method", method, "objective_milli")
    for status in SolutionStatus
    for method in SolutionMethod
}
_HEAD_OF = {both: len(_FIXED) + number for number, both in enumerate(_HEADS)}
_NOBODY = len(_FIXED) + len(_HEADS)
"""The word for no rule."""
_STANDING = (*_FIXED, *_HEADS.values(), _pack(""))
_SHIPMENT, _SERVICE, _PARCELS = _map(7, "node_id"), _pack("service_level_id"), _pack("parcels")
_COST_BEGINS = {kind: _map(3, "kind", kind, "amount_milli") for kind in CostKind}


class _Words:
    """Texts by number."""

    def __init__(self) -> None:
        self.all = list(_STANDING)

    def add(self, words: Iterable[bytes]) -> int:
        """The number of the first of them."""
        first = len(self.all)
        self.all.extend(words)
        return first


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
    words = _Words()
    orders = _orders_of(found, words)
    of_shipments = _shipments_of(found, words)
    costed = found.costed
    cost_begin = words.add(_COST_BEGINS[column.kind] for column in costed.columns)
    words.add(_cost_end(column.rule) for column in costed.columns)
    shipment_start = np.searchsorted(shipments.order, np.arange(len(batch.requests) + 1))
    loads = shipments.loads
    columns = PlanColumns(
        orders=orders,
        line_start=plain(batch.line_start),
        bundle_start=plain(batch.bundles.start),
        quantity=plain(batch.bundles.quantity),
        shipment_start=shipment_start,
        shipments=of_shipments,
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
        words=np.frombuffer(b"".join(words.all), np.uint8),
        word_start=np.concatenate(([0], np.cumsum(list(map(len, words.all))))),
        cost_begin=cost_begin,
        listed=np.frombuffer(_pack([*skus, *line_ids]), np.uint8),
        products=len(skus),
        lines=len(line_ids),
    )
    packed, ends, line, quantity, missed = write_each(columns, texts)
    assert missed < 0, "cost parts miss the objective"
    units = loads.start.take(shipment_start)
    of_units = (
        list(map(line_ids.__getitem__, line.tolist())),
        list(map(skus.__getitem__, batch.goods.number.take(line).tolist())),
        quantity.tolist(),
    )
    return _cut(found, packed[: int(ends[-1])].tobytes(), (ends, shipment_start, units), of_units)


def _cut(
    found: Round, packed: bytes, bounds: Sequence[Ints], of_units: tuple[list[LineId], list[Sku], list[int]]
) -> list[WrittenPlan | None]:
    """The plans one by one. `bounds` are of each order, of bytes, shipments and units [O + 1]."""
    batch, shipments = found.batch, found.shipments
    node_ids = list(map(batch.node_ids.__getitem__, shipments.node.tolist()))
    days = batch.ship_day[shipments.order, shipments.node].tolist()
    counts = sizes(shipments.loads.start).tolist()
    line_ids, skus, quantities = of_units
    return [
        None
        if begin == end
        else WrittenPlan(
            Raw(packed[begin:end]),
            node_ids[first:last],
            days[first:last],
            counts[first:last],
            line_ids[since:until],
            skus[since:until],
            quantities[since:until],
        )
        for (begin, end), (first, last), (since, until) in zip(*[pairwise(one.tolist()) for one in bounds])
    ]


def _orders_of(found: Round, words: _Words) -> Ints:
    """What is said of each order [9, O]."""
    requests, verdicts = found.batch.requests, found.verdicts
    trusted_by = np.full(len(requests), _NOBODY, np.int64)
    for one in reversed(verdicts.on_account):
        trusted_by[one.mask] = words.add([_pack(one.rule.name)])
    policies = verdicts.split_policies
    split_end = words.add(_cost_end(one.rule.name) for one in policies)
    split_begin = words.add([_COST_BEGINS[CostKind.SPLIT]])
    extra = np.array([one.extra_shipment_milli for one in policies], np.int64)
    return np.array(
        [
            [
                _HEAD_OF[solution.status, method_of(request, solution)]
                for request, solution in zip(requests, found.solutions)
            ],
            [one.objective_milli for one in found.solutions],
            [one.bound_milli for one in found.solutions],
            [one.work for one in found.solutions],
            trusted_by,
            extra.take(verdicts.split),
            np.full(len(requests), split_begin),
            split_end + verdicts.split,
            [NOT_PLAIN if one.substitutions else len(one.order.lines) for one in requests],
        ],
        np.int64,
    )


def _shipments_of(found: Round, words: _Words) -> Ints:
    """What is said of each shipment [6, K]."""
    batch, shipments = found.batch, found.shipments
    packed_ids, services = batch.network.packed_ids, batch.network.services
    nodes = words.add(_SHIPMENT + packed_ids[number] + _SERVICE for number in batch.node.tolist())
    first = words.add(_service_word(one.id) for one in services)
    return np.array(
        [
            nodes + shipments.node,
            first + shipments.service,
            *days_of(batch, shipments),
            _emissions_of(found),
        ]
    )


def _emissions_of(found: Round) -> Ints:
    """Milligrams of each shipment [K], `NOT_KNOWN` where they are not."""
    batch, shipments = found.batch, found.shipments
    emits = batch.network.co2e_grams_per_tonne_km[shipments.service] > 0
    if not emits.any():
        return np.full(len(emits), NOT_KNOWN)
    carrier = shipments.shipment_of_line
    each = unit_co2e(batch, shipments.line, shipments.node[carrier], shipments.service[carrier])
    known = batch.distance_km[shipments.order, shipments.node] < DISTANCE_UNKNOWN_KM
    total = np.add.reduceat(each * shipments.count, shipments.line_start)
    return np.where(emits & known, total, NOT_KNOWN)


@lru_cache(maxsize=10_000)
def _cost_end(rule: str) -> bytes:
    return _pack("rule") + _pack(rule)


@lru_cache(maxsize=10_000)
def _service_word(service_level_id: str) -> bytes:
    return _pack(service_level_id) + _PARCELS
