"""Shipments over gRPC: released, shown and listed."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from router.api.v1 import fulfillment_pb2 as pb
from router.api.v1 import orders_pb2
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
    assert list(listed.records) == [record]
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
