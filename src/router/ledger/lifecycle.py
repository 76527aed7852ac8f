"""The life of an order and of each of its shipments, as one table: what an event may do in a state.

A row says where the event may lead, which entries it may book, how it is told, and which notice the customer is due.
What has no row is refused (`ledger.allowed`). The code that moves an order or a shipment reads its row, and
`docs/concepts/lifecycle.md` is drawn from the same rows.
"""

from collections.abc import Mapping
from enum import Enum, IntEnum
from typing import Generic, NamedTuple, TypeVar

from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode


class OrderState(IntEnum):
    """Where an order is. Numbers are stored and equal those of the public contract.

    ALLOCATED: all units that are not dispatched or canceled are reserved. BACKORDERED: all of them wait.
    PARTIALLY_ALLOCATED: some are reserved, others wait. DISPATCHED: all have left. CANCELED: nothing will ship.
    DELIVERED: all that left arrived. HELD: all of them wait until a person releases the order.
    """

    ALLOCATED = 1
    PARTIALLY_ALLOCATED = 2
    BACKORDERED = 3
    DISPATCHED = 4
    CANCELED = 5
    DELIVERED = 6
    HELD = 7


WAITING_STATES = (OrderState.PARTIALLY_ALLOCATED, OrderState.BACKORDERED)
"""Of orders that have units which wait for stock."""

OPEN_STATES = (OrderState.ALLOCATED, *WAITING_STATES)
"""Of orders that have units which are to ship and nobody keeps back."""


class OrderEvent(IntEnum):
    """What can happen to an order."""

    ROUTE = 1
    CANCEL = 2
    DISPATCH = 3
    DELIVER = 4
    SHORTEN = 5
    REROUTE = 20
    REJECT = 21
    HOLD = 22
    RELEASE = 23
    EDIT = 24


class ShipmentState(IntEnum):
    """Where a shipment is. Numbers are stored and equal those of the public contract.

    PLANNED: its node need not begin yet. RELEASED: it may. PICKING: somebody walks for it. PICKED: all of it is off the
    shelves. DISPATCHED: it left. IN_TRANSIT, OUT_FOR_DELIVERY: as its
    carrier says. DELIVERED: its customer has it. RETURNING: its carrier brings it back. LOST: its carrier does not find
    it. CANCELED: nothing of it will leave.
    """

    PLANNED = 1
    RELEASED = 2
    PICKING = 3
    PICKED = 4
    DISPATCHED = 7
    IN_TRANSIT = 8
    OUT_FOR_DELIVERY = 9
    DELIVERED = 10
    RETURNING = 11
    LOST = 12
    CANCELED = 13


class ShipmentEvent(IntEnum):
    """What can happen to a shipment."""

    PLAN = 1
    RELEASE = 2
    START_PICK = 3
    PICK = 4
    SHORTEN = 5
    DISPATCH = 7
    CARRY = 8
    BRING_OUT = 9
    DELIVER = 10
    TURN_BACK = 11
    LOSE = 12
    CANCEL = 13
    DELAY = 14
    DAMAGE = 15
    REJECT = 21
    ACKNOWLEDGE = 30


class Notice(Enum):
    """What a customer is due to hear."""

    CONFIRMATION = "confirmation"
    CANCELLATION = "cancellation"
    SHIPMENT = "shipment"
    DELAY = "delay"
    CHANGE = "change"
    DELIVERY = "delivery"
    TROUBLE = "trouble"
    RETURN = "return"
    RETURN_ARRIVAL = "return_arrival"
    REFUND = "refund"
    DELAY_TOLD = "delay_told"
    DELAY_ASKED = "delay_asked"


class Effect(NamedTuple):
    """What an event does in whatever state: entries it may book, how it is told, which notice is due.

    `told` None: the event of the order that goes with it tells it.
    """

    entries: frozenset[EntryCode]
    told: EventKind | None
    notice: Notice | None


State = TypeVar("State", bound=IntEnum)


class Transition(NamedTuple, Generic[State]):
    """Where an event may lead, and what it does."""

    states: frozenset[State]
    effect: Effect


def _effect(*entries: EntryCode, told: EventKind | None = None, notice: Notice | None = None) -> Effect:
    return Effect(frozenset(entries), told, notice)


_BACK = (EntryCode.VOID, EntryCode.BACKORDER_CLOSE)
_GONE = (EntryCode.POST, EntryCode.SHIP, EntryCode.SNAPSHOT_TRUE_UP)

ORDER_EFFECTS: Mapping[OrderEvent, Effect] = {
    OrderEvent.ROUTE: _effect(
        EntryCode.RESERVE,
        EntryCode.BACKORDER_OPEN,
        EntryCode.VOID,
        told=EventKind.ORDER_ROUTED,
        notice=Notice.CONFIRMATION,
    ),
    OrderEvent.CANCEL: _effect(*_BACK, told=EventKind.ORDER_CANCELED, notice=Notice.CANCELLATION),
    OrderEvent.DISPATCH: _effect(*_GONE, told=EventKind.SHIPMENT_DISPATCHED, notice=Notice.SHIPMENT),
    OrderEvent.DELIVER: _effect(
        EntryCode.DISCREPANCY,
        EntryCode.DELIVER,
        told=EventKind.SHIPMENT_DELIVERED,
        notice=Notice.DELIVERY,
    ),
    OrderEvent.REROUTE: _effect(
        EntryCode.RESERVE, EntryCode.BACKORDER_OPEN, *_BACK, told=EventKind.ORDER_REROUTED
    ),
    OrderEvent.REJECT: _effect(
        EntryCode.VOID, EntryCode.ADJUST, EntryCode.BACKORDER_OPEN, told=EventKind.SHIPMENT_REJECTED
    ),
    OrderEvent.HOLD: _effect(EntryCode.VOID, EntryCode.BACKORDER_OPEN, told=EventKind.ORDER_HELD),
    OrderEvent.RELEASE: _effect(EntryCode.RESERVE, EntryCode.BACKORDER_CLOSE, told=EventKind.ORDER_RELEASED),
    OrderEvent.EDIT: _effect(
        EntryCode.RESERVE, EntryCode.BACKORDER_OPEN, *_BACK, told=EventKind.ORDER_EDITED
    ),
    OrderEvent.SHORTEN: _effect(
        EntryCode.VOID,
        EntryCode.ADJUST,
        EntryCode.BACKORDER_OPEN,
        told=EventKind.SHIPMENT_SHORTENED,
        notice=Notice.CHANGE,
    ),
}

SHIPMENT_EFFECTS: Mapping[ShipmentEvent, Effect] = {
    ShipmentEvent.PLAN: _effect(EntryCode.RESERVE),
    ShipmentEvent.RELEASE: _effect(told=EventKind.SHIPMENT_RELEASED),
    ShipmentEvent.ACKNOWLEDGE: _effect(told=EventKind.SHIPMENT_ACKNOWLEDGED),
    ShipmentEvent.START_PICK: _effect(told=EventKind.SHIPMENT_PICKING),
    ShipmentEvent.PICK: _effect(told=EventKind.SHIPMENT_PICKED),
    ShipmentEvent.SHORTEN: _effect(EntryCode.VOID, EntryCode.ADJUST),
    ShipmentEvent.DISPATCH: _effect(*_GONE),
    ShipmentEvent.CARRY: _effect(EntryCode.DISCREPANCY, told=EventKind.SHIPMENT_IN_TRANSIT),
    ShipmentEvent.BRING_OUT: _effect(EntryCode.DISCREPANCY, told=EventKind.SHIPMENT_OUT_FOR_DELIVERY),
    ShipmentEvent.DELIVER: _effect(EntryCode.DISCREPANCY, EntryCode.DELIVER),
    ShipmentEvent.TURN_BACK: _effect(
        EntryCode.DISCREPANCY,
        EntryCode.RETURN_EXPECT,
        told=EventKind.SHIPMENT_RETURNING,
        notice=Notice.TROUBLE,
    ),
    ShipmentEvent.LOSE: _effect(EntryCode.DISCREPANCY, told=EventKind.SHIPMENT_LOST, notice=Notice.TROUBLE),
    ShipmentEvent.CANCEL: _effect(EntryCode.VOID),
    ShipmentEvent.REJECT: _effect(EntryCode.VOID, EntryCode.ADJUST),
    ShipmentEvent.DELAY: _effect(told=EventKind.SHIPMENT_DELAYED, notice=Notice.DELAY),
    ShipmentEvent.DAMAGE: _effect(told=EventKind.SHIPMENT_DAMAGED),
}

_A, _P, _B, _D, _C, _E, _H = OrderState

_ORDER_LEADS: Mapping[tuple[OrderState | None, OrderEvent], tuple[OrderState, ...]] = {
    (None, OrderEvent.ROUTE): (_A, _P, _B, _C, _H),
    (_A, OrderEvent.CANCEL): (_A, _D, _C, _E),
    (_P, OrderEvent.CANCEL): (_A, _P, _B, _D, _C, _E),
    (_B, OrderEvent.CANCEL): (_B, _D, _C, _E),
    (_H, OrderEvent.CANCEL): (_H, _D, _C, _E),
    (_A, OrderEvent.DISPATCH): (_A, _D),
    (_P, OrderEvent.DISPATCH): (_P, _B),
    (_A, OrderEvent.SHORTEN): (_P, _B),
    (_P, OrderEvent.SHORTEN): (_P, _B),
    (_A, OrderEvent.REJECT): (_P, _B),
    (_P, OrderEvent.REJECT): (_P, _B),
    (_A, OrderEvent.DELIVER): (_A,),
    (_P, OrderEvent.DELIVER): (_P,),
    (_B, OrderEvent.DELIVER): (_B,),
    (_H, OrderEvent.DELIVER): (_H,),
    (_D, OrderEvent.DELIVER): (_D, _E),
    **{(state, OrderEvent.REROUTE): (_A, _P, _B, _D, _C, _E, _H) for state in (_A, _P, _B)},
    **{(state, OrderEvent.HOLD): (_H,) for state in (_A, _P, _B)},
    **{(state, OrderEvent.EDIT): (_A, _P, _B, _D, _C, _E, _H) for state in (_A, _P, _B)},
    (_H, OrderEvent.EDIT): (_H,),
    (_H, OrderEvent.RELEASE): (_A, _P, _B, _D, _C, _E),
}

_S = ShipmentState
_UNDER_WAY = (_S.DISPATCHED, _S.IN_TRANSIT, _S.OUT_FOR_DELIVERY)

_SHIPMENT_LEADS: Mapping[tuple[ShipmentState | None, ShipmentEvent], tuple[ShipmentState, ...]] = {
    (None, ShipmentEvent.PLAN): (_S.PLANNED,),
    (_S.PLANNED, ShipmentEvent.RELEASE): (_S.RELEASED,),
    (_S.RELEASED, ShipmentEvent.ACKNOWLEDGE): (_S.RELEASED,),
    (_S.RELEASED, ShipmentEvent.START_PICK): (_S.PICKING,),
    (_S.PICKING, ShipmentEvent.PICK): (_S.PICKING, _S.PICKED),
    (_S.PICKING, ShipmentEvent.SHORTEN): (_S.PICKING, _S.PICKED, _S.CANCELED),
    (_S.PICKED, ShipmentEvent.DISPATCH): (_S.DISPATCHED,),
    (_S.PLANNED, ShipmentEvent.DISPATCH): (_S.DISPATCHED,),
    (_S.RELEASED, ShipmentEvent.DISPATCH): (_S.DISPATCHED,),
    (_S.DISPATCHED, ShipmentEvent.CARRY): (_S.IN_TRANSIT,),
    (_S.OUT_FOR_DELIVERY, ShipmentEvent.CARRY): (_S.IN_TRANSIT,),
    (_S.LOST, ShipmentEvent.CARRY): (_S.IN_TRANSIT,),
    (_S.DISPATCHED, ShipmentEvent.BRING_OUT): (_S.OUT_FOR_DELIVERY,),
    (_S.IN_TRANSIT, ShipmentEvent.BRING_OUT): (_S.OUT_FOR_DELIVERY,),
    (_S.LOST, ShipmentEvent.BRING_OUT): (_S.OUT_FOR_DELIVERY,),
    **{(state, ShipmentEvent.DELIVER): (_S.DELIVERED,) for state in (*_UNDER_WAY, _S.LOST)},
    **{(state, ShipmentEvent.TURN_BACK): (_S.RETURNING,) for state in (*_UNDER_WAY, _S.LOST)},
    **{(state, ShipmentEvent.LOSE): (_S.LOST,) for state in _UNDER_WAY},
    **{(state, ShipmentEvent.DELAY): (state,) for state in (*_UNDER_WAY, _S.LOST)},
    **{(state, ShipmentEvent.DAMAGE): (state,) for state in (*_UNDER_WAY, _S.LOST)},
    (_S.PLANNED, ShipmentEvent.REJECT): (_S.CANCELED,),
    (_S.RELEASED, ShipmentEvent.REJECT): (_S.CANCELED,),
    (_S.PLANNED, ShipmentEvent.CANCEL): (_S.PLANNED, _S.CANCELED),
    (_S.RELEASED, ShipmentEvent.CANCEL): (_S.RELEASED, _S.CANCELED),
    (_S.PICKING, ShipmentEvent.CANCEL): (_S.PICKING, _S.PICKED, _S.CANCELED),
    (_S.PICKED, ShipmentEvent.CANCEL): (_S.PICKED, _S.CANCELED),
}

ORDER_TRANSITIONS: Mapping[tuple[OrderState | None, OrderEvent], Transition[OrderState]] = {
    pair: Transition(frozenset(states), ORDER_EFFECTS[pair[1]]) for pair, states in _ORDER_LEADS.items()
}
"""The life of an order; a pair that is not listed is refused."""

SHIPMENT_TRANSITIONS: Mapping[tuple[ShipmentState | None, ShipmentEvent], Transition[ShipmentState]] = {
    pair: Transition(frozenset(states), SHIPMENT_EFFECTS[pair[1]]) for pair, states in _SHIPMENT_LEADS.items()
}
"""The life of a shipment; a pair that is not listed is refused."""

UNDER_WAY = frozenset({*_UNDER_WAY, _S.LOST})
"""A shipment in one of these left and has not arrived anywhere."""

LEFT = UNDER_WAY | {_S.DELIVERED, _S.RETURNING}
"""A shipment in one of these is not at its node any more."""


def state_of(
    *, reserved: int, dispatched: int, backordered: int, delivered: int = 0, is_held: bool = False
) -> OrderState:
    """The state of an order with these units over all its lines; `delivered` are of those dispatched.

    `is_held`: what waits of an order that has nothing reserved waits for a person.
    """
    if reserved and backordered:
        return OrderState.PARTIALLY_ALLOCATED
    if reserved:
        return OrderState.ALLOCATED
    if backordered:
        return OrderState.HELD if is_held else OrderState.BACKORDERED
    if dispatched and delivered == dispatched:
        return OrderState.DELIVERED
    return OrderState.DISPATCHED if dispatched else OrderState.CANCELED
