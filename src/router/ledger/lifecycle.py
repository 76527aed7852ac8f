"""The life of an order: which event may meet which state, and where it may lead."""

from collections.abc import Mapping
from enum import IntEnum

from router.domain.reasons import Reason, RouterError


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


_A, _P, _B, _D, _C = OrderState

TRANSITIONS: Mapping[tuple[OrderState | None, OrderEvent], frozenset[OrderState]] = {
    (None, OrderEvent.ROUTE): frozenset({_A, _P, _B, _C}),
    (_A, OrderEvent.CANCEL): frozenset({_A, _D, _C}),
    (_P, OrderEvent.CANCEL): frozenset({_A, _P, _B, _D, _C}),
    (_B, OrderEvent.CANCEL): frozenset({_B, _D, _C}),
    (_A, OrderEvent.DISPATCH): frozenset({_A, _D}),
    (_P, OrderEvent.DISPATCH): frozenset({_P, _B}),
}
"""Where an event may lead from a state; a pair that is not listed is refused."""


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
    if (state, event) not in TRANSITIONS:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"order `{order_id}` is {state.name}, it cannot {event.name.lower()} anything more",
            order_id=order_id,
            state=state.name,
        )
