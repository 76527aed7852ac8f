"""What booking a plan needs of it, as far as no position is part of it, so that it can be made before one's turn."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from types import MappingProxyType

from msgspec import Raw, Struct

from router.app.steps.hold_units import HoldOf
from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.domain.order import Order
from router.domain.plan import Shipment, Unshipped, UnshippedAction
from router.ledger.accounts import Account, Bucket, new
from router.ledger.lifecycle import OrderState
from router.ledger.lots import NO_LOT
from router.ledger.orders import AllReserved, Counted, LineQuantities, total_state
from router.routing.network.prepared import PreparedNetwork
from router.routing.written_plan import Planned, WrittenPlan

NO_CUT_OFF = Instant(0)
"""Nobody knows until when a node can begin."""
# Taken from their enums once: each time takes nearly as long as making the struct that they go into.
_ON_HAND, _PICKING = Bucket.ON_HAND, Bucket.PICKING
_NAMES = {state: state.name for state in OrderState}
_ALLOCATED = OrderState.ALLOCATED
_ALLOCATED_NAME = _NAMES[_ALLOCATED]


class ShipmentDraft(Struct, frozen=True, gc=False):
    """One shipment of a plan. `cut_off_time` is the last instant at which its node can begin on it, 0: nobody knows."""

    node_id: NodeId
    ship_day: int
    cut_off_time: Instant
    holds: tuple[HoldOf, ...]


class Draft(Struct, frozen=True, kw_only=True, gc=False):
    """Of the order of `plan` its shipments, what becomes of each line's units, its state, and how both are told.

    `packed` are the plan's bytes, None: nobody packed it yet.
    """

    plan: Planned
    shipments: tuple[ShipmentDraft, ...]
    node_ids: tuple[NodeId, ...]
    counted: Counted
    state: OrderState
    state_name: str
    text: str
    packed: Raw | None = None


Drafts = Mapping[OrderId, Draft]

NO_DRAFTS: Drafts = MappingProxyType({})


def draft(order: Order, plan: Planned, network: PreparedNetwork, packed: Raw | None = None) -> Draft:
    """Of a plan for the whole order."""
    if isinstance(plan, WrittenPlan):
        return draft_written(order, plan, network, packed)
    shipments = tuple([draft_shipment(shipment, network) for shipment in plan.shipments])
    reserved = {line.id: 0 for line in order.lines}
    for shipment in shipments:
        for _, _, line_id, quantity in shipment.holds:
            reserved[line_id] += quantity
    lines = count_lines(order, plan.unshipped, reserved)
    state = total_state(lines, is_held=plan.is_held)
    name = _NAMES[state]
    node_ids = tuple([one.node_id for one in shipments])
    return Draft(
        plan=plan,
        shipments=shipments,
        node_ids=node_ids,
        counted=lines,
        state=state,
        state_name=name,
        text=describe(name, node_ids),
        packed=packed,
    )


def draft_written(order: Order, plan: WrittenPlan, network: PreparedNetwork, packed: Raw | None) -> Draft:
    """The same of a plan that is written."""
    sent, shipments = plan.sent, []
    units = zip(sent.line_ids, sent.skus, sent.quantities)
    for node_id, ship_day, count in zip(sent.node_ids, sent.ship_days, sent.unit_counts):
        holds = tuple([hold_of(node_id, *one) for one in islice(units, count)])
        cut_off_time = network.begin_by(node_id, ship_day) or NO_CUT_OFF
        shipments.append(ShipmentDraft(node_id, ship_day, cut_off_time, holds))
    node_ids = tuple(sent.node_ids)
    return Draft(
        plan=plan,
        shipments=tuple(shipments),
        node_ids=node_ids,
        counted=all_reserved([order], plan.sent.quantities)[0],
        state=_ALLOCATED,
        state_name=_ALLOCATED_NAME,
        text=text_of(_ALLOCATED_NAME, node_ids),
        packed=packed,
    )


def draft_of(drafts: Drafts, order: Order, plan: Planned, network: PreparedNetwork) -> Draft:
    """The draft of this very plan. What was drafted of another one counts for nothing: then it is made."""
    own = drafts.get(order.id)
    return own if own is not None and own.plan is plan else draft(order, plan, network)


def draft_shipment(shipment: Shipment, network: PreparedNetwork) -> ShipmentDraft:
    node_id, ship_day = shipment.node_id, shipment.ship_day
    cut_off_time = network.begin_by(node_id, ship_day) or NO_CUT_OFF
    if shipment.transfers:
        holds = [hold_of(*place, quantity) for place, quantity in units_by_node(shipment).items()]
    else:
        holds = [hold_of(node_id, *line, quantity) for line, quantity in shipment.sent().items()]
    return ShipmentDraft(node_id, ship_day, cut_off_time, tuple(holds))


def hold_of(node_id: NodeId, line_id: LineId, sku: Sku, quantity: int) -> HoldOf:
    """Units on their shelf, outside of lots. Made for every line, so the accounts are made here."""
    shelf, taken = (node_id, sku, NO_LOT, _ON_HAND), (node_id, sku, NO_LOT, _PICKING)
    return new(Account, shelf), new(Account, taken), line_id, quantity


def units_by_node(shipment: Shipment) -> dict[tuple[NodeId, LineId, Sku], int]:
    """The units of a shipment by where they are when it is decided, those that other nodes give first."""
    node_id, here = shipment.node_id, shipment.sent()
    found: dict[tuple[NodeId, LineId, Sku], int] = {}
    for transfer in shipment.transfers or ():
        for one in transfer.allocations:
            here[one.line_id, one.sku] -= one.quantity
            place = transfer.from_node_id, one.line_id, one.sku
            found[place] = found.get(place, 0) + one.quantity
    for (line_id, sku), quantity in here.items():
        if quantity:
            found[node_id, line_id, sku] = quantity
    return found


def count_lines(
    order: Order, left_out: Sequence[Unshipped], reserved: Mapping[LineId, int]
) -> tuple[LineQuantities, ...]:
    """Each line's units by what a plan does with them: those `reserved`, and those that it leaves out. It must do
    something with every unit.
    """
    backordered: dict[LineId, int] = {}
    canceled: dict[LineId, int] = {}
    for unshipped in left_out:
        count = canceled if unshipped.action is UnshippedAction.CANCEL else backordered
        count[unshipped.line_id] = count.get(unshipped.line_id, 0) + unshipped.quantity
    return tuple(
        [
            LineQuantities(
                line_id=line.id,
                sku=line.sku,
                ordered=line.quantity,
                reserved=reserved[line.id],
                dispatched=0,
                backordered=backordered.get(line.id, 0),
                canceled=canceled.get(line.id, 0),
            )
            for line in order.lines
        ]
    )


def all_reserved(orders: Sequence[Order], quantities: Sequence[int]) -> list[AllReserved]:
    """Each order's lines by written plans, which ship all of them: so many units."""
    asked = [order.lines for order in orders]
    wanted = sum([line.quantity for line in chain.from_iterable(asked)])
    assert sum(quantities) == wanted, "a written plan ships every unit"
    return list(map(AllReserved, asked))


def describe(state: str, node_ids: Sequence[NodeId]) -> str:
    """`ALLOCATED: 2 shipments from lille, lyon`."""
    count = len(node_ids)
    shipments = f"{count} shipment{'' if count == 1 else 's'}"
    return f"{state}: {shipments}" + (f" from {', '.join(dict.fromkeys(node_ids))}" if node_ids else "")


text_of = lru_cache(maxsize=10_000)(describe)
"""Few nodes ship most orders."""
