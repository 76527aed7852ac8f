"""The lifecycle as a table: every pair of a state and an event either has a row or is refused."""

from enum import IntEnum
from typing import Any

import pytest

from router.domain.identifiers import Instant, NodeId, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.allowed import check_allowed
from router.ledger.lifecycle import (
    LEFT,
    ORDER_TRANSITIONS,
    SHIPMENT_TRANSITIONS,
    OrderEvent,
    OrderState,
    ShipmentEvent,
    ShipmentState,
)
from router.ledger.shipments import ShipmentAccount, moved

TABLES = ((ORDER_TRANSITIONS, OrderState, OrderEvent), (SHIPMENT_TRANSITIONS, ShipmentState, ShipmentEvent))
SHIPMENT_PAIRS = [(state, event) for state in ShipmentState for event in ShipmentEvent]


def a_shipment(state: ShipmentState) -> ShipmentAccount:
    return ShipmentAccount(
        number=1,
        order_id=OrderId("order-1"),
        shipment=1,
        node_id=NodeId("lyon"),
        state=state,
        cut_off_time=Instant(1),
    )


@pytest.mark.parametrize(("table", "states", "events"), TABLES)
def test_every_state_is_reached_and_every_event_does_something(
    table: Any, states: type[IntEnum], events: type[IntEnum]
) -> None:
    assert {state for row in table.values() for state in row.states} == set(states)
    assert {event for _, event in table} == set(events)
    assert {event for state, event in table if state is None} == {min(events)}


@pytest.mark.parametrize(("table", "states", "events"), TABLES)
def test_what_an_event_does_hangs_on_the_event_alone(
    table: Any, states: type[IntEnum], events: type[IntEnum]
) -> None:
    for event in events:
        assert len({row.effect for pair, row in table.items() if pair[1] is event}) == 1


@pytest.mark.parametrize(
    ("state", "event"), [pair for pair in SHIPMENT_PAIRS if pair in SHIPMENT_TRANSITIONS]
)
def test_an_event_leads_a_shipment_only_where_its_row_says(
    state: ShipmentState, event: ShipmentEvent
) -> None:
    for after in SHIPMENT_TRANSITIONS[state, event].states:
        assert moved(a_shipment(state), event, after).state is after
    for after in set(ShipmentState) - SHIPMENT_TRANSITIONS[state, event].states:
        with pytest.raises(AssertionError, match="cannot become"):
            moved(a_shipment(state), event, after)


@pytest.mark.parametrize(
    ("state", "event"), [pair for pair in SHIPMENT_PAIRS if pair not in SHIPMENT_TRANSITIONS]
)
def test_what_has_no_row_is_refused_of_a_shipment(state: ShipmentState, event: ShipmentEvent) -> None:
    with pytest.raises(RouterError) as refused:
        moved(a_shipment(state), event)

    assert refused.value.reason is Reason.ORDER_STATE_FORBIDS
    assert refused.value.facts == {"shipment_id": "order-1/1", "state": state.name}
    assert refused.value.message.startswith(f"shipment `order-1/1` is {state.name}, to ")


@pytest.mark.parametrize(
    ("state", "event"),
    [(s, e) for s in OrderState for e in OrderEvent if (s, e) not in ORDER_TRANSITIONS],
)
def test_what_has_no_row_is_refused_of_an_order(state: OrderState, event: OrderEvent) -> None:
    with pytest.raises(RouterError) as refused:
        check_allowed("order-1", state, event)

    assert refused.value.facts == {"order_id": "order-1", "state": state.name}


def test_what_left_never_comes_back_to_its_node() -> None:
    for (state, _), row in SHIPMENT_TRANSITIONS.items():
        assert state not in LEFT or row.states <= LEFT
