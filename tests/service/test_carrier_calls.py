"""Packing, booking and handing over over real gRPC, against a carrier behind HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.api.v1 import carriers_pb2 as pb
from router.api.v1 import fulfillment_pb2, network_pb2, orders_pb2
from tests.connectors.carrier_server import CarrierServer, a_carrier_server
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of


@pytest.fixture
def carrier() -> Iterator[CarrierServer]:
    with a_carrier_server() as server:
        yield server


@pytest.fixture
def client(carrier: CarrierServer, tmp_path: Path) -> Iterator[Client]:
    key = tmp_path / "carrier.key"
    key.write_text("sesame\n")
    with a_server(str(tmp_path / "router.sqlite"), carriers=carrier.url, carriers_key=key) as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}}, is_on_account=True)
        measured = [
            network_pb2.Product(sku="RED-CLOCK", weight_grams=600, length_mm=90, width_mm=90, height_mm=90)
        ]
        connected.network.PutProducts(network_pb2.PutProductsRequest(products=measured, request_id="sizes"))
        for number in (1, 2):
            connected.routing.RouteOrder(a_route_request(f"A-{number}", {"RED-CLOCK": 3}))
        connected.fulfillment.ReleaseShipments(
            fulfillment_pb2.ReleaseShipmentsRequest(shipment_ids=["A-1/1", "A-2/1"], request_id="begin")
        )
        yield connected
        assert list(connected.audit().faults) == []


def book(client: Client, shipment_id: str) -> pb.Booking:
    request = pb.BookShipmentRequest(shipment_id=shipment_id, request_id=f"book {shipment_id}")
    return client.carriers.BookShipment(request).booking


def put_boxes(client: Client) -> None:
    box = pb.Box(
        box_id="S",
        inner_length_mm=200,
        inner_width_mm=100,
        inner_height_mm=100,
        tare_grams=80,
        weight_grams_max=5_000,
    )
    client.carriers.PutBoxes(pb.PutBoxesRequest(boxes=[box], request_id="boxes"))


def test_a_shipment_is_packed_booked_labeled_and_handed_over(client: Client, carrier: CarrierServer) -> None:
    put_boxes(client)
    packed = client.carriers.PackShipment(pb.PackShipmentRequest(shipment_id="A-1/1", request_id="pack"))
    booking = book(client, "A-1/1")
    label = client.carriers.GetBooking(pb.GetBookingRequest(shipment_id="A-1/1"))
    paper = client.fulfillment.GetLabel(
        fulfillment_pb2.GetLabelRequest(shipment_id="A-1/1", format=fulfillment_pb2.LABEL_FORMAT_ZPL)
    )
    closed = client.carriers.CloseManifest(
        pb.CloseManifestRequest(node_id="LYON", carrier_id="POSTE", date="2027-01-01", request_id="evening")
    )

    assert [len(one.placements) for one in packed.boxes] == [2, 1]
    assert packed.planned_parcel_count == 1
    assert client.carriers.GetPacking(pb.GetPackingRequest(shipment_id="A-1/1")).boxes == packed.boxes
    assert carrier.bodies[0]["parcels"][0] == {
        "weight_grams": 1_280,
        "length_mm": 200,
        "width_mm": 100,
        "height_mm": 100,
    }
    assert (booking.state, booking.parcel_count) == (pb.BOOKING_STATE_BOOKED, 2)
    assert booking.tracking_number.encode() in label.label
    assert (paper.parcel_count, booking.tracking_number.encode() in paper.content) == (2, True)
    assert list(closed.shipment_ids) == ["A-1/1"]
    assert closed.manifest.carrier_reference == f"POSTE-{closed.manifest.manifest_id}"
    order = client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id="A-1")).record
    assert order.state == orders_pb2.ORDER_STATE_DISPATCHED


def test_a_manifest_is_listed_and_written(client: Client) -> None:
    numbers = [book(client, f"A-{number}/1").tracking_number for number in (1, 2)]
    request = pb.CloseManifestRequest(
        node_id="LYON", carrier_id="POSTE", date="2027-01-01", request_id="evening"
    )
    closed = client.carriers.CloseManifest(request)
    again = client.carriers.CloseManifest(request)
    listed = client.carriers.ListManifests(pb.ListManifestsRequest(node_id="LYON"))
    name = closed.manifest.manifest_id
    table = client.carriers.GetManifest(
        pb.GetManifestRequest(manifest_id=name, format=pb.MANIFEST_FORMAT_CSV)
    )
    sheet = client.carriers.GetManifest(
        pb.GetManifestRequest(manifest_id=name, format=pb.MANIFEST_FORMAT_PDF)
    )

    assert (closed.replayed, again.replayed) == (False, True)
    assert again.manifest == closed.manifest
    assert list(listed.manifests) == [closed.manifest]
    assert [one.tracking_number for one in table.bookings] == numbers
    rows = table.content.decode().splitlines()
    assert rows[0].startswith("manifest_id,node_id,carrier_id,date,shipment_id,tracking_number")
    assert rows[1] == f"{name},LYON,POSTE,2027-01-01,A-1/1,{numbers[0]},POSTE/GROUND,1,1800,5.00"
    assert (sheet.content[:5], sheet.media_type) == (b"%PDF-", "application/pdf")


def test_bookings_are_listed_by_state(client: Client) -> None:
    book(client, "A-1/1")
    book(client, "A-2/1")
    client.carriers.VoidBooking(pb.VoidBookingRequest(shipment_id="A-1/1", request_id="void"))

    booked = client.carriers.ListBookings(pb.ListBookingsRequest(state=pb.BOOKING_STATE_BOOKED))
    every = client.carriers.ListBookings(pb.ListBookingsRequest(node_id="LYON", carrier_id="POSTE"))

    assert [one.shipment_id for one in booked.bookings] == ["A-2/1"]
    assert [(one.shipment_id, one.state) for one in every.bookings] == [
        ("A-1/1", pb.BOOKING_STATE_VOIDED),
        ("A-2/1", pb.BOOKING_STATE_BOOKED),
    ]


def test_a_silent_carrier_is_a_refusal_that_may_be_repeated(client: Client, carrier: CarrierServer) -> None:
    carrier.failures = [500, 500, 500]
    request = pb.BookShipmentRequest(shipment_id="A-1/1", request_id="once")

    silent = refusal_of(client.carriers.BookShipment, request)
    booked = client.carriers.BookShipment(request)

    assert silent.reason == "CARRIER_UNREACHABLE"
    assert "send the same request again, it asks under the same key" in silent.message
    assert booked.booking.state == pb.BOOKING_STATE_BOOKED
    assert carrier.fake.expected() == ["A-1/1"]


def test_what_is_missing_is_named(client: Client) -> None:
    assert set(refusal_of(client.carriers.PutBoxes, pb.PutBoxesRequest()).violations) == {
        "boxes",
        "request_id",
    }
    flat = pb.Box(box_id="S", inner_length_mm=0, inner_width_mm=1, inner_height_mm=1, tare_grams=9)
    odd = refusal_of(client.carriers.PutBoxes, pb.PutBoxesRequest(boxes=[flat], request_id="boxes"))
    assert set(odd.violations) == {"boxes[0].inner_length_mm", "boxes[0].weight_grams_max"}
    assert set(refusal_of(client.carriers.CloseManifest, pb.CloseManifestRequest()).violations) == {
        "node_id",
        "carrier_id",
        "date",
        "request_id",
    }
    unknown = refusal_of(client.carriers.GetManifest, pb.GetManifestRequest(manifest_id="m-42"))
    assert (unknown.reason, unknown.facts["manifest_id"]) == ("BOOKING_NOT_FOUND", "m-42")
