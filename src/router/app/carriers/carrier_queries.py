"""Questions about boxes, bookings and manifests, and what a carrier is asked to take."""

from dataclasses import dataclass
from datetime import date

from router.app.books.booking_book import PER_MANIFEST_MAX, no_booking
from router.app.carriers.book_shipment import carrier_id_of, refuse_left, refuse_unbookable
from router.app.customers.customer_queries import CustomerQueries
from router.app.fulfillment.labels import packed
from router.app.fulfillment.packing_of import packing_in_force
from router.app.fulfillment.planned_shipments import node_now, planned_shipment
from router.app.fulfillment.shipment_records import stored_shipment
from router.app.ports.carrier_api import Address, AskedBooking, AskedParcel
from router.app.ports.store import Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.records.booking_filter import BookingFilter
from router.domain.box import Box, PackedBox, Unit
from router.domain.identifiers import LineId
from router.domain.node import Node
from router.domain.order import Order
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.domain.recipient import Recipient
from router.ledger.bookings import Booking, BookingState, Manifest, Packing
from router.ledger.lifecycle import ShipmentState
from router.routing.network.prepared import unpack_network


def manifest_id_of(number: int) -> str:
    """`m-` and at least twelve digits; rises with the order of closing."""
    return f"m-{number:012d}"


def manifest_number_of(manifest_id: str) -> int:
    """The number in the id of a manifest; 0 for what cannot be one."""
    digits = manifest_id.removeprefix("m-")
    is_one = manifest_id.startswith("m-") and digits.isascii() and digits.isdigit() and len(digits) <= 18
    return int(digits) if is_one else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedManifest:
    """A manifest with all that is on it."""

    manifest: Manifest
    bookings: tuple[Booking, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPack:
    """The units of a shipment, the boxes there are, and how many parcels its plan has."""

    units: tuple[Unit, ...]
    boxes: tuple[Box, ...]
    parcel_weight_grams_max: int
    planned_count: int


class CarrierQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def is_answered(self, request_id: str) -> bool:
        """Whether the answer to this key is recorded already."""
        with self._store.reader() as reader:
            return bool(reader.find_outcomes([request_id]))

    def list_boxes(self) -> tuple[Box, ...]:
        with self._store.reader() as reader:
            return reader.list_boxes()

    def find_booking(self, shipment_id: str) -> Booking | None:
        with self._store.reader() as reader:
            return reader.find_booking(shipment_id)

    def get_booking(self, shipment_id: str) -> Booking:
        """The last one. Refuses with BOOKING_NOT_FOUND."""
        found = self.find_booking(shipment_id)
        if found is None:
            raise no_booking(shipment_id)
        return found

    def list_bookings(self, page_size: int, page_token: str, where: BookingFilter) -> Page[Booking]:
        """In the order of booking."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            rows = reader.list_bookings(after, size + 1, where)
        return page_of(rows, size, lambda one: one.number)

    def list_canceled(self) -> list[Booking]:
        """All that carriers expect though nothing of it will leave, but what they said no to. It reads much."""
        found: list[Booking] = []
        after: int | None = None
        with self._store.reader() as reader:
            where = BookingFilter(state=BookingState.BOOKED)
            while rows := reader.list_bookings(after, PER_MANIFEST_MAX, where):
                after = rows[-1].number
                found += [
                    one
                    for one in rows
                    if not one.void_decline_code
                    and stored_shipment(reader, one.shipment_id).account.state is ShipmentState.CANCELED
                ]
        return found

    def get_manifest(self, number: int) -> Manifest:
        """Refuses with BOOKING_NOT_FOUND."""
        return self.manifest(manifest_id_of(number)).manifest

    def manifest(self, manifest_id: str) -> ListedManifest:
        """With all that is on it. Refuses with BOOKING_NOT_FOUND."""
        number = manifest_number_of(manifest_id)
        with self._store.reader() as reader:
            found = reader.find_manifest(number)
            bookings = reader.list_bookings(None, PER_MANIFEST_MAX, BookingFilter(manifest=number))
        if found is None:
            raise RouterError(
                Reason.BOOKING_NOT_FOUND,
                f"no manifest has the id `{manifest_id}`; ids read like `{manifest_id_of(42)}`, see ListManifests",
                manifest_id=manifest_id,
            )
        return ListedManifest(manifest=found, bookings=tuple(bookings))

    def list_manifests(self, page_size: int, page_token: str, node_id: str) -> Page[Manifest]:
        """In the order of closing."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            rows = reader.list_manifests(after, size + 1, node_id)
        return page_of(rows, size, lambda one: one.number)

    def find_packing(self, shipment_id: str) -> Packing | None:
        """How the shipment was packed, unless it lost units since. Refuses with ORDER_NOT_FOUND."""
        with self._store.reader() as reader:
            record = stored_shipment(reader, shipment_id)
            return packing_in_force(reader.find_packing(shipment_id), record)

    def refuse_left(self, shipment_id: str) -> None:
        """Refuse with ORDER_STATE_FORBIDS a shipment that its carrier has."""
        with self._store.reader() as reader:
            refuse_left(stored_shipment(reader, shipment_id).account)

    def ask(self, shipment_id: str) -> tuple[AskedBooking, int, Booking | None]:
        """What a carrier is asked, how often the shipment was booked before, and the last booking.

        Refuses with ORDER_NOT_FOUND, and with ORDER_STATE_FORBIDS what cannot be booked.
        """
        with self._store.reader() as reader:
            record = stored_shipment(reader, shipment_id)
            account = record.account
            refuse_unbookable(account)
            about = planned_shipment(reader, record)
            planned, node = about.planned, node_now(reader, account.node_id)
            packing = packing_in_force(reader.find_packing(shipment_id), record)
            count, last = reader.count_bookings(shipment_id), reader.find_booking(shipment_id)
        if packing is None:
            parcels = tuple(
                AskedParcel(weight_grams=weight) for weight, _ in packed(record, planned, about.products)
            )
        else:
            parcels = tuple(map(asked_parcel, packing.boxes))
        asked = AskedBooking(
            shipment_id=shipment_id,
            carrier_id=carrier_id_of(planned.service_level_id),
            service_level_id=planned.service_level_id,
            ship_date=date.fromordinal(planned.ship_day).isoformat(),
            sender=sender_of(node, account.node_id),
            recipient=recipient_of(
                about.order, CustomerQueries(self._store).find_recipient(account.order_id)
            ),
            parcels=parcels,
        )
        return asked, count, last

    def to_pack(self, shipment_id: str) -> ToPack:
        """Refuses with ORDER_NOT_FOUND, and with NO_BOX_FITS what has no sizes or where no boxes were put."""
        with self._store.reader() as reader:
            about = planned_shipment(reader, stored_shipment(reader, shipment_id))
            boxes = reader.list_boxes()
            document = reader.find_document(reader.head().network_digest)
        if not boxes:
            raise RouterError(Reason.NO_BOX_FITS, "no boxes were put yet; put them with PutBoxes")
        units: list[Unit] = []
        for one in about.record.units:
            product = about.products[one.sku]
            if not product.volume_mm3:
                raise RouterError(
                    Reason.NO_BOX_FITS,
                    f"product `{one.sku}` of shipment `{shipment_id}` has no sizes; put its length, width, height",
                    sku=one.sku,
                )
            units += [unit_of(one.line_id, product)] * one.quantity
        levels = () if document is None else unpack_network(document.body).service_levels
        level = next((one for one in levels if one.id == about.planned.service_level_id), None)
        return ToPack(
            units=tuple(units),
            boxes=boxes,
            parcel_weight_grams_max=level.parcel_weight_grams_max if level else 0,
            planned_count=len(about.planned.parcels),
        )


def unit_of(line_id: LineId, product: Product) -> Unit:
    return Unit(
        line_id=line_id,
        sku=product.sku,
        length_mm=product.length_mm,
        width_mm=product.width_mm,
        height_mm=product.height_mm,
        weight_grams=product.weight_grams,
    )


def asked_parcel(one: PackedBox) -> AskedParcel:
    return AskedParcel(
        weight_grams=one.weight_grams,
        length_mm=one.box.length_mm,
        width_mm=one.box.width_mm,
        height_mm=one.box.height_mm,
    )


def sender_of(node: Node | None, node_id: str) -> Address:
    if node is None:
        return Address(name=node_id)
    return Address(
        name=node.name or node_id, postal_code=node.postal_code, region=node.region, country=node.country
    )


def recipient_of(order: Order, recipient: Recipient | None) -> Address:
    known, to = recipient or Recipient(), order.destination
    return Address(
        name=known.name,
        company=known.company,
        street_lines=known.street_lines,
        postal_code=to.postal_code,
        city=known.city,
        region=to.region,
        country=to.country,
        email=known.email,
        phone=known.phone,
    )
