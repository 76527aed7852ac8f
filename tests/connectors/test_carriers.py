"""The HTTP adapter asks under one key until it has an answer, and tells a no from a silence."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from router.app.ports.carrier_api import (
    Address,
    AskedBooking,
    AskedManifest,
    AskedParcel,
    CarrierDeclined,
    CarrierUnreachable,
)
from router.connectors.carriers.fake import FakeCarrier
from router.connectors.carriers.http import HttpCarriers
from router.domain.identifiers import CarrierId, NodeId, ServiceLevelId
from tests.connectors.carrier_server import CarrierServer, a_carrier_server

ASKED = AskedBooking(
    shipment_id="A-1/1",
    carrier_id=CarrierId("POSTE"),
    service_level_id=ServiceLevelId("POSTE/COLIS"),
    ship_date="2026-11-30",
    sender=Address(name="Lille", country="FR"),
    recipient=Address(
        name="Ann Lee", street_lines=("1 rue X",), postal_code="75001", city="Paris", country="FR"
    ),
    parcels=(AskedParcel(weight_grams=1_200, length_mm=200, width_mm=200, height_mm=200),),
)


@pytest.fixture
def server() -> Iterator[CarrierServer]:
    with a_carrier_server() as server:
        yield server


@pytest.fixture
def carriers(server: CarrierServer) -> Iterator[HttpCarriers]:
    api = HttpCarriers(server.url, "sesame", wait=lambda seconds: None, timeout_seconds=0.25)
    yield api
    api.close()


def manifest_of(*ids: str) -> AskedManifest:
    return AskedManifest(
        manifest_id="m-000000000009",
        carrier_id=CarrierId("POSTE"),
        node_id=NodeId("lille"),
        date="2026-11-30",
        carrier_booking_ids=ids,
    )


def test_over_http_a_booking_is_what_the_carrier_said(server: CarrierServer, carriers: HttpCarriers) -> None:
    said = carriers.book(ASKED, "key-1")

    assert said == FakeCarrier().book(ASKED, "key-1")
    assert (said.charge_minor, said.label[:3], said.label_media_type) == (500, b"^XA", "application/zpl")
    assert server.bodies[0]["recipient"]["postal_code"] == "75001"


@pytest.mark.parametrize("failure", [500, 503, 429, 409, -1])
def test_what_was_not_answered_is_asked_again_and_done_once(
    server: CarrierServer, carriers: HttpCarriers, failure: int
) -> None:
    server.failures = [failure, failure]

    carriers.book(ASKED, "key-1")

    assert server.fake.keys == ["key-1"] * 3
    assert server.fake.expected() == ["A-1/1"]


@pytest.mark.parametrize(("failure", "says"), [(503, "HTTP 503"), (-1, "ReadTimeout")])
def test_after_three_tries_it_is_unknown(
    server: CarrierServer, carriers: HttpCarriers, failure: int, says: str
) -> None:
    server.failures = [failure] * 3

    with pytest.raises(CarrierUnreachable, match=says):
        carriers.book(ASKED, "key-1")


def test_a_no_is_told_with_its_code_and_not_asked_again(
    server: CarrierServer, carriers: HttpCarriers
) -> None:
    heavy = replace(ASKED, parcels=(AskedParcel(weight_grams=40_000),))

    with pytest.raises(CarrierDeclined, match="PARCEL_TOO_HEAVY"):
        carriers.book(heavy, "key-1")

    assert len(server.bodies) == 1


def test_a_wrong_key_of_the_api_is_no_answer(server: CarrierServer) -> None:
    with (
        closing(HttpCarriers(server.url, "wrong")) as carriers,
        pytest.raises(CarrierUnreachable, match="HTTP 401"),
    ):
        carriers.book(ASKED, "key-1")


@pytest.mark.parametrize(
    "raw",
    [
        b"<html>",
        b"[]",
        b"{}",
        b'{"id": "1", "tracking_number": "", "charge": 5}',
        b'{"id": "1", "tracking_number": "T", "charge": -5}',
        b'{"id": "1", "tracking_number": "T", "charge": "5"}',
        b'{"id": "1", "tracking_number": "T", "charge": 5, "label": "*"}',
    ],
)
def test_an_answer_that_cannot_be_understood_leaves_it_open(
    server: CarrierServer, carriers: HttpCarriers, raw: bytes
) -> None:
    server.raw = raw

    with pytest.raises(CarrierUnreachable):
        carriers.book(ASKED, "key-1")


def test_bookings_are_voided_and_handed_over(server: CarrierServer, carriers: HttpCarriers) -> None:
    first, second = carriers.book(ASKED, "key-1"), carriers.book(replace(ASKED, shipment_id="A-2/1"), "key-2")
    carriers.void(first.carrier_booking_id, "void-1")
    carriers.void(first.carrier_booking_id, "void-1")

    with pytest.raises(CarrierDeclined, match="WRONG_BOOKING"):
        carriers.close_manifest(manifest_of(first.carrier_booking_id), "m-1")
    told = [carriers.close_manifest(manifest_of(second.carrier_booking_id), "m-2") for _ in range(2)]

    assert told == ["POSTE-m-000000000009"] * 2
    assert server.fake.expected() == []


def test_an_address_that_no_machine_has_is_unreachable() -> None:
    with (
        closing(HttpCarriers("http://127.0.0.1:9", "", wait=lambda seconds: None)) as carriers,
        pytest.raises(CarrierUnreachable, match="ConnectError"),
    ):
        carriers.book(ASKED, "key-1")
