"""The texts of plans that are few and stand for long: names of fields, nodes, service levels, rules; packed once.

Names of fields, and whatever stands beside them in every plan, are joined with what follows or precedes them.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from msgspec.msgpack import Encoder

from router.domain.plan import CostKind, SolutionMethod, SolutionStatus
from router.solver.problem import Ints
from router.solver.records import Array

pack = Encoder().encode


def _map(fields: int, *names: str) -> bytes:
    """The beginning of a struct of so many fields: `names` are those that stand first, and what the first ones are."""
    return bytes([0x80 | fields]) + b"".join(map(pack, names))


_NOTHING: tuple[Any, ...] = ()
_FIXED = (
    pack("bound_milli"),
    pack("work"),
    pack("shipments"),
    pack("unshipped") + pack(_NOTHING) + pack("order_costs"),
    pack("levels") + pack(_NOTHING) + pack("on_account"),
    pack("substitutions") + pack(_NOTHING),
    pack("ship_day"),
    pack("delivery_day"),
    pack("late_days"),
    pack("costs"),
    pack("co2e_milligrams"),
    _map(4, "allocations"),
    pack("weight_grams"),
    pack("billable_weight_grams"),
    pack("charge_milli"),
    _map(3, "line_id"),
    pack("sku"),
    pack("quantity"),
)
"""In the order of the numbers of `write_columns`."""
_HEADS = {
    (status, method): _map(11, "status", status, "method", method, "objective_milli")
    for status in SolutionStatus
    for method in SolutionMethod
}
HEAD_OF = {both: len(_FIXED) + number for number, both in enumerate(_HEADS)}
NOBODY = len(_FIXED) + len(_HEADS)
"""The word for no rule."""
_STANDING = (*_FIXED, *_HEADS.values(), pack(""))
_SHIPMENT, _SERVICE, _PARCELS = _map(7, "node_id"), pack("service_level_id"), pack("parcels")


def _cost_begin(kind: CostKind) -> bytes:
    return _map(3, "kind", kind, "amount_milli")


def _cost_end(rule: str) -> bytes:
    return pack("rule") + pack(rule)


class Words(NamedTuple):
    """Texts by number: word w is all[start[w] : start[w + 1]]. The rest are numbers of words."""

    all: Array
    start: Ints
    nodes: int
    """From here the nodes of the network, with what a shipment says before and behind."""
    services: int
    costs: int
    """What stands before the amounts of each reason for costs, and from there on what stands behind them."""
    split: int
    """What stands before the amount of a split, and then what stands behind it, by policy."""
    trusted_by: int
    """The rules that let goods leave unpaid."""


@lru_cache(maxsize=20)
def words_of(
    packed_nodes: tuple[bytes, ...],
    services: tuple[str, ...],
    kinds: tuple[CostKind, ...],
    rules: tuple[str, ...],
    splitting: tuple[str, ...],
    trusting: tuple[str, ...],
) -> Words:
    """Those of a network, of the reasons for costs (kind and rule), and of the rules about splits and payment."""
    groups: Sequence[Sequence[bytes]] = (
        _STANDING,
        [_SHIPMENT + node + _SERVICE for node in packed_nodes],
        [pack(service) + _PARCELS for service in services],
        list(map(_cost_begin, kinds)),
        list(map(_cost_end, rules)),
        [_cost_begin(CostKind.SPLIT), *map(_cost_end, splitting)],
        list(map(pack, trusting)),
    )
    every = [word for group in groups for word in group]
    _, nodes, of_services, costs, _, split, trusted_by, _ = accumulate(map(len, groups), initial=0)
    return Words(
        all=np.frombuffer(b"".join(every), np.uint8),
        start=np.array([*accumulate(map(len, every), initial=0)], np.int64),
        nodes=nodes,
        services=of_services,
        costs=costs,
        split=split,
        trusted_by=trusted_by,
    )
