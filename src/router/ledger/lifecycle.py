"""The life of an order and of each of its shipments, as one table: what an event may do in a state.

A row says where the event may lead, which entries it may book, how it is told, and which notice the customer is due.
What has no row is refused with ORDER_STATE_FORBIDS. The code that moves an order or a shipment reads its row, and
`docs/concepts/lifecycle.md` is drawn from the same rows.
"""

from collections.abc import Mapping
from enum import Enum, IntEnum
from typing import Generic, NamedTuple, TypeVar

from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode


class OrderState(IntEnum):
    """Where an order is. Numbers are stored and equal those of the public contract.

    ALLOCATED: all units that are not dispatched or canceled are reserved. BACKORDERED: all of them wait.
    PARTIALLY_ALLOCATED: some are reserved, others wait. DISPATCHED: all have left. CANCELED: nothing will ship.
    """

    ALLOCATED = 1
    PARTIALLY_ALLOCATED = 2
    BACKORDERED = 3
    DISPATCHED = 4
    CANCELED = 5


class OrderEvent(IntEnum):
    """What can happen to an order."""

    ROUTE = 1
    CANCEL = 2
    DISPATCH = 3


class ShipmentState(IntEnum):
    """Where a shipment is. Numbers are stored and equal those of the public contract.

    PLANNED: its node need not begin yet. RELEASED: it may. DISPATCHED: it left. CANCELED: nothing of it will leave.
    """

    PLANNED = 1
    RELEASED = 2
    DISPATCHED = 7
    CANCELED = 13


class ShipmentEvent(IntEnum):
    """What can happen to a shipment."""

    PLAN = 1
    RELEASE = 2
    DISPATCH = 7
    CANCEL = 13


class Notice(Enum):
    """What a customer is due to hear."""

    CONFIRMATION = "confirmation"
    CANCELLATION = "cancellation"
    SHIPMENT = "shipment"


class Effect(NamedTuple):
    """What an event does in whatever state: entries it may book, how it is told, which notice is due.

    `told` None: the event of the order that goes with it tells it.
    """

    entries: frozenset[EntryCode]
    told: EventKind | None
    notice: Notice | None


State = TypeVar("State", OrderState, ShipmentState)


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
}

SHIPMENT_EFFECTS: Mapping[ShipmentEvent, Effect] = {
    ShipmentEvent.PLAN: _effect(EntryCode.RESERVE),
    ShipmentEvent.RELEASE: _effect(told=EventKind.SHIPMENT_RELEASED),
    ShipmentEvent.DISPATCH: _effect(*_GONE),
    ShipmentEvent.CANCEL: _effect(EntryCode.VOID),
}

_A, _P, _B, _D, _C = OrderState

_ORDER_LEADS: Mapping[tuple[OrderState | None, OrderEvent], tuple[OrderState, ...]] = {
    (None, OrderEvent.ROUTE): (_A, _P, _B, _C),
    (_A, OrderEvent.CANCEL): (_A, _D, _C),
    (_P, OrderEvent.CANCEL): (_A, _P, _B, _D, _C),
    (_B, OrderEvent.CANCEL): (_B, _D, _C),
    (_A, OrderEvent.DISPATCH): (_A, _D),
    (_P, OrderEvent.DISPATCH): (_P, _B),
}

_PLANNED, _RELEASED, _DISPATCHED, _CANCELED = ShipmentState

_SHIPMENT_LEADS: Mapping[tuple[ShipmentState | None, ShipmentEvent], tuple[ShipmentState, ...]] = {
    (None, ShipmentEvent.PLAN): (_PLANNED,),
    (_PLANNED, ShipmentEvent.RELEASE): (_RELEASED,),
    (_PLANNED, ShipmentEvent.DISPATCH): (_DISPATCHED,),
    (_RELEASED, ShipmentEvent.DISPATCH): (_DISPATCHED,),
    (_PLANNED, ShipmentEvent.CANCEL): (_PLANNED, _CANCELED),
    (_RELEASED, ShipmentEvent.CANCEL): (_RELEASED, _CANCELED),
}

ORDER_TRANSITIONS: Mapping[tuple[OrderState | None, OrderEvent], Transition[OrderState]] = {
    pair: Transition(frozenset(states), ORDER_EFFECTS[pair[1]]) for pair, states in _ORDER_LEADS.items()
}
"""The life of an order; a pair that is not listed is refused."""

SHIPMENT_TRANSITIONS: Mapping[tuple[ShipmentState | None, ShipmentEvent], Transition[ShipmentState]] = {
    pair: Transition(frozenset(states), SHIPMENT_EFFECTS[pair[1]]) for pair, states in _SHIPMENT_LEADS.items()
}
"""The life of a shipment; a pair that is not listed is refused."""

LEFT = frozenset({_DISPATCHED})
"""A shipment in one of these is not at its node any more."""


def state_of(*, reserved: int, dispatched: int, backordered: int) -> OrderState:
    """The state of an order with these units over all its lines."""
    if reserved and backordered:
        return OrderState.PARTIALLY_ALLOCATED
    if reserved:
        return OrderState.ALLOCATED
    if backordered:
        return OrderState.BACKORDERED
    return OrderState.DISPATCHED if dispatched else OrderState.CANCELED


def check_allowed(order_id: str, state: OrderState, event: OrderEvent) -> None:
    """Refuse with ORDER_STATE_FORBIDS when `event` cannot meet `state`."""
    if (state, event) not in ORDER_TRANSITIONS:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"order `{order_id}` is {state.name}, it cannot {_verb(event)} anything more",
            order_id=order_id,
            state=state.name,
        )


def check_shipment_allowed(shipment_id: str, state: ShipmentState, event: ShipmentEvent) -> None:
    """Refuse with ORDER_STATE_FORBIDS when `event` cannot meet the state of a shipment; names where it could."""
    if (state, event) not in SHIPMENT_TRANSITIONS:
        allowed = ", ".join(one.name for one, met in SHIPMENT_TRANSITIONS if one and met is event)
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment_id}` is {state.name}, to {_verb(event)} it it must be {allowed}",
            shipment_id=shipment_id,
            state=state.name,
        )


def _verb(event: IntEnum) -> str:
    return event.name.lower().replace("_", " ")
