"""Shipments over gRPC: released, shown and listed."""

from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from router.api.v1 import fulfillment_pb2 as pb
from router.api.v1 import orders_pb2, tracking_pb2
from tests.service.builders import MONDAY_NOON, a_route_request
from tests.service.harness import Client, refusal_of

TUESDAY = Timestamp(seconds=MONDAY_NOON.seconds + 86_400)


def release(client: Client, key: str, **request: object) -> pb.ReleaseShipmentsResponse:
    return client.fulfillment.ReleaseShipments(pb.ReleaseShipmentsRequest(request_id=key, **request))  # type: ignore[arg-type]


def test_due_shipments_are_released_listed_and_told(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("F-1", {"RED-CLOCK": 2}))

    released = release(client, "tick 1", node_id="LYON", begin_by=TUESDAY)
    again = release(client, "tick 1", node_id="LYON", begin_by=TUESDAY)
    record = client.fulfillment.GetShipment(pb.GetShipmentRequest(shipment_id="F-1/1")).record

    assert list(released.shipment_ids) == ["F-1/1"]
    assert (again.shipment_ids, again.replayed) == (released.shipment_ids, True)
    assert (record.state, record.node_id) == (pb.SHIPMENT_STATE_RELEASED, "LYON")
    assert record.cut_off_time.ToJsonString() == "2026-11-16T16:00:00Z"
    assert [(one.line_id, one.sku, one.quantity) for one in record.units] == [("1", "RED-CLOCK", 2)]
    listed = client.fulfillment.ListShipments(
        pb.ListShipmentsRequest(state=pb.SHIPMENT_STATE_RELEASED, node_id="LYON", begin_by=TUESDAY)
    )
    of_order = client.fulfillment.ListShipments(pb.ListShipmentsRequest(order_id="F-1"))
    assert list(listed.records) == list(of_order.records) == [record]
    watched = client.orders.WatchOrders(orders_pb2.WatchOrdersRequest(order_id="F-1", no_follow=True))
    assert [event.kind for event in watched] == ["ORDER_ROUTED", "SHIPMENT_RELEASED"]


@pytest.mark.parametrize(
    ("request_", "violations"),
    [
        (pb.ReleaseShipmentsRequest(), {"node_id": "REQUIRED", "request_id": "REQUEST_ID_REQUIRED"}),
        (
            pb.ReleaseShipmentsRequest(request_id="bad 1", node_id="LYON", shipment_ids=["F-1/1"]),
            {"shipment_ids": "CONFLICT"},
        ),
        (
            pb.ReleaseShipmentsRequest(request_id="bad 2", shipment_ids=["F-1/1", "F-1", "F-1/1"]),
            {"shipment_ids[1]": "NOT_A_SHIPMENT", "shipment_ids[2]": "DUPLICATE"},
        ),
    ],
)
def test_a_bad_release_names_every_fault(
    client: Client, request_: pb.ReleaseShipmentsRequest, violations: dict[str, str]
) -> None:
    assert refusal_of(client.fulfillment.ReleaseShipments, request_).violations == violations


def test_what_is_not_there_is_named(client: Client) -> None:
    node = refusal_of(release, client, "bad 3")
    ask = client.fulfillment.GetShipment
    order = refusal_of(ask, pb.GetShipmentRequest(shipment_id="F-404/1"))

    assert (node.code, order.code) == ("INVALID_ARGUMENT", "NOT_FOUND")
    assert order.message == "order `F-404` was never routed here"


def a_report(status: str, hours: int, **changes: str) -> tracking_pb2.CarrierReport:
    return tracking_pb2.CarrierReport(
        status=f"CARRIER_STATUS_{status}",  # type: ignore[arg-type]
        time=Timestamp(seconds=MONDAY_NOON.seconds + hours * 3_600),
        **changes,  # type: ignore[arg-type]
    )


def test_a_customer_follows_a_shipment_by_its_tracking_number(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("F-2", {"RED-CLOCK": 1}))
    client.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id="F-2/1", request_id="left", tracking_number="6A1")
    )
    reports = [
        tracking_pb2.ReportOfShipment(tracking_number="6A1", report=a_report("DELIVERED", 30, place="Lyon")),
        tracking_pb2.ReportOfShipment(shipment_id="F-2/1", report=a_report("ACCEPTED", 6)),
        tracking_pb2.ReportOfShipment(tracking_number="GHOST", report=a_report("ACCEPTED", 6)),
    ]
    request = tracking_pb2.RecordCarrierReportsRequest(reports=reports, request_id="hook 1")

    recorded = client.tracking.RecordCarrierReports(request)
    again = client.tracking.RecordCarrierReports(request)
    found = client.tracking.GetTracking(tracking_pb2.GetTrackingRequest(tracking_number="6A1"))

    assert list(recorded.outcomes) == [1, 1, 3]
    assert (list(again.outcomes), again.replayed) == ([1, 1, 3], True)
    assert (found.record.state, found.record.tracking_number) == (pb.SHIPMENT_STATE_DELIVERED, "6A1")
    assert found.record.expected_date == "2026-11-17"
    assert [(one.status, one.place) for one in found.reports] == [(1, ""), (5, "Lyon")]
    order = client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id="F-2")).record
    assert (order.state, order.lines[0].delivered) == (orders_pb2.ORDER_STATE_DELIVERED, 1)
    assert client.audit().clean


def test_a_bad_report_names_every_fault(client: Client) -> None:
    both = tracking_pb2.ReportOfShipment(shipment_id="F-2/1", tracking_number="6A1")
    request = tracking_pb2.RecordCarrierReportsRequest(reports=[both], request_id="hook 2")

    refused = refusal_of(client.tracking.RecordCarrierReports, request)

    assert refused.violations == {
        "reports[0].tracking_number": "CONFLICT",
        "reports[0].report.time": "REQUIRED",
        "reports[0].report.status": "UNKNOWN_VALUE",
    }
    ghost = tracking_pb2.GetTrackingRequest(tracking_number="GHOST")
    assert refusal_of(client.tracking.GetTracking, ghost).message.startswith("no shipment has the tracking")


def test_a_wave_is_walked_scanned_and_shortened(client: Client) -> None:
    client.fulfillment.PutLayout(
        pb.PutLayoutRequest(
            node_id="LYON",
            cross_aisles_cm=[0, 2_000],
            start=pb.Bin(label="desk"),
            bins=[
                pb.BinOfSku(sku="RED-CLOCK", bin=pb.Bin(label="C-1", x_cm=600, y_cm=100)),
                pb.BinOfSku(sku="TIN-LAMP", bin=pb.Bin(label="A-1", x_cm=0, y_cm=100)),
            ],
            request_id="layout",
        )
    )
    client.routing.RouteOrder(a_route_request("F-3", {"RED-CLOCK": 2, "TIN-LAMP": 1}))
    release(client, "tick 3", shipment_ids=["F-3/1"])
    wave = client.fulfillment.CreatePickWave(
        pb.CreatePickWaveRequest(node_id="LYON", shipment_ids=["F-3/1"], request_id="wave")
    )
    assert list(wave.shipment_ids) == ["F-3/1"]

    found = client.fulfillment.GetPickList(pb.GetPickListRequest(wave_id=wave.wave_id))
    assert found == client.fulfillment.GetPickList(pb.GetPickListRequest(shipment_id="F-3/1"))
    assert {(item.bin_label, item.sku, item.quantity) for item in found.items} == {
        ("C-1", "RED-CLOCK", 2),
        ("A-1", "TIN-LAMP", 1),
    }
    wrong = pb.ConfirmPickRequest(shipment_id="F-3/1", sku="BLUE-VASE", quantity=1, request_id="scan 1")
    refused = refusal_of(client.fulfillment.ConfirmPick, wrong)
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "WRONG_ITEM")
    assert "2 of `RED-CLOCK` in bin `C-1`, 1 of `TIN-LAMP` in bin `A-1`" in refused.message
    scanned = client.fulfillment.ConfirmPick(
        pb.ConfirmPickRequest(shipment_id="F-3/1", sku="RED-CLOCK", quantity=2, request_id="scan 2")
    )
    assert (scanned.state, scanned.left_to_pick) == (pb.SHIPMENT_STATE_PICKING, 1)
    short = client.fulfillment.ShortPick(
        pb.ShortPickRequest(
            shipment_id="F-3/1", sku="TIN-LAMP", quantity=1, reason="EMPTY_BIN", request_id="short"
        )
    )
    assert (short.state, short.left_to_pick) == (pb.SHIPMENT_STATE_PICKED, 0)
    assert client.audit().clean


@pytest.mark.parametrize(
    ("method", "request_", "violations"),
    [
        ("PutLayout", pb.PutLayoutRequest(node_id="LYON"), {"cross_aisles_cm", "request_id"}),
        (
            "PutLayout",
            pb.PutLayoutRequest(
                node_id="LYON", cross_aisles_cm=[-1], bins=[pb.BinOfSku(sku="A")] * 2, request_id="bad"
            ),
            {"cross_aisles_cm[0]", "bins[1].sku"},
        ),
        (
            "CreatePickWave",
            pb.CreatePickWaveRequest(shipments_max=201),
            {"node_id", "shipments_max", "request_id"},
        ),
        ("GetPickList", pb.GetPickListRequest(), {"wave_id"}),
        ("GetPickList", pb.GetPickListRequest(wave_id="w-1", shipment_id="F-3/1"), {"wave_id"}),
        ("ConfirmPick", pb.ConfirmPickRequest(), {"shipment_id", "sku", "quantity", "request_id"}),
        ("ShortPick", pb.ShortPickRequest(), {"shipment_id", "sku", "quantity", "reason", "request_id"}),
    ],
)
def test_bad_picks_name_every_fault(client: Client, method: str, request_: Any, violations: set[str]) -> None:
    assert set(refusal_of(getattr(client.fulfillment, method), request_).violations) == violations


@pytest.mark.parametrize(
    ("format_", "media_type", "beginning"),
    [
        (pb.LABEL_FORMAT_ZPL, "text/plain; charset=utf-8", b"^XA"),
        (pb.LABEL_FORMAT_PDF, "application/pdf", b"%PDF"),
        (pb.LABEL_FORMAT_PACKING_LIST_PDF, "application/pdf", b"%PDF"),
    ],
)
def test_papers_of_a_shipment_are_drawn(
    client: Client, format_: pb.LabelFormat.ValueType, media_type: str, beginning: bytes
) -> None:
    client.routing.RouteOrder(a_route_request("F-4", {"RED-CLOCK": 1}))

    paper = client.fulfillment.GetLabel(pb.GetLabelRequest(shipment_id="F-4/1", format=format_))

    assert (paper.media_type, paper.parcel_count) == (media_type, 1)
    assert paper.content.startswith(beginning)
    assert format_ != pb.LABEL_FORMAT_ZPL or b"^FDF-4/1^FS" in paper.content


def test_papers_are_of_what_is_left(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("F-5", {"RED-CLOCK": 1}))
    client.orders.CancelOrder(orders_pb2.CancelOrderRequest(order_id="F-5", request_id="cancel F-5"))
    ask = client.fulfillment.GetLabel

    none = refusal_of(ask, pb.GetLabelRequest(shipment_id="F-5/1", format=pb.LABEL_FORMAT_ZPL))
    unknown = refusal_of(ask, pb.GetLabelRequest(shipment_id="F-5/1"))

    assert (none.reason, "nothing of it is left" in none.message) == ("ORDER_STATE_FORBIDS", True)
    assert unknown.violations == {"format": "UNKNOWN_VALUE"}
    client.routing.RouteOrder(a_route_request("commande-é", {"RED-CLOCK": 1}))
    bars = refusal_of(ask, pb.GetLabelRequest(shipment_id="commande-é/1", format=pb.LABEL_FORMAT_ZPL))
    assert bars.message.endswith("have ASCII letters only; give it a tracking number")


def test_a_node_acknowledges_what_it_will_ship(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("F-9"))
    release(client, "tick 9", shipment_ids=["F-9/1"])
    request = pb.AcknowledgeShipmentRequest(shipment_id="F-9/1", reference="S-1", request_id="seen")

    first, again = (
        client.fulfillment.AcknowledgeShipment(request),
        client.fulfillment.AcknowledgeShipment(request),
    )

    record = client.fulfillment.GetShipment(pb.GetShipmentRequest(shipment_id="F-9/1")).record
    assert (first.replayed, again.replayed) == (False, True)
    assert record.state == pb.SHIPMENT_STATE_RELEASED
    assert record.acknowledge_time == first.acknowledge_time == again.acknowledge_time
    assert record.release_time.ToNanoseconds() < record.acknowledge_time.ToNanoseconds()
    bad = pb.AcknowledgeShipmentRequest(shipment_id="F-9")
    assert set(refusal_of(client.fulfillment.AcknowledgeShipment, bad).violations) == {
        "shipment_id",
        "request_id",
    }
