"""Reservations over the wire: a cart's way to its end, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from router.api.v1 import ledger_pb2, order_pb2
from router.api.v1 import reservations_pb2 as pb
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50, "TIN-LAMP": 20}, "LILLE": {"RED-CLOCK": 90}})
        yield connected
        assert list(connected.audit().faults) == []


def a_request(key: str, quantity: int = 3, **fields: Any) -> pb.ReserveStockRequest:
    line = pb.StockLine(node_id="LYON", sku="RED-CLOCK", quantity=quantity)
    settings: dict[str, Any] = {"lines": [line], "timeout_seconds": 900, "request_id": key, **fields}
    return pb.ReserveStockRequest(**settings)


def test_a_cart_is_held_extended_made_firm_and_posted(client: Client) -> None:
    calls = client.reservations
    before = client.available("RED-CLOCK")["LYON"]
    made = calls.ReserveStock(a_request("cart", reservation_id="cart-1", reference="web")).reservation

    assert (made.reservation_id, made.state) == ("cart-1", pb.RESERVATION_STATE_HELD)
    assert made.expire_time.ToMicroseconds() - made.create_time.ToMicroseconds() in range(
        899_000_000, 900_000_001
    )
    assert client.available("RED-CLOCK")["LYON"] == before - 3
    extended = calls.ExtendReservation(
        pb.ExtendReservationRequest(reservation_id="cart-1", timeout_seconds=1_800, request_id="extend")
    ).reservation
    assert extended.expire_time.ToSeconds() > made.expire_time.ToSeconds()
    firm = calls.FirmReservation(
        pb.FirmReservationRequest(reservation_id="cart-1", request_id="firm")
    ).reservation
    assert not firm.HasField("expire_time")
    one = [pb.ReservedQuantity(line_id="1", quantity=1)]
    calls.PostReservation(
        pb.PostReservationRequest(reservation_id="cart-1", lines=one, keep_rest=True, request_id="post")
    )
    voided = calls.VoidReservation(
        pb.VoidReservationRequest(reservation_id="cart-1", lines=one, request_id="void")
    ).reservation
    (line,) = voided.lines
    assert (line.asked, line.held, line.posted, line.voided) == (3, 1, 1, 1)
    rest = calls.PostReservation(pb.PostReservationRequest(reservation_id="cart-1", request_id="rest"))
    assert rest.reservation.state == pb.RESERVATION_STATE_POSTED
    found = calls.GetReservation(pb.GetReservationRequest(reservation_id="cart-1")).reservation
    assert found == rest.reservation


def test_the_same_key_gives_the_same_answer(client: Client) -> None:
    first = client.reservations.ReserveStock(a_request("twice"))
    again = client.reservations.ReserveStock(a_request("twice"))

    assert (first.reservation, first.replayed, again.replayed) == (again.reservation, False, True)
    assert first.reservation.reservation_id.startswith("r-0000")


def test_reservations_are_listed(client: Client) -> None:
    for number in range(3):
        client.reservations.ReserveStock(
            a_request(f"list {number}", 1, reference="listed", firm=True, timeout_seconds=0)
        )
    request = pb.ListReservationsRequest(page_size=2, reference="listed", state=pb.RESERVATION_STATE_HELD)
    page = client.reservations.ListReservations(request)
    request.page_token = page.next_page_token
    rest = client.reservations.ListReservations(request)

    assert [len(page.reservations), len(rest.reservations), rest.next_page_token] == [2, 1, ""]


def test_an_order_takes_its_reservation_over(client: Client) -> None:
    client.reservations.ReserveStock(a_request("to order", 2, reservation_id="to-order"))
    request = a_route_request("A-1", {"RED-CLOCK": 2}, reservation_id="to-order")
    routed = client.routing.RouteOrder(request).routed
    found = client.reservations.GetReservation(pb.GetReservationRequest(reservation_id="to-order"))
    again = refusal_of(
        client.routing.RouteOrder, a_route_request("A-2", {"RED-CLOCK": 2}, reservation_id="to-order")
    )

    assert len(routed.plan.shipments) == 1
    assert (found.reservation.state, found.reservation.order_id) == (pb.RESERVATION_STATE_ORDERED, "A-1")
    assert (again.code, again.reason) == ("FAILED_PRECONDITION", "ALREADY_RESOLVED")


def test_a_clock_that_is_trusted_needs_no_word(client: Client) -> None:
    answer = client.reservations.TrustClock(pb.TrustClockRequest(request_id="trust"))

    assert not answer.was_in_doubt


@pytest.mark.parametrize(
    ("fields", "violations"),
    [
        ({"timeout_seconds": 0}, {"timeout_seconds": "OUT_OF_RANGE"}),
        ({"timeout_seconds": 2_592_001}, {"timeout_seconds": "OUT_OF_RANGE"}),
        ({"firm": True}, {"firm": "CONFLICT"}),
        ({"lines": []}, {"lines": "WRONG_COUNT"}),
        (
            {"lines": [pb.StockLine(sku="RED-CLOCK", quantity=0)]},
            {"lines[0].node_id": "REQUIRED", "lines[0].quantity": "OUT_OF_RANGE"},
        ),
        (
            {
                "lines": [
                    pb.StockLine(line_id="2", node_id="LYON", sku="RED-CLOCK", quantity=1),
                    pb.StockLine(node_id="LYON", sku="RED-CLOCK", quantity=1),
                ]
            },
            {"lines[1].line_id": "DUPLICATE"},
        ),
        (
            {"lines": [pb.StockLine(node_id="OSLO", sku="RED-CLOCK", quantity=1)]},
            {"lines[0].node_id": "UNKNOWN_NODE"},
        ),
        ({"reservation_id": "r-000000000042"}, {"reservation_id": "RESERVED"}),
        ({"reservation_id": " x"}, {"reservation_id": "NOT_TRIMMED"}),
    ],
)
def test_wrong_fields_are_named(
    client: Client, request: pytest.FixtureRequest, fields: dict[str, Any], violations: dict[str, str]
) -> None:
    key = request.node.name[:100]
    refused = refusal_of(client.reservations.ReserveStock, a_request(key, **fields))

    assert (refused.code, refused.reason, refused.violations) == (
        "INVALID_ARGUMENT",
        "INVALID_REQUEST",
        violations,
    )


def test_refusals_have_their_reasons(client: Client) -> None:
    calls = client.reservations
    short = refusal_of(calls.ReserveStock, a_request("short", 1_000))
    assert (short.code, short.reason) == ("FAILED_PRECONDITION", "INSUFFICIENT_STOCK")
    assert short.facts["asked"] == "1000"
    calls.ReserveStock(a_request("once", 1, reservation_id="once"))
    known = refusal_of(calls.ReserveStock, a_request("again", 1, reservation_id="once"))
    assert (known.code, known.reason) == ("FAILED_PRECONDITION", "RESERVATION_EXISTS")
    calls.VoidReservation(pb.VoidReservationRequest(reservation_id="once", request_id="void once"))
    late = refusal_of(
        calls.PostReservation, pb.PostReservationRequest(reservation_id="once", request_id="late")
    )
    assert (late.code, late.reason) == ("FAILED_PRECONDITION", "ALREADY_RESOLVED")
    nobody = refusal_of(calls.GetReservation, pb.GetReservationRequest(reservation_id="nobody"))
    assert (nobody.code, nobody.reason) == ("NOT_FOUND", "RESERVATION_NOT_FOUND")
    state = refusal_of(calls.ListReservations, pb.ListReservationsRequest(state=9))  # type: ignore[arg-type]
    assert state.violations == {"state": "UNKNOWN_VALUE"}
    wrong = refusal_of(
        calls.VoidReservation,
        pb.VoidReservationRequest(
            reservation_id="once", request_id="wrong", lines=[pb.ReservedQuantity(line_id="1")]
        ),
    )
    assert wrong.violations == {"lines[0].quantity": "OUT_OF_RANGE"}


def test_serial_numbers_are_found_by_reference_and_by_number(client: Client) -> None:
    client.reservations.ReserveStock(a_request("numbered", 2, reservation_id="numbered"))
    named = [order_pb2.LineSerials(line_id="1", serials=["S1", "S2"])]
    client.reservations.PostReservation(
        pb.PostReservationRequest(reservation_id="numbered", serials=named, request_id="post numbered")
    )
    of_cart = client.ledger.ListSerials(ledger_pb2.ListSerialsRequest(reference="numbered")).serials
    one = client.ledger.ListSerials(ledger_pb2.ListSerialsRequest(sku="RED-CLOCK", serial="S2")).serials
    none = client.ledger.ListSerials(ledger_pb2.ListSerialsRequest(sku="RED-CLOCK", serial="S9")).serials

    assert [(row.sku, row.serial, row.reference, row.line_id) for row in of_cart] == [
        ("RED-CLOCK", "S1", "numbered", "1"),
        ("RED-CLOCK", "S2", "numbered", "1"),
    ]
    assert (list(one), list(none)) == ([of_cart[1]], [])


@pytest.mark.parametrize(
    ("fields", "violations"),
    [
        ({}, {"reference": "REQUIRED"}),
        ({"sku": "RED-CLOCK"}, {"serial": "REQUIRED"}),
        ({"serial": "S1"}, {"sku": "REQUIRED"}),
        ({"reference": "cart-1", "sku": "RED-CLOCK"}, {"sku": "CONFLICT"}),
    ],
)
def test_serial_numbers_are_asked_for_in_one_way(
    client: Client, fields: dict[str, str], violations: dict[str, str]
) -> None:
    refused = refusal_of(client.ledger.ListSerials, ledger_pb2.ListSerialsRequest(**fields))

    assert refused.violations == violations


def test_wrong_serial_numbers_are_named(client: Client) -> None:
    named = [
        order_pb2.LineSerials(line_id="1", serials=["S1", "", "S1"]),
        order_pb2.LineSerials(line_id="1"),
    ]
    refused = refusal_of(
        client.reservations.PostReservation,
        pb.PostReservationRequest(reservation_id="numbered", serials=named, request_id="wrong numbers"),
    )

    assert refused.violations == {
        "serials[0].serials[1]": "REQUIRED",
        "serials[0].serials[2]": "DUPLICATE",
        "serials[1].line_id": "DUPLICATE",
    }
