"""Decisions as bytes, and deciding again from what was stored: a replay gives the same bytes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from router.domain.identifiers import NodeId, Sku
from router.domain.plan import Plan
from router.routing.decision import Allotment, Decision, Inputs, Prices
from router.routing.inputs import inputs_of
from router.routing.network.prepared import PreparedNetwork
from router.routing.packed_stock import PackedStock
from router.routing.plan.plans import plan_of
from router.routing.round.efforts import Efforts
from router.routing.round.round import Solved, solve_as_posed
from router.routing.substitutes import solve_round_within
from router.routing.world import OrderToRoute, World
from router.routing.written_plan import Planned, WrittenPlan
from router.rules.ruleset import CompiledRules

Key = TypeVar("Key", bound=str | int)
Inner = TypeVar("Inner", bound=str | int)
Value = TypeVar("Value")

_PACKER = msgspec.msgpack.Encoder()


def plainer(mapping: Mapping[Any, Any]) -> msgspec.Raw | dict[Any, Any]:
    """What is no dictionary as one, or as the bytes that it would be packed as."""
    return msgspec.Raw(mapping.packed) if isinstance(mapping, PackedStock) else dict(mapping)


_SORTING_PACKER = msgspec.msgpack.Encoder(order="deterministic", enc_hook=plainer)
"""Packs mappings in the order of their keys, which must be words."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Stock and capacity as a decision saw them."""

    inputs: Inputs

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self.inputs.stock.get(sku, {})

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        return self.inputs.shipments_booked.get(node_id, {})


class _Whole(msgspec.Struct, gc=False):
    """A decision as it is read."""

    inputs: Inputs
    plan: Plan


class _Halves(msgspec.Struct, gc=False):
    """A decision of which the plan is packed already."""

    inputs: Inputs
    plan: msgspec.Raw


_UNPACKER = msgspec.msgpack.Decoder(_Whole)


def pack_plan(plan: Planned) -> msgspec.Raw:
    """The plan's part of the bytes of its decision. It has no mappings whose keys could stand in another order."""
    return plan.packed if isinstance(plan, WrittenPlan) else msgspec.Raw(_PACKER.encode(plan))


def pack_decision(decision: Decision, plan: msgspec.Raw | None = None) -> bytes:
    """The canonical bytes of `decision` (MessagePack): equal decisions give equal bytes. Its `plan` may be packed."""
    inputs, planned = decision.inputs, decision.planned
    if isinstance(planned, WrittenPlan):
        plan = planned.packed
    whole = decision if plan is None else _Halves(inputs, plan)
    if not inputs.shipments_booked:
        return _SORTING_PACKER.encode(whole)
    # Their keys are days.
    ordered = in_key_order(inputs)
    return _PACKER.encode(whole if ordered is inputs else replace(whole, inputs=ordered))


def pack_decisions(decisions: Iterable[Decision]) -> list[bytes]:
    """The same of each. What has a written plan is packed in one place, which does not grow anew for each of them."""
    room = bytearray()
    return [_pack_into(room, one) or pack_decision(one) for one in decisions]


def _pack_into(room: bytearray, decision: Decision) -> bytes:
    """Nothing where more than the plan's bytes are to be looked at."""
    inputs, planned = decision.inputs, decision.planned
    if not isinstance(planned, WrittenPlan) or inputs.shipments_booked:
        return b""
    _SORTING_PACKER.encode_into(_Halves(inputs, planned.packed), room)
    return bytes(room)


def in_key_order(inputs: Inputs) -> Inputs:
    """The same inputs with every mapping in the order of its keys; themselves where all are."""
    if all(map(is_in_key_order, mappings_of(inputs))):
        return inputs
    order, products, prices = inputs.order, inputs.products, inputs.prices
    return replace(
        inputs,
        order=replace(order, attributes=by_key(order.attributes)) if order.attributes else order,
        products=tuple(
            replace(product, attributes=by_key(product.attributes)) if product.attributes else product
            for product in products
        ),
        stock=by_keys(inputs.stock),
        shipments_booked=by_keys(inputs.shipments_booked),
        prices=Prices(
            stock_milli=by_keys(prices.stock_milli),
            capacity_milli=by_key(prices.capacity_milli),
            version=prices.version,
        ),
        allotment=None
        if inputs.allotment is None
        else Allotment(units=by_keys(inputs.allotment.units), shipments=by_key(inputs.allotment.shipments)),
    )


def mappings_of(inputs: Inputs) -> Iterator[Mapping[Any, Any]]:
    """Every mapping in them, those within others too."""
    yield inputs.order.attributes
    for product in inputs.products:
        yield product.attributes
    nested: list[Mapping[Any, Mapping[Any, Any]]] = [
        inputs.stock,
        inputs.shipments_booked,
        inputs.prices.stock_milli,
    ]
    yield inputs.prices.capacity_milli
    if inputs.allotment is not None:
        nested.append(inputs.allotment.units)
        yield inputs.allotment.shipments
    for outer in nested:
        yield outer
        yield from outer.values()


def is_in_key_order(values: Mapping[Any, Any]) -> bool:
    """Whether it is packed in the order of its keys as it stands."""
    return isinstance(values, dict) and (len(values) < 2 or [*values] == sorted(values))


def by_key(values: Mapping[Key, Value]) -> dict[Key, Value]:
    return {key: values[key] for key in sorted(values)}


def by_keys(values: Mapping[Key, Mapping[Inner, Value]]) -> dict[Key, dict[Inner, Value]]:
    return {key: by_key(values[key]) for key in sorted(values)}


def unpack_decision(packed: bytes) -> Decision:
    """The decision of `pack_decision`'s bytes; raises `msgspec.DecodeError` when they are not that."""
    whole = _UNPACKER.decode(packed)
    return Decision(inputs=whole.inputs, planned=whole.plan)


def replay(decision: Decision, network: PreparedNetwork, rules: CompiledRules) -> Decision:
    """Decide again from the stored inputs alone; equal to `decision` unless the program changed.

    Raises ValueError when `network` or `rules` are not the versions that the decision was made from.
    """
    solved = solve_recorded(decision, network, rules)
    recorded = Recorded(decision.inputs)
    plan = plan_of(solved)
    # Before rules could let goods leave unpaid no decision said whether they do.
    plan = replace(plan, on_account=msgspec.UNSET) if decision.plan.on_account is msgspec.UNSET else plan
    return Decision(inputs=inputs_of(solved, recorded), planned=plan)


def solve_recorded(decision: Decision, network: PreparedNetwork, rules: CompiledRules) -> Solved:
    """The order of a stored decision, solved again; refuses (ValueError) other versions."""
    inputs = decision.inputs
    world = recorded_world(inputs, network, rules)
    (solved,) = decide_again([inputs], world)
    return solved


def solve_chosen(decision: Decision, network: PreparedNetwork, rules: CompiledRules) -> Solved:
    """The same with the substitutes that were chosen, as the only order of its round: nothing else is looked at."""
    inputs = decision.inputs
    world = recorded_world(inputs, network, rules)
    (solved,) = solve_as_posed(
        [chosen_request(decision)], world, [Recorded(inputs)], Efforts([inputs.effort])
    )
    return solved


def decide_again(inputs: Sequence[Inputs], world: World) -> list[Solved]:
    """Each of the inputs decided alone, under the rules and the network of `world`."""
    requests = [request_of(one) for one in inputs]
    efforts = Efforts([one.effort for one in inputs])
    return solve_round_within(requests, world, [Recorded(one) for one in inputs], efforts)


def request_of(inputs: Inputs) -> OrderToRoute:
    """What a decision with these inputs was asked."""
    return replace(unconfined_request_of(inputs), only_node=inputs.only_node, allotment=inputs.allotment)


def unconfined_request_of(inputs: Inputs) -> OrderToRoute:
    """The same as if no wave had chosen a node or set stock aside for it."""
    return OrderToRoute(
        order=inputs.order,
        decision_time=inputs.decision_time,
        replacing=inputs.replacing,
        caps=inputs.all_caps,
        paid=inputs.paid,
    )


def chosen_request(decision: Decision) -> OrderToRoute:
    """The same with the substitutes that were chosen, so that nothing else is looked at."""
    return replace(request_of(decision.inputs), substitutions=decision.plan.substitutions)


def recorded_world(inputs: Inputs, network: PreparedNetwork, rules: CompiledRules) -> World:
    """The world of a stored decision; refuses (ValueError) other versions of network or rules."""
    for name, wanted, given in (
        ("network", inputs.network_digest, network.digest),
        ("rules", inputs.rules_digest, rules.digest),
    ):
        if wanted != given:
            raise ValueError(f"the decision was made from {name} `{wanted}`, not from `{given}`")
    products = {product.sku: product for product in inputs.products}
    return World(network=network, products=products, rules=rules, prices=inputs.prices)
