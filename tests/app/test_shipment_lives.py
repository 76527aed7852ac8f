"""Every state of a shipment meets every event through the engine: what has a row happens, what has none is refused."""

from collections.abc import Callable, Mapping

import pytest

from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import SHIPMENT_TRANSITIONS, ShipmentEvent, ShipmentState
from router.ledger.tracking import CarrierStatus
from tests.app.builders import Shop, a_shop
from tests.app.fulfillment_builders import (
    a_report,
    acknowledge_shipment,
    leave,
    miss,
    pick,
    release,
    report,
    start_wave,
    state_of,
)
from tests.app.test_reject import reject
from tests.routing.builders import an_order

ONE, CLOCK = "order-1/1", "RED-CLOCK"
C = CarrierStatus
_HOURS = iter(range(1, 10_000))


def told(status: CarrierStatus) -> Callable[[Shop], None]:
    return lambda shop: report(shop, ONE, a_report(status, next(_HOURS)))


DEEDS: Mapping[ShipmentEvent, Callable[[Shop], object]] = {
    ShipmentEvent.RELEASE: lambda shop: release(shop, ONE),
    ShipmentEvent.ACKNOWLEDGE: lambda shop: acknowledge_shipment(shop, ONE),
    ShipmentEvent.START_PICK: lambda shop: start_wave(shop, named=[ONE]),
    ShipmentEvent.PICK: lambda shop: pick(shop, ONE, CLOCK, 2),
    ShipmentEvent.SHORTEN: lambda shop: miss(shop, ONE, CLOCK),
    ShipmentEvent.DISPATCH: leave,
    ShipmentEvent.REJECT: lambda shop: reject(shop, ONE),
    ShipmentEvent.CANCEL: lambda shop: shop.cancel("order-1", {"1": 2}),
    ShipmentEvent.CARRY: told(C.IN_TRANSIT),
    ShipmentEvent.BRING_OUT: told(C.OUT_FOR_DELIVERY),
    ShipmentEvent.DELIVER: told(C.DELIVERED),
    ShipmentEvent.TURN_BACK: told(C.RETURNING),
    ShipmentEvent.LOSE: told(C.LOST),
    ShipmentEvent.DAMAGE: told(C.DAMAGED),
}
"""What somebody does; a plan makes a shipment, and a delay is found out by the router itself."""

REPORTED = {
    ShipmentEvent.CARRY,
    ShipmentEvent.BRING_OUT,
    ShipmentEvent.DELIVER,
    ShipmentEvent.TURN_BACK,
    ShipmentEvent.LOSE,
    ShipmentEvent.DAMAGE,
}
"""A carrier's word is never refused: where it says nothing new it is kept and moves nothing."""

E = ShipmentEvent
WAYS: Mapping[ShipmentState, tuple[ShipmentEvent, ...]] = {
    ShipmentState.PLANNED: (),
    ShipmentState.RELEASED: (E.RELEASE,),
    ShipmentState.PICKING: (E.RELEASE, E.START_PICK),
    ShipmentState.PICKED: (E.RELEASE, E.START_PICK, E.PICK),
    ShipmentState.DISPATCHED: (E.DISPATCH,),
    ShipmentState.IN_TRANSIT: (E.DISPATCH, E.CARRY),
    ShipmentState.OUT_FOR_DELIVERY: (E.DISPATCH, E.BRING_OUT),
    ShipmentState.DELIVERED: (E.DISPATCH, E.DELIVER),
    ShipmentState.RETURNING: (E.DISPATCH, E.TURN_BACK),
    ShipmentState.LOST: (E.DISPATCH, E.LOSE),
    ShipmentState.CANCELED: (E.CANCEL,),
}


@pytest.mark.parametrize("event", DEEDS, ids=lambda event: event.name)
@pytest.mark.parametrize("state", WAYS, ids=lambda state: state.name)
def test_a_state_meets_an_event_as_its_row_says(state: ShipmentState, event: ShipmentEvent) -> None:
    with a_shop(stock={"lyon": {CLOCK: 9}}) as shop:
        shop.route(an_order("order-1", lines={CLOCK: 2}))
        for step in WAYS[state]:
            DEEDS[step](shop)
        assert state_of(shop) == state.name
        row = SHIPMENT_TRANSITIONS.get((state, event))

        reason = refusal_of(DEEDS[event], shop)

        assert ShipmentState[state_of(shop)] in (row.states if row else {state})
        assert reason is (None if row or event in REPORTED else Reason.ORDER_STATE_FORBIDS)
        assert shop.faults() == ()


def refusal_of(do: Callable[[Shop], object], shop: Shop) -> Reason | None:
    try:
        do(shop)
    except RouterError as refusal:
        return refusal.reason
    return None


def test_every_event_is_tried_or_has_its_reason_not_to_be() -> None:
    assert set(WAYS) == set(ShipmentState)
    assert set(ShipmentEvent) - set(DEEDS) == {ShipmentEvent.PLAN, ShipmentEvent.DELAY}
