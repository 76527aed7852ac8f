"""The audit of returns: each way in which returns, orders, payments and the journal may disagree is said."""

from typing import Any

from msgspec.structs import replace

from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.ledger.accounts import Balance, Bucket, at_node
from router.ledger.audit_returns import compare_returns, read_returns, watch_orders, watch_payments
from router.ledger.lifecycle import OrderState
from router.ledger.orders import LineQuantities, OrderAccount
from router.ledger.payments import Payment, PaymentMethod
from router.ledger.return_lifecycle import ReturnState
from router.ledger.returns import Refund, RefundLeg, Return, ReturnKind, ReturnLine

LYON, CLOCK, LINE = NodeId("lyon"), Sku("RED-CLOCK"), LineId("1")
WAITS = {at_node(Bucket.INSPECT, LYON, CLOCK): Balance(debits_posted=2)}


def a_return(*, refunds: tuple[Refund, ...] = (), **changes: Any) -> Return:
    """Two clocks arrived in Lyon and wait to be inspected."""
    line = ReturnLine(
        **{
            "line_id": LINE,
            "sku": CLOCK,
            "shipment": 1,
            "from_node_id": LYON,
            "authorized": 2,
            "received": 2,
            **changes,
        }
    )
    return Return(
        id="R-1",
        number=1,
        order_id=OrderId("A-1"),
        kind=ReturnKind.RETURN,
        state=ReturnState.RECEIVED,
        reason_code="DEFECT",
        lines=(line,),
        create_time=Instant(1),
        currency="EUR",
        node_id=LYON,
        refunds=refunds,
    )


def an_order(delivered: int, dispatched: int = 3) -> OrderAccount:
    line = LineQuantities(
        line_id=LINE,
        sku=CLOCK,
        ordered=3,
        reserved=3 - dispatched,
        dispatched=dispatched,
        backordered=0,
        canceled=0,
        delivered=delivered,
    )
    return OrderAccount(
        number=1,
        order_id=OrderId("A-1"),
        channel="web",
        customer_id="",
        state=OrderState.DISPATCHED,
        counted=(line,),
        decision_number=1,
        position=1,
    )


def faults_of(one: Return, *orders: OrderAccount, balances: Any = WAITS, payments: Any = ()) -> list[str]:
    found, faults = read_returns([one]), list[str]()
    list(watch_orders(found, faults, orders))
    list(watch_payments(found, faults, payments))
    return [*faults, *compare_returns(balances, found)]


def test_books_that_agree_have_no_fault() -> None:
    assert faults_of(a_return(), an_order(2)) == []


def test_more_came_back_than_was_delivered() -> None:
    assert faults_of(a_return(), an_order(1)) == [
        "of order `A-1` line `1` 2 units are returned, 1 were delivered"
    ]


def test_a_parcel_that_is_brought_back_was_never_delivered() -> None:
    assert faults_of(a_return(is_carried_back=True), an_order(0)) == []
    assert faults_of(a_return(is_carried_back=True), an_order(0, dispatched=1)) == [
        "of order `A-1` line `1` 2 units are returned or claimed, 1 left"
    ]


def test_an_order_is_missing() -> None:
    assert faults_of(a_return()) == ["returns of order `A-1` have no order"]


def test_other_units_wait_than_returns_say() -> None:
    other = {at_node(Bucket.INSPECT, LYON, CLOCK): Balance(debits_posted=3)}

    assert faults_of(a_return(), an_order(2), balances=other) == [
        "3 units of `RED-CLOCK` are in inspect of `lyon`, returns say 2"
    ]


def test_carriers_may_bring_back_more_but_never_less() -> None:
    more = {at_node(Bucket.RETURN_INBOUND, LYON, CLOCK): Balance(debits_posted=5)}

    assert faults_of(a_return(received=0), an_order(2), balances=more) == []
    assert faults_of(a_return(received=0), an_order(2), balances={}) == [
        "0 units of `RED-CLOCK` are in return_inbound of `lyon`, returns say 2"
    ]


def test_a_unit_is_paid_for_once() -> None:
    assert faults_of(a_return(refunded=1, replaced=2), an_order(2)) == [
        "of return `R-1` more of `RED-CLOCK` is paid for than there is"
    ]


def test_payments_gave_back_what_returns_say() -> None:
    refund = Refund(lines_minor=900, legs=(RefundLeg(payment_id="P-1", amount=900),), is_done=True)
    paid = Payment(
        id="P-1",
        number=1,
        order_id=OrderId("A-1"),
        method=PaymentMethod.CARD,
        currency="EUR",
        asked=2_000,
        authorized=2_000,
        captured=2_000,
        refunded=900,
    )
    one = a_return(refunds=(refund,))

    assert faults_of(one, an_order(2), payments=[paid]) == []
    assert faults_of(one, an_order(2), payments=[replace(paid, refunded=800)]) == [
        "payment `P-1` gave back 800, returns say 900"
    ]
    assert faults_of(one, an_order(2)) == ["returns were paid back by `P-1`, which is no payment"]
    short = a_return(refunds=(replace(refund, lines_minor=1_000),))
    assert faults_of(short, an_order(2), payments=[paid]) == [
        "a refund of return `R-1` comes to 1000, its payments gave 900"
    ]
