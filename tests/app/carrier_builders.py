"""A shop that books with the fake carrier, and the shortest ways to ask for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from router.app.answers.carriers import ManifestClosed, ShipmentBooked, ShipmentPacked
from router.app.carriers.booker import Booker
from router.app.carriers.packer import Packer
from router.app.carriers.void_keeper import VoidKeeper
from router.app.commands.carriers import (
    BookShipment,
    CloseManifest,
    PackShipment,
    PutBoxes,
    VoidBooking,
)
from router.connectors.carriers.fake import FakeCarrier
from router.connectors.cartons.packvium_boxes import cartonize
from router.domain.box import Box
from router.domain.identifiers import CarrierId, Day, NodeId
from router.ledger.bookings import Booking
from tests.app.builders import Shop, a_shop, digest

FAR = Day(999_999)
SMALL = Box(id="S", length_mm=200, width_mm=200, height_mm=200, tare_grams=100, weight_grams_max=5_000)
LARGE = Box(id="L", length_mm=400, width_mm=300, height_mm=300, tare_grams=300, weight_grams_max=20_000)


class CarryingShop:
    """`shop` with a booker and a packer. Keys are made up unless given."""

    def __init__(self, shop: Shop, carrier: FakeCarrier) -> None:
        self.shop = shop
        self.carrier = carrier
        self.followers: list[VoidKeeper] = []
        """Told of every commit, where the shop was made to tell them."""
        self.booker = Booker(shop.queries.carriers, shop.engine, carrier)
        self.packer = Packer(shop.queries.carriers, shop.engine, cartonize)

    def book(self, shipment_id: str, key: str = "") -> Booking:
        answer = self.booker.book(
            BookShipment(
                request_id=key or self.shop.key(), body_digest=digest(shipment_id), shipment_id=shipment_id
            )
        ).answer
        assert isinstance(answer, ShipmentBooked)
        return answer.booking

    def void(self, shipment_id: str, key: str = "") -> Booking:
        answer = self.booker.void(
            VoidBooking(
                request_id=key or self.shop.key(), body_digest=digest(shipment_id), shipment_id=shipment_id
            )
        ).answer
        assert isinstance(answer, ShipmentBooked)
        return answer.booking

    def close(self, place: str, key: str = "", day: Day = FAR, carrier: str = "POSTE") -> ManifestClosed:
        answer = self.booker.close_manifest(
            CloseManifest(
                request_id=key or self.shop.key(),
                body_digest=digest(place, day),
                node_id=NodeId(place),
                carrier_id=CarrierId(carrier),
                day=day,
            )
        ).answer
        assert isinstance(answer, ManifestClosed)
        return answer

    def put_boxes(self, *boxes: Box) -> Any:
        return self.shop.answer(PutBoxes(request_id=self.shop.key(), body_digest=digest(boxes), boxes=boxes))

    def pack(self, shipment_id: str, key: str = "") -> ShipmentPacked:
        answer = self.packer.pack(
            PackShipment(
                request_id=key or self.shop.key(), body_digest=digest(shipment_id), shipment_id=shipment_id
            )
        ).answer
        assert isinstance(answer, ShipmentPacked)
        return answer


@contextmanager
def a_carrying_shop(**settings: Any) -> Iterator[CarryingShop]:
    with a_shop(**settings) as shop:
        yield CarryingShop(shop, FakeCarrier())
        assert shop.faults() == ()
