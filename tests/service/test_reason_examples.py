"""The example of every reason of refusal is true: the call is made, and is refused with these words."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest
from google.rpc.status_pb2 import Status

import router
from router.api.v1 import (
    channels_pb2,
    delays_pb2,
    feed_mark_pb2,
    feeds_pb2,
    fulfillment_pb2,
    inventory_pb2,
    order_pb2,
    orders_pb2,
    payments_pb2,
    purchasing_pb2,
    reservations_pb2,
    rules_pb2,
    tracking_pb2,
    transfer_pb2,
)
from router.api.v1 import returns_pb2 as pb
from router.cli.call import answers, find_method, read_requests
from router.domain.reasons import Reason
from router.service.reason_examples.examples import EXAMPLES
from tests.planning.recorded import a_file
from tests.service.builders import a_route_request, a_snapshot
from tests.service.harness import Client, a_server, read_refusal

MADE = [reason for reason in EXAMPLES if EXAMPLES[reason].call]
OF_MOMENTS = [
    Reason.RESERVATION_EXPIRED,
    Reason.QUEUE_FULL,
    Reason.TOO_MANY_WATCHERS,
    Reason.DEADLINE_PASSED,
    Reason.DRAINING,
    Reason.PAYMENT_BUSY,
    Reason.PAYMENT_DECLINED,
    Reason.PROVIDER_UNREACHABLE,
    Reason.BOOKING_EXISTS,
    Reason.BOOKING_STATE_FORBIDS,
    Reason.CARRIER_DECLINED,
    Reason.CARRIER_UNREACHABLE,
]
OF_FAULTS = [Reason.READ_ONLY, Reason.COMMIT_INDETERMINATE, Reason.INTERNAL]
ON_ACCOUNT = (
    "on_account:\n"
    """  - {id: others, when: '!order.id.startsWith("PAID-")', because: only PAID-1 is paid for in the router}"""
)
SOURCES = sorted(Path(router.__file__).parent.rglob("*.py"))
RULES = rules_pb2.RuleFile(name="shop.yaml", content=a_file(ON_ACCOUNT).encode())


@pytest.fixture(scope="module")
def empty() -> Iterator[Client]:
    with a_server() as client:
        yield client


@pytest.fixture(scope="module")
def shop() -> Iterator[Client]:
    """Fifty red clocks in Lyon, A-1 routed, A-2 canceled, A-3 being picked, one version of the rules in force, a
    reservation given back.
    """
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 60}})
        client.rules.ActivateRules(rules_pb2.ActivateRulesRequest(files=[RULES], request_id="rules"))
        for order_id in ("A-1", "A-2", "A-3"):
            client.routing.RouteOrder(a_route_request(order_id, request_id=f"order {order_id}"))
        client.orders.CancelOrder(orders_pb2.CancelOrderRequest(order_id="A-2", request_id="cancel"))
        ids = ["A-3/1"]
        client.fulfillment.ReleaseShipments(
            fulfillment_pb2.ReleaseShipmentsRequest(shipment_ids=ids, request_id="release")
        )
        client.fulfillment.CreatePickWave(
            fulfillment_pb2.CreatePickWaveRequest(node_id="LYON", shipment_ids=ids, request_id="wave")
        )
        lost = {
            "node_id": "LYON",
            "sku": "RED-CLOCK",
            "delta": -10,
            "reason_code": "LOSS",
            "request_id": "loss",
            "feed_mark": feed_mark_pb2.FeedMark(feed_id="wms", sequence=20),
        }
        client.inventory.AdjustStock(inventory_pb2.AdjustStockRequest(**lost))
        line = reservations_pb2.StockLine(node_id="LYON", sku="RED-CLOCK", quantity=1)
        client.reservations.ReserveStock(
            reservations_pb2.ReserveStockRequest(
                reservation_id="cart-1", lines=[line], firm=True, request_id="reserve"
            )
        )
        client.reservations.VoidReservation(
            reservations_pb2.VoidReservationRequest(reservation_id="cart-1", request_id="void")
        )
        client.reservations.ReserveStock(
            reservations_pb2.ReserveStockRequest(
                reservation_id="cart-3", lines=[line], firm=True, request_id="reserve 3"
            )
        )
        client.reservations.PostReservation(
            reservations_pb2.PostReservationRequest(
                reservation_id="cart-3",
                serials=[order_pb2.LineSerials(line_id="1", serials=["SN-1"])],
                request_id="post 3",
            )
        )
        found = {"node_id": "LYON", "sku": "RED-CLOCK", "delta": 1, "reason_code": "FOUND", "request_id": "f"}
        client.inventory.AdjustStock(inventory_pb2.AdjustStockRequest(**found))
        reject_one(client)
        take_one_back(client)
        pay_too_little(client)
        send_back(client)
        put_channels(client)
        call_one_off(client)
        be_late_twice(client)
        yield client


def reject_one(client: Client) -> None:
    """Snapshot night-30 was kept aside and rejected."""
    client.feeds.PutFeed(feeds_pb2.PutFeedRequest(feed_id="wms", guard_percent=50, request_id="guard"))
    absurd = a_snapshot({"LYON": {"RED-CLOCK": 1}}, sequence=30, request_id="night-30")
    client.inventory.UploadStockSnapshot(iter(absurd))
    client.feeds.RejectSnapshot(
        feeds_pb2.RejectSnapshotRequest(suspect_id="night-30", author="ada", request_id="reject")
    )


def take_one_back(client: Client) -> None:
    """Transfer truck-7 was sent and canceled."""
    client.inventory.TransferStock(
        transfer_pb2.TransferStockRequest(
            transfer_id="truck-7",
            from_node_id="LYON",
            to_node_id="LILLE",
            lines=[transfer_pb2.UnitsToSend(sku="RED-CLOCK", quantity=1)],
            request_id="send",
        )
    )
    client.inventory.CancelTransfer(
        transfer_pb2.CancelTransferRequest(transfer_id="truck-7", request_id="back")
    )


def put_channels(client: Client) -> None:
    """Channel web is open, channel fair closed."""
    channels = [channels_pb2.Channel(channel_id="web"), channels_pb2.Channel(channel_id="fair", closed=True)]
    client.channels.PutChannels(channels_pb2.PutChannelsRequest(channels=channels, request_id="channels"))


def call_one_off(client: Client) -> None:
    """Supplier acme sells red clocks in packs of 6; purchase order po-1 of it was canceled."""
    offer = purchasing_pb2.SupplierOffer(sku="RED-CLOCK", unit_price_minor=400, pack_units=6, min_units=6)
    acme = purchasing_pb2.Supplier(supplier_id="acme", lead_hours=72, node_id="LYON", offers=[offer])
    client.purchasing.PutSuppliers(
        purchasing_pb2.PutSuppliersRequest(suppliers=[acme], request_id="suppliers")
    )
    client.purchasing.PlacePurchaseOrder(
        purchasing_pb2.PlacePurchaseOrderRequest(
            supplier_id="acme",
            purchase_order_id="po-1",
            lines=[purchasing_pb2.UnitsToPurchase(sku="RED-CLOCK", quantity=12)],
            request_id="buy",
        )
    )
    client.purchasing.CancelPurchaseOrder(
        purchasing_pb2.CancelPurchaseOrderRequest(purchase_order_id="po-1", request_id="call off")
    )


def be_late_twice(client: Client) -> None:
    """What is late of order LATE-1 was told and asked about."""
    client.routing.RouteOrder(a_route_request("LATE-1"))
    for number, days in enumerate((100, 107)):
        date = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
        client.delays.ReportDelay(
            delays_pb2.ReportDelayRequest(
                order_id="LATE-1", expected_date=date, reason_code="SUPPLIER", request_id=f"late {number}"
            )
        )


def pay_too_little(client: Client) -> None:
    """Order PAID-1 of one red clock for 19.99 is paid by P-1 of 10.00."""
    client.routing.RouteOrder(a_route_request("PAID-1"))
    client.payments.AuthorizePayment(
        payments_pb2.AuthorizePaymentRequest(
            payment_id="P-1",
            order_id="PAID-1",
            method=payments_pb2.PAYMENT_METHOD_CASH_ON_DELIVERY,
            amount_minor=1_000,
            request_id="pay",
        )
    )


def send_back(client: Client) -> None:
    """Of B-1 and B-2, delivered, the first has the returns R-1 (awaited), R-3 (arrived) and R-4 (inspected)."""
    for order_id, year in (("B-1", 2026), ("B-2", 2025)):
        request = a_route_request(order_id, {"RED-CLOCK": 4})
        request.order.place_time.FromDatetime(datetime(year - 1, 12, 28, tzinfo=UTC))
        client.routing.RouteOrder(request)
        leaving = orders_pb2.DispatchShipmentRequest(shipment_id=f"{order_id}/1", request_id=f"go {order_id}")
        client.orders.DispatchShipment(leaving)
        came = datetime(year, 1, 1, 12, tzinfo=UTC) if year == 2025 else datetime.now(UTC)
        report = tracking_pb2.CarrierReport(status=tracking_pb2.CARRIER_STATUS_DELIVERED, time=came)
        one = tracking_pb2.ReportOfShipment(shipment_id=f"{order_id}/1", report=report)
        client.tracking.RecordCarrierReports(
            tracking_pb2.RecordCarrierReportsRequest(reports=[one], request_id=f"came {order_id}")
        )
    request = a_route_request("B-3", {"RED-CLOCK": 1})
    request.order.shipping_minor = 490
    client.routing.RouteOrder(request)
    client.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id="B-3/1", request_id="go B-3")
    )
    client.returns.OpenClaim(
        pb.OpenClaimRequest(
            order_id="B-3",
            return_id="C-3",
            cause=pb.CLAIM_CAUSE_LOST,
            shipment_id="B-3/1",
            request_id="claim C-3",
        )
    )
    request = a_route_request("F-1")
    request.order.channel = "fair"
    client.routing.RouteOrder(request)
    policy = pb.ReturnPolicy(
        channel="web", window_days=30, send_days=14, reasons=[pb.ReturnReason(code="UNWANTED")]
    )
    client.returns.PutReturnPolicies(pb.PutReturnPoliciesRequest(policies=[policy], request_id="policy"))
    for return_id in ("R-1", "R-3", "R-4"):
        client.returns.AuthorizeReturn(
            pb.AuthorizeReturnRequest(
                order_id="B-1",
                return_id=return_id,
                reason_code="UNWANTED",
                lines=[pb.ReturnedLine(line_id="1", quantity=1)],
                request_id=f"announce {return_id}",
            )
        )
    units = [pb.ReturnedUnits(sku="RED-CLOCK", quantity=1)]
    for return_id in ("R-3", "R-4"):
        client.returns.ReceiveReturn(
            pb.ReceiveReturnRequest(return_id=return_id, lines=units, request_id=f"came {return_id}")
        )
    finding = pb.ReturnFinding(sku="RED-CLOCK", quantity=1, disposition=pb.DISPOSITION_SCRAP)
    client.returns.InspectReturn(
        pb.InspectReturnRequest(return_id="R-4", findings=[finding], request_id="look R-4")
    )


@pytest.fixture(scope="module")
def draft(shop: Client) -> str:
    request = rules_pb2.StageRulesRequest(
        files=[rules_pb2.RuleFile(name="shop.yaml", content=a_file(revision='"2"').encode())],
        request_id="draft",
        draft=True,
    )
    return shop.rules.StageRules(request).rules_digest


def refusal(client: Client, call: str, body: str) -> tuple[set[str], str]:
    """The reason and the codes of violations that the call is refused with, and all that is said."""
    method = find_method(call)
    requests: list[Message] = read_requests(method, body)
    with pytest.raises(grpc.RpcError) as caught:
        list(answers(client.channel, method, requests))
    found = read_refusal(caught.value)
    return {found.reason, *found.violations.values()}, found.message + " ".join(violations(caught.value))


def violations(error: grpc.RpcError) -> list[str]:
    status, bad_request = Status(), BadRequest()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value)
    for detail in status.details:
        detail.Unpack(bad_request)
    return [f"{one.field} {one.description}" for one in bad_request.field_violations]


def test_every_reason_has_an_example_and_a_next_step() -> None:
    assert set(EXAMPLES) == set(Reason)
    assert [reason for reason, one in EXAMPLES.items() if not (one.says and one.then)] == []
    assert {reason for reason in Reason if reason not in MADE} == {
        Reason.UNKNOWN_METHOD, *OF_MOMENTS, *OF_FAULTS,
    }  # fmt: skip


@pytest.mark.parametrize("reason", [reason for reason in MADE if reason is not Reason.NETWORK_NOT_READY])
def test_the_call_of_an_example_is_refused_as_it_says(shop: Client, draft: str, reason: Reason) -> None:
    example = EXAMPLES[reason]

    codes, said = refusal(shop, example.call, example.body.replace("DRAFT", draft[:12]))

    assert reason.value in codes
    assert example.says in said


def test_a_fresh_server_says_that_it_has_no_network(empty: Client) -> None:
    example = EXAMPLES[Reason.NETWORK_NOT_READY]

    codes, said = refusal(empty, example.call, example.body)

    assert Reason.NETWORK_NOT_READY.value in codes
    assert example.says in said


def test_an_unknown_method_is_answered_with_the_nearest(empty: Client) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        empty.send_bytes("/router.api.v1.RoutingService/RouteOrders", b"")

    assert read_refusal(caught.value).reason == Reason.UNKNOWN_METHOD
    assert EXAMPLES[Reason.UNKNOWN_METHOD].says in caught.value.details()


@pytest.mark.parametrize("reason", [*OF_MOMENTS, *OF_FAULTS])
def test_what_no_client_can_bring_about_is_said_in_these_words(reason: Reason) -> None:
    words = re.split(r"[0-9,]{3,}", EXAMPLES[reason].says)
    said = "".join(re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8"))
                   for path in SOURCES if path.parent.name != "reason_examples")  # fmt: skip

    assert [part for part in words if part not in said] == []


def test_every_body_of_an_example_is_json() -> None:
    assert [json.loads(one.body) is None for one in EXAMPLES.values() if one.call] == [False] * len(MADE)
