"""What becomes of an order's units."""

import pytest
from msgspec import structs

from router.domain.identifiers import LineId, NodeId, OrderId, Sku
from router.domain.order import OrderLine
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import on_hand
from router.ledger.allowed import check_allowed
from router.ledger.lifecycle import ORDER_TRANSITIONS, OrderEvent, OrderState, state_of
from router.ledger.orders import (
    AllReserved,
    LineQuantities,
    OrderAccount,
    after_dispatch,
    after_release,
    plan_release,
    total_state,
)
from router.ledger.reservations import Reservation

CLOCK = Sku("RED-CLOCK")


def a_line(**quantities: int) -> LineQuantities:
    parts = {"reserved": 0, "dispatched": 0, "backordered": 0, "canceled": 0, **quantities}
    return LineQuantities(line_id=LineId("1"), sku=CLOCK, ordered=sum(parts.values()), **parts)


def an_account(line: LineQuantities) -> OrderAccount:
    return OrderAccount(
        number=1,
        order_id=OrderId("order-1"),
        channel="web",
        customer_id="",
        state=total_state([line]),
        counted=(line,),
        decision_number=1,
        position=1,
    )


def held(shipment: int, quantity: int) -> Reservation:
    return Reservation(
        position=shipment,
        account=on_hand(NodeId(f"node-{shipment}"), CLOCK),
        order_id=OrderId("order-1"),
        line_id=LineId("1"),
        shipment=shipment,
        quantity=quantity,
    )


def test_lines_of_which_every_unit_is_reserved_are_those_that_were_asked_for() -> None:
    asked = (
        OrderLine(id=LineId("1"), sku=CLOCK, quantity=2),
        OrderLine(id=LineId("2"), sku=CLOCK, quantity=1),
    )
    reserved = (a_line(reserved=2), structs.replace(a_line(reserved=1), line_id=LineId("2")))
    account = an_account(reserved[0])

    whole, counted = (structs.replace(account, counted=one) for one in (AllReserved(asked), reserved))

    assert whole.lines == reserved
    assert whole == counted
    assert counted == whole
    assert whole != account


def test_the_parts_of_a_line_add_up() -> None:
    with pytest.raises(AssertionError, match="add up"):
        LineQuantities(
            line_id=LineId("1"), sku=CLOCK, ordered=5, reserved=3, dispatched=0, backordered=1, canceled=0
        )
    with pytest.raises(AssertionError, match="negative"):
        LineQuantities(
            line_id=LineId("1"), sku=CLOCK, ordered=5, reserved=6, dispatched=0, backordered=-1, canceled=0
        )


@pytest.mark.parametrize(
    ("reserved", "dispatched", "backordered", "state"),
    [
        (2, 0, 0, OrderState.ALLOCATED),
        (2, 1, 0, OrderState.ALLOCATED),
        (2, 0, 1, OrderState.PARTIALLY_ALLOCATED),
        (0, 0, 3, OrderState.BACKORDERED),
        (0, 2, 1, OrderState.BACKORDERED),
        (0, 3, 0, OrderState.DISPATCHED),
        (0, 0, 0, OrderState.CANCELED),
    ],
)
def test_the_state_follows_from_the_units(
    reserved: int, dispatched: int, backordered: int, state: OrderState
) -> None:
    assert state_of(reserved=reserved, dispatched=dispatched, backordered=backordered) is state


def test_what_waits_for_a_person_is_held_unless_something_is_reserved() -> None:
    assert state_of(reserved=0, dispatched=1, backordered=2, is_held=True) is OrderState.HELD
    assert state_of(reserved=1, dispatched=0, backordered=2, is_held=True) is OrderState.PARTIALLY_ALLOCATED
    assert state_of(reserved=0, dispatched=0, backordered=0, is_held=True) is OrderState.CANCELED


def test_waiting_units_are_canceled_first_then_the_youngest_shipment() -> None:
    order = an_account(a_line(reserved=5, backordered=2))
    first, second = held(1, 3), held(2, 2)

    release = plan_release(order, [first, second], {LineId("1"): 5})

    assert release.backordered == (("1", 2),)
    assert release.reserved == ((second, 2), (first, 1))
    after = after_release(order, release)
    assert after.lines == (a_line(reserved=2, canceled=5),)
    assert after.state is OrderState.ALLOCATED


def test_a_partly_canceled_shipment_dispatches_its_rest() -> None:
    order = an_account(a_line(reserved=2, canceled=1))
    after = after_dispatch(order, 1, [held(1, 3).void(1)])

    assert after.lines == (a_line(dispatched=2, canceled=1),)
    assert (after.state, after.dispatched_shipments) == (OrderState.DISPATCHED, (1,))


@pytest.mark.parametrize("state", [OrderState.DELIVERED, OrderState.CANCELED])
@pytest.mark.parametrize("event", [OrderEvent.CANCEL, OrderEvent.DISPATCH])
def test_nothing_more_happens_to_an_order_that_is_done(state: OrderState, event: OrderEvent) -> None:
    with pytest.raises(RouterError) as refused:
        check_allowed("order-1", state, event)

    assert refused.value.reason is Reason.ORDER_STATE_FORBIDS
    assert refused.value.facts == {"order_id": "order-1", "state": state.name}


def test_no_transition_leads_out_of_a_state_that_is_done() -> None:
    done = {OrderState.DELIVERED, OrderState.CANCELED}
    assert not {state for state, _ in ORDER_TRANSITIONS} & done
