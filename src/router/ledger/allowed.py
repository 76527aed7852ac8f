"""What may not happen to an order or a shipment in its state, and what is said of it."""

from collections.abc import Mapping
from enum import IntEnum

from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import (
    ORDER_TRANSITIONS,
    SHIPMENT_TRANSITIONS,
    OrderEvent,
    OrderState,
    ShipmentEvent,
    ShipmentState,
)

PICKED_BY = (ShipmentEvent.PICK, ShipmentEvent.SHORTEN)
TO_BEGIN: Mapping[ShipmentState, str] = {
    ShipmentState.PLANNED: "; ReleaseShipments and then CreatePickWave begin that",
    ShipmentState.RELEASED: "; CreatePickWave begins that",
}
"""The step from each state to one in which its units are picked."""


def check_allowed(order_id: str, state: OrderState, event: OrderEvent) -> None:
    """Refuse with ORDER_STATE_FORBIDS when `event` cannot meet `state`."""
    if (state, event) not in ORDER_TRANSITIONS:
        if event is OrderEvent.RELEASE:
            why = "it is not held and there is nothing to release"
        elif state is OrderState.HELD:
            why = f"release it before you {_verb(event)} it"
        elif event is OrderEvent.EDIT:
            why = "nothing of it is left to edit; send a new order"
        else:
            why = f"nothing of it is left to {_verb(event)}"
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"order `{order_id}` is {state.name}, {why}",
            order_id=order_id,
            state=state.name,
        )


def check_shipment_allowed(shipment_id: str, state: ShipmentState, event: ShipmentEvent) -> None:
    """Refuse with ORDER_STATE_FORBIDS when `event` cannot meet the state of a shipment; names where it could."""
    if (state, event) not in SHIPMENT_TRANSITIONS:
        allowed = ", ".join(one.name for one, met in SHIPMENT_TRANSITIONS if one and met is event)
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment_id}` is {state.name}, to {_verb(event)} it, it must be {allowed}"
            + (TO_BEGIN.get(state, "") if event in PICKED_BY else ""),
            shipment_id=shipment_id,
            state=state.name,
        )


def _verb(event: IntEnum) -> str:
    return event.name.lower().replace("_", " ")
